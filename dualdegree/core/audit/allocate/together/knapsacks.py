"""What must keeping to the caps cost, when each bundle is taken whole? Exact, for the few caps that matter most.

Prices let a bundle be split so that a cap is used to the last unit, and a bound misses what does not fit. For the
shared limit and the dearest caps it is worked out here, over all amounts of them that could be left, what the bundles
cost at least at the prices of everything else. Whoever follows these tables from the first bundle to the last comes to
choices that keep the caps and cost just that; only what is asked for may then be missing, and exchanges mend it.
"""

from collections.abc import Sequence
from math import gcd, prod
from random import Random

import numpy as np
from numpy.typing import NDArray

from dualdegree.core.audit.allocate.together.board import Bid, Board
from dualdegree.core.audit.allocate.together.relaxation import SCALE, Bound

MOST_CELLS = 20_000
"""How many combinations of what is left of the caps are looked at."""
IMPOSSIBLE = 1e17
Amounts = tuple[int, ...]
"""By cap that is kept exactly, in its unit."""


class Knapsacks:
    """By bundle, what it and those after it cost at least, for all that could be left of the caps."""

    def __init__(self, board: Board, bound: Bound) -> None:
        self.board, self.bound = board, bound
        self.caps, self.units = _worked_out(board, bound)
        self.room = tuple([board.caps[cap] // unit for cap, unit in zip(self.caps, self.units, strict=True)])
        self.tables = [self._unused()]
        """The last bundle's first."""
        self.used: list[list[Amounts]] = []
        """The same, what each bid uses."""
        for bundle, rises in zip(reversed(board.bundles), reversed(bound.rises), strict=True):
            self.used.append([self._amounts(bid) for bid in bundle.bids])
            ways: dict[Amounts, int] = {}
            for used, rise in zip(self.used[-1], rises, strict=True):
                ways[used] = min(ways.get(used, rise), rise)
            table = self.tables[-1]
            self.tables.append(_with(table, ways) if len(ways) > 1 or any(next(iter(ways))) else table)

    @property
    def least(self) -> int:
        """The least value that a choice could have, when the caps are kept by whole bundles."""
        more = self.tables[-1][self.room]
        if more >= IMPOSSIBLE:
            return self.board.held_price * self.board.lack_price
        return -(-(self.bound.least + int(more)) // SCALE)

    def followed(self, most: int, chance: Random) -> list[Bid]:
        """Bids of all bundles that keep the caps and are worth no more than ``most``, but for what is then missing."""
        spare = most * SCALE - self.bound.least - int(self.tables[-1][self.room])
        room = self.room
        bids = []
        for number, bundle in enumerate(self.board.bundles):
            table, last = self.tables[-2 - number], self.tables[-1 - number]
            here = int(last[room])
            ways = []
            for bid, used, rise in zip(bundle.bids, self.used[-1 - number], self.bound.rises[number], strict=True):
                left = tuple([have - amount for have, amount in zip(room, used, strict=True)])
                if min(left, default=0) >= 0:
                    ways.append((rise + int(table[left]) - here, left, bid))
            cheap = [way for way in ways if way[0] <= spare]
            dearer, room, bid = chance.choice(cheap) if cheap else min(ways, key=lambda way: way[0])
            spare -= dearer
            bids.append(bid)
        return bids

    def _unused(self) -> NDArray[np.float64]:
        # What is left of a cap in the end was paid for in the bound, and is not used.
        shape = [most + 1 for most in self.room]
        unused: NDArray[np.float64] = np.zeros(shape)
        for axis, (cap, unit) in enumerate(zip(self.caps, self.units, strict=True)):
            along = np.arange(shape[axis]) * float(self.bound.prices[self.board.first_cap + cap] * unit)
            unused += along.reshape([-1 if other == axis else 1 for other in range(len(shape))])
        return unused

    def _amounts(self, bid: Bid) -> Amounts:
        first = self.board.first_cap
        return tuple([bid.row.get(first + cap, 0) // unit for cap, unit in zip(self.caps, self.units, strict=True)])


def _with(least: NDArray[np.float64], ways: dict[Amounts, int]) -> NDArray[np.float64]:
    """The least by what is left before one more bundle, from that after it."""
    before = np.full(least.shape, IMPOSSIBLE)
    for used, rise in ways.items():
        if all(amount < size for amount, size in zip(used, least.shape, strict=True)):
            after = least[tuple([slice(0, size - amount) for amount, size in zip(used, least.shape, strict=True)])]
            part = before[tuple([slice(amount, None) for amount in used])]
            np.minimum(part, after + rise, out=part)
    return before


def _worked_out(board: Board, bound: Bound) -> tuple[Sequence[int], Sequence[int]]:
    """The caps that are kept exactly, and the units in which all uses of each are whole: the dearest that fit."""
    unit = [0] * len(board.caps)
    for bundle in board.bundles:
        for bid in bundle.bids:
            for rule, amount in bid.row.items():
                if rule >= board.first_cap:
                    unit[rule - board.first_cap] = gcd(unit[rule - board.first_cap], amount)
    caps: list[int] = []
    price = [bound.prices[board.first_cap + cap] * most for cap, most in enumerate(board.caps)]
    for cap in sorted(range(len(board.caps)), key=lambda cap: (-price[cap], cap)):
        size = prod(board.caps[other] // unit[other] + 1 for other in caps)
        if unit[cap] and size * (board.caps[cap] // unit[cap] + 1) <= MOST_CELLS:
            caps.append(cap)
    return caps, [unit[cap] for cap in caps]
