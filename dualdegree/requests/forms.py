"""What do a student, an advisor, a registrar enter about a request?"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import (
    DateField,
    FieldList,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)

from dualdegree.audit.dossiers import Dossier
from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.credit import figure
from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.curricula.individual import OutsideWork
from dualdegree.core.recognition import KINDS, REASONS, RecognitionKind, RefusalReason
from dualdegree.core.refusal import Refusal
from dualdegree.core.terms import in_words
from dualdegree.core.text import Message
from dualdegree.requests.fields import Ticks, courses_of, credits_in, grade_in, groups_of, wishes_in
from dualdegree.requests.judging.objections import partner_of, side_of
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.presenting import NamedWork
from dualdegree.requests.wanted import WantedRecognition, Wish, wanted_by
from dualdegree.requests.workflow.deciding import RequestDecision
from dualdegree.web.forms import FigureField, Form, SeenForm, at, minute_field, required, revision_in
from dualdegree.web.guard.uploads import UploadField
from dualdegree.web.language import i18n


class SendBackForm(SeenForm):
    """What the student has to mend."""

    ids = "back"
    reason = TextAreaField(_l("What has to be mended"), render_kw={"rows": "3"})


class AppealForm(SeenForm):
    """Why somebody else should decide anew."""

    ids = "appeal"
    reason = TextAreaField(_l("Why the decision should be another"), render_kw={"rows": "3"})


class LiftForm(SeenForm):
    """Why a recognition ends."""

    ids = "lift"
    reason = TextAreaField(_l("Why no audit should apply it any more"), render_kw={"rows": "3"})


class AskForm(SeenForm):
    """What is asked for: first to be looked at, then kept as a draft or submitted."""

    kind = SelectField(_l("What was done"), choices=[])
    sources = Ticks(_l("Courses passed at the partner"), choices=[], validate_choice=False)
    outside = StringField(_l("Other work"), description=_l("Only for experience and other studies: what, where, when."))
    outside_credits = FigureField(_l("Its worth in ECTS credits"), render_kw={"inputmode": "decimal"})
    courses = Ticks(_l("To be recognised as these courses"), choices=[], validate_choice=False)
    group = SelectField(_l("Or as credits of a group"), choices=[], default="")
    group_credits = FigureField(_l("Credits of the group"), render_kw={"inputmode": "decimal"})
    words = TextAreaField(_l("In your own words"), render_kw={"rows": "3"})
    mobility = StringField(
        _l("Done in mobility"),
        description=_l(
            "Only for a thesis and the like: how it is known, such as the number of the learning agreement."
        ),
    )
    look = SubmitField(_l("See the effect"))
    save = SubmitField(_l("Keep as a draft"))
    hand_in = SubmitField(_l("Submit"))

    @classmethod
    def filled(cls, dossier: Dossier, degree: str, request: RecognitionRequest | None = None) -> "AskForm":
        """The form for a degree, filled in with a request that is mended."""
        form = cls(data=_data(request) if request else {})
        home, partner = side_of(dossier, degree).curriculum, partner_of(dossier, degree)
        form.kind.choices = [(kind.value, i18n.say(words)) for kind, words in KINDS.items()]
        form.sources.choices = [
            (attempt.id, _in_words(attempt))
            for attempt in dossier.case.record
            if attempt.institution == partner and attempt.status is Status.PASSED
        ]
        form.courses.choices, form.group.choices = courses_of(home), groups_of(home)
        return form

    def wanted(self, degree: str, home: Curriculum) -> WantedRecognition:
        """What was sent. Raises ``Refusal`` for figures that are none."""
        kind = RecognitionKind(self.kind.data)
        work = (self.outside.data or "").strip()
        if work and kind is RecognitionKind.STUDY:
            raise Refusal(
                "Other work is asked for by itself: choose its kind under “What was done”, or empty “Other work”.",
                about="outside",
            )
        with at("outside_credits"):
            worth = credits_in(self.outside_credits.data) if work else Decimal(0)
        with at("group_credits"):
            targets = wishes_in(self.courses.data, self.group.data, self.group_credits.data, home)
        return WantedRecognition(
            degree=degree,
            kind=kind,
            sources=tuple(self.sources.data or ()),
            outside=(OutsideWork(title=work, credits=worth),) if work else (),
            targets=targets,
            words=self.words.data or "",
            mobility=self.mobility.data or "",
        )


class RequestDecisionForm(SeenForm):
    """What was decided, and how many credits of each target are granted."""

    credits = FieldList(FigureField(_l("Credits granted"), render_kw={"inputmode": "decimal"}))
    grade = FigureField(_l("Grade"), description=_l("As proposed, unless another was decided."))
    minute = minute_field(_l("Number of the minute"))
    on = DateField(_l("Day of the decision"), validators=[required(_l("Give the day of the decision."))])
    reason = SelectField(
        _l("Reason"),
        description=_l("Only where less is granted than was asked for."),
        choices=[],
        validate_choice=False,
    )
    explanation = TextAreaField(
        _l("Explanation"),
        description=_l("In the student's language; printed under the decision."),
        render_kw={"rows": "4"},
    )
    language = SelectField(_l("Language of the explanation"), choices=[], validate_choice=False)
    look = SubmitField(_l("See the effect"))
    grant = SubmitField(_l("Grant"))
    refuse_it = SubmitField(_l("Refuse"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it can be read; whoever only looks at the effect need not say when it was decided."""
        return bool(self.look.data) or bool(super().validate(extra_validators))

    def offer(self, language: str | None, targets: Sequence[NamedWork]) -> None:
        """Let the reader choose among reasons and languages, the student's own first, and name what is sized."""
        for number, target in enumerate(targets):
            entry = self.credits[number] if number < len(self.credits) else self.credits.append_entry("")
            entry.label.text = f"{i18n.say(target.title)} {target.code}".strip()
        reasons = [(reason.value, i18n.say(words)) for reason, words in REASONS.items()]
        self.reason.choices = [("", i18n.say(Message("none"))), *reasons]
        known = list(i18n.languages().items())
        self.language.choices = sorted(known, key=lambda language_and_name: language_and_name[0] != language)

    @property
    def day(self) -> dt.date:
        """The day of the decision, of a form that is valid."""
        return self.on.data or dt.date.max

    def decision(self, targets: tuple[Wish, ...], *, refused: bool) -> RequestDecision:
        """What was sent: for each target the credits granted, none of which is a refusal. Raises ``Refusal``."""
        given = () if refused else tuple(self._given(targets))
        with at("grade"):
            grade = grade_in(self.grade.data) if given else None
        return RequestDecision(
            granted=given,
            on=self.day,
            minute=self.minute.data or "",
            grade=grade,
            reason=RefusalReason(self.reason.data) if self.reason.data in set(RefusalReason) else None,
            explanation=self.explanation.data or "",
            language=self.language.data or "",
        )

    def _given(self, targets: tuple[Wish, ...]) -> Iterator[Wish]:
        for wish, entry in zip(targets, self.credits, strict=False):
            if (entry.data or "").strip() not in {"", "0"}:
                with at(entry.name):
                    size = credits_in(entry.data)
                yield Wish(course=wish.course, tag=wish.tag, credits=size)


