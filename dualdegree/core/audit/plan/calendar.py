"""Which terms are there, in which order, and what does the record leave of each?

Terms stand in the order of their names as text; several names for one time in that of the first. Only terms that a
case names are known: what runs on beyond the last of them fills terms that have no name yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from dualdegree.core.audit.facts import Attempt, Case, Status
from dualdegree.core.audit.plan.question import OfferedCourse, PlanCase, Room, TermLimit
from dualdegree.core.credit import worth

UNDER_WAY = (Status.IN_PROGRESS, Status.PLANNED)
"""What fills the load of its term."""


class Calendar:
    """The terms of a plan case by position, from 0."""

    def __init__(self, planned: PlanCase) -> None:
        first = {name: names[0] for names in planned.same_terms for name in names}
        names = sorted({*_named(planned), *first} - {""}, key=lambda name: (first.get(name, name), name))
        order = list(dict.fromkeys(first.get(name, name) for name in names))
        beyond = max((offer.spans for offer in planned.offers), default=1) - 1
        self.names = (*order, *(f"{order[-1] if order else ''}+{more}" for more in range(1, beyond + 1)))
        """The first name of each; those after the last that is named are called by how much later they are."""
        position = {name: at for at, name in enumerate(self.names)}
        self.position = {name: position[first.get(name, name)] for name in names}

    def starts(self, planned: PlanCase, offer: OfferedCourse) -> tuple[int, ...]:
        """The terms in which the offer can begin, as far as it alone can tell."""
        last = len(self.names) - 1 if planned.end_by is None else self.position[planned.end_by]
        away = {self.position[term]: institution for term, institution in planned.away.items()}
        held = self.held(planned.case) if planned.one_place and not offer.remote else {}
        return tuple(
            start
            for start in sorted({self.position[term] for term in offer.terms})
            if start + offer.spans - 1 <= last
            and (offer.remote or all(away.get(at, offer.institution) == offer.institution for at in _run(start, offer)))
            and all(held.get(at, {offer.institution}) == {offer.institution} for at in _run(start, offer))
        )

    def held(self, case: Case) -> Mapping[int, set[str]]:
        """Term → the institutions at which something of the record is under way in it."""
        places: dict[int, set[str]] = {}
        for attempt in case.record:
            if attempt.status in UNDER_WAY and attempt.term in self.position:
                places.setdefault(self.position[attempt.term], set()).add(attempt.institution)
        return places

    def names_of(self, term: int) -> tuple[str, ...]:
        """What the calendars call a term, the first name first."""
        first = self.names[term]
        return (first, *sorted(name for name, at in self.position.items() if at == term and name != first))

    def loads(
        self, planned: PlanCase, runs: Sequence[tuple[OfferedCourse, range]]
    ) -> dict[int, tuple[Fraction, Fraction]]:
        """Term → ECTS of work in all, and of what the record has under way; ``runs`` says when each course runs."""
        done = {
            a.work: ects_of(a, planned.case)
            for a in _by_size(planned.case)
            if a.work and a.status in planned.case.include
        }
        loads = {}
        for at in range(len(self.names)):
            own = [a for a in planned.case.record if a.status in UNDER_WAY and self.position.get(a.term) == at]
            of_record, of_plan = Fraction(work_of_all(own, planned.case)), Fraction(0)
            largest: dict[str, Fraction] = {}
            for offer, run in runs:
                share = Fraction(ects_of(offer, planned.case)) / offer.spans
                if at in run and offer.work:
                    share -= Fraction(done.get(offer.work, Decimal(0)))
                    largest[offer.work] = max(share, largest.get(offer.work, Fraction(0)))
                elif at in run:
                    of_plan += share
            loads[at] = of_record + of_plan + sum(largest.values()), of_record
        return loads

    def rooms(self, planned: PlanCase) -> Iterator[Room]:
        """What each limit leaves in each term."""
        yield from self._rooms(planned, planned.term_limit_ects, by_courses=False)
        yield from self._rooms(planned, planned.term_limit_courses, by_courses=True)

    def _rooms(self, planned: PlanCase, limit: TermLimit, *, by_courses: bool) -> Iterator[Room]:
        if limit is None:
            return
        under_way = [a for a in planned.case.record if a.status in UNDER_WAY and a.term in self.position]
        for at in range(len(self.names)):
            own = [attempt for attempt in under_way if self.position[attempt.term] == at]
            if isinstance(limit, Decimal):
                yield _room(at, limit, own, planned.case, None, by_courses=by_courses)
                continue
            for key, most in sorted(limit.items()):
                if key not in self.position:
                    there = [attempt for attempt in own if attempt.institution == key]
                    yield _room(at, most, there, planned.case, key, by_courses=by_courses)
                elif self.position[key] == at:
                    yield _room(at, most, own, planned.case, None, by_courses=by_courses)


def _room(
    at: int, limit: Decimal, held: Sequence[Attempt], case: Case, institution: str | None, *, by_courses: bool
) -> Room:
    load = len(held) if by_courses else work_of_all(held, case)
    return Room(
        term=at, left=max(Fraction(0), Fraction(limit) - Fraction(load)), institution=institution, by_courses=by_courses
    )


def _by_size(case: Case) -> list[Attempt]:
    return sorted(case.record, key=lambda attempt: ects_of(attempt, case))


def work_of_all(attempts: Sequence[Attempt], case: Case) -> Decimal:
    """ECTS of work of these attempts; what is one work counts once."""
    largest: dict[str, Decimal] = {}
    total = Decimal(0)
    for attempt in attempts:
        if attempt.work is None:
            total += ects_of(attempt, case)
        else:
            largest[attempt.work] = max(ects_of(attempt, case), largest.get(attempt.work, Decimal(0)))
    return total + sum(largest.values(), Decimal(0))


def ects_of(course: OfferedCourse | Attempt, case: Case) -> Decimal:
    """How many ECTS of work a course is."""
    ratios = {degree.institution: degree.ects_per_credit for degree in case.degrees}
    return worth(course.credits, course.ects, ratios.get(course.institution, Decimal(1)))


def _run(start: int, offer: OfferedCourse) -> range:
    return range(start, start + offer.spans)


def _named(planned: PlanCase) -> Iterator[str]:
    """Every term that the case names, but those of what is over."""
    for offer in planned.offers:
        yield from offer.terms
    yield from (attempt.term for attempt in planned.case.record if attempt.status in UNDER_WAY)
    yield from planned.away
    yield from (term for stay in planned.stays for term in stay.terms)
    if planned.end_by is not None:
        yield planned.end_by
    places = {
        *(degree.institution for degree in planned.case.degrees),
        *(offer.institution for offer in planned.offers),
    }
    places |= {attempt.institution for attempt in planned.case.record}
    for limit in (planned.term_limit_ects, planned.term_limit_courses):
        yield from (key for key in (limit if isinstance(limit, Mapping) else ()) if key not in places)
