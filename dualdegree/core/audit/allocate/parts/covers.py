"""What must staying within a limit cost? A table of the least cost, by what is still to be saved."""

from collections.abc import Sequence
from math import gcd

from dualdegree.core.audit.allocate.effort import NEVER
from dualdegree.core.audit.allocate.parts.ways import Ways

MOST_KEPT = 1 << 18
"""How many figures all tables of a part hold; where they would be more, they are kept in coarser units."""


class Cover:
    """The least that the pieces not yet done must cost, beyond their cheapest ways, to save an excess.

    In units, of which what is saved is rounded up: the bound is then lower, and still one.
    """

    def __init__(
        self,
        pieces: Sequence[Ways],
        excess: int,
        saving: Sequence[Sequence[tuple[int, int]] | None],
        *,
        tables: int = 1,
    ) -> None:
        """``tables`` is how many such tables the part of these pieces has."""
        self.unit = gcd(*(saved for ways in saving for saved, _ in ways or ())) or 1
        self.unit *= -(-excess // self.unit) * len(pieces) * tables // MOST_KEPT + 1
        costs = [[0] + [NEVER] * -(-excess // self.unit)]
        for number in range(len(pieces) - 1, -1, -1):
            ways = saving[number]
            if ways is None:
                costs.append(costs[-1])
                continue
            cheapest: dict[int, int] = {}
            for saved, cost in ways:
                units = -(-saved // self.unit)
                cheapest[units] = min(cheapest.get(units, NEVER), cost - pieces[number].floor)
            costs.append(_covered(costs[-1], list(cheapest.items())))
        self.costs = costs[::-1]

    def least(self, done: int, excess: int) -> int:
        """With so many pieces done, the least cost of saving that much; ``NEVER`` when the others cannot."""
        return self.costs[done][-(-excess // self.unit)]


def _covered(before: Sequence[int], ways: Sequence[tuple[int, int]]) -> list[int]:
    """The least cost of saving at least so much, when one more piece saves in one of these ways."""
    return [min([cost + before[max(0, excess - saved)] for saved, cost in ways]) for excess in range(len(before))]