class AlikeForm(RequestDecisionForm):
    """Which of many requests of the same kind are granted together; each with the revision that was read."""

    chosen = Ticks(_l("Requests to grant"), choices=[], validate_choice=False)

    def offer_requests(self, requests: Sequence[RecognitionRequest]) -> None:
        """Let the reader choose among them, all at first."""
        self.chosen.choices = [(f"{request.id}:{request.revision}", str(request.id)) for request in requests]
        if not self.is_submitted():
            self.chosen.data = [f"{request.id}:{request.revision}" for request in requests]

    def seen_of_chosen(self) -> dict[int, int]:
        """The revision read of each request that was chosen, by its number."""
        pairs = (choice.partition(":") for choice in self.chosen.data or ())
        known = ((revision_in(number), revision_in(seen)) for number, _, seen in pairs)
        return {number: seen for number, seen in known if number is not None and seen is not None}


class RequestPaperForm(Form):
    """A PDF that speaks for a request."""

    ids = "paper"
    file = UploadField(_l("File"), validators=[FileRequired(_l("Choose a file."))])

    @property
    def identity(self) -> str:
        """One file is kept once."""
        return "file"


def forms_for(request: RecognitionRequest, sent: Form | None) -> dict[str, Form]:
    """Every form that a page about a request may show, by its ids: as it was sent, or empty."""
    kinds: tuple[type[Form], ...] = (SendBackForm, AppealForm, LiftForm, RequestPaperForm)
    empty = {"revision": str(request.revision)}
    return {kind.ids: sent if isinstance(sent, kind) else kind(formdata=None, data=empty) for kind in kinds}


def _in_words(attempt: Attempt) -> str:
    words = {"course": attempt.title or attempt.course, "code": attempt.course, "credits": attempt.credits}
    in_term = {**words, "term": in_words(attempt.term)}
    return i18n.say(Message("%(course)s (%(code)s), %(term)s: %(credits)s", in_term))


def _data(request: RecognitionRequest) -> dict[str, object]:
    wanted = wanted_by(request)
    group = next((wish for wish in wanted.targets if wish.course is None), None)
    work = next(iter(wanted.outside), None)
    return {
        "kind": wanted.kind.value,
        "sources": list(wanted.sources),
        "outside": work.title if work else "",
        "outside_credits": figure(work.credits) if work else "",
        "courses": [wish.course for wish in wanted.targets if wish.course is not None],
        "group": group.tag if group else "",
        "group_credits": figure(group.credits) if group else "",
        "words": wanted.words,
        "mobility": wanted.mobility,
        "revision": str(request.revision),
    }
