"""How does a plan reach a mean? With the grade that a course to come is taken to bring, or with one that is listed.

Where a grade is assumed at a degree's institution, its means are part of what is planned. Elsewhere a mean that is
short is taken for reached and listed with the mean that the courses to come would need, as milestones are listed.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import lcm

from dualdegree.core.audit.check.holdings import taking
from dualdegree.core.audit.check.recount import Recount
from dualdegree.core.audit.facts import Attempt, Case, ExceptionKind, GrantedException, Status
from dualdegree.core.audit.plan.question import PlanMean
from dualdegree.core.audit.problem.posing import Posed, Side
from dualdegree.core.audit.rules import All, Average, Choose, Courses, Degree, Requirement, nodes

Assumed = Mapping[str, Decimal]
"""Institution → the grade that a course to come there is taken to bring."""


def averages(degree: Degree) -> list[Average]:
    """The means that a degree asks for, in the order of its tree."""
    return [node for node in nodes(degree.requirements) if isinstance(node, Average)]


def expecting_means(case: Case, assumed: Assumed) -> Case:
    """The case in which every mean that no assumed grade decides is reached."""
    waived = tuple(
        GrantedException(kind=ExceptionKind.WAIVE, degree=degree.id, requirement=node.id, by="–", reason="–", on="–")
        for degree in case.degrees
        if degree.institution not in assumed and degree.id not in case.conferred
        for node in averages(degree)
    )
    return replace(case, exceptions=(*case.exceptions, *waived)) if waived else case


def with_grades(case: Case, assumed: Assumed) -> Case:
    """The case in which what is under way is passed with the grade that is assumed; passed courses stay as they are."""
    if not assumed or Status.PASSED not in case.include:
        return case
    passed = {(attempt.institution, attempt.course) for attempt in case.record if attempt.status is Status.PASSED}
    return replace(
        case,
        record=tuple(
            graded(attempt, assumed)
            if attempt.status in {Status.IN_PROGRESS, Status.PLANNED}
            and attempt.status in case.include
            and (attempt.institution, attempt.course) not in passed
            else attempt
            for attempt in case.record
        ),
    )


def graded(attempt: Attempt, assumed: Assumed) -> Attempt:
    """The attempt as passed with the grade that is assumed at its institution; as it is where none is."""
    grade = assumed.get(attempt.institution)
    return attempt if grade is None else replace(attempt, status=Status.PASSED, grade=grade)


def decided_by_plan(case: Case, assumed: Assumed) -> Case:
    """The case with a leaf in the place of each mean that the plan decides, so that a model can tell its rows by it."""
    if not any(degree.institution in assumed and averages(degree) for degree in case.degrees):
        return case
    degrees = (
        replace(degree, requirements=_with_leaves(degree.requirements)) if degree.institution in assumed else degree
        for degree in case.degrees
    )
    return replace(case, degrees=tuple(degrees))


def _with_leaves(node: Requirement) -> Requirement:
    match node:
        case All(parts=parts) | Choose(parts=parts):
            return replace(node, parts=tuple(_with_leaves(part) for part in parts))
        case Average():
            return Courses(id=node.id, at_least=1, select=node.select, overlay=True, credits_each=Decimal(1))
        case _:
            return node


def means_in(degrees: Collection[Degree], posed: Posed, assumed: Assumed) -> dict[int, PlanMean]:
    """Demand → the mean that its leaf stands for. ``degrees`` have the means themselves."""
    first, means = 0, {}
    asked = {degree.id: averages(degree) for degree in degrees if degree.institution in assumed}
    for side in posed.sides:
        for node in asked.get(side.degree.id, ()):
            means[side.statute.demand_of[node.id]] = _mean(side, node, first)
        first += len(side.items)
    return means


def _mean(side: Side, node: Average, first: int) -> PlanMean:
    needed = side.relief.reduced.get(node.id, node.at_least)
    bit = side.statute.bit_of[node.id]
    enters = {
        first + at: (Fraction(figure) - Fraction(needed)) * Fraction(item.credits)
        for at, (item, bits) in enumerate(zip(side.items, side.selected, strict=True))
        if bits & bit and item.credits and (figure := item.points if node.of == "points" else item.grade) is not None
    }
    scale = lcm(*(share.denominator for share in enters.values()))
    return PlanMean(enters={piece: int(share * scale) for piece, share in enters.items()}, placed=False)


def mean_to_come(count: Recount, node: Average) -> Decimal | None:
    """Which mean the courses to come would need, in hundredths rounded up; ``None`` where none of them enters it."""
    weight, weighed = count.weighed(node)
    takes = taking(node.select)
    to_come = sum(
        (
            item.credits
            for item in count.items.values()
            if takes(item)
            and (item.points if node.of == "points" else item.grade) is None
            and _is_to_come(item.rests_on)
        ),
        Decimal(0),
    )
    if not to_come:
        return None
    mean = (Fraction(count.needed(node)) * Fraction(weight + to_come) - Fraction(weighed)) / Fraction(to_come)
    hundredths = -((-mean * 100) // 1)
    return (Decimal(hundredths) / 100).quantize(Decimal("0.01"), ROUND_CEILING)


def _is_to_come(attempts: Collection[Attempt]) -> bool:
    return len(attempts) == 1 and all(attempt.status is not Status.PASSED for attempt in attempts)
