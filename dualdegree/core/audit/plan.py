"""What is the cheapest way to finish both degrees? The fewest ECTS of offered courses with which both are met.

Least ECTS of work goes first, then fewest courses, then the earliest last term, then early terms. An offered course is
taken for passed without a grade, so that no offer changes an average. A milestone still to come is taken for reached
and listed. The plan is not trusted but audited: the engine must call both degrees met with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dualdegree.core.audit import audit
from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.facts import Achieved, Attempt, Case, Recognition, Status
from dualdegree.core.audit.holdings import held
from dualdegree.core.audit.plan_model import Offered, cheapest
from dualdegree.core.audit.posing import pose
from dualdegree.core.audit.recount import Mismatch, Recount
from dualdegree.core.audit.rules import Milestone, nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A course that could still be taken in any one of its terms, and what it would be recognised as."""

    id: str
    institution: str
    course: str
    credits: Decimal
    terms: tuple[str, ...]
    tags: tuple[str, ...] = ()
    level: Decimal | None = None
    language: str | None = None
    recognitions: tuple[Recognition, ...] = ()
    """Each rests on the offer alone; at most one into each degree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCase:
    """A case with the courses on offer, and how many ECTS of them fit into one term."""

    case: Case
    offers: tuple[Offer, ...]
    term_limit_ects: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The cheapest plan; where there is none ``offers`` is ``None`` and ``answer`` says why, with all offers taken."""

    offers: Mapping[str, tuple[str, ...]] | None
    """Term → ids of offers, in the order of both."""
    added_ects: Decimal
    audited: Case
    """The case with the chosen offers (or all of them, where there is no plan) and every milestone reached."""
    answer: Answer
    milestones: Mapping[str, tuple[str, ...]]
    """Degree → milestone requirements still to come that the degree needs."""

    @property
    def only_terms_block(self) -> bool:
        """Whether all offers together would do, and no way to spread them over the terms does."""
        return self.offers is None and self.answer.blocking is None


def plan(planned: PlanCase) -> Plan:
    """The cheapest plan for a case, or why there is none."""
    offers = _useful(planned)
    base = _expecting_milestones(_ready(planned.case))
    everything = _with(base, [(offer, offer.terms[0]) for offer in offers])
    posed = pose(everything)
    rests_on = _rests_on(everything, {offer.id for offer in offers})
    needs = [rests_on[posed.sides[piece.degree].degree.id, piece.id] for piece in posed.problem.pieces]
    offered = [Offered(id=offer.id, ects=_ects(offer, planned.case), terms=offer.terms) for offer in offers]
    chosen = cheapest(posed.problem, offered, needs, planned.term_limit_ects)
    if chosen is None:
        return Plan(offers=None, added_ects=Decimal(0), audited=everything, answer=audit(everything), milestones={})
    return _audited(planned, base, [(offer, chosen[offer.id]) for offer in offers if offer.id in chosen])


def _audited(planned: PlanCase, base: Case, chosen: Sequence[tuple[Offer, str]]) -> Plan:
    case = _with(base, chosen)
    answer = audit(case)
    if not all(degree.met for degree in answer.degrees.values()):
        raise Mismatch("plan", "that both degrees are met", "that they are not")
    terms = {
        term: tuple(offer.id for offer, when in chosen if when == term) for term in sorted({when for _, when in chosen})
    }
    return Plan(
        offers=terms,
        added_ects=sum((_ects(offer, planned.case) for offer, _ in chosen), Decimal(0)),
        audited=case,
        answer=answer,
        milestones=_still_to_come(planned.case, case, answer),
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


def _ects(offer: Offer, case: Case) -> Decimal:
    ratios = {degree.institution: degree.ects_per_credit for degree in case.degrees}
    return offer.credits * ratios.get(offer.institution, Decimal(1))


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


def _with(case: Case, chosen: Sequence[tuple[Offer, str]]) -> Case:
    """The case in which these offers are planned for their terms."""
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
        )
        for offer, term in chosen
    )
    recognitions = (recognition for offer, _ in chosen for recognition in offer.recognitions)
    return replace(case, record=(*case.record, *attempts), recognitions=(*case.recognitions, *recognitions))


def _rests_on(case: Case, offers: set[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """For each item of each degree, the offers that must be taken for it to exist."""
    return {
        (degree.id, item.id): tuple(sorted(attempt.id for attempt in item.rests_on if attempt.id in offers))
        for degree in case.degrees
        for item in held(case, degree).values()
    }


def _still_to_come(before: Case, after: Case, answer: Answer) -> dict[str, tuple[str, ...]]:
    """The milestones that are not reached yet and without which, left as it is planned, a degree would not be met."""
    listed: dict[str, tuple[str, ...]] = {}
    for degree in before.degrees:
        claims = answer.degrees[degree.id].claims
        reached = list(after.milestones)
        missing: list[str] = []
        for node in nodes(degree.requirements):
            if not isinstance(node, Milestone):
                continue
            expected = Achieved(milestone=node.milestone, institution=degree.institution, value=node.at_least)
            without = [achieved for achieved in reached if achieved != expected or achieved in before.milestones]
            if Recount(replace(after, milestones=tuple(without)), degree, claims).shortfall:
                missing.append(node.id)
            else:
                reached = without
        listed[degree.id] = tuple(missing)
    return {degree: missing for degree, missing in listed.items() if missing}
