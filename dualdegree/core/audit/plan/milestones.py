"""What is still to come besides courses? The fewest milestones and means with which each degree is met as planned.

Where a student may choose, not every alternative is asked for: of those that are as few, the one that stands first in
the curriculum; of one milestone, its lowest value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.check.recount import Mismatch, Recount
from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.plan.means import mean_to_come
from dualdegree.core.audit.plan.program.rows import Rows
from dualdegree.core.audit.plan.program.solver import PlanSolver
from dualdegree.core.audit.problem.whole_numbers import (
    OUT,
    Constant,
    Demand,
    DemandLack,
    Lack,
    Least,
    Option,
    Options,
    Piece,
    Problem,
    Sum,
)
from dualdegree.core.audit.rules import All, Average, Choose, Milestone, Requirement

Reached = tuple[str, Decimal]
"""A milestone and the value with which it is reached; or a mean, by the id of its node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCome:
    """What a degree still asks for besides courses, in the order of its tree."""

    milestones: tuple[str, ...] = ()
    """Milestone requirements."""
    means: Mapping[str, Decimal | None]
    """Average requirement → the mean that the courses to come would need; ``None`` where none of them enters it."""


def still_to_come(before: Case, planned: Case, answer: Answer) -> dict[str, ToCome]:
    """Degree → what is still to be reached besides courses; degrees without any are left out.

    ``planned`` is the case with the plan, ``answer`` its audit; ``before`` knows what is reached already.
    """
    as_it_is = replace(planned, milestones=before.milestones, exceptions=before.exceptions)
    counts = {degree.id: Recount(as_it_is, degree, answer.degrees[degree.id].claims) for degree in before.degrees}
    return {id_: _fewest(count) for id_, count in counts.items() if count.shortfall}


def _fewest(count: Recount) -> ToCome:
    """The milestones and means with which a degree that lacks nothing else is met."""
    missing = [
        node
        for node in count.tree.values()
        if isinstance(node, Milestone | Average) and not count.outcomes[node.id].met
    ]
    names = list(dict.fromkeys(_name(node) for node in missing))
    reaching = sorted(
        {(_name(node), count.needed(node)) for node in missing}, key=lambda reach: (names.index(reach[0]), reach[1])
    )
    chosen = {reaching[at] for at in _chosen(_problem(count, missing, reaching))}
    wanted = [node for node in missing if (_name(node), count.needed(node)) in chosen]
    return ToCome(
        milestones=tuple(node.id for node in wanted if isinstance(node, Milestone)),
        means={node.id: mean_to_come(count, node) for node in wanted if isinstance(node, Average)},
    )


def _name(node: Milestone | Average) -> str:
    return node.milestone if isinstance(node, Milestone) else f"mean {node.id}"


def _problem(count: Recount, missing: Sequence[Milestone | Average], reaching: Sequence[Reached]) -> Problem:
    """Each way to reach a milestone is a piece, each milestone that is missing a demand."""
    pieces = []
    for name, value in reaching:
        gives = tuple((at, 1) for at, node in enumerate(missing) if _name(node) == name and count.needed(node) <= value)
        places = (Option(0, 0, -1, 0, gives, ()), Option(1, OUT, -1, 0, (), ()))
        pieces.append(Piece(0, f"{name} {value}", Options(places)))
    demand_of = {node.id: at for at, node in enumerate(missing)}
    lack = _lack(count.degree.requirements, count, demand_of)
    return Problem(tuple(pieces), tuple(Demand(1, 1) for _ in missing), (), (lack,))


def _lack(node: Requirement, count: Recount, demand_of: dict[str, int]) -> Lack:
    if count.outcomes[node.id].met:
        return Constant(0)
    match node:
        case All(parts=parts):
            return Sum(tuple(_lack(part, count, demand_of) for part in parts))
        case Choose(parts=parts):
            return Least(int(count.needed(node)), tuple(_lack(part, count, demand_of) for part in parts))
        case Milestone() | Average():
            return DemandLack(demand_of[node.id])
        case _:
            return Constant(1)


def _chosen(problem: Problem) -> list[int]:
    """The fewest pieces without which something is lacking; of those that are as few, the first."""
    rows = Rows(problem, may_lack=False)
    rows.lack_nothing()
    columns = [column for places in rows.places for column in places]
    solver = PlanSolver(rows)
    if not solver.settle(dict.fromkeys(columns, 1)):
        raise Mismatch("plan", "that its milestones suffice", "that they do not")
    for column in columns:
        solver.settle({column: -1})
    return [at for at, column in enumerate(columns) if solver.values[column]]
