"""What do a student, a supervisor and a registrar enter about a thesis?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import Optional

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import LANGUAGES, InstitutionName, Message, Text
from dualdegree.core.training.defences import Opinion, Review
from dualdegree.core.training.theses import ENTERPRISE, ThesisRules, kinds_of
from dualdegree.web.forms import SeenForm, required
from dualdegree.web.language import i18n

OPINIONS: Mapping[Opinion, Message] = {
    Opinion.FAVOURABLE: Message("In favour of the defence"),
    Opinion.AFTER_CHANGES: Message("In favour once small changes are made"),
    Opinion.UNFAVOURABLE: Message("Against the defence"),
}
"""What a reviewer can say, in words."""
TITLES = {"zh_Hans": _l("Title in Chinese"), "en": _l("Title in English"), "es": _l("Title in Spanish")}
NOBODY = "0"


class ThesisTitleForm(SeenForm):
    """A title in each language; ``reason`` where it changes one."""

    title_zh_Hans = StringField(TITLES["zh_Hans"])  # noqa: N815 - a language of core.text
    title_en = StringField(TITLES["en"])
    title_es = StringField(TITLES["es"])
    reason = StringField(_l("Reason of the change"))

    @property
    def title(self) -> Text:
        """What was entered, by language."""
        return {name: self[f"title_{name}"].data or "" for name in LANGUAGES}

    @classmethod
    def holding(cls, title: Text, revision: int) -> "ThesisTitleForm":
        """The form with the present title."""
        return cls(data={"revision": str(revision), **{f"title_{name}": title.get(name, "") for name in LANGUAGES}})


class SupervisorsForm(SeenForm):
    """Who signs for each party; its fields are made for each thesis."""

    @property
    def supervisors(self) -> Mapping[str, int]:
        """The chosen people by party."""
        chosen = {
            field.name.removeprefix("supervisor-"): field.data or NOBODY
            for field in self
            if field.name.startswith("supervisor-")
        }
        return {party: int(person) for party, person in chosen.items() if person.isdecimal() and person != NOBODY}


class ProposalForm(ThesisTitleForm, SupervisorsForm):
    """What a thesis begins with."""

    kind = SelectField(_l("Kind"), choices=[], validate_choice=False)

    @property
    def identity(self) -> str:
        """A student has one thesis."""
        return "kind"


def supervisors_form(
    kind: type[SupervisorsForm],
    candidates: Mapping[str, Mapping[int, str]],
    mentors: Mapping[int, str],
    data: Mapping[str, Any],
) -> Any:
    """The form with a choice for each institution, and for the enterprise."""
    selects: dict[str, SelectField] = {}
    for party in (*candidates, ENTERPRISE):
        label = _l("Mentor from the enterprise") if party == ENTERPRISE else i18n.say(_supervisor(party))
        selects[f"supervisor-{party}"] = SelectField(label, choices=[], validate_choice=False)
    form = type("ThesisForm", (kind,), selects)(data=data)
    for party, known in {**candidates, ENTERPRISE: mentors}.items():
        none = i18n.say(Message("none") if party == ENTERPRISE else Message("Choose"))
        form[f"supervisor-{party}"].choices = [
            (NOBODY, none),
            *((str(person), name) for person, name in known.items()),
        ]
    return form


def _supervisor(institution: str) -> Message:
    return Message("Supervisor at %(institution)s", {"institution": InstitutionName(institution)})


def offer_kinds(form: ProposalForm, rules: Sequence[ThesisRules]) -> None:
    """Let the reader choose among what all institutions take."""
    form.kind.choices = [(kind, i18n.say(title)) for kind, title in kinds_of(rules).items()]


class StageForm(SeenForm):
    """What is handed in for a stage."""

    words = TextAreaField(
        _l("What you hand in"),
        description=_l("A summary, and where the whole text can be read."),
        validators=[required(_l("Say what you hand in, or where it can be read."))],
        render_kw={"rows": "6"},
    )


class SignatureForm(SeenForm):
    """A yes to a stage, or what has to be mended first."""

    words = TextAreaField(_l("Opinion"), render_kw={"rows": "3"})
    reason = TextAreaField(
        _l("What has to be mended"), description=_l("Only for sending it back."), render_kw={"rows": "3"}
    )
    sign = SubmitField(_l("Sign it"))
    send_back = SubmitField(_l("Send it back"))

    @property
    def signs(self) -> bool:
        """Whether it is signed. Raises ``Refusal`` where it is neither signed nor sent back."""
        if self.sign.data == self.send_back.data:
            raise Refusal("Sign it or send it back.")
        return bool(self.sign.data)


class ReviewForm(SeenForm):
    """One review."""

    reviewer = StringField(_l("Reviewer"), validators=[required(_l("Name the reviewer."))])
    affiliation = StringField(_l("Where the reviewer works"))
    on = DateField(_l("Day of the review"), validators=[required(_l("Give the day of the review."))])
    opinion = SelectField(_l("Opinion"), choices=[])
    words = TextAreaField(_l("Remarks"), render_kw={"rows": "4"})

    def offer(self) -> None:
        """Let the reader choose an opinion."""
        self.opinion.choices = [(opinion.value, i18n.say(words)) for opinion, words in OPINIONS.items()]

    def review(self) -> Review:
        """What was entered, of a form that is valid."""
        return Review(
            reviewer=self.reviewer.data or "",
            affiliation=self.affiliation.data or "",
            on=self.on.data or dt.date.max,
            opinion=Opinion(self.opinion.data),
            words=self.words.data or "",
        )


class EmbargoForm(SeenForm):
    """Until when the text is held back, and why."""

    until = DateField(
        _l("Held back until"), description=_l("Leave it empty to lift the embargo."), validators=[Optional()]
    )
    reason = StringField(_l("Reason"))


class ThesisReasonForm(SeenForm):
    """Why a thesis is withdrawn, or taken out of the record."""

    reason = StringField(_l("Reason"), validators=[required(_l("Say why; the reason stays in the history."))])


class CorrectionsForm(SeenForm):
    """A supervisor's word that the corrections are made."""

    on = DateField(_l("Corrected on"), validators=[required(_l("Give the day."))])


class ThesisEntryForm(SeenForm):
    """In which term a passed defence is entered."""

    term = StringField(_l("Term"), description=_l("In which the thesis is a course of this degree, such as 2026-1."))
    read = BooleanField(
        _l("I have read what this changes."), validators=[required(_l("Read what it changes, then tick this."))]
    )
