"""What serves what, for both degrees together? The exact choice that is first in the order.

A problem is ``split`` into independent parts; each is ``settled`` for itself. Only the part in which both degrees share
works can trade one degree against the other, so only there more than one way to be met is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dualdegree.core.audit.allocate.effort import Effort
from dualdegree.core.audit.allocate.order import is_before
from dualdegree.core.audit.allocate.part import NEVER, Part
from dualdegree.core.audit.allocate.reduce import Split, split
from dualdegree.core.audit.allocate.settle import Settled, settled
from dualdegree.core.audit.problem import Problem, figures

MOST_STATES = 10_000_000
"""When a search has looked at so many states its answer is not called proven any more."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """The first choice in the five steps of the order, by piece the index of its option."""

    choice: tuple[int, ...]
    is_proven: bool
    effort: Effort


def best(problem: Problem) -> Allocation:
    """The choice that is first in the five steps of the order."""
    effort = Effort(MOST_STATES)
    parts = split(problem)
    choice = [0] * len(problem.pieces)
    everyone = (NEVER,) * len(problem.lacks)
    mixed = [number for number, part in enumerate(parts.parts) if part.shared_cap is not None]
    lacks = list(parts.constants)
    for number, part in enumerate(parts.parts):
        if number in mixed:
            continue
        found = _must(settled(part, everyone, effort))
        _place(parts, number, found, choice)
        for degree, lack in enumerate(_lacks(part, found)):
            lacks[degree] += lack
    for number in mixed:
        found = _trade(parts.parts[number], lacks, effort)
        _place(parts, number, found, choice)
    return Allocation(tuple(choice), is_proven=True, effort=effort)


def feasible(problem: Problem) -> bool:
    """Whether some choice leaves nothing lacking in any degree."""
    parts = split(problem)
    if any(parts.constants):
        return False
    effort = Effort(MOST_STATES)
    nothing = (0,) * len(problem.lacks)
    return all(settled(part, nothing, effort) is not None for part in parts.parts)


def _trade(part: Problem, others: Sequence[int], effort: Effort) -> Settled:
    """The part in which both degrees take part: as many met as can be, given what the ``others`` lack already."""
    can_be_met = [degree for degree, lack in enumerate(others) if not lack]
    everyone = (NEVER,) * len(others)
    found = _must(settled(part, everyone, effort))
    if all(_lacks(part, found)[degree] == 0 for degree in can_be_met):
        return found
    ways = []
    for degree in can_be_met:
        within = tuple(0 if other == degree else NEVER for other in range(len(others)))
        if (way := settled(part, within, effort)) is not None:
            ways.append(way)
    return _first(part, ways) if ways else found


def _first(part: Problem, ways: Sequence[Settled]) -> Settled:
    first = ways[0]
    for way in ways[1:]:
        if (way.lack, way.cost) < (first.lack, first.cost):
            first = way
        elif (way.lack, way.cost) == (first.lack, first.cost) and is_before(Part(part), way.choice, first.choice):
            first = way
    return first


def _must(found: Settled | None) -> Settled:
    if found is None:
        raise AssertionError("a part that nothing holds to anything has a choice")
    return found


def _lacks(part: Problem, found: Settled) -> tuple[int, ...]:
    reached = figures(part, found.choice)
    if reached is None:
        raise AssertionError("a settled choice keeps all limits")
    return reached.lacks


def _place(parts: Split, number: int, found: Settled, choice: list[int]) -> None:
    for piece, index in zip(parts.pieces[number], found.choice, strict=True):
        choice[piece] = parts.options[piece][index]
