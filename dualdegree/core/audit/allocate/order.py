"""Which of two choices is before the other in step 5?

The choices are compared piece by piece: by degree, first what the fewest leaves take, then the largest, then by id.
At the first difference that one is first which puts the piece into an exclusive leaf that the pieces before it have not
filled yet, the smallest id first; else into the free pool; else into a leaf that is full already; and that one is last
which does not count it. The pieces themselves are put in their order in ``parts.split``; rules that do not add up have
both orders in ``counting.best``.
"""

from collections.abc import Sequence

from dualdegree.core.audit.allocate.parts.part import Choice, Goal, ProblemPart
from dualdegree.core.audit.allocate.parts.ways import Move, Ways
from dualdegree.core.audit.problem.whole_numbers import lack_of

FILLING, FREE, FULL, OUT = range(4)


def wishes(ways: Ways, have: Sequence[int], needs: Sequence[int]) -> list[Move]:
    """The ways of a piece in the order of step 5, when the pieces before it gave the leaves what they ``have``."""
    return sorted(ways.moves, key=lambda move: _wish(move, have, needs))


def is_before(part: ProblemPart, first: Choice, other: Choice) -> bool:
    """Whether the first choice is before the second."""
    have = [0] * len(part.demands)
    for a, b in zip(first, other, strict=True):
        if a is not b:
            return _wish(a, have, part.needs) < _wish(b, have, part.needs)
        if a.leaf >= 0:
            have[a.leaf] += a.amount
    return False


def first_of(part: ProblemPart, choices: Sequence[Choice]) -> Choice:
    """The one that step 5 puts first."""
    first = choices[0]
    for choice in choices[1:]:
        if is_before(part, choice, first):
            first = choice
    return first


def _wish(move: Move, have: Sequence[int], needs: Sequence[int]) -> tuple[int, int]:
    # Options stand in the order of their places, leaves by id.
    if move.leaf >= 0:
        return FULL if have[move.leaf] >= needs[move.leaf] else FILLING, move.option
    return FREE if move.counts else OUT, 0


def first_wishes(part: ProblemPart) -> Choice | None:
    """The choice in which every piece has its first wish among its cheapest ways, if nothing better can be.

    A wish is passed over where more would then be lacking than the best of each demand alone. The choice is the first
    in all steps: no choice costs less, none lacks less, and none of these is before it. ``None`` when some piece has
    no wish left, so that a search is needed, or when any cap binds.
    """
    if part.is_limited:
        return None
    have, reach = [0] * len(part.needs), list(part.reach)
    choice = []
    for ways in part.ways:
        for move in _cheapest(ways, have, part.needs):
            losses = [(demand, loss) for demand, loss in ways.losses[move.option] if reach[demand] < loss]
            if not losses or _is_harmless(part.asked, reach, losses):
                break
        else:
            return None
        for demand, loss in ways.losses[move.option]:
            reach[demand] -= loss
        if move.leaf >= 0:
            have[move.leaf] += move.amount
        choice.append(move)
    return tuple(choice)


def _is_harmless(asked: Goal, reach: Sequence[int], losses: Sequence[tuple[int, int]]) -> bool:
    """Whether no more is lacking in the end although those demands are out of reach by so much more."""
    weights = asked.part.weights
    if any(asked.owner[demand] >= 0 and weights[demand] for demand, _ in losses):
        return False
    groups = {group for demand, _ in losses if (group := asked.group_of[demand]) >= 0}
    if not groups:
        return True
    before = [-left * weight if left < 0 else 0 for left, weight in zip(reach, weights, strict=True)]
    after = list(before)
    for demand, loss in losses:
        after[demand] = (loss - reach[demand]) * weights[demand]
    return all(lack_of(asked.groups[g][1], after) <= lack_of(asked.groups[g][1], before) for g in groups)


def _cheapest(ways: Ways, have: Sequence[int], needs: Sequence[int]) -> list[Move]:
    """The cheapest ways in the order of step 5, without full leaves that are no better than the free pool."""
    moves = [move for move in ways.cheap if have[move.leaf] < needs[move.leaf]]
    free = ways.free
    if free is not None and free.cost == ways.floor:
        moves.append(free)
    moves += [move for move in ways.cheap if have[move.leaf] >= needs[move.leaf] and (move.own or free is None)]
    if ways.out is not None and ways.out.cost == ways.floor:
        moves.append(ways.out)
    return moves
