"""How does a request read: its courses by name, both sides next to each other, and what papers speak for it?"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier
from dualdegree.core.approval import State
from dualdegree.core.audit.facts import Attempt
from dualdegree.core.credit import worth
from dualdegree.core.curricula.curriculum import Course, Curriculum
from dualdegree.core.curricula.equivalence import Entry
from dualdegree.core.grades import SCALES
from dualdegree.core.text import Message, Text
from dualdegree.recognition.evidence.service import about_student, by_digest
from dualdegree.recognition.models import EvidenceFile
from dualdegree.requests.judging.objections import side_of
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.notices import WAITS_FOR
from dualdegree.requests.wanted import Wish, group_title, wishes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWork:
    """A course, credits of a group, or work elsewhere, as a page names it; ``grade`` as earned, where there is one."""

    title: Text | str
    code: str
    credits: Decimal
    grade: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """A grade as it was earned and decided upon, which a later change of the record does not touch."""

    title: Text | str
    grade: Decimal | None
    scale: Message | str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRequest:
    """One request as lists and pages show it."""

    request: RecognitionRequest | sa.Row[Any]
    student: Text
    """The name as lists show it."""
    sources: tuple[NamedWork, ...]
    targets: tuple[NamedWork, ...]
    granted: tuple[NamedWork, ...]
    waits_for: Message | None
    late: bool


def shown(
    request: RecognitionRequest | sa.Row[Any],
    student: Text,
    curricula: Iterable[Curriculum],
    known: Mapping[str, NamedWork],
    today: dt.date,
) -> ShownRequest:
    """One request in words, or the row of one; what neither the curricula nor ``known`` name, by its code."""
    home = next((curriculum for curriculum in curricula if curriculum.degree.id == request.degree), None)
    return ShownRequest(
        request=request,
        student=student,
        sources=tuple(_sources(request, known)),
        targets=tuple(_wish(wish, home) for wish in wishes_of(request.targets)),
        granted=tuple(_wish(wish, home) for wish in wishes_of(request.granted)),
        waits_for=WAITS_FOR.get(State(request.state)),
        late=request.due_on is not None and request.due_on < today,
    )


def named(record: Iterable[Attempt]) -> Mapping[str, NamedWork]:
    """The attempts of a record by their references, as a page names them."""
    return {
        attempt.id: NamedWork(
            title=attempt.title or attempt.course, code=attempt.course, credits=attempt.credits, grade=attempt.grade
        )
        for attempt in record
    }


def earned(request: RecognitionRequest, record: Sequence[Attempt]) -> Iterator[Earned]:
    """The grades on which a decision was based."""
    known = {attempt.id: attempt for attempt in record}
    for original in request.originals:
        sat, scale = known.get(original["attempt"]), SCALES.get(original["scale"])
        yield Earned(
            title=sat.title or sat.course if sat else original["attempt"],
            grade=None if original["grade"] is None else Decimal(original["grade"]),
            scale=scale.title if scale else original["scale"],
        )


def _sources(request: RecognitionRequest | sa.Row[Any], known: Mapping[str, NamedWork]) -> Iterator[NamedWork]:
    for source in request.sources:
        yield known.get(source) or NamedWork(title=source, code="", credits=Decimal(0))
    for work in request.outside:
        yield NamedWork(title=work["title"], code="", credits=Decimal(work["credits"]))


def _wish(wish: Wish, home: Curriculum | None) -> NamedWork:
    if wish.course is not None:
        course = home.courses.get(wish.course) if home else None
        return NamedWork(title=course.title if course else wish.course, code=wish.course, credits=wish.credits)
    title = group_title(wish.tag or "", home) if home else wish.tag or ""
    return NamedWork(title=title, code="", credits=wish.credits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One property of all the courses of a request: what is sat beside what it would count as."""

    name: Message
    sat: tuple[object, ...]
    asked: tuple[object, ...]
    of_language: bool = False
    """Whether the values name languages, which a page calls by their names."""


NOTHING = Message("not stated")


