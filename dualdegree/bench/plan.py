"""How long does the cheapest plan take for a student of 60 items, with 150, 300 or 600 courses on offer?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from statistics import median, quantiles
from time import process_time

from dualdegree.bench.workloads.programmes import HOME, BenchProgramme, Equivalence, TaughtCourse, programmes
from dualdegree.core.audit.facts import Achieved, Attempt, Case, Grant, Recognition, Status
from dualdegree.core.audit.plan.search import OfferedCourse, PlanCase, plan
from dualdegree.core.audit.rules import Degree

ITEMS, OFFERS = 60, 150
TERMS = ("2027-1", "2027-2", "2028-1", "2028-2")
SEED = 7
SIX_TERMS = (*TERMS, "2029-1", "2029-2")
LONG = 20
"""How many students are planned for with 300 and with 600 offers."""
TERM_LIMIT = Decimal(30)
"""A full term."""


def run(count: int = 60) -> dict[str, float]:
    """The figures of the group ``plan``, over that many students; milliseconds of the whole plan with its audits.

    Time is that of this process, so that others on the machine do not count. ``limited`` is the same with at most
    ``TERM_LIMIT`` ECTS in each term, which the contract does not ask for; ``offers300`` and ``offers600`` so over six
    terms with as many courses on offer.
    """
    cases = list(students(count))
    times, proven = _timed(cases)
    limited, limited_proven = _timed([replace(case, term_limit_ects=TERM_LIMIT) for case in cases])
    catalogues = {}
    for offers in (300, 600):
        wide = students(LONG, offers=offers, terms=SIX_TERMS)
        took, _ = _timed([replace(case, term_limit_ects=TERM_LIMIT) for case in wide])
        catalogues[f"plan.offers{offers}.p95_ms"] = quantiles(took, n=20)[-1]
    return {
        "plan.p95_ms": quantiles(times, n=20)[-1],
        "plan.median_ms": median(times),
        "plan.max_ms": max(times),
        "plan.proven_share": proven / count,
        "plan.limited.p95_ms": quantiles(limited, n=20)[-1],
        "plan.limited.median_ms": median(limited),
        "plan.limited.proven_share": limited_proven / count,
        **catalogues,
    }


def _timed(cases: Sequence[PlanCase]) -> tuple[list[float], int]:
    """Milliseconds for each case, and how many plans are proven to be the cheapest."""
    times, proven = [], 0
    for case in cases:
        start = process_time()
        proven += plan(case).is_proven
        times.append((process_time() - start) * 1000)
    return times, proven


def students(count: int, seed: int = SEED, *, offers: int = OFFERS, terms: Sequence[str] = TERMS) -> Iterator[PlanCase]:
    """That many students of the larger programmes in turn, half way through, always the same."""
    chance = Random(seed)  # noqa: S311 - a seeded workload
    large = programmes()[1:]
    for number in range(count):
        yield _student(large[number % len(large)], chance, offers, terms)


def _student(programme: BenchProgramme, chance: Random, offers: int, terms: Sequence[str]) -> PlanCase:
    left = {place: chance.sample(own, len(own)) for place, own in programme.courses.items()}
    taken: dict[str, list[TaughtCourse]] = {place: [] for place in left}
    case = _case(programme, taken)
    while len(case.record) + sum(len(recognition.grants) for recognition in case.recognitions) < ITEMS:
        place = chance.choice(sorted(left))
        taken[place].append(left[place].pop())
        case = _case(programme, taken)
    return PlanCase(case=case, offers=tuple(_offers(programme, case, left, chance, offers=offers, terms=terms)))


def _case(programme: BenchProgramme, taken: Mapping[str, Sequence[TaughtCourse]]) -> Case:
    record = tuple(_attempt(place, course) for place, own in taken.items() for course in own)
    passed = {attempt.course: attempt.id for attempt in record}
    recognitions = (
        _recognition(degree, number, entry, [passed[code] for code in entry.sources])
        for degree in programme.degrees
        for number, entry in enumerate(programme.equivalences[degree.institution])
        if passed.keys() >= set(entry.sources) and not passed.keys() & {target.code for target in entry.targets}
    )
    return Case(
        degrees=programme.degrees,
        record=record,
        include=(Status.PASSED, Status.IN_PROGRESS),
        shared_credits=programme.shared,
        recognitions=tuple(recognitions),
        milestones=tuple(Achieved(milestone=milestone) for milestone in programme.milestones[:1]),
    )


def _attempt(place: str, course: TaughtCourse) -> Attempt:
    return Attempt(
        id=f"{place}/{course.code}",
        institution=place,
        course=course.code,
        credits=course.credits,
        status=Status.PASSED,
        grade=Decimal(85) if place == HOME else Decimal("7.5"),
        term="2026-1",
        level=course.level,
        language=course.language,
        tags=course.tags,
        ects=course.ects,
        work=course.work,
    )


def _recognition(degree: Degree, number: int, entry: Equivalence, sources: Sequence[str]) -> Recognition:
    name = f"{degree.id}-{number}"
    grants = (
        Grant(
            id=f"{name}-{position}",
            credits=target.credits,
            course=target.code,
            tags=target.tags,
            level=target.level,
            language=target.language,
            ungraded_pass=True,
        )
        for position, target in enumerate(entry.targets)
    )
    return Recognition(id=name, degree=degree.id, sources=tuple(sources), grants=tuple(grants))


def _offers(
    programme: BenchProgramme,
    case: Case,
    left: Mapping[str, Sequence[TaughtCourse]],
    chance: Random,
    *,
    offers: int,
    terms: Sequence[str],
) -> Iterator[OfferedCourse]:
    """Every course not taken yet, then courses like them, until there are enough; what is recognised alone is so."""
    entries = [
        (d, number, e) for d in programme.degrees for number, e in enumerate(programme.equivalences[d.institution])
    ]
    single = {entry.sources[0]: (degree, number, entry) for degree, number, entry in entries if len(entry.sources) == 1}
    pool = [(place, course) for place, own in left.items() for course in own]
    passed = {attempt.course for attempt in case.record}
    for position in range(offers):
        if position < len(pool):
            place, course = pool[position]
        else:
            place, like = chance.choice([own for own in pool if "thesis" not in own[1].tags])
            course = replace(like, code=f"{like.code}-{position}")
        id_ = f"offer {place}/{course.code}"
        recognitions = []
        if course.code in single:
            degree, number, entry = single[course.code]
            if not passed & {target.code for target in entry.targets}:
                recognitions = [_recognition(degree, number, entry, [id_])]
        yield OfferedCourse(
            id=id_,
            institution=place,
            course=course.code,
            credits=course.credits,
            terms=tuple(sorted(chance.sample(terms, chance.choice((1, 2, 2))))),
            tags=course.tags,
            level=course.level,
            language=course.language,
            recognitions=tuple(recognitions),
        )
