"""Which milestones are still to come for a plan? The fewest with which each degree is met as it is planned.

Where a student may choose, not every alternative is asked for: of those that are as few, the one that stands first in
the curriculum; of one milestone, its lowest value.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.check.recount import Mismatch, Recount
from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.plan.rows import Rows
from dualdegree.core.audit.plan.solver import Solver
from dualdegree.core.audit.problem.whole_numbers import (
    OUT,
    Constant,
    Demand,
    Lack,
    Least,
    Of,
    Option,
    Options,
    Piece,
    Problem,
    Sum,
)
from dualdegree.core.audit.rules import All, Choose, Milestone, Requirement

Reached = tuple[str, Decimal]
"""A milestone and the value with which it is reached."""


def still_to_come(before: Case, planned: Case, answer: Answer) -> dict[str, tuple[str, ...]]:
    """Degree → the milestone requirements to reach, in the order of its tree; degrees without any are left out.

    ``planned`` is the case with the plan, ``answer`` its audit; ``before`` knows what is reached already.
    """
    as_it_is = replace(planned, milestones=before.milestones)
    counts = {degree.id: Recount(as_it_is, degree, answer.degrees[degree.id].claims) for degree in before.degrees}
    return {id_: _fewest(count) for id_, count in counts.items() if count.shortfall}


def _fewest(count: Recount) -> tuple[str, ...]:
    """The milestones with which a degree that lacks nothing else is met."""
    missing = [node for node in count.tree.values() if isinstance(node, Milestone) and not count.outcomes[node.id].met]
    names = list(dict.fromkeys(node.milestone for node in missing))
    reaching = sorted(
        {(node.milestone, count.needed(node)) for node in missing}, key=lambda reach: (names.index(reach[0]), reach[1])
    )
    chosen = _chosen(_problem(count, missing, reaching))
    return tuple(node.id for node in missing if (node.milestone, count.needed(node)) in {reaching[at] for at in chosen})


def _problem(count: Recount, missing: Sequence[Milestone], reaching: Sequence[Reached]) -> Problem:
    """Each way to reach a milestone is a piece, each milestone that is missing a demand."""
    pieces = []
    for name, value in reaching:
        gives = tuple(
            (at, 1) for at, node in enumerate(missing) if node.milestone == name and count.needed(node) <= value
        )
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
        case Milestone():
            return Of(demand_of[node.id])
        case _:
            return Constant(1)


def _chosen(problem: Problem) -> list[int]:
    """The fewest pieces without which something is lacking; of those that are as few, the first."""
    rows = Rows(problem, may_lack=False)
    columns = [column for places in rows.places for column in places]
    solver = Solver(rows)
    if not solver.settle(dict.fromkeys(columns, 1)):
        raise Mismatch("plan", "that its milestones suffice", "that they do not")
    for column in columns:
        solver.settle({column: -1})
    return [at for at, column in enumerate(columns) if solver.values[column]]
