"""What is asked for, or granted: from which work, to which courses or credits of a group? Values, and their JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from dualdegree.core.audit.facts import Grant
from dualdegree.core.credit import figure
from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.curricula.individual import IndividualRecognition, OutsideWork
from dualdegree.core.recognition import RecognitionKind
from dualdegree.core.text import Text
from dualdegree.recognition.models import outside_in
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
class WantedRecognition:
    """A request: into which degree, from which attempts or other work, to what, and the student's own words."""

    degree: str
    kind: RecognitionKind = RecognitionKind.STUDY
    sources: tuple[str, ...] = ()
    outside: tuple[OutsideWork, ...] = ()
    targets: tuple[Wish, ...] = ()
    words: str = ""
    mobility: str = ""
    """How it is known that the work was done in mobility, which spares some kinds that are excluded otherwise."""

    def only(self, targets: tuple[Wish, ...]) -> "WantedRecognition":
        """The same request for no more than these."""
        return replace(self, targets=targets)


def wishes_of(targets: Sequence[Mapping[str, Any]]) -> tuple[Wish, ...]:
    """What was stored."""
    return tuple(Wish(course=wish["course"], tag=wish["tag"], credits=Decimal(wish["credits"])) for wish in targets)


def wanted_by(request: RecognitionRequest) -> WantedRecognition:
    """What a stored request asks for."""
    return WantedRecognition(
        degree=request.degree,
        kind=request.how,
        sources=tuple(request.sources),
        outside=outside_in(request.outside),
        targets=wishes_of(request.targets),
        words=request.words,
        mobility=request.mobility,
    )


def key_of(targets: Sequence[Wish]) -> str:
    """What was asked for, whatever the order: the same for requests that can be precedents of each other."""
    return " + ".join(sorted(wish.course or f"#{wish.tag}" for wish in targets))


def grants_of(
    key: str, wishes: Sequence[Wish], curriculum: Curriculum, kind: RecognitionKind, grade: Decimal | None
) -> tuple[Grant, ...]:
    """What the recognising degree gives for these wishes; only what was officially studied bears a grade."""
    shown = grade if kind.is_graded else None
    return tuple(
        _grant(f"{key}/{number}", wish, curriculum, kind, shown) for number, wish in enumerate(wishes, start=1)
    )


def _grant(grant_id: str, wish: Wish, curriculum: Curriculum, kind: RecognitionKind, grade: Decimal | None) -> Grant:
    course = curriculum.courses.get(wish.course or "")
    tags = course.tags if course else (wish.tag or "",)
    return Grant(
        id=grant_id,
        credits=wish.credits,
        course=wish.course,
        grade=grade,
        level=course.level if course else None,
        language=course.language if course else None,
        tags=(*tags, *(() if kind.is_graded else (kind.value,))),
        ungraded_pass=grade is None,
        title=course.title if course else group_title(wish.tag or "", curriculum),
    )


def group_title(tag: str, curriculum: Curriculum) -> Text:
    """What the curriculum calls a group, else its tag."""
    return curriculum.degree.words.get(tag) or {"und": tag}


def as_recognition(
    key: str, wanted: WantedRecognition, grants: tuple[Grant, ...], sides: tuple[str, str]
) -> IndividualRecognition:
    """The recognition that these grants would be. ``sides``: recognising, partner."""
    return IndividualRecognition(
        key=key,
        institution=sides[0],
        partner=sides[1],
        degree=wanted.degree,
        kind=wanted.kind,
        sources=wanted.sources,
        outside=wanted.outside,
        grants=grants,
    )
