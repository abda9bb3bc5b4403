"""Is a choice with the lack that is aimed at near one that is quickly made? Mended by moving two pieces at a time.

Interchangeable electives leave very many choices that fill everything to the credit, and a solver takes long to come
upon one of them. All pairs of moves are weighed at once in whole numbers; where none helps, a few pieces are moved at
random, from a fixed seed, so that the same case has the same answer everywhere. What is found is exact, for no choice
lacks less than the aim; that nothing is found says nothing.
"""

from random import Random

import numpy as np
from numpy.typing import NDArray

from dualdegree.core.audit.allocate.effort import Effort
from dualdegree.core.audit.allocate.part import Choice, Part
from dualdegree.core.audit.allocate.ways import Move

ROUNDS = 60
"""How often a choice that cannot be mended is shaken."""
SHAKEN = 3
"""How many pieces are moved then."""
EXACT = 1 << 53
"""Whole numbers below this are exact as floating point numbers, which processors multiply faster."""
MOST_PAIRS = 1 << 24
"""How many figures two changes at once may take to compare."""
Whole = NDArray[np.float64]
"""Whole numbers below ``EXACT``."""


def mended(part: Part, lack: int, effort: Effort) -> Choice | None:
    """Some choice that lacks so little, in which every piece has one of its cheapest ways.

    ``None`` where none was found; or where limits bind or something is to be chosen, so that more than a sum decides.
    """
    if part.is_limited or not part.is_plain or part.size < 2:
        return None
    if sum(need * weight for need, weight in zip(part.needs, part.weights, strict=True)) * part.size >= EXACT:
        return None
    if sum(len(ways.moves) for ways in part.ways) ** 2 * len(part.live) > MOST_PAIRS:
        return None
    choice = _Mender(part).mended(lack, effort)
    return choice if sum(part.lacks_of(choice)) == lack else None


class _Mender:
    """One choice on its way. All cheapest ways of all pieces stand in one row; ``at`` says which one each piece has."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.moves: list[Move] = []
        owners: list[int] = []
        self.first: list[int] = []
        for piece, ways in enumerate(part.ways):
            self.first.append(len(self.moves))
            cheapest = [move for move in ways.moves if move.cost == ways.floor]
            self.moves += cheapest
            owners += [piece] * len(cheapest)
        self.owner = np.array(owners)
        self.is_same_piece = self.owner[:, None] == self.owner[None, :]
        demands = part.live
        column = {demand: number for number, demand in enumerate(demands)}
        self.gives: Whole = np.zeros((len(self.moves), len(demands)), dtype=np.float64)
        for row, move in enumerate(self.moves):
            for demand, amount in move.gives:
                self.gives[row, column[demand]] = amount
        self.needs: Whole = np.array([part.needs[demand] for demand in demands], dtype=np.float64)
        self.weights: Whole = np.array([part.weights[demand] for demand in demands], dtype=np.float64)
        self.at = np.array(self.first)

    def mended(self, lack: int, effort: Effort) -> Choice:
        """The choice with which mending ends: when it lacks so little, or after all rounds."""
        chance = Random(self.part.size)  # noqa: S311 - the same case is shaken in the same way everywhere
        lack -= sum(self.part.lacks_of(self._choice())) - self._lack()
        counts = np.diff([*self.first, len(self.moves)])
        for _ in range(ROUNDS):
            effort.rounds += 1
            if self._descend() <= lack:
                break
            for piece in chance.sample(range(self.part.size), min(SHAKEN, self.part.size)):
                self.at[piece] = self.first[piece] + chance.randrange(int(counts[piece]))
        return self._choice()

    def _descend(self) -> int:
        """Change the best piece, or if none helps the best two, as long as that helps; what is lacking in the end."""
        lack = self._lack()
        while True:
            missing = self.needs - self.gives[self.at].sum(axis=0)
            # By way: what is missing once its piece has it.
            left = missing - (self.gives - self.gives[self.at[self.owner]])
            lacks = np.maximum(left, 0) @ self.weights
            one = other = int(lacks.argmin())
            if lacks[one] >= lack:
                both = left[:, None, :] + (left - missing)[None, :, :]
                lacks = np.maximum(both, 0, out=both) @ self.weights
                lacks[self.is_same_piece] = EXACT
                one, other = divmod(int(lacks.argmin()), len(self.moves))
                if lacks[one, other] >= lack:
                    return lack
            self.at[self.owner[one]], self.at[self.owner[other]] = one, other
            lack = self._lack()

    def _lack(self) -> int:
        return int(np.maximum(self.needs - self.gives[self.at].sum(axis=0), 0) @ self.weights)

    def _choice(self) -> Choice:
        return tuple([self.moves[row] for row in self.at])
