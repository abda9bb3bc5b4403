"""Which choice with known figures is the first in step 5, where a search in the order of step 5 loses its way?

A choice that has the figures is known. Piece by piece the first wish is kept if the known choice grants it; else it is
asked whether any choice does, with all pieces before it held. Most wishes are granted by pieces of the same size that
change places; what a short search does not answer is left to the solver.
"""

from collections import deque
from collections.abc import Sequence

from dualdegree.core.audit.allocate.aim import Aim
from dualdegree.core.audit.allocate.effort import OutOfWork
from dualdegree.core.audit.allocate.order import wishes
from dualdegree.core.audit.allocate.part import Choice, Part
from dualdegree.core.audit.allocate.solver import Solver
from dualdegree.core.audit.allocate.ways import Move

STATES = 60
"""How many states are looked at for one wish; one that is not settled then is passed over."""
Place = tuple[int, bool]
"""The leaf, or -1, and whether the piece is counted."""


def guided(part: Part, known: Choice, aims: Sequence[Aim], within: Sequence[int]) -> Choice:
    """The first choice that is no worse than the ``known`` one. Raises ``Untrusted``."""
    figures = sum(part.lacks_of(known)), part.cost_of(known)
    alive = [aim for aim in aims if aim.lack <= figures[0]]
    for aim in alive:
        aim.settle_for(figures[0])
        aim.cost = figures[1]
    have = [0] * len(part.demands)
    choice = known
    for number, ways in enumerate(part.ways):
        for wish in wishes(ways, have, part.needs):
            if choice[number] is wish:
                break
            granted = _exchanged(part, choice, number, wish, within, figures)
            granted = granted or _granting((*choice[:number], wish), alive)
            if granted is not None:
                choice = granted
                break
        placed = choice[number]
        if placed.leaf >= 0:
            have[placed.leaf] += placed.amount
    return choice


def _granting(held: Sequence[Move], aims: Sequence[Aim]) -> Choice | None:
    """A choice that begins with those moves, if a short search finds any."""
    for aim in aims:
        found = aim.first_from(held, STATES)
        if found is not None and found.choice is not None:
            return found.choice
    return None


def _exchanged(
    part: Part, choice: Choice, number: int, wish: Move, within: Sequence[int], figures: tuple[int, int]
) -> Choice | None:
    """The same choice in which the piece has its wish and later ones of its size move up, the last into its place.

    The shortest such chain is tried; it is no answer that there is none.
    """
    left = _place(choice[number])
    chains: deque[tuple[Place, dict[int, Move]]] = deque([(_place(wish), {number: wish})])
    seen = {_place(wish)}
    while chains:
        place, chain = chains.popleft()
        for other in range(number + 1, part.size):
            if part.ways[other].size != part.ways[number].size or _place(choice[other]) != place:
                continue
            for move in part.ways[other].moves:
                to = _place(move)
                if to == left:
                    changed = {**chain, other: move}
                    tried = tuple([changed.get(piece, was) for piece, was in enumerate(choice)])
                    if _is_as_good(part, tried, within, figures):
                        return tried
                elif to not in seen:
                    seen.add(to)
                    chains.append((to, {**chain, other: move}))
    return None


def _place(move: Move) -> Place:
    return move.leaf, move.counts


def _is_as_good(part: Part, choice: Choice, within: Sequence[int], figures: tuple[int, int]) -> bool:
    lacks = part.lacks_of(choice)
    return (
        (sum(lacks), part.cost_of(choice)) <= figures
        and all(lack <= most for lack, most in zip(lacks, within, strict=True))
        and part.keeps(choice)
    )
