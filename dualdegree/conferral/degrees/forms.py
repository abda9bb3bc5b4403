"""What is entered on the way to a degree: a graduation, a notice, a statement?"""

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from dualdegree.conferral.degrees.service import GraduationWanted
from dualdegree.programmes.institutions.conferring import Conferring
from dualdegree.web.forms import SeenForm, required
from dualdegree.web.language import i18n

LONG = Length(max=4000, message=_l("Write at most 4000 characters."))


class WayForm(SeenForm):
    """A form on the page about both degrees; whoever shows it says which revision is read."""

    def reread(self, row: Any) -> None:
        """The page itself says it: it is about a student, who has no revision."""


class GraduationForm(WayForm):
    """How the studies ended, on which day and under which number."""

    ids = "graduation"
    outcome = SelectField(_l("How the studies ended"))
    on = DateField(_l("Day"), validators=[required(_l("Give the day."))])
    number = StringField(_l("Number"))

    @property
    def identity(self) -> str:
        """Two people may give one number at the same moment."""
        return "number"

    def offer(self, conferring: Conferring | None) -> None:
        """Let the institution's own words be chosen from, and say how its numbers are made up."""
        outcomes = conferring.outcomes if conferring else {}
        self.outcome.choices = [(key, i18n.say(outcome.name)) for key, outcome in outcomes.items()]
        pattern = conferring.graduation_number if conferring else None
        if pattern is None:
            del self.number
        else:
            self.number.label.text = i18n.say(pattern.name)

    def wanted(self) -> GraduationWanted:
        """What was entered."""
        number = self.number.data if "number" in self else ""
        return GraduationWanted(outcome=self.outcome.data or "", on=self.on.data or dt.date.max, number=number or "")


class NoticeForm(WayForm):
    """For which grounds a degree may be refused."""

    ids = "notice"
    grounds = TextAreaField(
        _l("Grounds"),
        description=_l("The student reads them, and can state a view before anything is decided."),
        validators=[required(_l("Say for which grounds; the student reads them.")), LONG],
    )


class StatementForm(WayForm):
    """What the person says before a decision against the degree."""

    ids = "statement"
    statement = TextAreaField(_l("Statement"), validators=[required(_l("Write what is to be heard.")), LONG])


class DropForm(WayForm):
    """Why the institution lets the procedure go."""

    ids = "drop"
    reason = StringField(_l("Reason"), validators=[required(_l("Say why; the reason stays in the history."))])
