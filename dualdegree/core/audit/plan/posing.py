"""How is a case with its offers put as a question in figures? How large each course is, and what exists with what."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from dualdegree.core.audit.facts import Attempt, Case, Status
from dualdegree.core.audit.plan.calendar import UNDER_WAY, Calendar, ects_of, work_of_all
from dualdegree.core.audit.plan.means import means_in
from dualdegree.core.audit.plan.question import (
    Condition,
    Offered,
    OfferedCourse,
    PlanCase,
    PlanQuestion,
    PlanSharing,
    Possible,
)
from dualdegree.core.audit.problem.items import work_of
from dualdegree.core.audit.problem.posing import Posed
from dualdegree.core.audit.problem.whole_numbers import Problem


def question_of(
    planned: PlanCase, posed: Posed, everything: Case, offers: Sequence[OfferedCourse], possible: Sequence[Possible]
) -> PlanQuestion:
    """What is asked of the model: ``posed`` is ``everything``, the case with all offers and recognitions."""
    problem, ids = posed.problem, {offer.id for offer in offers}
    conditions = tuple(_condition(other, ids) for other in possible)
    exists_with = {grant.id: other.recognition.id for other in possible for grant in other.recognition.grants}
    alone = {condition.id: condition.needs[0] for condition in conditions if condition.is_alone}
    exists_with = {id_: alone.get(needed, needed) for id_, needed in exists_with.items()}
    exists_with |= {id_: id_ for id_ in ids}
    calendar = Calendar(planned)
    return PlanQuestion(
        problem=problem,
        offers=tuple(_offered(planned, calendar, offer, offers) for offer in offers),
        conditions=tuple(condition for condition in conditions if not condition.is_alone),
        rests_on=tuple(exists_with.get(piece.id) for piece in problem.pieces),
        alone=alone,
        done=_done(planned.case),
        shared=tuple(_sharing(problem, everything, ids)),
        shared_limit=everything.shared_credits.at_most if everything.shared_credits and problem.works else None,
        terms=len(calendar.names),
        rooms=tuple(calendar.rooms(planned)),
        places=_places(planned, calendar, offers),
        stays=tuple(
            (stay.institution, tuple(sorted({calendar.position[term] for term in stay.terms})))
            for stay in planned.stays
        ),
        before={at: _work_before(planned.case, calendar, at) for at in range(len(calendar.names))}
        if any(offer.after_ects for offer in offers)
        else {},
        means=means_in(planned.case.degrees, posed, planned.assume_grade),
        prefer=planned.prefer,
    )


def _offered(planned: PlanCase, calendar: Calendar, offer: OfferedCourse, offers: Sequence[OfferedCourse]) -> Offered:
    def known(courses: Collection[str]) -> tuple[tuple[str, ...], int | None]:
        ids = tuple(other.id for other in offers if other.course in courses and other.id != offer.id)
        return ids, _since(planned.case, calendar, courses)

    return Offered(
        id=offer.id,
        ects=ects_of(offer, planned.case),
        starts=calendar.starts(planned, offer),
        institution=offer.institution,
        spans=offer.spans,
        remote=offer.remote,
        work=offer.work or "",
        needs=tuple(known(courses) for courses in offer.requires),
        beside=tuple(known((course,)) for course in offer.together),
        after=offer.after_ects,
    )


def _since(case: Case, calendar: Calendar, courses: Collection[str]) -> int | None:
    """The position of the term in which the record has one of these courses, -1 for what is passed or has no term."""
    terms = [
        -1 if attempt.status is Status.PASSED else calendar.position.get(attempt.term, -1)
        for attempt in case.record
        if attempt.course in courses and (attempt.status is Status.PASSED or _is_counted_on(attempt, case))
    ]
    return min(terms, default=None)


def _is_counted_on(attempt: Attempt, case: Case) -> bool:
    """Whether it is under way, and the base counts it."""
    return attempt.status in UNDER_WAY and attempt.status in case.include


def _work_before(case: Case, calendar: Calendar, term: int) -> Decimal:
    """ECTS of work passed, or under way and over before the term; of several passes of a course the largest."""
    over = [
        attempt
        for attempt in case.record
        if attempt.status is Status.PASSED
        or (_is_counted_on(attempt, case) and calendar.position.get(attempt.term, -1) < term)
    ]
    once: dict[tuple[str, str], Attempt] = {}
    for attempt in sorted(over, key=lambda attempt: (ects_of(attempt, case), attempt.id)):
        once[(attempt.id, "") if attempt.repeatable else (attempt.institution, attempt.course)] = attempt
    return work_of_all(list(once.values()), case)


def _places(planned: PlanCase, calendar: Calendar, offers: Sequence[OfferedCourse]) -> Mapping[int, tuple[str, ...]]:
    if not planned.one_place:
        return {}
    institutions = tuple(sorted({offer.institution for offer in offers if not offer.remote}))
    return dict.fromkeys(range(len(calendar.names)), institutions) if len(institutions) > 1 else {}


def _sharing(problem: Problem, everything: Case, offers: Collection[str]) -> Iterator[PlanSharing]:
    """For each work that both degrees could count, how large it is on record and with each offer of it."""
    key_of = {attempt.id: work_of(attempt) for attempt in everything.record}
    sizes: dict[object, dict[str, Decimal]] = {}
    for attempt in everything.record:
        sizes.setdefault(key_of[attempt.id], {})[attempt.id] = ects_of(attempt, everything)
    for work in problem.works:
        native = next(iter((*work.native[0], *work.native[1])))
        own = sizes[key_of[problem.pieces[native].id]]
        yield PlanSharing(
            on_record=max((size for id_, size in own.items() if id_ not in offers), default=None),
            offers={id_: size for id_, size in own.items() if id_ in offers},
        )


def _condition(possible: Possible, offers: Collection[str]) -> Condition:
    return Condition(
        id=possible.recognition.id,
        needs=tuple(source for source in possible.recognition.sources if source in offers),
        unless=tuple(offer for offer in possible.unless if offer in offers),
        after=possible.after,
    )


def added_ects(case: Case, offers: Sequence[OfferedCourse]) -> Decimal:
    """ECTS of work of these offers: of those of one work the largest, less what of it is on record."""
    done, total = _done(case), Decimal(0)
    for offer in offers:
        ects, before = ects_of(offer, case), done.get(offer.work or "", Decimal(0))
        total += max(Decimal(0), ects - before)
        if offer.work:
            done[offer.work] = max(ects, before)
    return total


def _done(case: Case) -> dict[str, Decimal]:
    """Work → the ECTS of it that are on record, for a work that is entered in both registers is done once."""
    done: dict[str, Decimal] = {}
    for attempt in case.record:
        if attempt.work and attempt.status in case.include:
            done[attempt.work] = max(done.get(attempt.work, Decimal(0)), ects_of(attempt, case))
    return done
