"""Which choice does step 5 take, where a search in its order loses its way before it comes to an end?

A choice that is the first in steps 1 to 4 is known. Piece by piece the first wish is granted that the known choice
grants, or another that comes of it when pieces of the same size change places, or one that a short search finds with
all pieces before it held. A wish that is not settled so is passed over. The work is counted in states, not in time, so
the same case has the same answer everywhere.
"""

from collections import deque
from collections.abc import Iterator, Sequence

from dualdegree.core.audit.allocate.aim import Aim
from dualdegree.core.audit.allocate.order import wishes
from dualdegree.core.audit.allocate.part import Choice, Part
from dualdegree.core.audit.allocate.ways import Move

STATES = 40
"""How many states are looked at for one wish."""
ALL_STATES = 240
"""How many for all wishes of a part."""
ALL_EXCHANGES = 1000
"""How many exchanges are looked at for all wishes of a part."""
Place = tuple[int, bool]
"""The leaf, or -1, and whether the piece is counted."""


def guided(part: Part, known: Choice, aims: Sequence[Aim], within: Sequence[int]) -> Choice:
    """The choice with the figures of the ``known`` one that grants the wishes."""
    return _Guide(part, known, aims, within).granted(known)


class _Guide:
    """Who asks for one wish after the other."""

    def __init__(self, part: Part, known: Choice, aims: Sequence[Aim], within: Sequence[int]) -> None:
        self.part, self.within = part, within
        self.figures = sum(part.lacks_of(known)), part.cost_of(known)
        self.left, self.exchanges = ALL_STATES, ALL_EXCHANGES
        self.aims = [aim for aim in aims if aim.lack <= self.figures[0]]
        for aim in self.aims:
            aim.hold_to(*self.figures)

    def granted(self, choice: Choice) -> Choice:
        """The choice in which every piece in turn has the first wish that can be granted."""
        have = [0] * len(self.part.demands)
        for number, ways in enumerate(self.part.ways):
            for wish in wishes(ways, have, self.part.needs):
                if choice[number] is wish:
                    break
                if (
                    other := self._exchanged(choice, number, wish) or self._found((*choice[:number], wish))
                ) is not None:
                    choice = other
                    break
            placed = choice[number]
            if placed.leaf >= 0:
                have[placed.leaf] += placed.amount
        return choice

    def _found(self, held: Sequence[Move]) -> Choice | None:
        """A choice that begins with those moves, if a short search finds any."""
        for aim in self.aims:
            if self.left <= 0:
                break
            before = aim.effort.states
            found = aim.first_from(held, min(STATES, self.left))
            self.left -= aim.effort.states - before
            if found is not None and found.choice is not None:
                return found.choice
        return None

    def _exchanged(self, choice: Choice, number: int, wish: Move) -> Choice | None:
        """The same choice in which the piece has its wish and later ones of its size move on, the last to its place."""
        for changed in self._chains(choice, number, wish):
            if self.exchanges <= 0:
                break
            self.exchanges -= 1
            tried = tuple([changed.get(piece, was) for piece, was in enumerate(choice)])
            if self._is_as_good(tried):
                return tried
        return None

    def _chains(self, choice: Choice, number: int, wish: Move) -> Iterator[dict[int, Move]]:
        """Pieces that move on so that the first has its wish and its old place is taken again; short chains first."""
        ways, left = self.part.ways, _place(choice[number])
        chains: deque[tuple[Place, dict[int, Move]]] = deque([(_place(wish), {number: wish})])
        seen = {_place(wish)}
        while chains:
            place, chain = chains.popleft()
            for other in range(number + 1, self.part.size):
                if ways[other].size != ways[number].size or _place(choice[other]) != place:
                    continue
                for move in ways[other].moves:
                    longer = {**chain, other: move}
                    if (to := _place(move)) == left:
                        yield longer
                    elif to not in seen:
                        seen.add(to)
                        chains.append((to, longer))

    def _is_as_good(self, choice: Choice) -> bool:
        lacks = self.part.lacks_of(choice)
        return (
            (sum(lacks), self.part.cost_of(choice)) <= self.figures
            and all(lack <= most for lack, most in zip(lacks, self.within, strict=True))
            and self.part.keeps(choice)
        )


def _place(move: Move) -> Place:
    return move.leaf, move.counts
