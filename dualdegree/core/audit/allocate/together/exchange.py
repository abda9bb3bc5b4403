"""Is a choice of the value that is aimed at near one that is quickly made? Bids changed one and two at a time.

All single changes, and all pairs of them, are weighed at once in whole numbers (floating point holds them exactly and
is multiplied faster). Where none helps, a few bundles change at random, from a fixed seed, so that the same case has
the same answer everywhere.
"""

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from dualdegree.core.audit.allocate.effort import Effort
from dualdegree.core.audit.allocate.together.board import Bid, Board
from dualdegree.core.audit.allocate.together.knapsacks import Knapsacks

SHAKEN = 3
"""How many bundles change at random where no two changes help."""
FIRSTS = 48
"""How many changes are tried with each other one."""
MOST_FIGURES = 1 << 22
"""How many figures all pairs of changes may take to weigh."""
FIGURES = 200
"""How many figures are weighed in a unit of work."""
Whole = NDArray[np.float64]
"""Whole numbers, small enough to be exact."""


class Exchange:
    """Where the bundles of a board stand, and whatever bids they may change to."""

    def __init__(self, board: Board, standing: Sequence[Bid], open_bids: Sequence[Sequence[Bid]]) -> None:
        """``open_bids`` are by bundle those to which it may change; a bundle without any keeps its own."""
        self.board, self.standing = board, list(standing)
        rows = [(number, bid) for number, bids in enumerate(open_bids) for bid in bids]
        self.rows = rows
        self.owner = np.array([number for number, _ in rows], dtype=np.intp)
        self.limits: Whole = np.array([*board.needs, *[-cap for cap in board.caps]], dtype=np.float64)
        self.given = self._matrix([bid for _, bid in rows])
        self.costs: Whole = np.array([bid.cost for _, bid in rows], dtype=np.float64)
        self.own = self._matrix(standing)
        self.own_costs: Whole = np.array([bid.cost for bid in standing], dtype=np.float64)
        self.prices: Whole = np.array([*board.weights, *[0] * len(board.caps)], dtype=np.float64)
        self.aim = 0
        self.weighed = 0
        """How many figures were weighed so far."""

    def _matrix(self, bids: Sequence[Bid]) -> Whole:
        matrix = np.zeros((len(bids), len(self.limits)), dtype=np.float64)
        width = len(self.limits)
        at = [number * width + rule for number, bid in enumerate(bids) for rule in bid.row]
        matrix.reshape(-1)[at] = [amount for bid in bids for amount in bid.row.values()]
        matrix[:, self.board.first_cap :] *= -1
        return matrix

    def aim_at(self, value: int) -> None:
        """From now on that value is aimed at; breaking any cap is worse than missing it."""
        self.aim = value
        self.prices[self.board.first_cap :] = value + 1

    def worth(self) -> tuple[float, Whole]:
        """What the choice is worth, with what it breaks; and by demand and cap what it misses."""
        missing = self.limits - self.own.sum(axis=0)
        return float(np.maximum(missing, 0) @ self.prices + self.own_costs.sum()), missing

    def take(self, row: int) -> None:
        """Change a bundle to that bid."""
        number, bid = self.rows[row]
        self.standing[number] = bid
        self.own[number], self.own_costs[number] = self.given[row], self.costs[row]

    def descend(self, most: int) -> float:
        """Change one bundle, or if none helps two, as long as that helps; what the choice is worth in the end.

        When ``most`` figures were weighed it ends.
        """
        worth, missing = self.worth()
        while worth > self.aim and len(self.rows) and self.weighed < most:
            self.weighed += self.given.size
            more = self.given - self.own[self.owner]
            dearer = self.costs - self.own_costs[self.owner]
            left = missing - more
            worths = np.maximum(left, 0) @ self.prices
            worths += dearer + self.own_costs.sum()
            first = int(worths.argmin())
            if worths[first] < worth:
                self.take(first)
            elif (pair := self._pair(worths, left, more, dearer, worth)) is not None:
                for row in pair:
                    self.take(row)
            else:
                break
            worth, missing = self.worth()
        return worth

    def _pair(self, alone: Whole, left: Whole, more: Whole, dearer: Whole, worth: float) -> tuple[int, int] | None:
        """The two changes that help most together, if any do; the first is one that ``alone`` does least harm."""
        if FIRSTS * len(self.rows) * len(self.limits) > MOST_FIGURES:
            return None
        self.weighed += FIRSTS * self.given.size
        firsts = np.argsort(alone, kind="stable")[:FIRSTS]
        both = left[firsts, None, :] - more[None, :, :]
        worths = np.maximum(both, 0, out=both) @ self.prices
        worths += dearer[firsts, None] + (dearer + self.own_costs.sum())[None, :]
        worths[self.owner[firsts, None] == self.owner[None, :]] = np.inf
        first, second = divmod(int(worths.argmin()), len(self.rows))
        return (int(firsts[first]), second) if worths[first, second] < worth else None

    def stand_at(self, bids: Sequence[Bid]) -> None:
        """Put every bundle at one of its bids."""
        self.standing = list(bids)
        self.own = self._matrix(bids)
        self.own_costs = np.array([bid.cost for bid in bids], dtype=np.float64)

    def shake(self, chance: Random) -> None:
        """Change a few bundles at random."""
        count = len(self.rows)
        for row in chance.sample(range(count), min(SHAKEN, count)):
            self.take(row)


def mended(exchange: Exchange, aim: int, rounds: int, effort: Effort, knapsacks: Knapsacks | None = None) -> list[Bid]:
    """The best choice that was come upon: with which it ends when it is worth the ``aim``, or after all rounds.

    Each round begins where ``knapsacks`` lead; without them where the last one ended, shaken.
    """
    chance = Random(len(exchange.rows))  # noqa: S311 - the same case is shaken in the same way everywhere
    exchange.aim_at(aim)
    best, least = list(exchange.standing), np.inf
    for number in range(rounds):
        if knapsacks is not None:
            exchange.stand_at(knapsacks.followed(aim, chance))
        elif number:
            exchange.shake(chance)
        effort.rounds += 1
        before = exchange.weighed
        worth = exchange.descend(before + effort.left * FIGURES)
        effort.work += (exchange.weighed - before) // FIGURES
        if worth < least:
            best, least = list(exchange.standing), worth
        if worth <= aim or not exchange.rows:
            break
    return best
