"""What are the least lack and the least cost of a part? Searched apart from step 5, in the order that finds them."""

from collections.abc import Sequence

from dualdegree.core.audit.allocate.effort import Effort, OutOfWork
from dualdegree.core.audit.allocate.part import NEVER, Part, variants
from dualdegree.core.audit.allocate.prices import Prices
from dualdegree.core.audit.allocate.search import STATES, Limits, Memory, Search, limited

OPTIMISTIC = 3
"""How often the least cost that is still possible is tried before halving what is between it and a known cost."""


def least_figures(part: Part, within: tuple[int, ...], effort: Effort) -> tuple[int, int] | None:
    """The least lack in all, with the lack of each degree ``within``, and the least cost with it.

    ``None`` when there is no such choice. Raises ``OutOfWork``.
    """
    return _Figures(part.reordered(_most_urgent_first(part)), within, effort).found()


def _most_urgent_first(part: Part) -> Sequence[int]:
    """The pieces with the fewest ways first, and of these the largest."""

    def urgency(number: int) -> tuple[int, int]:
        ways = part.ways[number]
        return len(ways.moves), -max([move.amount for move in ways.leaves], default=0)

    return sorted(range(part.size), key=urgency)


class _Figures:
    def __init__(self, part: Part, within: tuple[int, ...], effort: Effort) -> None:
        self.part, self.within, self.effort = part, within, effort
        self.every = variants(part)
        self.prices = [Prices(asked) for asked in self.every]
        self.least = [0] * len(self.every)
        """By variant, the least lack that is still possible."""

    def found(self) -> tuple[int, int] | None:
        """The least lack and cost."""
        known = self._least_lack()
        return None if known is None else (known[0], self._least_cost(*known))

    def _least_lack(self) -> tuple[int, int] | None:
        """The least lack, and the cost of some choice that has it."""
        memories = [Memory(asked, prices) for asked, prices in zip(self.every, self.prices, strict=True)]
        nothing = Limits(self.within, -1, NEVER, by_lack=True)
        for number, asked in enumerate(self.every):
            memories[number].ask([], nothing, self.effort)
            self.least[number] = Search(asked, nothing, memories[number], self.effort).bound()
        while (target := min(self.least)) < NEVER:
            for number, asked in enumerate(self.every):
                if self.least[number] > target:
                    continue
                limits = Limits(self.within, target, NEVER, by_lack=True)
                found = limited(asked, limits, memories[number], self.effort, STATES)
                if found is None:
                    raise OutOfWork
                if found.choice is not None:
                    return target, sum([move.cost for move in found.choice])
                self.least[number] = found.least
        return None

    def _least_cost(self, lack: int, known: int) -> int:
        """The least cost of a choice with that lack; one that costs ``known`` was found."""
        alive = [number for number, least in enumerate(self.least) if least <= lack]
        memories = {number: Memory(self.every[number], self.prices[number]) for number in alive}
        least = {number: self._bound(number, memories[number], lack) for number in alive}
        tries = 0
        while (low := min(least.values())) < known:
            tries += 1
            target = low if tries <= OPTIMISTIC else (low + known - 1) // 2
            for number in alive:
                if least[number] > target:
                    continue
                limits = Limits(self.within, lack, target, by_lack=False)
                found = limited(self.every[number], limits, memories[number], self.effort, STATES)
                if found is None:
                    raise OutOfWork
                if found.choice is not None:
                    known = sum([move.cost for move in found.choice])
                    break
                least[number] = found.least
        return known

    def _bound(self, number: int, memory: Memory, lack: int) -> int:
        limits = Limits(self.within, lack, -1, by_lack=False)
        for by_lack in (True, False):
            memory.ask([], limits._replace(by_lack=by_lack), self.effort)
        return Search(self.every[number], limits, memory, self.effort).bound()
