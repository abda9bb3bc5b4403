"""What does a registrar enter of a defence, by the minute of its committee?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, FieldList, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, NumberRange, Optional

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import InstitutionName, Message
from dualdegree.core.training.defences import CommitteeMember, Votes
from dualdegree.core.training.theses import ThesisRules
from dualdegree.training.theses.presenting import PARTS
from dualdegree.training.theses.workflow.defending import Defence
from dualdegree.web.forms import FigureField, SeenForm, minute_field, required
from dualdegree.web.language import i18n

ROWS = 7
MOST = 99


def _votes(label: str) -> IntegerField:
    whole = NumberRange(min=0, max=MOST, message=_l("Write a whole number, 0 or more."))
    return IntegerField(
        label,
        validators=[InputRequired(_l("Write a whole number, 0 or more.")), whole],
        render_kw={"inputmode": "numeric"},
    )


class MemberRow(PlainForm):
    """One member of the committee. A row without a name is nobody."""

    name = StringField(_l("Name"), render_kw={"autocomplete": "off"})
    affiliation = StringField(_l("Where they work"), render_kw={"autocomplete": "off"})
    part = SelectField(_l("Part"), choices=[], default="member", validate_choice=False)


class DefenceForm(SeenForm):
    """The minute of a defence; a field for the grade at each institution is made for each thesis."""

    on = DateField(_l("Day of the defence"), validators=[required(_l("Give the day of the defence."))])
    place = StringField(_l("Place"))
    video = StringField(_l("Link of the video conference"))
    members = FieldList(FormField(MemberRow), min_entries=ROWS, max_entries=ROWS)
    in_favour = _votes(_l("Votes in favour"))
    against = _votes(_l("Votes against"))
    abstained = _votes(_l("Abstentions"))
    minute = minute_field(_l("Number of the minute"))
    announced_on = DateField(
        _l("Result announced on"), description=_l("Empty: on the day of the defence."), validators=[Optional()]
    )
    again = BooleanField(_l("If it is not passed, it may be corrected and defended again"))
    corrections = TextAreaField(_l("What has to be corrected"), render_kw={"rows": "4"})

    def offer(self) -> None:
        """Let the reader choose what each member is."""
        for row in self.members:
            row.form.part.choices = [(part, i18n.say(words)) for part, words in PARTS.items()]

    def refuse(self, refusal: Refusal, field: str = "") -> None:
        """Say what is wrong with the committee at the first row that is still free, else at its first."""
        if not field and refusal.about == "members":
            free = next((row for row in self.members if not (row.form.name.data or "").strip()), self.members[0])
            field = free.form.name.name
        super().refuse(refusal, field)

    def defence(self) -> Defence:
        """What was entered, of a form that is valid."""
        return Defence(
            on=self.on.data or dt.date.max,
            members=tuple(_member(row.form) for row in self.members if (row.form.name.data or "").strip()),
            votes=Votes(
                in_favour=self.in_favour.data or 0, against=self.against.data or 0, abstained=self.abstained.data or 0
            ),
            place=self.place.data or "",
            video=self.video.data or "",
            minute=self.minute.data or "",
            announced_on=self.announced_on.data,
            grades={name.removeprefix("grade-"): self[name].data or "" for name in self.grade_fields},
            again=self.again.data,
            corrections=self.corrections.data or "",
        )

    @property
    def grade_fields(self) -> list[str]:
        """The names of the fields for grades."""
        return [field.name for field in self if field.name.startswith("grade-")]


def _member(row: Any) -> CommitteeMember:
    part = row.part.data or "member"
    return CommitteeMember(
        name=" ".join((row.name.data or "").split()),
        affiliation=" ".join((row.affiliation.data or "").split()),
        chair=part.endswith("chair"),
        external=part.startswith("external"),
    )


def defence_form(sides: Sequence[ThesisRules], revision: int) -> DefenceForm:
    """The form for a defence that serves these institutions, with a grade where the thesis is a course."""
    grades = {
        f"grade-{side.institution}": FigureField(
            i18n.say(Message("Grade at %(institution)s", {"institution": InstitutionName(side.institution)})),
            description=_l("On that institution's own scale."),
        )
        for side in sides
        if side.course is not None
    }
    form: DefenceForm = type("DefenceOfThesisForm", (DefenceForm,), grades)(
        data={"revision": str(revision), "abstained": 0}
    )
    form.offer()
    return form
