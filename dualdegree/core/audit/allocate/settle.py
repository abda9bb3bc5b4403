"""Which choice of one part is the first in the order? The least lack, then the least cost, then the first in step 5."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dualdegree.core.audit.allocate.effort import Effort, OutOfWork
from dualdegree.core.audit.allocate.order import is_before
from dualdegree.core.audit.allocate.part import NEVER, Asked, Part, variants
from dualdegree.core.audit.allocate.prices import Prices
from dualdegree.core.audit.allocate.search import Found, Limits, Memory, Search
from dualdegree.core.audit.problem import Problem, Work, figures

FIRST_TRY = 3
"""How many states for each piece the first try may look at."""
STATES = 1500
"""How many states a search for a figure, or for the first choice with known figures, may look at."""

Choice = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """The first choice of a part, and its figures."""

    choice: Choice
    lack: int
    cost: int


def settled(problem: Problem, lacks: Sequence[int], effort: Effort) -> Settled | None:
    """The first choice that keeps the lacks of the degrees within ``lacks``; ``None`` when there is none."""
    part = Part(problem)
    whole = Asked(part, problem.lacks)
    within = tuple(lacks)
    least = _least(whole, within, effort, lack=None)
    if least >= NEVER:
        return None
    if found := _at_once(whole, within, least, effort):
        return found
    try:
        known = _Figures(problem, within, effort).found()
        return None if known is None else _first(part, within, known, effort)
    except OutOfWork:
        return _solved(part, within, effort)


def _least(asked: Asked, within: tuple[int, ...], effort: Effort, *, lack: int | None) -> int:
    """The least lack, or with no more than ``lack`` the least cost, as far as bounds can tell without searching."""
    limits = Limits(within, -1, NEVER, by_lack=True) if lack is None else Limits(within, lack, -1, by_lack=False)
    return Search(asked, limits, Memory(asked, None), effort).run().least


def _at_once(asked: Asked, within: tuple[int, ...], lack: int, effort: Effort) -> Settled | None:
    """The first choice, where nothing stands in the way of what the simplest bounds allow."""
    cost = _least(asked, within, effort, lack=lack)
    if cost >= NEVER:
        return None
    found = _limited(
        asked, Limits(within, lack, cost, by_lack=False), Memory(asked, None), effort, asked.part.size * FIRST_TRY
    )
    return None if found is None or found.choice is None else Settled(found.choice, lack, cost)


def _limited(asked: Asked, limits: Limits, memory: Memory, effort: Effort, states: int) -> Found | None:
    """What a search finds that may look at so many states; ``None`` when these were not enough."""
    own = Effort(states)
    try:
        return Search(asked, limits, memory, own).run()
    except OutOfWork:
        return None
    finally:
        effort.add(own)


def _first(part: Part, within: tuple[int, ...], known: Settled, effort: Effort) -> Settled:
    """The first choice in step 5 among those with these figures."""
    choices: list[Choice] = []
    for asked in variants(part):
        memory = Memory(asked, Prices(asked))
        for by_lack in (True, False):
            memory.ask([], Limits(within, known.lack, NEVER, by_lack=by_lack))
        effort.prices += 2
        limits = Limits(within, known.lack, known.cost, by_lack=False)
        found = _limited(asked, limits, memory, effort, STATES)
        if found is None:
            raise OutOfWork
        if found.choice is not None:
            choices.append(found.choice)
    first = choices[0]
    for choice in choices[1:]:
        first = choice if is_before(part, choice, first) else first
    return replace(known, choice=first)


def _solved(part: Part, within: tuple[int, ...], effort: Effort) -> Settled | None:
    """The same by integer model."""
    from dualdegree.core.audit.allocate.solver import solved

    choice = solved(part, within, effort)
    if choice is None:
        return None
    found = figures(part.problem, choice)
    cost = sum(moves[index].cost for moves, index in zip(part.moves, choice, strict=True))
    return None if found is None else Settled(choice, sum(found.lacks), cost)


class _Figures:
    """The least lack and cost of a part, searched with the pieces that have the fewest ways first."""

    def __init__(self, problem: Problem, within: tuple[int, ...], effort: Effort) -> None:
        self.order = sorted(range(len(problem.pieces)), key=lambda number: _urgency(problem, number))
        self.problem = _reordered(problem, self.order)
        self.part = Part(self.problem)
        self.within, self.effort = within, effort
        self.every = variants(self.part)
        self.prices = [Prices(asked) for asked in self.every]

    def found(self) -> Settled | None:
        """The figures, with any choice that has them."""
        lack = self._least_lack()
        if lack is None:
            return None
        return self._least_cost(lack)

    def _least_lack(self) -> Settled | None:
        memories = [Memory(asked, prices) for asked, prices in zip(self.every, self.prices, strict=True)]
        self.least = []
        for asked, memory in zip(self.every, memories, strict=True):
            memory.ask([], Limits(self.within, -1, NEVER, by_lack=True))
            self.effort.prices += 1
            self.least.append(
                Search(asked, Limits(self.within, -1, NEVER, by_lack=True), memory, self.effort).run().least
            )
        while (target := min(self.least)) < NEVER:
            for number, asked in enumerate(self.every):
                if self.least[number] > target:
                    continue
                limits = Limits(self.within, target, NEVER, by_lack=True)
                found = _limited(asked, limits, memories[number], self.effort, STATES)
                if found is None:
                    raise OutOfWork
                if found.choice is not None:
                    return Settled(found.choice, target, self._cost(found.choice))
                self.least[number] = found.least
        return None

    def _least_cost(self, best: Settled) -> Settled:
        lack = best.lack
        alive = [number for number, least in enumerate(self.least) if least <= lack]
        memories, least = {}, {}
        for number in alive:
            asked = self.every[number]
            memory = memories[number] = Memory(asked, self.prices[number])
            for by_lack in (True, False):
                memory.ask([], Limits(self.within, lack, NEVER, by_lack=by_lack))
            self.effort.prices += 2
            least[number] = Search(asked, Limits(self.within, lack, -1, by_lack=False), memory, self.effort).run().least
        failures = 0
        while (low := min(least.values())) < best.cost:
            target = low if failures < 3 else (low + best.cost) // 2
            for number in alive:
                if least[number] > target:
                    continue
                limits = Limits(self.within, lack, target, by_lack=False)
                found = _limited(self.every[number], limits, memories[number], self.effort, STATES)
                if found is None:
                    raise OutOfWork
                if found.choice is not None:
                    best = Settled(found.choice, lack, self._cost(found.choice))
                    break
                least[number] = found.least
            failures += 1
        return best

    def _cost(self, choice: Choice) -> int:
        return sum(moves[index].cost for moves, index in zip(self.part.moves, choice, strict=True))


def _urgency(problem: Problem, number: int) -> tuple[int, int]:
    piece = problem.pieces[number]
    size = max((dict(option.gives).get(option.leaf, 0) for option in piece.options if option.leaf >= 0), default=0)
    return len(piece.options), -size


def _reordered(problem: Problem, order: Sequence[int]) -> Problem:
    at = {number: position for position, number in enumerate(order)}

    def own(sides: tuple[tuple[int, ...], tuple[int, ...]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return tuple(at[piece] for piece in sides[0]), tuple(at[piece] for piece in sides[1])

    works = tuple(Work(work.ects, own(work.native), own(work.granted)) for work in problem.works)
    return replace(problem, pieces=tuple(problem.pieces[number] for number in order), works=works)
