"""What do a student, both mentors and a registrar enter about a placement?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, SelectField, StringField, TextAreaField

from dualdegree.core.credit import NotADecimal, decimal, figure
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message, Text
from dualdegree.core.training.checklist import ITEMS, TICKS, ChecklistItem
from dualdegree.core.training.evaluation import EvaluationForm, PanelMember
from dualdegree.core.training.parties import TrainingParty
from dualdegree.training.enterprises.models import TrainingAgreement
from dualdegree.training.mentors.models import Mentor
from dualdegree.training.placements.evaluating import GivenEvaluation
from dualdegree.training.placements.models import Placement
from dualdegree.training.placements.planning import PlacementPlan, SidePlan
from dualdegree.web.forms import FigureField, Form, ReadList, SeenForm, required
from dualdegree.web.language import i18n

NONE = ""


class PlacementForm(SeenForm):
    """The plan of a placement. The fields of each university are made for the student: see ``placement_form``."""

    agreement = SelectField(_l("Enterprise and agreement"), choices=[], validate_choice=False)
    mentor = SelectField(_l("Mentor at the enterprise"), choices=[], validate_choice=False)
    plan = TextAreaField(_l("Plan"), description=_l("What the student does, stage by stage."), render_kw={"rows": "4"})
    objectives = TextAreaField(_l("Objectives"), description=_l("What the student learns."), render_kw={"rows": "3"})
    place = StringField(_l("Place of work"))
    starts_on = DateField(_l("First day"), validators=[required(_l("Give the first day."))])
    ends_on = DateField(_l("Last day"), validators=[required(_l("Give the last day."))])
    weekly_hours = FigureField(_l("Hours a week"), render_kw={"inputmode": "decimal"})
    hours = FigureField(_l("Hours in all"), render_kw={"inputmode": "decimal"})
    paid = BooleanField(_l("Under a paid contract"))
    dual = BooleanField(_l("On the dual route"))
    sides: Sequence[str] = ()

    def wanted(self, agreements: Sequence[TrainingAgreement], mentors: Sequence[Mentor]) -> PlacementPlan:
        """What was sent, of a form that is valid. Raises ``Refusal`` for what is not chosen, and for no figures."""
        agreement = _chosen(agreements, self.agreement.data, Message("Choose an agreement on training."), "agreement")
        mentor = _chosen(mentors, self.mentor.data, Message("Choose the mentor at the enterprise."), "mentor")
        return PlacementPlan(
            enterprise=agreement.enterprise,
            agreement=agreement,
            mentor=mentor,
            plan=self.plan.data or "",
            objectives=self.objectives.data or "",
            place=self.place.data or "",
            starts_on=self.starts_on.data or dt.date.max,
            ends_on=self.ends_on.data or dt.date.max,
            weekly_hours=_hours(self.weekly_hours.data, "weekly_hours"),
            hours=_hours(self.hours.data, "hours"),
            sides={
                where: SidePlan(
                    mentor=_chosen(
                        mentors, self[f"mentor_{where}"].data, Message("Choose a mentor."), f"mentor_{where}"
                    ),
                    course=self[f"course_{where}"].data or "",
                )
                for where in self.sides
                if self[f"mentor_{where}"].data
            },
            paid=bool(self.paid.data),
            dual=bool(self.dual.data),
        )


def _chosen(rows: Sequence[Any], number: str | None, sentence: Message, about: str) -> Any:
    row = next((row for row in rows if str(row.id) == number), None)
    if row is None:
        raise Refusal(sentence, about=about)
    return row


def _hours(text: str | None, about: str) -> Decimal:
    try:
        return decimal((text or "").strip())
    except NotADecimal:
        raise Refusal("Give hours in digits, such as 35 or 37.5.", about=about) from None


def placement_form(
    offered: "PlacementChoices", placement: Placement | None = None, names: Mapping[str, Text] | None = None
) -> PlacementForm:
    """The form for one student: a mentor and a course of each university where they are enrolled."""
    fields: dict[str, Field] = {}
    for where in offered.courses:
        name = i18n.say((names or {}).get(where) or where)
        fields[f"mentor_{where}"] = SelectField(
            gettext("Mentor at %(university)s", university=name),
            description=gettext("None where the placement is not to count there."),
            choices=[],
            validate_choice=False,
        )
        fields[f"course_{where}"] = SelectField(
            gettext("Passed at %(university)s as", university=name), choices=[], validate_choice=False
        )
    kind = type("StudentPlacementForm", (PlacementForm,), {**fields, "sides": tuple(offered.courses)})
    form: PlacementForm = kind(data=_data(placement) if placement else {})
    _offer(form, offered)
    return form


class PlacementChoices:
    """What can be chosen for one student: agreements, mentors, and at each university the courses."""

    def __init__(
        self,
        agreements: Sequence[TrainingAgreement],
        mentors: Sequence[Mentor],
        courses: Mapping[str, Mapping[str, Text]],
    ) -> None:
        self.agreements = agreements
        self.mentors = mentors
        self.courses = courses


def _offer(form: PlacementForm, offered: PlacementChoices) -> None:
    nothing = (NONE, "–")
    form.agreement.choices = [
        nothing,
        *((str(row.id), f"{i18n.say(row.enterprise.names)} · {row.reference}") for row in offered.agreements),
    ]
    form.mentor.choices = [
        nothing,
        *(
            (str(row.id), f"{row.name} · {i18n.say(row.enterprise.names)}")
            for row in offered.mentors
            if row.enterprise is not None
        ),
    ]
    for where, courses in offered.courses.items():
        own = [row for row in offered.mentors if row.institution_id == where and row.enterprise is None]
        form[f"mentor_{where}"].choices = [nothing, *((str(row.id), row.name) for row in own)]
        titles = [(code, f"{code} {i18n.say(title)}") for code, title in courses.items()]
        form[f"course_{where}"].choices = [(NONE, gettext("no course")), *titles]


def _data(row: Placement) -> dict[str, Any]:
    sides = {f"mentor_{side.institution_id}": str(side.mentor_id) for side in row.sides}
    courses = {f"course_{side.institution_id}": side.course for side in row.sides}
    return {
        **{
            name: getattr(row, name) for name in ("plan", "objectives", "place", "starts_on", "ends_on", "paid", "dual")
        },
        "agreement": str(row.agreement_id),
        "mentor": str(row.mentor_id),
        "weekly_hours": figure(row.weekly_hours),
        "hours": figure(row.hours),
        "revision": str(row.revision),
        **sides,
        **courses,
    }


class WriteForm(Form):
    """What the student writes, and of which week or month."""

    ids = "write"
    what = SelectField(_l("What is written"), choices=[])
    words = TextAreaField(_l("Text"), description=_l("What was done."), render_kw={"rows": "6"})

    def chosen(self) -> tuple[str, str]:
        """Kind, and week or month; "" where it is of neither."""
        kind, _, what = (self.what.data or "").partition(":")
        return kind, what


class ReadForm(Form):
    """What a mentor has read, perhaps with words."""

    ids = "read"
    what = SelectField(_l("What you have read"), choices=[])
    words = TextAreaField(
        _l("Your words"), description=_l("Needed for the opinion on the summary."), render_kw={"rows": "4"}
    )

    def chosen(self) -> tuple[str, str]:
        """Kind, and month; "" for the summary."""
        kind, _, what = (self.what.data or "").partition(":")
        return kind, what


class TickForm(Form):
    """What was done, and on which day."""

    ids = "tick"
    item = SelectField(_l("Formality"), choices=[])
    on = DateField(_l("On"), validators=[required(_l("Give the day on which it was done."))])

    def offer(self, items: Sequence[ChecklistItem]) -> None:
        """Let the registrar choose among what the institution asks for."""
        self.item.choices = [(item.value, i18n.say(ITEMS[item])) for item in TICKS if item in items]


class WithdrawPlacementForm(SeenForm):
    """Why the placement does not take place."""

    ids = "withdraw"
    reason = StringField(_l("Reason"))


class CertifyForm(ReadList, Form):
    """The tick under what a certificate touches; its value is the digest of the list under which it stands."""

    confirmed = BooleanField(_l("I have read this list. Sign-offs on it may become void."))


class WithdrawCertificateForm(Form):
    """Why a certificate is withdrawn."""

    ids = "uncertify"
    reason = StringField(_l("Reason"))


class GivenForm(Form):
    """One party's evaluation. The fields of the aspects are made for each institution: see ``given_form``."""

    words = TextAreaField(_l("Remarks"), render_kw={"rows": "4"})
    asked: Sequence[str] = ()

    def given(self, institution: str, party: TrainingParty) -> GivenEvaluation:
        """What was sent."""
        return GivenEvaluation(
            institution=institution,
            party=party,
            values={name: self[_field(name)].data or "" for name in self.asked},
            words=self.words.data or "",
            members=tuple(self._members()),
        )

    def _members(self) -> list[PanelMember]:
        if "outside" not in self:
            return []
        named = [(name, True) for name in (self["outside"].data or "").splitlines()]
        named += [(name, False) for name in (self["inside"].data or "").splitlines()]
        return [PanelMember(name=name.strip(), from_enterprise=outside) for name, outside in named if name.strip()]

    def refuse(self, refusal: Refusal, field: str = "") -> None:
        """Show what is wrong with an aspect at its field, and with a panel at its members."""
        wanted = field or refusal.about
        places = {"members": "outside", **{name: _field(name) for name in self.asked}}
        super().refuse(refusal, places.get(wanted, wanted))


