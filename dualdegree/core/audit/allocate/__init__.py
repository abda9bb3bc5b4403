"""What serves what, for both degrees together? The exact choice that is first in the order.

A problem is split into independent parts (``parts``); each is settled for itself (``settle``). Only the part in which
both degrees share works can trade one degree against the other, so only there more than one way to be met is looked at.
How the things of this package hang together::

    problem -- parted --> part      pieces that share no demand, cap or work with others
                           |
       piece --- ways ---> move     a place: what it gives to demands, uses of caps, costs (moves, ECTS left out)
                           |
      first wishes? one search without a detour?          most students end here
           |                              |
    no limit binds: searching      a limit binds: together
           |                              |
      aim     a lack, a cost that    bundle   pieces that a shared work links, and what a tree lets be chosen
              none goes below        bid      a move for each of its pieces: gives, uses, cost
      search  piece by piece, in     board    all in one value: lack x price + cost; less is better
              the order of step 5
      prices  of an LP, made whole   prices   of an LP, made whole --> bound: no choice is worth less
      cut     the bound they give    exchange changes one bid or two --> a choice that is worth no more?
              for a state            dive     looks for one of just that value, or shows that there is none
                                     knapsacks, the integer program: where that comes to no end
                                     wishes   step 5, one piece after the other
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dualdegree.core.audit.allocate.effort import KEPT_BACK, NEVER, Effort, Untrusted, work_for
from dualdegree.core.audit.allocate.order import first_wishes, is_before
from dualdegree.core.audit.allocate.parts.part import Choice, ProblemPart
from dualdegree.core.audit.allocate.parts.split import bound, is_out_of_reach, parted
from dualdegree.core.audit.allocate.parts.ways import Move
from dualdegree.core.audit.allocate.settle import Settled, possible, settled
from dualdegree.core.audit.problem.whole_numbers import Problem

PIECE_WORK = 20
"""The work of a question for each piece, whatever it leads to."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """The first choice in the five steps of the order: by piece, the index of its option."""

    choice: tuple[int, ...]
    effort: Effort
    """What finding it took, and whether it is proven."""


def best(problem: Problem) -> Allocation:
    """The choice that is first in the five steps of the order."""
    work = work_for(len(problem.pieces))
    # Something is left for the questions that follow, whatever the choice takes.
    effort = Effort(most_work=work - work // KEPT_BACK)
    choice = _best_by_sums(problem, effort)
    if problem.deductions:
        # Where a rule counts otherwise than by adding up, sums are only the most that there could be.
        from dualdegree.core.audit.allocate.counting.best import best_counted

        choice = best_counted(problem, choice, effort)
    effort.most_work = work
    return Allocation(choice, effort)


def met_by(problem: Problem, effort: Effort) -> tuple[int, ...] | None:
    """Some choice that leaves nothing lacking in any degree (by piece, the index of its option), if any is found.

    Where it could not be settled whether there is any, that is not proven.
    """
    try:
        return decided(problem, effort)
    except Untrusted:
        return None


def decided(problem: Problem, effort: Effort) -> tuple[int, ...] | None:
    """The same. Raises ``Untrusted`` where it could not be settled whether there is any."""
    try:
        effort.spend(len(problem.pieces) * PIECE_WORK)
        choice = _met_by_sums(problem, effort)
        if choice is not None and problem.deductions:
            from dualdegree.core.audit.allocate.counting.best import met_counted

            return met_counted(problem, choice, effort)
    except Untrusted:
        effort.is_proven = False
        raise
    return choice


def _best_by_sums(problem: Problem, effort: Effort) -> tuple[int, ...]:
    left = bound(problem)
    choice = first_wishes(left.part)
    return left.options(_by_parts(left.part, effort) if choice is None else choice)


def _met_by_sums(problem: Problem, effort: Effort) -> tuple[int, ...] | None:
    if is_out_of_reach(problem):
        return None
    left = bound(problem)
    choice = first_wishes(left.part)
    if choice is None:
        choice = _met_by_parts(left.part, effort)
    return None if choice is None else left.options(choice)


def _met_by_parts(whole: ProblemPart, effort: Effort) -> Choice | None:
    split = parted(whole)
    if any(split.constants):
        return None
    chosen: dict[int, Move] = {}
    for part, pieces in zip(split.parts, split.pieces, strict=True):
        choice = possible(part, effort)
        if choice is None:
            return None
        chosen.update(zip(pieces, choice, strict=True))
    return tuple([chosen[piece] for piece in range(whole.size)])


def _by_parts(whole: ProblemPart, effort: Effort) -> Choice:
    split = parted(whole)
    anything = (NEVER,) * len(whole.lacks)
    lacks = split.constants
    apart: list[Settled | None] = []
    for part in split.parts:
        own = None if part.works else _must(settled(part, anything, effort))
        apart.append(own)
        if own is not None:
            lacks = tuple([lack + more for lack, more in zip(lacks, own.lacks, strict=True)])
    chosen = {
        piece: move
        for part, pieces, own in zip(split.parts, split.pieces, apart, strict=True)
        for piece, move in zip(pieces, (own or _traded(part, lacks, effort)).choice, strict=True)
    }
    return tuple([chosen[piece] for piece in range(whole.size)])


def _traded(part: ProblemPart, others: Sequence[int], effort: Effort) -> Settled:
    """The part in which both degrees take part: as many met as can be, given what the ``others`` lack already."""
    can_be_met = [degree for degree, lack in enumerate(others) if not lack]
    anything = (NEVER,) * len(others)
    together = _must(settled(part, anything, effort))
    # What lacks least of all meets both if both can be met; if they cannot, meeting one is the most there is.
    if not can_be_met or not all(together.lacks[degree] for degree in can_be_met):
        return together
    ways = []
    for degree in can_be_met:
        try:
            if possible(part.only(degree), effort) is None:
                continue
        except Untrusted:
            effort.is_proven = False
            continue
        within = tuple(0 if other == degree else NEVER for other in range(len(others)))
        if (way := settled(part, within, effort)) is not None:
            ways.append(way)
    return _first(part, ways) if ways else together


def _first(part: ProblemPart, ways: Sequence[Settled]) -> Settled:
    first = ways[0]
    for way in ways[1:]:
        figures, best_figures = (sum(way.lacks), way.cost), (sum(first.lacks), first.cost)
        if figures < best_figures or (figures == best_figures and is_before(part, way.choice, first.choice)):
            first = way
    return first


def _must(way: Settled | None) -> Settled:
    if way is None:
        raise AssertionError("a part that nothing holds to anything has a choice")
    return way
