"""Which of two choices is before the other in step 5?

The choices are compared piece by piece: by degree, first what the fewest leaves take, then the largest, then by id.
At the first difference that one is first which puts the piece into an exclusive leaf that the pieces before it have not
filled yet, the smallest id first; else into the free pool; else into a leaf that is full already; and that one is last
which does not count it.
"""

from collections.abc import Sequence

from dualdegree.core.audit.allocate.part import Choice, Part
from dualdegree.core.audit.allocate.ways import Move, Ways
from dualdegree.core.audit.problem import lacks_in

FILLING, FREE, FULL, OUT = range(4)


def wishes(ways: Ways, have: Sequence[int], needs: Sequence[int]) -> list[Move]:
    """The ways of a piece in the order of step 5, when the pieces before it gave the leaves what they ``have``."""
    return sorted(ways.moves, key=lambda move: _wish(move, have, needs))


def is_before(part: Part, one: Choice, other: Choice) -> bool:
    """Whether the first choice is before the second."""
    have = [0] * len(part.demands)
    for a, b in zip(one, other, strict=True):
        if a is not b:
            return _wish(a, have, part.needs) < _wish(b, have, part.needs)
        if a.leaf >= 0:
            have[a.leaf] += a.amount
    return False


def first_of(part: Part, choices: Sequence[Choice]) -> Choice:
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


def first_wishes(part: Part) -> Choice | None:
    """The choice in which every piece has its first wish among its cheapest ways, if nothing better can be.

    It is then the first in all steps: no choice costs less, none lacks less, and none of these is before it. ``None``
    when more is lacking than the best of each demand alone, so that a search is needed, or when any cap binds.
    """
    if part.is_limited:
        return None
    needs = part.needs
    missing = list(needs)
    choice = []
    for ways in part.ways:
        chosen = ways.fallback
        for move in ways.cheap:
            if missing[move.leaf] > 0:
                chosen = move
                break
        for demand, amount in chosen.gives:
            missing[demand] -= amount
        choice.append(chosen)
    return tuple(choice) if lacks_in(part.lacks, part.demands, missing) == part.least_lacks else None
