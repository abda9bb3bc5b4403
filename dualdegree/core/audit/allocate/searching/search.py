"""Is there a choice within given limits of lack and cost, and which is the first in step 5?

Pieces are placed one by one in the order of the part, each first where step 5 wants it. A state that cannot lead to a
choice within the limits, as bounds that never overestimate tell, is left at once; so is one that was looked at before.
The first complete choice is therefore the first in step 5 among all within the limits; and when there is none, the
least figure at which the search turned back is the least that can be reached.
"""

from collections.abc import Sequence

from dualdegree.core.audit.allocate.effort import NEVER, Effort, OutOfWork
from dualdegree.core.audit.allocate.parts.lacks import ROOT
from dualdegree.core.audit.allocate.parts.part import Goal
from dualdegree.core.audit.allocate.parts.ways import Move
from dualdegree.core.audit.allocate.searching.memory import FoundChoice, Limits, Memory

PATIENCE = 40
"""After how many dead ends new prices are asked for."""
STATE_WORK, STATE_FIGURES = 20, 4
"""The work of a state, and for how many demands and caps it is one more."""


class Search:
    """One run through the pieces of a part."""

    def __init__(self, asked: Goal, limits: Limits, memory: Memory, effort: Effort) -> None:
        self.asked, self.part, self.limits, self.memory, self.effort = asked, asked.part, limits, memory, effort
        part = self.part
        self.limit = limits.lack if limits.by_lack else limits.cost
        self.weights = part.weights
        self.losses = [ways.losses for ways in part.ways]
        self.reach = list(part.reach)
        self.have = [0] * len(part.demands)
        self.missing = [-reach * w if reach < 0 else 0 for reach, w in zip(self.reach, self.weights, strict=True)]
        self.groups = [tree.lacks(self.missing) for tree in asked.group_trees]
        """By tree in which something is to be chosen, what each of its nodes lacks."""
        self.lacks = list(asked.constant)
        for demand, degree in enumerate(asked.owner):
            if degree >= 0:
                self.lacks[degree] += self.missing[demand]
        for (degree, _), lacks in zip(asked.groups, self.groups, strict=True):
            self.lacks[degree] += lacks[ROOT]
        self.lack = sum(self.lacks)
        self.is_held = min(limits.lacks, default=NEVER) < NEVER
        """Whether the lack of a degree by itself is limited."""
        self.cost = 0
        self.slack = dict(part.slack)
        self.covers = part.covers
        self.done: list[Move] = []
        self.paid = [0] * len(memory.cuts)
        """By cut, what was paid for the pieces that are done."""
        self.shared = 0
        self.shareable = sum(part.work_ects)
        self.works = bool(part.works)
        if self.works:
            self.counted = [[0] * 4 for _ in part.works]
            self.open = [[0] * 4 for _ in part.works]
            for shares in part.shares:
                for work, side, native in shares:
                    self.open[work][side] += 1
                    self.open[work][2 + side] += native

    def bound(self) -> int:
        """The least figure that any choice could have, as far as bounds can tell without searching."""
        return self._bound(0)

    def run(self, held: Sequence[Move] = ()) -> FoundChoice:
        """Look for a choice that begins with what is ``held``."""
        size, dead, limit, effort = self.part.size, self.memory.dead, self.limit, self.effort
        effort.searches += 1
        for number, move in enumerate(held):
            self._do(number, move)
        first = depth = len(held)
        least = self._bound(depth)
        if least <= limit and dead[depth]:
            least = max(least, self._known(depth))
        if least > limit:
            return FoundChoice(None, least)
        ways: list[list[Move]] = [[] for _ in range(size + 1)]
        low = [NEVER] * (size + 1)
        failures = 0
        is_new = True
        while True:
            if is_new:
                if depth == size:
                    return FoundChoice(tuple(self.done), least)
                ways[depth] = self._ways(depth)
                low[depth] = NEVER
                is_new = False
            if ways[depth]:
                move = ways[depth].pop()
                if effort.states >= effort.most_states:
                    raise OutOfWork
                effort.states += 1
                self._do(depth, move)
                bound = self._bound(depth + 1)
                if bound <= limit and dead[depth + 1]:
                    bound = max(bound, self._known(depth + 1))
                if bound <= limit:
                    depth += 1
                    is_new = True
                else:
                    low[depth] = min(low[depth], bound)
                    self._undo(depth)
                continue
            failures += 1
            value = low[depth]
            if failures >= PATIENCE and self.memory.ask(self.done, self.limits, self.effort):
                failures = 0
                self.paid = [cut.paid_for(self.done) for cut in self.memory.cuts]
                value = max(value, self._bound(depth))
            self._bury(depth, value)
            if depth == first:
                return FoundChoice(None, value)
            depth -= 1
            self._undo(depth)
            low[depth] = min(low[depth], value)
            # A new cut may close the state above as well, before its other ways are tried.
            if ways[depth] and not failures and (bound := self._bound(depth)) > limit:
                low[depth] = min(low[depth], bound)
                ways[depth] = []

    # Dead ends

    def _known(self, depth: int) -> int:
        """The least figure at which the same state was left before."""
        known = self.memory.dead[depth].get(self._key(depth), 0)
        return known if self.limits.by_lack else known + self.cost

    def _bury(self, depth: int, value: int) -> None:
        """Remember that nothing less than the value comes of this state."""
        dead, key = self.memory.dead[depth], self._key(depth)
        dead[key] = max(dead.get(key, 0), value if self.limits.by_lack else value - self.cost)

    def _key(self, depth: int) -> tuple[int, ...]:
        """All of the state that what follows depends on."""
        rest, reach = self.part.rest[depth], self.reach
        key = [0 if (have := reach[demand] - rest[demand]) >= 0 else have for demand in self.part.live]
        key += self.slack.values()
        if self.works:
            key += [(c[0] > 0) + 2 * (c[1] > 0) + 4 * (c[2] > 0) + 8 * (c[3] > 0) for c in self.counted]
        return tuple(key)

    # The state

    def _ways(self, depth: int) -> list[Move]:
        """The ways to place a piece, the one that step 5 prefers last; without those that can be no better."""
        have, needs, own = self.have, self.part.needs, self.part.ways[depth]
        free = own.free
        ways: list[Move] = []
        full: list[Move] = []
        is_covered = free is None
        for move in own.leaves:
            if have[move.leaf] < needs[move.leaf]:
                ways.append(move)
                is_covered = is_covered or move.covers
            elif move.own or free is None:
                full.append(move)
        if free is not None and not is_covered:
            ways.append(free)
        ways += full
        if own.out is not None:
            ways.append(own.out)
        ways.reverse()
        return ways

    def _do(self, depth: int, move: Move) -> None:
        self.done.append(move)
        for number, cut in enumerate(self.memory.cuts):
            self.paid[number] += cut.paid[depth][move.option]
        for demand, loss in self.losses[depth][move.option]:
            before = self.reach[demand]
            after = self.reach[demand] = before - loss
            if after < 0:
                self._miss(demand, -after * self.weights[demand])
        if move.leaf >= 0:
            self.have[move.leaf] += move.amount
        self.cost += move.cost
        relief = self.part.ways[depth].relief
        if relief:
            for cap, most in relief:
                self.slack[cap] += most
            for cap, amount in move.uses:
                self.slack[cap] -= amount
        if self.works and self.part.shares[depth]:
            self._share(depth, move, 1)

    def _undo(self, depth: int) -> None:
        move = self.done.pop()
        for number, cut in enumerate(self.memory.cuts):
            self.paid[number] -= cut.paid[depth][move.option]
        for demand, loss in self.losses[depth][move.option]:
            before = self.reach[demand]
            after = self.reach[demand] = before + loss
            if before < 0:
                self._miss(demand, -after * self.weights[demand] if after < 0 else 0)
        if move.leaf >= 0:
            self.have[move.leaf] -= move.amount
        self.cost -= move.cost
        relief = self.part.ways[depth].relief
        if relief:
            for cap, most in relief:
                self.slack[cap] -= most
            for cap, amount in move.uses:
                self.slack[cap] += amount
        if self.works and self.part.shares[depth]:
            self._share(depth, move, -1)

    def _miss(self, demand: int, missing: int) -> None:
        """A demand will lack at least so much from now on."""
        asked = self.asked
        was = self.missing[demand]
        self.missing[demand] = missing
        degree = asked.owner[demand]
        if degree >= 0:
            self.lacks[degree] += missing - was
            self.lack += missing - was
        elif (group := asked.group_of[demand]) >= 0:
            degree, lacks = asked.groups[group][0], self.groups[group]
            before = lacks[ROOT]
            asked.group_trees[group].miss(lacks, demand, missing)
            self.lacks[degree] += lacks[ROOT] - before
            self.lack += lacks[ROOT] - before

    def _share(self, depth: int, move: Move, step: int) -> None:
        for work, side, native in self.part.shares[depth]:
            counted, left = self.counted[work], self.open[work]
            ects = self.part.work_ects[work]
            self.shared -= ects * _is_shared(counted)
            self.shareable -= ects * _could_be_shared(counted, left)
            left[side] -= step
            left[2 + side] -= step * native
            if move.counts:
                counted[side] += step
                counted[2 + side] += step * native
            self.shared += ects * _is_shared(counted)
            self.shareable += ects * _could_be_shared(counted, left)

    # Bounds

    def _bound(self, depth: int) -> int:
        """The least figure that the state could still lead to; ``NEVER`` when it breaks a limit."""
        limits = self.limits
        lack = self.lack
        if self.is_held and any(have > most for have, most in zip(self.lacks, limits.lacks, strict=True)):
            return NEVER
        if lack > limits.lack:
            return lack if limits.by_lack else NEVER
        cost = self.cost + self.part.floor[depth]
        if self.covers or self.works:
            cost += self._dearer(depth)
            if cost >= NEVER:
                return NEVER
        if not limits.by_lack and cost > limits.cost:
            return cost
        for cut, paid in zip(self.memory.cuts, self.paid, strict=True):
            bound = cut.bound(self.reach, paid, depth, limits.lack)
            if limits.by_lack:
                lack = max(lack, bound)
            elif not cut.by_lack:
                cost = max(cost, bound)
            elif bound > limits.lack:
                return NEVER
        return lack if limits.by_lack else cost

    def _dearer(self, depth: int) -> int:
        """How much more than the cheapest ways the caps and the shared limit make what is left."""
        part = self.part
        if self.shared > part.shared_cap:
            return NEVER
        more = 0
        for covers in self.covers:
            dearest = 0
            for cap, cover in covers:
                if self.slack[cap] < 0:
                    dearest = max(dearest, cover.least(depth, -self.slack[cap]))
            more += dearest
        if self.shareable > part.shared_cap and part.shared_cost is not None:
            more = max(more, part.shared_cost.least(depth, self.shareable - part.shared_cap))
        return more


def _is_shared(counted: Sequence[int]) -> bool:
    return bool((counted[2] and counted[1]) or (counted[3] and counted[0]))


def _could_be_shared(counted: Sequence[int], left: Sequence[int]) -> bool:
    first, other = counted[0] + left[0], counted[1] + left[1]
    return bool((counted[2] + left[2] and other) or (counted[3] + left[3] and first))


def limited(
    asked: Goal, limits: Limits, memory: Memory, effort: Effort, *, states: int, held: Sequence[Move] = ()
) -> FoundChoice | None:
    """What a search finds that may look at so many states; ``None`` when these, or the work left, were not enough."""
    each = STATE_WORK + (len(asked.part.live) + len(asked.part.caps)) // STATE_FIGURES
    own = Effort(most_states=min(states, effort.left // each))
    try:
        return Search(asked, limits, memory, own).run(held)
    except OutOfWork:
        return None
    finally:
        own.work = own.states * each
        effort.add(own)
