"""What is entered of a session: its minute and day, and a result for each student?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length

from dualdegree.conferral.sessions.presenting import RESULTS
from dualdegree.conferral.sessions.service import SessionWanted
from dualdegree.core.conferral.sessions import EntryWanted, SessionResult
from dualdegree.programmes.institutions.conferring import Conferring
from dualdegree.web.forms import Form, SeenForm, minute_field, required
from dualdegree.web.language import i18n

RESULT, NUMBER, REASON = "result_", "number_", "reason_"
"""How the names of the fields of one student begin."""


class SessionForm(Form):
    """The minute and the day of a session, and how the degrees that it confers were taught."""

    minute = minute_field(_l("Number of the minute"), required(_l("Give the number of the minute.")))
    on = DateField(_l("Day of the session"), validators=[required(_l("Give the day of the session."))])
    modality = SelectField(
        _l("Teaching modality"), description=_l("As the diplomas print it, for all degrees that this session confers.")
    )

    @property
    def identity(self) -> str:
        """Two registrars may begin one minute at the same moment."""
        return "minute"

    def offer(self, conferring: Conferring) -> None:
        """Let the profile's modalities be chosen from, where it names any."""
        if conferring.modalities is None:
            del self.modality
            return
        named = [(key, i18n.say(name)) for key, name in conferring.modalities.names.items()]
        self.modality.choices = [("", gettext("not stated")), *named]

    def wanted(self) -> SessionWanted:
        """What was entered."""
        modality = self.modality.data if "modality" in self else None
        return SessionWanted(minute=self.minute.data or "", on=self.on.data or dt.date.max, modality=modality or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One student on the form: by name, with what is put down or proposed for them."""

    student: int
    name: str
    result: str
    number: str
    reason: str


class EntriesForm(SeenForm):
    """A result for each student who is shown. Its fields are made for each page."""

    shown: ClassVar[tuple[int, ...]] = ()

    def wanted(self) -> Mapping[int, EntryWanted | None]:
        """What was entered for each student who is shown; None for whom nothing is to be decided."""
        return {student: self._wanted(student) for student in self.shown}

    def _wanted(self, student: int) -> EntryWanted | None:
        result, number, reason = (self[f"{begin}{student}"].data or "" for begin in (RESULT, NUMBER, REASON))
        return EntryWanted(result=SessionResult(result), number=number, reason=reason) if result else None


def entries_form(rows: Sequence[EntryRow], revision: int) -> EntriesForm:
    """The form for these students."""
    short = Length(max=40, message=_l("A number has at most 40 characters."))
    long = Length(max=1000, message=_l("Write at most 1000 characters."))
    fields: dict[str, Any] = {}
    for row in rows:
        fields[f"{RESULT}{row.student}"] = SelectField(
            gettext("Result for %(student)s", student=row.name), choices=[], default=row.result
        )
        fields[f"{NUMBER}{row.student}"] = StringField(
            gettext("Number for %(student)s", student=row.name), validators=[short], default=row.number
        )
        fields[f"{REASON}{row.student}"] = StringField(
            gettext("Reason for %(student)s", student=row.name), validators=[long], default=row.reason
        )
    attributes = {**fields, "shown": tuple(row.student for row in rows)}
    form: EntriesForm = type("ShownEntriesForm", (EntriesForm,), attributes)(data={"revision": str(revision)})
    choices = [
        ("", gettext("nothing yet")),
        *((result.value, i18n.say(words)) for result, (_, words) in RESULTS.items()),
    ]
    for row in rows:
        form[f"{RESULT}{row.student}"].choices = choices
    return form
