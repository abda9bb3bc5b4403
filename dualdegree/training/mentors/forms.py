"""What does a registrar enter about a mentor, and a mentor who takes up an invitation?"""

import datetime as dt
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional

from dualdegree.accounts.forms import NewPasswordForm
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.core.training.parties import PARTIES, TrainingParty
from dualdegree.training.enterprises.models import Enterprise
from dualdegree.training.mentors.models import Mentor, MentorKind
from dualdegree.training.mentors.service import AppointmentFacts, MentorFacts
from dualdegree.web.forms import Form, SeenForm, required
from dualdegree.web.language import i18n

KINDS: dict[MentorKind, Message] = {
    MentorKind.UNIVERSITY: PARTIES[TrainingParty.UNIVERSITY_MENTOR],
    MentorKind.ENTERPRISE: PARTIES[TrainingParty.ENTERPRISE_MENTOR],
}
"""What a page calls both kinds."""


class MentorForm(SeenForm):
    """Who the mentor is, of which side, and what qualifies them."""

    kind = SelectField(_l("Kind"), choices=[])
    enterprise = SelectField(_l("Enterprise"), description=_l("Only of a mentor at an enterprise."), choices=[])
    name = StringField(_l("Name"))
    email = StringField(_l("E-mail address"), render_kw={"type": "email", "autocapitalize": "none"})
    qualification = StringField(
        _l("Qualification"), description=_l("Such as a degree, a professional title, or years of practice.")
    )

    @classmethod
    def filled(cls, enterprises: Sequence[Enterprise], mentor: Mentor | None = None) -> "MentorForm":
        """The form, filled in with a mentor who is changed."""
        form = cls(data=_data(mentor) if mentor else {})
        form.kind.choices = [(kind.value, i18n.say(words)) for kind, words in KINDS.items()]
        form.enterprise.choices = [("", "–"), *((str(each.id), i18n.say(each.names)) for each in enterprises)]
        return form

    @property
    def identity(self) -> str:
        """What there is only once."""
        return "email"

    def facts(self, enterprises: Sequence[Enterprise]) -> MentorFacts:
        """What was sent, of a form that is valid."""
        return MentorFacts(
            kind=MentorKind(self.kind.data),
            name=self.name.data or "",
            email=self.email.data or "",
            qualification=self.qualification.data or "",
            enterprise=next((each for each in enterprises if str(each.id) == self.enterprise.data), None),
        )


def _data(mentor: Mentor) -> dict[str, str]:
    return {
        "kind": mentor.kind,
        "enterprise": str(mentor.enterprise_id or ""),
        "name": mentor.name,
        "email": mentor.email,
        "qualification": mentor.qualification,
        "revision": str(mentor.revision),
    }


class AppointmentForm(Form):
    """From when to when somebody is appointed, and who decided."""

    ids = "appoint"
    first = DateField(_l("Appointed from"), validators=[required(_l("Give the first day."))])
    last = DateField(_l("Appointed until"), description=_l("Empty while it has no end."), validators=[Optional()])
    decided_by = StringField(_l("Decided by"), description=_l("The body or office, with its minute."))

    def facts(self) -> AppointmentFacts:
        """What was sent, of a form that is valid."""
        return AppointmentFacts(
            first=self.first.data or dt.date.max, last=self.last.data, decided_by=self.decided_by.data or ""
        )


class EndAppointmentForm(Form):
    """When an appointment ends, and which."""

    ids = "end"
    appointment = SelectField(_l("Appointment"), choices=[], validate_choice=False)
    last = DateField(_l("Its last day"), validators=[required(_l("Give the last day."))])

    def offer(self, mentor: Mentor) -> None:
        """Let the reader choose among the mentor's appointments."""
        words = Message("%(first)s to %(last)s, by %(body)s")
        self.appointment.choices = [
            (str(row.id), i18n.say(Message(words.id, {
                "first": row.appointed_from, "last": row.appointed_until or "…", "body": row.decided_by,
            })))
            for row in mentor.appointments
        ]  # fmt: skip

    def number(self) -> int:
        """The appointment that was chosen. Raises ``Refusal`` where none was."""
        if not (self.appointment.data or "").isdecimal():
            raise Refusal("Choose an appointment.", about="appointment")
        return int(self.appointment.data)


class InvitationForm(NewPasswordForm):
    """The password that a mentor chooses, twice."""
