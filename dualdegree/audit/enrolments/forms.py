"""What does a registrar enter about the state of an enrolment, and about a hold?"""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField, SubmitField, TextAreaField

from dualdegree.core.enrolment import WORDS, DatedState, EnrolmentState
from dualdegree.core.text import Message, Text
from dualdegree.records.standing.entering import StateToEnter
from dualdegree.web.forms import Form, ReadList, SeenForm, required
from dualdegree.web.language import i18n

STRIKE = "strike"
"""Chosen where an entry was wrong and nothing takes its place."""


class StateForm(ReadList, SeenForm):
    """A state from a day on; first to be looked at, then to be entered.

    The tick's value is the digest of the list under which it stands.
    """

    state = SelectField(_l("State"), choices=[])
    since = DateField(_l("From this day on"), validators=[required(_l("Give the first day of this state."))])
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Only your institution and the student read it."),
        validators=[required(_l("Say why; the history keeps the reason."))],
        render_kw={"rows": "3"},
    )
    confirmed = BooleanField(_l("I have read what was signed or issued on the present state."))
    look = SubmitField(_l("See what it changes"))
    enter = SubmitField(_l("Enter it"))

    def offer(self, *, correcting: bool) -> None:
        """Let the reader choose among the states; an entry that was wrong can also be taken out."""
        known = [(state.value, i18n.say(words)) for state, words in WORDS.items()]
        none = (STRIKE, i18n.say(Message("None: the entry was a mistake, and nothing takes its place")))
        self.state.choices = [*known, *([none] if correcting else [])]

    def wanted(self, *, corrects: int | None) -> StateToEnter:
        """What was sent, of a form that is valid."""
        state = None
        if self.state.data != STRIKE and self.since.data:
            state = DatedState(state=EnrolmentState(self.state.data), since=self.since.data)
        return StateToEnter(
            state=state,
            reason=self.reason.data or "",
            revision=self.seen or 0,
            corrects=corrects,
            confirmed=self.digest(),
        )


class HoldForm(Form):
    """What holds a student back, and why."""

    kind = SelectField(_l("What it is about"), choices=[])
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Only your institution and the student read it."),
        validators=[required(_l("Say why the hold is placed; the student reads it."))],
        render_kw={"rows": "3"},
    )

    def offer(self, kinds: Mapping[str, Text]) -> None:
        """Let the reader choose among the kinds of the profile."""
        self.kind.choices = [(key, i18n.say(name)) for key, name in kinds.items()]


class LiftHoldForm(Form):
    """Why a hold is lifted."""

    reason = StringField(_l("Reason"), validators=[required(_l("Say why the hold is lifted."))])
