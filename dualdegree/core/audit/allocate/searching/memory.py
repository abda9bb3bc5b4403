"""Within which limits does a search look, what does it find, and what is remembered from one to the next?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from dualdegree.core.audit.allocate.effort import Effort
from dualdegree.core.audit.allocate.parts.part import Choice, Goal
from dualdegree.core.audit.allocate.parts.ways import Move
from dualdegree.core.audit.allocate.searching.cuts import Cut

if TYPE_CHECKING:
    from dualdegree.core.audit.allocate.searching.prices import Prices

CUTS = 4
"""How many cuts are kept, the newest first."""


class Limits(NamedTuple):
    """What is allowed: lack by degree, lack in all, cost. With ``by_lack``, the search is about the lack in all."""

    lacks: tuple[int, ...]
    lack: int
    cost: int
    by_lack: bool


class FoundChoice(NamedTuple):
    """A choice within the limits, or ``None``; ``least`` is then the least figure that is still possible."""

    choice: Choice | None
    least: int


class Memory:
    """What was learnt about one ``Goal`` under one kind of limits: dead ends, and cuts."""

    def __init__(self, asked: Goal, prices: "Prices | None" = None, cuts: Sequence[Cut] = ()) -> None:
        self.dead: list[dict[tuple[int, ...], int]] = [{} for _ in range(asked.part.size + 1)]
        self.cuts = list(cuts)
        self.prices = prices

    def ask(self, done: Sequence[Move], limits: Limits, effort: Effort) -> bool:
        """Ask for prices made for a state, and keep them as a cut; false when there are none."""
        if self.prices is None:
            return False
        effort.prices += 1
        cut = self.prices.cut(done, lack=limits.lack, by_lack=limits.by_lack)
        if cut is None:
            return False
        self.cuts.insert(0, cut)
        del self.cuts[CUTS:]
        return True
