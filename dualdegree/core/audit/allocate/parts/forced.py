"""Which pieces have only one place that could be right? They take it before anything is searched.

A piece that one leaf wants, and that cannot do better elsewhere, goes there as long as the leaf is not full; one that
no leaf wants any more goes to the free pool. Neither costs steps 1 to 4 anything, and step 5 wants just that.
"""

from collections.abc import Container, Iterator, Sequence

from dualdegree.core.audit.allocate.parts.ways import Mask, Move, Ways


def forced(ways: Sequence[Ways], needs: list[int], linked: Container[int]) -> Iterator[tuple[int, Move]]:
    """Pieces, by their number in the order of step 5, and the moves that they have to make.

    What is given by these is taken off the ``needs``. Pieces that are ``linked`` to others by a shared work are
    left to the search.
    """
    # Leaves that an undecided piece might go to: for whom comes after it they may be full or not.
    unsure: Mask = 0
    for number, own in enumerate(ways):
        move = None if number in linked else _only(own, needs, unsure)
        if move is None:
            for other in own.leaves:
                unsure |= 1 << other.leaf
            continue
        for demand, amount in move.gives:
            needs[demand] -= amount
        yield number, move


def _only(ways: Ways, needs: Sequence[int], unsure: Mask) -> Move | None:
    """The only way that could be right, if that is certain whatever others do."""
    free = ways.free
    if len(ways.moves) == 1:
        move = ways.moves[0]
        return None if move.leaf >= 0 and unsure >> move.leaf & 1 else move
    if free is None or ways.out is not None:
        return None
    wanted: Move | None = None
    for move in ways.leaves:
        if needs[move.leaf] <= 0:
            if move.own:
                return None
        elif wanted is not None or not move.covers or unsure >> move.leaf & 1:
            return None
        else:
            wanted = move
    return wanted or free
