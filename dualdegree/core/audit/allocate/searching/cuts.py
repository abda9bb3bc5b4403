"""Which bound do prices give? What is asked for, at its price, less the best that each piece could bring.

Whatever the prices are, the bound never overestimates; good ones are asked of a solver (``prices``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dualdegree.core.audit.allocate.parts.part import Goal, ProblemPart
from dualdegree.core.audit.allocate.parts.ways import MOVE, Move

SCALE = 1 << 12
"""How many price units the unit of a lack, or of a cost, has."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices in whole numbers. ``lack`` is the price of a unit of lack; ``moves`` and ``ects`` those of the cost."""

    lack: int
    moves: int
    ects: int
    demands: dict[int, int]
    caps: dict[int, int]
    works: list[list[int]]
    """By work, the price of each pair that shares it."""
    shared: int


class Cut:
    """A bound under a tariff, on the lack in all or on the cost."""

    def __init__(self, asked: Goal, tariff: Tariff, *, by_lack: bool) -> None:
        part = asked.part
        self.part, self.tariff, self.by_lack = part, tariff, by_lack
        self.demands = [(demand, price) for demand, price in tariff.demands.items() if price]
        self.constant = tariff.lack * sum(asked.constant)
        self.constant -= sum(price * part.caps[cap] for cap, price in tariff.caps.items())
        self.constant -= tariff.shared * part.shared_cap if tariff.shared else 0
        self.constant -= sum(map(sum, tariff.works))
        fees = _fees(part, tariff.works)
        prices = tariff.demands
        self.paid: list[dict[int, int]] = []
        """By piece and option: its cost and what it uses, at their prices."""
        best = [0]
        for ways, fee in zip(part.ways, fees, strict=True):
            self.paid.append({move.option: self._paid(move, fee) for move in ways.moves})
        for ways, paid in zip(reversed(part.ways), reversed(self.paid), strict=True):
            best.append(
                best[-1]
                + min(
                    [
                        paid[move.option] - sum([prices.get(demand, 0) * amount for demand, amount in move.gives])
                        for move in ways.moves
                    ]
                )
            )
        self.best = best[::-1]

    def _paid(self, move: Move, fee: int) -> int:
        moved, dropped = divmod(move.cost, MOVE)
        paid = self.tariff.moves * moved + self.tariff.ects * dropped
        for cap, amount in move.uses:
            paid += self.tariff.caps.get(cap, 0) * amount
        return paid + fee if move.counts else paid

    def paid_for(self, done: Sequence[Move]) -> int:
        """What is paid for the pieces that are done."""
        return sum([paid[move.option] for paid, move in zip(self.paid, done, strict=False)])

    def bound(self, reach: Sequence[int], paid: int, depth: int, lack: int) -> int:
        """The least lack in all; or the least cost, when no more than ``lack`` is lacking.

        ``paid`` is what is paid for the pieces that are done.
        """
        rest = self.part.rest[depth]
        value = self.constant + self.best[depth] + paid
        for demand, price in self.demands:
            missing = rest[demand] - reach[demand]
            if missing > 0:
                value += price * missing
        if self.by_lack:
            return -(-value // self.tariff.lack)
        return self._cost(value - self.tariff.lack * lack)

    def _cost(self, value: int) -> int:
        """The least cost of that price. A move is dearer than all ECTS together, so the quotient is moves."""
        moved, dropped = divmod(max(0, -(-value // SCALE)), self.part.move_price)
        return moved * MOVE + dropped


def _fees(part: ProblemPart, works: Sequence[Sequence[int]]) -> list[int]:
    """By piece, what counting it costs under the prices of the pairs that share works."""
    fees = [0] * part.size
    for pairs, prices in zip(part.pairs, works, strict=True):
        for (first, second), price in zip(pairs, prices, strict=True):
            fees[first] += price
            fees[second] += price
    return fees
