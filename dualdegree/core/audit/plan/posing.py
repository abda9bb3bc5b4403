"""How is a case with its offers put as a question in figures? How large each course is, and what exists with what."""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from dualdegree.core.audit.facts import Attempt, Case
from dualdegree.core.audit.plan.question import Condition, Offer, Offered, PlanCase, Possible, Question, Sharing
from dualdegree.core.audit.problem.items import work_of
from dualdegree.core.audit.problem.whole_numbers import Problem


def question_of(
    planned: PlanCase, problem: Problem, everything: Case, offers: Sequence[Offer], possible: Sequence[Possible]
) -> Question:
    """What is asked of the model: ``problem`` is that of ``everything``, the case with all offers and recognitions."""
    ids = {offer.id for offer in offers}
    conditions = tuple(_condition(other, ids) for other in possible)
    exists_with = {grant.id: other.recognition.id for other in possible for grant in other.recognition.grants}
    exists_with |= {id_: id_ for id_ in ids}
    return Question(
        problem=problem,
        offers=tuple(
            Offered(id=offer.id, ects=_ects(offer, everything), terms=offer.terms, work=offer.work or "")
            for offer in offers
        ),
        conditions=conditions,
        rests_on=tuple(exists_with.get(piece.id) for piece in problem.pieces),
        done=_done(planned.case),
        shared=tuple(_sharing(problem, everything, ids)),
        shared_limit=everything.shared_credits.at_most if everything.shared_credits and problem.works else None,
        term_limit=planned.term_limit_ects,
    )


def _sharing(problem: Problem, everything: Case, offers: Collection[str]) -> Iterator[Sharing]:
    """For each work that both degrees could count, how large it is on record and with each offer of it."""
    key_of = {attempt.id: work_of(attempt) for attempt in everything.record}
    for work in problem.works:
        native = next(iter((*work.native[0], *work.native[1])))
        key = key_of[problem.pieces[native].id]
        sizes = {attempt.id: _ects(attempt, everything) for attempt in everything.record if key_of[attempt.id] == key}
        yield Sharing(
            on_record=max((size for id_, size in sizes.items() if id_ not in offers), default=None),
            offers={id_: size for id_, size in sizes.items() if id_ in offers},
        )


def _condition(possible: Possible, offers: Collection[str]) -> Condition:
    return Condition(
        id=possible.recognition.id,
        needs=tuple(source for source in possible.recognition.sources if source in offers),
        unless=tuple(offer for offer in possible.unless if offer in offers),
        after=possible.after,
    )


def added_ects(case: Case, offers: Sequence[Offer]) -> Decimal:
    """ECTS of work of these offers: of those of one work the largest, less what of it is on record."""
    done, total = _done(case), Decimal(0)
    for offer in offers:
        ects, before = _ects(offer, case), done.get(offer.work or "", Decimal(0))
        total += max(Decimal(0), ects - before)
        if offer.work:
            done[offer.work] = max(ects, before)
    return total


def _ects(course: Offer | Attempt, case: Case) -> Decimal:
    ratios = {degree.institution: degree.ects_per_credit for degree in case.degrees}
    return course.credits * ratios.get(course.institution, Decimal(1)) if course.ects is None else course.ects


def _done(case: Case) -> dict[str, Decimal]:
    """Work → the ECTS of it that are on record, for a work that is entered in both registers is done once."""
    done: dict[str, Decimal] = {}
    for attempt in case.record:
        if attempt.work and attempt.status in case.include:
            done[attempt.work] = max(done.get(attempt.work, Decimal(0)), _ects(attempt, case))
    return done