def side_by_side(request: RecognitionRequest, dossier: Dossier) -> tuple[Compared, ...]:
    """Both sides' courses next to each other: title, credits, ECTS, hours, level, language, marks, outcomes."""
    home = side_of(dossier, request.degree).curriculum
    away = next(side.curriculum for side in dossier.every_side if side.curriculum.institution == request.partner_id)
    record = {attempt.id: attempt.course for attempt in dossier.case.record}
    codes = [record[source] for source in request.sources if source in record]
    sat = [away.courses[code] for code in dict.fromkeys(codes) if code in away.courses]
    left = [_facts(attempt, away, dossier.entries) for attempt in sat]
    right = [
        _facts(home.courses[wish.course], home, dossier.entries)
        if wish.course and wish.course in home.courses
        else _facts_of_group(wish, home)
        for wish in wishes_of(request.targets)
    ]
    return tuple(
        Compared(
            name=name,
            sat=tuple(facts[name.id] for facts in left),
            asked=tuple(facts[name.id] for facts in right),
            of_language=name is LANGUAGE,
        )
        for name in PROPERTIES
    )


COURSE, CREDITS, ECTS, HOURS = Message("Course"), Message("Credits"), Message("ECTS"), Message("Hours")
LEVEL, LANGUAGE, MARKS = Message("Level"), Message("Language"), Message("Marked")
OUTCOMES = Message("Learning outcomes")
PROPERTIES = (COURSE, CREDITS, ECTS, HOURS, LEVEL, LANGUAGE, MARKS, OUTCOMES)


def _facts(course: Course, curriculum: Curriculum, entries: Iterable[Entry]) -> Mapping[str, object]:
    ects = worth(course.credits, course.ects, curriculum.degree.ects_per_credit)
    return {
        COURSE.id: Message("%(title)s (%(code)s)", {"title": course.title, "code": course.code}),
        CREDITS.id: course.credits,
        ECTS.id: ects,
        HOURS.id: NOTHING if course.hours is None else course.hours,
        LEVEL.id: NOTHING if course.level is None else course.level,
        LANGUAGE.id: course.language or NOTHING,
        MARKS.id: curriculum.called(course.tags) or NOTHING,
        OUTCOMES.id: course.outcomes or _outcomes(course.code, entries) or NOTHING,
    }


def _facts_of_group(wish: Wish, curriculum: Curriculum) -> Mapping[str, object]:
    """What can be said of credits of a group, or of a course that the curriculum does not have."""
    named = _wish(wish, curriculum)
    stated = {
        COURSE.id: named.title,
        CREDITS.id: named.credits,
        ECTS.id: worth(named.credits, None, curriculum.degree.ects_per_credit),
        MARKS.id: curriculum.called([wish.tag]) if wish.tag else NOTHING,
    }
    return {**dict.fromkeys((name.id for name in PROPERTIES), NOTHING), **stated}


def _outcomes(code: str, entries: Iterable[Entry]) -> Text | None:
    """Where the curriculum is silent, what an equivalence of the course says."""
    return next((entry.evidence.outcomes for entry in _naming(code, entries) if entry.evidence.outcomes), None)


def _naming(code: str, entries: Iterable[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if code in (*entry.source_courses, *entry.target_courses))


def papers(session: orm.Session, request: RecognitionRequest, dossier: Dossier) -> tuple[EvidenceFile, ...]:
    """Syllabi that the curricula and equivalences name for its courses, and what was handed in about the student."""
    codes = [course.course for course in request.courses] + [wish.course or "" for wish in wishes_of(request.targets)]
    known = [side.curriculum.courses for side in dossier.every_side]
    digests = [digest for code in codes for courses in known if code in courses for digest in courses[code].syllabi]
    digests += [
        digest for code in codes for entry in _naming(code, dossier.entries) for digest in entry.evidence.syllabi
    ]
    kept = by_digest(session, (request.institution_id, request.partner_id), digests) if digests else {}
    return (*kept.values(), *about_student(session, request.student))
