"""Which students are realistic? A third finished, a third a few courses short, a third early; always the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from random import Random

from dualdegree.bench.workloads.programmes import HOME, BenchProgramme, TaughtCourse, programmes
from dualdegree.core.audit import audit
from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.facts import (
    UNCOUNTED,
    Achieved,
    Attempt,
    Case,
    Claims,
    ExceptionKind,
    Grant,
    GrantedException,
    Recognition,
    Status,
)
from dualdegree.core.audit.rules import Courses, Credits, nodes

Taken = dict[str, list[TaughtCourse]]
"""Institution → courses."""
PASS = {True: (60, 98), False: (50, 98)}
"""Grades out of 100 at home, in tenths away."""


class Stage(StrEnum):
    """How far a student has come."""

    FINISHED = "finished"
    SHORT = "short"
    EARLY = "early"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchStudent:
    """A case and how it was made."""

    stage: Stage
    programme: str
    case: Case


def students(count: int, seed: int) -> Iterator[BenchStudent]:
    """That many students of all programmes and stages in turn."""
    chance = Random(seed)  # noqa: S311 - a seeded workload
    every = programmes()
    stages = tuple(Stage)
    for number in range(count):
        programme = every[number // len(stages) % len(every)]
        yield _student(programme, stages[number % len(stages)], chance)


def _student(programme: BenchProgramme, stage: Stage, chance: Random) -> BenchStudent:
    finished = _finished(programme, chance)
    match stage:
        case Stage.FINISHED:
            case = finished
        case Stage.SHORT:
            case = _short(finished, chance)
        case Stage.EARLY:
            case = _early(finished, chance)
    case = _excepted(case, chance) if chance.random() < 0.15 else case
    return BenchStudent(stage=stage, programme=programme.name, case=_remembered(case, chance))


def _finished(programme: BenchProgramme, chance: Random) -> Case:
    """Courses are taken until both degrees are met; then a few more, as students do."""
    taken: Taken = {degree.institution: [] for degree in programme.degrees}
    left = {place: chance.sample(own, len(own)) for place, own in programme.courses.items()}
    started = 0.12 if programme.name == "demonstration" else 0.25
    for place, own in left.items():
        for course in [course for course in own if "thesis" in course.tags]:
            own.remove(course)
            taken[place].append(course)
        taken[place].extend(own.pop() for _ in range(int(len(own) * started)))
    while True:
        case = _case(programme, taken)
        answer = audit(case)
        if answer.blocking is None or not any(left.values()):
            break
        _take_some(programme, answer, taken, left, chance)
    for own, more in zip(taken.values(), left.values(), strict=True):
        own.extend(more.pop() for _ in range(min(len(more), chance.choice((0, 0, 1, 2)))))
    return _with_history(_case(programme, taken), chance)


def _take_some(programme: BenchProgramme, answer: Answer, taken: Taken, left: Taken, chance: Random) -> None:
    """A course more for every leaf that is not filled yet; any course where no leaf wants one."""
    is_lacking = False
    for degree in programme.degrees:
        outcomes = answer.degrees[degree.id].requirements
        for node in nodes(degree.requirements):
            if not isinstance(node, Credits | Courses) or outcomes[node.id].met:
                continue
            own = left[degree.institution]
            if wanted := [course for course in own if not node.select.tag or set(node.select.tag) & set(course.tags)]:
                course = chance.choice(wanted)
                own.remove(course)
                taken[degree.institution].append(course)
                is_lacking = True
    if not is_lacking:
        for place, own in left.items():
            taken[place].extend(own[:1])
            del own[:1]


def _case(programme: BenchProgramme, taken: Taken) -> Case:
    record = tuple(_attempt(place, course, number) for place, own in taken.items() for number, course in enumerate(own))
    return Case(
        degrees=programme.degrees,
        record=record,
        shared_credits=programme.shared,
        recognitions=_recognised(programme, record),
        milestones=tuple(Achieved(milestone=name, value=Decimal(12)) for name in programme.milestones),
    )


def _attempt(place: str, course: TaughtCourse, number: int) -> Attempt:
    low, high = PASS[place == HOME]
    tenths = low + (sum(map(ord, course.code)) * 7 + number) % (high - low)
    return Attempt(
        id=f"{place[:1]}{number:03}",
        institution=place,
        course=course.code,
        credits=course.credits,
        status=Status.PASSED,
        grade=Decimal(tenths) if place == HOME else Decimal(tenths) / 10,
        term=f"{2024 + number // 16}-{number // 8 % 2 + 1}",
        level=course.level,
        language=course.language,
        tags=course.tags,
        ects=course.ects,
        work=course.work,
    )


def _recognised(programme: BenchProgramme, record: Sequence[Attempt]) -> tuple[Recognition, ...]:
    """Every equivalence whose sources are all on record, unless the target was sat."""
    recognitions = []
    by_course = {attempt.course: attempt for attempt in record}
    for degree in programme.degrees:
        spent: set[str] = set()
        for number, entry in enumerate(programme.equivalences[degree.institution]):
            targets = [target for target in entry.targets if target.code not in by_course]
            if not targets or spent & set(entry.sources) or not set(entry.sources) <= by_course.keys():
                continue
            spent |= set(entry.sources)
            sources = tuple(by_course[code].id for code in entry.sources)
            name = f"{degree.id}-{number}"
            recognitions.append(Recognition(id=name, degree=degree.id, sources=sources, grants=_grants(name, targets)))
    return tuple(recognitions)


def _grants(name: str, targets: Sequence[TaughtCourse]) -> tuple[Grant, ...]:
    return tuple(
        Grant(
            id=f"{name}-{position}",
            course=target.code,
            credits=target.credits,
            tags=target.tags,
            level=target.level,
            language=target.language,
            ungraded_pass=True,
        )
        for position, target in enumerate(targets)
    )


def _without(case: Case, gone: set[str]) -> Case:
    return replace(
        case,
        record=tuple(attempt for attempt in case.record if attempt.id not in gone),
        recognitions=tuple(r for r in case.recognitions if not gone & set(r.sources)),
    )


def _short(case: Case, chance: Random) -> Case:
    """One to three courses are taken away, so that something is missing."""
    passed = [attempt.id for attempt in case.record if attempt.status is Status.PASSED]
    for count in (1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3):
        trial = _without(case, set(chance.sample(passed, count)))
        if audit(trial).blocking is not None:
            break
    return trial


def _early(case: Case, chance: Random) -> Case:
    """The first third to two thirds of the courses; some of the others are in progress."""
    ids = [attempt.id for attempt in case.record]
    gone = set(chance.sample(ids, int(len(ids) * chance.uniform(0.33, 0.67))))
    projected = chance.random() < 0.25
    early = _without(case, gone)
    going = {id_ for id_ in ids if id_ not in gone and chance.random() < 0.15}
    record = tuple(replace(a, status=Status.IN_PROGRESS, grade=None) if a.id in going else a for a in early.record)
    include = (Status.PASSED, Status.IN_PROGRESS) if projected else (Status.PASSED,)
    return replace(early, record=record, include=include, milestones=early.milestones[:1])


def _with_history(case: Case, chance: Random) -> Case:
    """Some courses were failed once before they were passed, or sat again for a better grade."""
    before = []
    for attempt in case.record:
        if chance.random() < 0.08:
            status = chance.choice((Status.FAILED, Status.PASSED))
            grade = None if status is Status.FAILED else attempt.grade and attempt.grade - 1
            before.append(replace(attempt, id=f"{attempt.id}-1", status=status, grade=grade, term="2023-2", work=None))
    return replace(case, record=(*case.record, *before))


def _excepted(case: Case, chance: Random) -> Case:
    """A substitution, or an item kept out."""
    degree = chance.choice(case.degrees)
    own = [attempt.id for attempt in case.record if attempt.institution == degree.institution]
    if not own:
        return case
    kind = chance.choice((ExceptionKind.SUBSTITUTE, ExceptionKind.EXCLUDE))
    node = None if kind is ExceptionKind.EXCLUDE else "core"
    granted = GrantedException(
        kind=kind,
        degree=degree.id,
        requirement=node,
        item=chance.choice(own),
        by="registrar",
        reason="as decided",
        on="2026-09-01",
    )
    return replace(case, exceptions=(granted,))


def _remembered(case: Case, chance: Random) -> Case:
    """Two thirds were audited before, when their last courses were not yet passed."""
    if chance.random() < 0.34:
        return case
    last = {attempt.id for attempt in case.record if chance.random() < 0.1}
    return replace(case, previous=_places(audit(_without(replace(case, exceptions=()), last))))


def _places(answer: Answer) -> Claims:
    return {
        name: {**degree.claims, **dict.fromkeys(degree.not_counted, UNCOUNTED)}
        for name, degree in answer.degrees.items()
    }
