"""What does a learning agreement say: what is studied at the partner, and what is recognised for it?

The two lists need not match one to one; each names what its curriculum has.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dualdegree.audit.dossiers import Dossier
from dualdegree.core.credit import figure
from dualdegree.core.records import TERM
from dualdegree.core.refusal import Refusal
from dualdegree.requests.judging.objections import partner_of, side_of
from dualdegree.requests.models import LearningAgreement
from dualdegree.requests.wanted import Wish, group_title, wishes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A course to be studied at the partner, and in which term."""

    course: str
    term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """What a version says: for which degree, from which term on, both lists, and a word to whoever reads it."""

    degree: str
    begins: str
    studied: tuple[Study, ...]
    recognised: tuple[Wish, ...]
    words: str = ""


def stay_in(agreement: LearningAgreement) -> Stay:
    """What a version that is kept says."""
    return Stay(
        degree=agreement.degree,
        begins=agreement.stay,
        studied=tuple(Study(course=row["course"], term=row["term"]) for row in agreement.studied),
        recognised=wishes_of(agreement.recognised),
        words=agreement.words,
    )


def check(dossier: Dossier, stay: Stay) -> None:
    """Both lists name what the two curricula have; raises ``Refusal``."""
    if not TERM.fullmatch(stay.begins):
        raise Refusal('"%(term)s" is not a term; write it like 2026-1.', {"term": stay.begins}, about="begins")
    admitted = min(side.enrolment.admission_term for side in dossier.every_side)
    if stay.begins < admitted:
        raise Refusal(
            "No stay begins before the student was admitted; the earliest term is %(term)s.",
            {"term": admitted},
            about="begins",
        )
    if not stay.studied or not stay.recognised:
        raise Refusal(
            "Name at least one course to be studied, and at least one thing that is recognised for it.",
            about="courses" if stay.studied else "studied",
        )
    away = _away(dossier, stay)
    for study in stay.studied:
        if study.course not in away.courses:
            words = {"course": study.course}
            raise Refusal("%(course)s is not taught by the partner; choose from the list.", words, about="studied")
        if not TERM.fullmatch(study.term) or study.term < stay.begins:
            raise Refusal(
                "%(course)s: the term %(term)s is not one of the stay; write one from %(begins)s on.",
                {"course": study.course, "term": study.term, "begins": stay.begins},
                about="begins",
            )
    courses = [study.course for study in stay.studied]
    for course in courses:
        if courses.count(course) > 1:
            raise Refusal(
                "%(course)s is named in two terms; choose the one in which it is studied.",
                {"course": course},
                about="later",
            )
    home = side_of(dossier, stay.degree).curriculum
    tags = {tag for course in home.courses.values() for tag in course.tags}
    for wish in stay.recognised:
        if (wish.course not in home.courses if wish.course is not None else wish.tag not in tags) or wish.credits <= 0:
            raise Refusal(
                "%(wish)s is not in the recognising curriculum; choose from the list.",
                {"wish": wish.course or wish.tag or "–"},
                about="courses" if wish.course is not None else "group_credits",
            )


def _away(dossier: Dossier, stay: Stay) -> Any:
    partner = partner_of(dossier, stay.degree)
    return next(side.curriculum for side in dossier.every_side if side.curriculum.institution == partner)


def studied(dossier: Dossier, stay: Stay) -> list[Any]:
    """The first list as it is kept: with the credits and titles of today's curriculum."""
    courses = _away(dossier, stay).courses
    return [
        {
            "course": study.course,
            "term": study.term,
            "credits": figure(courses[study.course].credits),
            "title": dict(courses[study.course].title),
        }
        for study in stay.studied
    ]


def recognised(dossier: Dossier, stay: Stay) -> list[Any]:
    """The second list as it is kept: with the titles of today's curriculum."""
    home = side_of(dossier, stay.degree).curriculum
    return [
        {
            **wish.as_json(),
            "title": dict(home.courses[wish.course].title if wish.course else group_title(wish.tag or "", home)),
        }
        for wish in stay.recognised
    ]


def digest(agreement: LearningAgreement) -> str:
    """What everybody agrees to: SHA-256 over all that the version says."""
    text = json.dumps(
        {
            "degree": agreement.degree,
            "stay": agreement.stay,
            "studied": agreement.studied,
            "recognised": agreement.recognised,
            "words": agreement.words,
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


def total(rows: Sequence[Any]) -> Decimal:
    """The credits of one of the two lists, in the unit of its institution."""
    return sum((Decimal(row["credits"]) for row in rows), Decimal(0))
