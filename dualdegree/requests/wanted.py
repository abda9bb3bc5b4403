"""What is asked for, or granted: from which work, to which courses or credits of a group? Values, and their JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from dualdegree.core.audit.facts import Recognition
from dualdegree.core.credit import figure
from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.recognition import RecognitionKind
from dualdegree.core.text import Text
from dualdegree.recognition.models import DecidedRecognition, recognition_of
from dualdegree.requests.models import RecognitionRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A course of the recognising curriculum, or credits of a group: then ``course`` is None and ``tag`` names it."""

    course: str | None
    tag: str | None
    credits: Decimal

    def as_json(self) -> dict[str, Any]:
        """What is stored."""
        return {"course": self.course, "tag": self.tag, "credits": figure(self.credits)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Work that no register holds: what it was, and the credits it is said to be worth in ECTS."""

    title: str
    credits: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRecognition:
    """A request: into which degree, from which attempts or other work, to what, and the student's own words."""

    degree: str
    kind: RecognitionKind = RecognitionKind.STUDY
    sources: tuple[str, ...] = ()
    outside: tuple[Outside, ...] = ()
    targets: tuple[Wish, ...] = ()
    words: str = ""
    mobility: str = ""
    """How it is known that the work was done in mobility, which spares some kinds that are excluded otherwise."""

    def only(self, targets: tuple[Wish, ...]) -> "WantedRecognition":
        """The same request for no more than these."""
        return replace(self, targets=targets)

    def outside_json(self) -> list[Any]:
        """What is stored of the work that no register holds."""
        return [{"title": work.title, "credits": figure(work.credits)} for work in self.outside]


def wishes_of(targets: Sequence[Mapping[str, Any]]) -> tuple[Wish, ...]:
    """What was stored."""
    return tuple(Wish(course=wish["course"], tag=wish["tag"], credits=Decimal(wish["credits"])) for wish in targets)


def wanted_by(request: RecognitionRequest) -> WantedRecognition:
    """What a stored request asks for."""
    return WantedRecognition(
        degree=request.degree,
        kind=request.how,
        sources=tuple(request.sources),
        outside=tuple(Outside(title=work["title"], credits=Decimal(work["credits"])) for work in request.outside),
        targets=wishes_of(request.targets),
        words=request.words,
        mobility=request.mobility,
    )


def key_of(targets: Sequence[Wish]) -> str:
    """What was asked for, whatever the order: the same for requests that can be precedents of each other."""
    return " + ".join(sorted(wish.course or f"#{wish.tag}" for wish in targets))


def grants_json(
    wishes: Sequence[Wish], curriculum: Curriculum, kind: RecognitionKind, grade: Decimal | None
) -> list[Any]:
    """What the recognising degree gives for these wishes; only what was officially studied bears a grade."""
    shown = None if grade is None or not kind.is_graded else figure(grade)
    return [_grant(wish, curriculum, kind, shown) for wish in wishes]


def _grant(wish: Wish, curriculum: Curriculum, kind: RecognitionKind, grade: str | None) -> dict[str, Any]:
    course = curriculum.courses.get(wish.course or "")
    tags = course.tags if course else (wish.tag or "",)
    return {
        "course": wish.course,
        "tag": wish.tag,
        "credits": figure(wish.credits),
        "grade": grade,
        "level": None if course is None or course.level is None else figure(course.level),
        "language": course.language if course else None,
        "tags": [*tags, *(() if kind.is_graded else (kind.value,))],
        "title": dict(course.title if course else group_title(wish.tag or "", curriculum)),
    }


def group_title(tag: str, curriculum: Curriculum) -> Text:
    """What the curriculum calls a group, else its tag."""
    return curriculum.degree.words.get(tag) or {"und": tag}


def as_recognition(
    key: str, wanted: WantedRecognition, grants: list[Any], sides: tuple[str, str]
) -> DecidedRecognition:
    """The recognition that these grants would be; it belongs to no session. ``sides``: recognising, partner."""
    return DecidedRecognition(
        key=key,
        institution_id=sides[0],
        partner_id=sides[1],
        degree=wanted.degree,
        kind=wanted.kind.value,
        sources=list(wanted.sources),
        outside=wanted.outside_json(),
        grants=grants,
        decision="",
    )


def as_core(key: str, wanted: WantedRecognition, grants: list[Any]) -> Recognition:
    """The same as the law reads it."""
    granted = as_recognition(key, wanted, grants, ("", ""))
    return recognition_of(
        key, wanted.degree, [*granted.sources, *(attempt.id for attempt in granted.attempts())], grants
    )
