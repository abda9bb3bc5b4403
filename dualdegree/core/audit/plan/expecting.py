"""How does the case read in which a plan has been carried out? Its courses are there, its milestones reached."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from dualdegree.core.audit.facts import Achieved, Attempt, Case, Status
from dualdegree.core.audit.plan.means import graded
from dualdegree.core.audit.plan.question import OfferedCourse, PlanCase, Possible
from dualdegree.core.audit.rules import Milestone, nodes


def existing(possible: Sequence[Possible], offered: Collection[str], taken: Collection[str]) -> list[Possible]:
    """The recognitions that these offers bring, in the order in which they are tried."""
    there: dict[str, Possible] = {}
    for other in possible:
        wanting = any(source in offered and source not in taken for source in other.recognition.sources)
        barred = any(offer in taken for offer in other.unless) or any(before in there for before in other.after)
        if not wanting and not barred:
            there[other.recognition.id] = other
    return list(there.values())


def useful(planned: PlanCase) -> list[OfferedCourse]:
    """The offers that would stand: not those of a course that is passed, or under way and counted on already."""
    case = planned.case
    standing = {
        (attempt.institution, attempt.course)
        for attempt in case.record
        if attempt.status in case.include and not attempt.repeatable
    }
    new = [offer for offer in planned.offers if (offer.institution, offer.course) not in standing]
    return sorted(new, key=lambda offer: offer.id)


def ready(case: Case) -> Case:
    """The case in which planned attempts are eligible, and none of the record is so that was not before."""
    if Status.PLANNED in case.include:
        return case
    record = (
        replace(attempt, status=Status.WITHDRAWN) if attempt.status is Status.PLANNED else attempt
        for attempt in case.record
    )
    return replace(case, record=tuple(record), include=(*case.include, Status.PLANNED))


def expecting_milestones(case: Case) -> Case:
    """The case in which every milestone that a degree asks for is reached."""
    reached = (
        Achieved(milestone=node.milestone, institution=degree.institution, value=node.at_least)
        for degree in case.degrees
        for node in nodes(degree.requirements)
        if isinstance(node, Milestone)
    )
    return replace(case, milestones=(*case.milestones, *reached))


def with_brought(before: Case, expecting: Case, chosen: Sequence[OfferedCourse]) -> Case:
    """The case in which the milestones that the chosen offers bring with them are reached."""
    brought = {(offer.institution, offer.milestone) for offer in chosen}
    reached = (achieved for achieved in expecting.milestones if (achieved.institution, achieved.milestone) in brought)
    return replace(before, milestones=(*before.milestones, *reached))


def carried_out(
    case: Case,
    chosen: Sequence[tuple[OfferedCourse, str]],
    possible: Sequence[Possible],
    assumed: Mapping[str, Decimal],
) -> Case:
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
    taken = [graded(attempt, assumed) if Status.PASSED in case.include else attempt for attempt in attempts]
    return replace(case, record=(*case.record, *taken), recognitions=recognitions)
