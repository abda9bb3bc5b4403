"""Is there a choice within given limits of lack and cost, and which is the first in step 5?

Pieces are placed one by one in the order of their ids, each first where step 5 wants it. A state that cannot lead to a
choice within the limits, as bounds that never overestimate tell, is left at once; so is one that was looked at before.
The first complete choice is therefore the first in step 5 among all within the limits; and when there is none, the
least figure at which the search turned back is the least that can be reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dualdegree.core.audit.allocate.effort import Effort
from dualdegree.core.audit.allocate.part import NEVER, Asked, Move
from dualdegree.core.audit.allocate.prices import Cut, Prices
from dualdegree.core.audit.problem import lack_of

PATIENCE = 24
"""After how many dead ends new prices are asked for."""
CUTS = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed: lack by degree, lack in all, cost. With ``by_lack``, the search is about the lack in all."""

    lacks: tuple[int, ...]
    lack: int
    cost: int
    by_lack: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A choice within the limits, or ``None``; ``least`` is then the least figure that is still possible."""

    choice: tuple[int, ...] | None
    least: int


class Memory:
    """What was learnt about one ``Asked`` with one kind of limits: dead ends and cuts."""

    def __init__(self, asked: Asked, prices: Prices | None) -> None:
        self.dead: list[dict[tuple[int, ...], int]] = [{} for _ in range(asked.part.size + 1)]
        self.cuts: list[Cut] = []
        self.prices = prices

    def ask(self, done: Sequence[Move], limits: Limits) -> bool:
        """Ask for prices made for a state, and keep them as a cut; false when there are none."""
        cut = None if self.prices is None else self.prices.cut(done, limits)
        if cut is not None:
            self.cuts.insert(0, cut)
            del self.cuts[CUTS:]
        return cut is not None


class Search:
    """One run through the pieces of a part."""

    def __init__(self, asked: Asked, limits: Limits, memory: Memory, effort: Effort) -> None:
        self.asked, self.part, self.limits, self.memory, self.effort = asked, asked.part, limits, memory, effort
        part = self.part
        self.limit = limits.lack if limits.by_lack else limits.cost
        self.reach = list(part.reach)
        self.have = [0] * len(part.needs)
        self.missing = [max(0, -reach) * weight for reach, weight in zip(self.reach, part.weights, strict=True)]
        self.groups = [lack_of(tree, self.missing) for _, tree in asked.groups]
        self.lacks = list(asked.constant)
        for demand, degree in enumerate(asked.owner):
            if degree >= 0:
                self.lacks[degree] += self.missing[demand]
        for (degree, _), lack in zip(asked.groups, self.groups, strict=True):
            self.lacks[degree] += lack
        self.cost = 0
        self.slack = list(part.slack)
        self.done: list[Move] = []
        self.counted = [[0] * 4 for _ in part.work_ects]
        self.open = [[0] * 4 for _ in part.work_ects]
        for shares in part.shares:
            for work, side, native in shares:
                self.open[work][side] += 1
                self.open[work][2 + side] += native
        self.shared = 0
        self.shareable = sum(part.work_ects)

    def run(self) -> Found:
        """Look for a choice."""
        size, dead = self.part.size, self.memory.dead
        self.effort.searches += 1
        least = self._bound(0)
        if least > self.limit:
            return Found(None, least)
        ways: list[list[Move]] = [[] for _ in range(size + 1)]
        low = [NEVER] * (size + 1)
        depth = failures = 0
        fresh = True
        while True:
            if fresh:
                if depth == size:
                    return Found(tuple(move.index for move in self.done), least)
                ways[depth] = self._ways(depth)
                low[depth] = NEVER
                fresh = False
            if ways[depth]:
                move = ways[depth].pop()
                self.effort.spend()
                self._do(depth, move, 1)
                self.done.append(move)
                bound = self._bound(depth + 1)
                if bound <= self.limit and dead[depth + 1]:
                    known = dead[depth + 1].get(self._key(depth + 1))
                    if known is not None:
                        bound = max(bound, known if self.limits.by_lack else known + self.cost)
                if bound <= self.limit:
                    depth += 1
                    fresh = True
                else:
                    low[depth] = min(low[depth], bound)
                    self._do(depth, self.done.pop(), -1)
                continue
            failures += 1
            value = low[depth]
            if self.memory.prices is not None and failures >= PATIENCE:
                failures = 0
                value = max(value, self._ask_prices(depth))
            key = self._key(depth)
            known = value if self.limits.by_lack else value - self.cost
            dead[depth][key] = max(dead[depth].get(key, 0), known)
            if depth == 0:
                return Found(None, value)
            depth -= 1
            self._do(depth, self.done.pop(), -1)
            low[depth] = min(low[depth], value)
            # New cuts may close the state above as well, before its other ways are tried.
            if ways[depth] and failures == 0 and (bound := self._bound(depth)) > self.limit:
                low[depth] = min(low[depth], bound)
                ways[depth] = []

    def _ways(self, depth: int) -> list[Move]:
        """The ways to place a piece, the one that step 5 prefers last; without those that can be no better."""
        have, needs, part = self.have, self.part.needs, self.part
        free = part.free[depth]
        ways: list[Move] = []
        full: list[Move] = []
        is_covered = free is None
        for move in part.leaves[depth]:
            if have[move.leaf] < needs[move.leaf]:
                ways.append(move)
                is_covered = is_covered or move.covers
            elif move.own or free is None:
                full.append(move)
        if free is not None and not is_covered:
            ways.append(free)
        ways += full
        if (out := part.out[depth]) is not None:
            ways.append(out)
        ways.reverse()
        return ways

    def _do(self, depth: int, move: Move, step: int) -> None:
        """Place a piece (``step`` 1), or take it back (-1)."""
        part = self.part
        for demand, loss in move.losses:
            self._lose(demand, loss * step)
        if move.leaf >= 0:
            self.have[move.leaf] += move.amount * step
        self.cost += move.cost * step
        for cap, most in part.relief[depth]:
            self.slack[cap] += most * step
        for cap, amount in move.uses:
            self.slack[cap] -= amount * step
        for work, side, native in part.shares[depth]:
            self._share(work, side, native=native, counts=move.counts, step=step)

    def _lose(self, demand: int, loss: int) -> None:
        before = self.reach[demand]
        after = self.reach[demand] = before - loss
        if before >= 0 and after >= 0:
            return
        asked = self.asked
        was = self.missing[demand]
        self.missing[demand] = missing = -after * self.part.weights[demand] if after < 0 else 0
        degree = asked.owner[demand]
        if degree >= 0:
            self.lacks[degree] += missing - was
        elif (group := asked.group_of[demand]) >= 0:
            degree, tree = asked.groups[group]
            lack = lack_of(tree, self.missing)
            self.lacks[degree] += lack - self.groups[group]
            self.groups[group] = lack

    def _share(self, work: int, side: int, *, native: bool, counts: bool, step: int) -> None:
        counted, left = self.counted[work], self.open[work]
        ects = self.part.work_ects[work]
        self.shared -= ects * _is_shared(counted)
        self.shareable -= ects * _could_be_shared(counted, left)
        left[side] -= step
        left[2 + side] -= step * native
        if counts:
            counted[side] += step
            counted[2 + side] += step * native
        self.shared += ects * _is_shared(counted)
        self.shareable += ects * _could_be_shared(counted, left)

    def _bound(self, depth: int) -> int:
        """The least figure that the state could still lead to; ``NEVER`` when it breaks a limit."""
        part, limits = self.part, self.limits
        lack = 0
        for have, most in zip(self.lacks, limits.lacks, strict=True):
            if have > most:
                return NEVER
            lack += have
        if self.shared > part.shared_cap or lack > limits.lack:
            return lack if limits.by_lack and self.shared <= part.shared_cap else NEVER
        more = 0
        for cap, costs in part.least_cost.items():
            if self.slack[cap] < 0:
                more = max(more, costs[depth][-self.slack[cap]])
        if self.shareable > part.shared_cap:
            more = max(more, part.shared_costs[depth][self.shareable - part.shared_cap])
        if more >= NEVER:
            return NEVER
        cost = self.cost + part.floor[depth] + more
        if not limits.by_lack and cost > limits.cost:
            return cost
        for cut in self.memory.cuts:
            bound = cut.bound(self.reach, self.done, depth, limits.lack)
            if limits.by_lack:
                lack = max(lack, bound)
            elif cut.by_lack:
                if bound > limits.lack:
                    return NEVER
            else:
                cost = max(cost, bound)
        return lack if limits.by_lack else cost

    def _ask_prices(self, depth: int) -> int:
        """The bound at a dead end under prices made for it; they are kept as a cut."""
        self.effort.prices += 1
        return self._bound(depth) if self.memory.ask(self.done, self.limits) else 0

    def _key(self, depth: int) -> tuple[int, ...]:
        """All of the state that what follows depends on."""
        rest = self.part.rest[depth]
        return (
            *[0 if reach >= left else reach - left for reach, left in zip(self.reach, rest, strict=True)],
            *self.slack,
            *[(c[0] > 0) + 2 * (c[1] > 0) + 4 * (c[2] > 0) + 8 * (c[3] > 0) for c in self.counted],
        )


def _is_shared(counted: Sequence[int]) -> bool:
    return bool((counted[2] and counted[1]) or (counted[3] and counted[0]))


def _could_be_shared(counted: Sequence[int], left: Sequence[int]) -> bool:
    one, other = counted[0] + left[0], counted[1] + left[1]
    return bool((counted[2] + left[2] and other) or (counted[3] + left[3] and one))
