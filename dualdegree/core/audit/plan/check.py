"""Does a plan keep to what its case allows? Recounted plainly, by code that shares nothing with the model.

The degrees are not judged here: the engine audits the plan, and its own check recounts that.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from dualdegree.core.audit.check.recount import Mismatch
from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.audit.plan.question import OfferedCourse, PlanCase, StayChoice

Begun = Mapping[str, str]
"""Offer → the term in which it begins."""
AHEAD = frozenset({Status.IN_PROGRESS, Status.PLANNED})


class Times:
    """The times that a plan case names, each by the first of its names, in the order of those names."""

    def __init__(self, planned: PlanCase) -> None:
        self.first = {name: group[0] for group in planned.same_terms for name in group}
        places = {degree.institution for degree in planned.case.degrees}
        places |= {offer.institution for offer in planned.offers} | {a.institution for a in planned.case.record}
        names = {term for offer in planned.offers for term in offer.terms} | set(self.first) | set(planned.away)
        names |= {attempt.term for attempt in planned.case.record if attempt.status in AHEAD and attempt.term}
        names |= {term for stay in planned.stays for term in stay.terms}
        names |= {planned.end_by} if planned.end_by is not None else set()
        for limit in (planned.term_limit_ects, planned.term_limit_courses):
            names |= {key for key in limit if key not in places} if isinstance(limit, Mapping) else set()
        self.known = sorted({self.first_name(name) for name in names})

    def first_name(self, name: str) -> str:
        """The first name of the time that a term is."""
        return self.first.get(name, name)

    def number(self, name: str) -> int:
        """How many times come before it."""
        return self.known.index(self.first_name(name))

    def run(self, offer: OfferedCourse, term: str) -> list[int]:
        """The numbers of the times that an offer runs over, begun in a term."""
        return [self.number(term) + more for more in range(offer.spans)]


def refusal(planned: PlanCase, begun: Begun, times: Times | None = None) -> str | None:
    """What the plan breaks first, in a few words; ``None`` where it keeps to everything."""
    times = times or Times(planned)
    taken = [offer for offer in planned.offers if offer.id in begun]
    if len(taken) != len(begun):
        return "an offer that is not there"
    broken = (
        *_each(planned, times, taken, begun),
        *_loads(planned, times, taken, begun),
        *_places(planned, times, taken, begun),
    )
    return next(iter(broken), None)


def _each(planned: PlanCase, times: Times, taken: list[OfferedCourse], begun: Begun) -> Iterator[str]:
    """What a course by itself breaks: where it is offered, what comes before it, by when it is over."""
    for offer in taken:
        start = times.number(begun[offer.id])
        if begun[offer.id] not in offer.terms:
            yield f"{offer.id}: not offered in {begun[offer.id]}"
        if planned.end_by is not None and times.run(offer, begun[offer.id])[-1] > times.number(planned.end_by):
            yield f"{offer.id}: over after {planned.end_by}"
        over = _over(planned, times, taken, begun, start)
        for courses in offer.requires:
            if not over & set(courses):
                yield f"{offer.id}: before {' or '.join(courses)}"
        there = over | {c.course for c in taken if c.id != offer.id and times.number(begun[c.id]) <= start}
        there |= {a.course for a in _counted_on(planned) if a.term and times.number(a.term) <= start}
        for course in offer.together:
            if course not in there:
                yield f"{offer.id}: without {course}"
        if offer.after_ects is not None and _done(planned, times, taken, begun, start) < offer.after_ects:
            yield f"{offer.id}: before {offer.after_ects} ECTS"


def _counted_on(planned: PlanCase) -> list[Attempt]:
    return [a for a in planned.case.record if a.status in AHEAD and a.status in planned.case.include]


def _over(planned: PlanCase, times: Times, taken: list[OfferedCourse], begun: Begun, start: int) -> set[str]:
    """The courses that are passed, or over before a time."""
    passed = {attempt.course for attempt in planned.case.record if attempt.status is Status.PASSED}
    expected = {a.course for a in _counted_on(planned) if not a.term or times.number(a.term) < start}
    return passed | expected | {o.course for o in taken if times.run(o, begun[o.id])[-1] < start}


def _done(planned: PlanCase, times: Times, taken: list[OfferedCourse], begun: Begun, start: int) -> Decimal:
    """ECTS of work over before a time."""
    works: dict[object, Decimal] = {}
    over = [a for a in planned.case.record if a.status is Status.PASSED]
    over += [a for a in _counted_on(planned) if not a.term or times.number(a.term) < start]
    courses: list[OfferedCourse | Attempt] = [*over, *(o for o in taken if times.run(o, begun[o.id])[-1] < start)]
    once: dict[object, OfferedCourse | Attempt] = {}
    for course in courses:
        key = course.id if course.repeatable else (course.institution, course.course)
        if key not in once or _ects(planned, once[key]) < _ects(planned, course):
            once[key] = course
    for own, course in once.items():
        work = course.work or own
        works[work] = max(works.get(work, Decimal(0)), _ects(planned, course))
    return sum(works.values(), Decimal(0))


def _ects(planned: PlanCase, course: OfferedCourse | Attempt) -> Decimal:
    if course.ects is not None:
        return course.ects
    for degree in planned.case.degrees:
        if degree.institution == course.institution:
            return course.credits * degree.ects_per_credit
    return course.credits


def load_in(planned: PlanCase, times: Times, begun: Begun, time: int, place: str | None = None) -> Fraction:
    """ECTS of work in a time, of the record and of the plan; of one place, or of all."""
    shares: dict[str, Fraction] = {}
    under_way = [a for a in planned.case.record if a.status in AHEAD and a.term and times.number(a.term) == time]
    for attempt in under_way:
        if place in {None, attempt.institution}:
            work = attempt.work or attempt.id
            shares[work] = max(shares.get(work, Fraction(0)), Fraction(_ects(planned, attempt)))
    kept: dict[str, Fraction] = {}
    for offer in planned.offers:
        if offer.id in begun and time in times.run(offer, begun[offer.id]) and place in {None, offer.institution}:
            share = Fraction(_ects(planned, offer)) / offer.spans
            if offer.work:
                # What of the work is on record already is no work any more.
                share = max(Fraction(0), share - Fraction(_on_record(planned, offer.work)))
            key = offer.work or offer.id
            kept[key] = max(kept.get(key, Fraction(0)), share)
    return sum([*shares.values(), *kept.values()], Fraction(0))


def _on_record(planned: PlanCase, work: str) -> Decimal:
    own = [a for a in planned.case.record if a.work == work and a.status in planned.case.include]
    return max((_ects(planned, attempt) for attempt in own), default=Decimal(0))


def _loads(planned: PlanCase, times: Times, taken: list[OfferedCourse], begun: Begun) -> Iterator[str]:
    """Which term holds too much; what the record alone has too much is not the plan's fault."""
    for time in sorted({time for offer in taken for time in times.run(offer, begun[offer.id])}):
        own = [offer for offer in taken if time in times.run(offer, begun[offer.id])]
        for key, most in _limits(planned.term_limit_ects, times, time):
            before, load = load_in(planned, times, {}, time, key), load_in(planned, times, begun, time, key)
            if load > max(before, Fraction(most)):
                yield f"{load} ECTS in a term of {most}"
        for key, most in _limits(planned.term_limit_courses, times, time):
            held = sum(
                1
                for a in planned.case.record
                if a.status in AHEAD and a.term and times.number(a.term) == time and key in {None, a.institution}
            )
            more = sum(1 for offer in own if key in {None, offer.institution})
            if more and held + more > most:
                yield f"{held + more} courses in a term of {most}"


