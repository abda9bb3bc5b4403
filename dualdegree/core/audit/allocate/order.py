"""Which of two choices is before the other in step 5?

The choices are compared piece by piece, in the order of (degree, item). At the first difference that one is first which
puts the piece into an exclusive leaf that the pieces before it have not filled yet, the smallest id first; else into
the free pool; else into a leaf that is full already; and that one is last which does not count it.
"""

from collections.abc import Mapping, Sequence

from dualdegree.core.audit.allocate.part import Move, Part

FILLING, FREE, FULL, OUT = range(4)


def wishes(part: Part, have: Mapping[int, int], number: int) -> list[Move]:
    """The moves of a piece in the order of step 5, when the pieces before it gave the leaves what they ``have``."""
    return sorted(part.moves[number], key=lambda move: _wish(part, have, move))


def is_before(part: Part, one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether the first choice is before the second."""
    have: dict[int, int] = {}
    for moves, a, b in zip(part.moves, one, other, strict=True):
        if a != b:
            return _wish(part, have, moves[a]) < _wish(part, have, moves[b])
        if moves[a].leaf >= 0:
            have[moves[a].leaf] = have.get(moves[a].leaf, 0) + moves[a].amount
    return False


def _wish(part: Part, have: Mapping[int, int], move: Move) -> tuple[int, int]:
    # Options stand in the order of their places, leaves by id.
    if move.leaf >= 0:
        return FULL if have.get(move.leaf, 0) >= part.needs[move.leaf] else FILLING, move.index
    return FREE if move.counts else OUT, 0