def _field(aspect: str) -> str:
    return f"given_{aspect}"


def given_form(form: EvaluationForm, held: Mapping[str, Any], *, panel: bool) -> GivenForm:
    """The form of one party as the institution's profile has it, filled in with what was given before."""
    aspects = {aspect.key: i18n.say(aspect.words) for aspect in form.aspects}
    labels = {**aspects, "overall": gettext("The whole")}
    fields: dict[str, Field] = {_field(name): _value_field(form, label) for name, label in labels.items()}
    if panel:
        each = gettext("One name on each line.")
        fields["outside"] = TextAreaField(
            gettext("Members from enterprises"), description=each, render_kw={"rows": "3"}
        )
        fields["inside"] = TextAreaField(gettext("Other members"), description=each, render_kw={"rows": "2"})
    values = {**held.get("aspects", {}), **({"overall": held["overall"]} if "overall" in held else {})}
    members = held.get("members", [])
    data = {
        **{_field(name): value for name, value in values.items()},
        "words": held.get("words", ""),
        "outside": "\n".join(name for name, outside in members if outside),
        "inside": "\n".join(name for name, outside in members if not outside),
    }
    kind = type("PartyForm", (GivenForm,), {**fields, "asked": tuple(labels)})
    filled: GivenForm = kind(data=data)
    if form.levels:
        levels = [(NONE, "–"), *((level.key, i18n.say(level.words)) for level in form.levels)]
        for name in labels:
            filled[_field(name)].choices = levels
    return filled


def _value_field(form: EvaluationForm, label: str) -> Field:
    if form.levels:
        return SelectField(label, choices=[], validate_choice=False)
    hint = gettext("From 0 to %(most)s, with one decimal.", most=i18n.figure(form.most))
    return FigureField(label, description=hint, render_kw={"inputmode": "decimal"})