def _limits(
    limit: Decimal | Mapping[str, Decimal] | None, times: Times, time: int
) -> Iterator[tuple[str | None, Decimal]]:
    """The limits of one time: of which place (``None``: of all), and how much."""
    if isinstance(limit, Mapping):
        for key, most in limit.items():
            if times.first_name(key) not in times.known:
                yield key, most
            elif times.number(key) == time:
                yield None, most
    elif limit is not None:
        yield None, limit


def stay_of(planned: PlanCase, begun: Begun, times: Times | None = None) -> StayChoice | None:
    """The first of the stays that the plan allows."""
    times = times or Times(planned)
    taken = [offer for offer in planned.offers if offer.id in begun and not offer.remote]
    return next((stay for stay in planned.stays if _allows(stay, times, taken, begun)), None)


def _allows(stay: StayChoice, times: Times, taken: list[OfferedCourse], begun: Begun) -> bool:
    spent = {times.number(term) for term in stay.terms}
    return not any(
        offer.institution != stay.institution and spent & set(times.run(offer, begun[offer.id])) for offer in taken
    )


def _places(planned: PlanCase, times: Times, taken: list[OfferedCourse], begun: Begun) -> Iterator[str]:
    """Which courses are taken where the student is not."""
    here = [offer for offer in taken if not offer.remote]
    away = {times.number(term): place for term, place in planned.away.items()}
    for offer in here:
        for time in times.run(offer, begun[offer.id]):
            if away.get(time, offer.institution) != offer.institution:
                yield f"{offer.id}: in a term spent at {away[time]}"
            others = {o.institution for o in here if time in times.run(o, begun[o.id])}
            others |= {
                a.institution
                for a in planned.case.record
                if a.status in AHEAD and a.term and times.number(a.term) == time
            }
            if planned.one_place and len(others) > 1:
                yield f"courses of {' and '.join(sorted(others))} in one term"
    if planned.stays and stay_of(planned, begun, times) is None:
        yield "none of the stays is possible"


def check_terms(planned: PlanCase, begun: Begun, loads: Mapping[str, Fraction]) -> None:
    """Recount a plan; ``loads`` is what it says of each term. Raises ``Mismatch``, an internal error."""
    broken = refusal(planned, begun)
    if broken is not None:
        raise Mismatch("plan", "that its terms hold it", broken)
    times = Times(planned)
    for term, load in loads.items():
        number = (
            times.number(term)
            if times.first_name(term) in times.known
            else len(times.known) - 1 + int(term.rpartition("+")[2])
        )
        if load != load_in(planned, times, begun, number):
            raise Mismatch(f"plan.terms.{term}", load, load_in(planned, times, begun, number))
