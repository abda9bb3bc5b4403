"""What is the cheapest way to finish both degrees? The fewest ECTS of offered courses with which both are met.

Least ECTS of work goes first, then fewest courses, then the earliest last term, then early terms. An offered course is
taken for passed without a grade, so that no offer changes an average. A milestone still to come is taken for reached
and listed. The plan is not trusted but audited: the engine must call both degrees met with it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from dualdegree.core.audit import audit
from dualdegree.core.audit.allocate import best, met_by
from dualdegree.core.audit.answer import Answer, Blocking
from dualdegree.core.audit.blocking import conflict
from dualdegree.core.audit.check.recount import Mismatch
from dualdegree.core.audit.facts import Achieved, Attempt, Case, Status
from dualdegree.core.audit.plan.milestones import still_to_come
from dualdegree.core.audit.plan.model import cheapest, closest
from dualdegree.core.audit.plan.posing import added_ects, question_of
from dualdegree.core.audit.plan.question import Offer, PlanCase, Possible, Schedule
from dualdegree.core.audit.plan.solver import Unfinished
from dualdegree.core.audit.problem.posing import Posed, pose
from dualdegree.core.audit.rules import Milestone, nodes

__all__ = ["Offer", "Plan", "PlanCase", "Possible", "Unfinished", "plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The cheapest plan; where there is none ``offers`` is ``None`` and ``answer`` says why.

    The answer is then that of the offers which come closest, and its conflict that of all offers together.
    """

    offers: Mapping[str, tuple[str, ...]] | None
    """Term → ids of offers, in the order of both."""
    added_ects: Decimal
    audited: Case
    """The case with the chosen offers and every milestone reached."""
    answer: Answer
    milestones: Mapping[str, tuple[str, ...]]
    """Degree → milestone requirements still to come: the fewest with which the degree is met."""
    is_proven: bool = True
    """Whether nothing is cheaper; false when the search was stopped at its limit of work."""

    @property
    def only_terms_block(self) -> bool:
        """Whether all offers together would do, and no choice of them over the terms does."""
        return self.offers is None and self.answer.blocking is None


def plan(planned: PlanCase) -> Plan:
    """The cheapest plan for a case, or why there is none. Raises ``Unfinished`` when neither was found out."""
    offers = _useful(planned)
    base = _expecting_milestones(_ready(planned.case))
    possible = (
        *planned.possible,
        *(Possible(recognition=recognition) for offer in offers for recognition in offer.recognitions),
    )
    everything = _with(base, [(offer, min(offer.terms)) for offer in offers], possible)
    posed = pose(everything)
    question = question_of(planned, posed.problem, everything, offers, possible)
    schedule = cheapest(question)
    chosen = _chosen(offers, schedule or closest(question))
    case = _with(base, chosen, _existing(possible, {offer.id for offer in offers}, {offer.id for offer, _ in chosen}))
    if schedule is None:
        answer = replace(audit(case), blocking=_blocking(posed))
        return Plan(offers=None, added_ects=Decimal(0), audited=case, answer=answer, milestones={})
    return _checked(planned, case, chosen, is_proven=schedule.is_proven)


def _blocking(posed: Posed) -> Blocking | None:
    known = best(posed.problem)
    finding = partial(met_by, effort=known.effort)
    return conflict(posed, known.choice, finding) if finding(posed.problem) is None else None


def _chosen(offers: Sequence[Offer], schedule: Schedule) -> list[tuple[Offer, str]]:
    return [(offer, schedule.terms[offer.id]) for offer in offers if offer.id in schedule.terms]


def _existing(possible: Sequence[Possible], offered: Collection[str], taken: Collection[str]) -> list[Possible]:
    """The recognitions that these offers bring, in the order in which they are tried."""
    there: dict[str, Possible] = {}
    for other in possible:
        wanting = any(source in offered and source not in taken for source in other.recognition.sources)
        barred = any(offer in taken for offer in other.unless) or any(before in there for before in other.after)
        if not wanting and not barred:
            there[other.recognition.id] = other
    return list(there.values())


def _checked(planned: PlanCase, case: Case, chosen: Sequence[tuple[Offer, str]], *, is_proven: bool) -> Plan:
    answer = audit(case)
    if not all(degree.met for degree in answer.degrees.values()):
        raise Mismatch("plan", "that both degrees are met", "that they are not")
    terms = {
        term: tuple(offer.id for offer, when in chosen if when == term) for term in sorted({when for _, when in chosen})
    }
    return Plan(
        offers=terms,
        added_ects=added_ects(planned.case, [offer for offer, _ in chosen]),
        audited=case,
        answer=answer,
        milestones=still_to_come(_with_brought(planned.case, case, chosen), case, answer),
        is_proven=is_proven,
    )


def _useful(planned: PlanCase) -> list[Offer]:
    """The offers that would stand: not those of a course that is passed, or under way and counted on already."""
    case = planned.case
    standing = {
        (attempt.institution, attempt.course)
        for attempt in case.record
        if attempt.status in case.include and not attempt.repeatable
    }
    useful = [offer for offer in planned.offers if (offer.institution, offer.course) not in standing]
    return sorted(useful, key=lambda offer: offer.id)


def _ready(case: Case) -> Case:
    """The case in which planned attempts are eligible, and none of the record is so that was not before."""
    if Status.PLANNED in case.include:
        return case
    record = (
        replace(attempt, status=Status.WITHDRAWN) if attempt.status is Status.PLANNED else attempt
        for attempt in case.record
    )
    return replace(case, record=tuple(record), include=(*case.include, Status.PLANNED))


def _expecting_milestones(case: Case) -> Case:
    """The case in which every milestone that a degree asks for is reached."""
    reached = (
        Achieved(milestone=node.milestone, institution=degree.institution, value=node.at_least)
        for degree in case.degrees
        for node in nodes(degree.requirements)
        if isinstance(node, Milestone)
    )
    return replace(case, milestones=(*case.milestones, *reached))


def _with_brought(before: Case, expecting: Case, chosen: Sequence[tuple[Offer, str]]) -> Case:
    """The case in which the milestones that the chosen offers bring with them are reached."""
    brought = {(offer.institution, offer.milestone) for offer, _ in chosen}
    reached = (achieved for achieved in expecting.milestones if (achieved.institution, achieved.milestone) in brought)
    return replace(before, milestones=(*before.milestones, *reached))


def _with(case: Case, chosen: Sequence[tuple[Offer, str]], possible: Sequence[Possible]) -> Case:
    """The case in which these offers are planned for their terms, and these recognitions are there."""
    attempts = (
        Attempt(
            id=offer.id,
            institution=offer.institution,
            course=offer.course,
            credits=offer.credits,
            status=Status.PLANNED,
            term=term,
            tags=offer.tags,
            level=offer.level,
            language=offer.language,
            ects=offer.ects,
            work=offer.work,
            repeatable=offer.repeatable,
            title=offer.title,
        )
        for offer, term in chosen
    )
    recognitions = (*case.recognitions, *(other.recognition for other in possible))
    return replace(case, record=(*case.record, *attempts), recognitions=recognitions)
