"""Is there a choice that is worth no more than some value? Bundle after bundle, as long as prices leave a way open.

At the prices of a bound, what a choice is worth beyond it is a sum over rules and bundles: what each bid costs more than
the best of its bundle; what is given beyond a need, or missing to it; and what is left of a cap. Each of these is no
less than nothing. So bids that cost too much alone are no longer looked at, and most bundles keep one. For every rule a
table says what it costs at least from here on, whatever the bundles to come give it: it knows which sums they can
fill. Bundles are taken so that rule after rule is done with, and of a rule that is done nothing is remembered: ways
that leave the same to the others meet again, and only one of them is followed.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dualdegree.core.audit.allocate.effort import Effort, OutOfWork
from dualdegree.core.audit.allocate.together.board import Bid, Board
from dualdegree.core.audit.allocate.together.relaxation import SCALE, Bound

DEEPEST = 200
"""How many bundles may have a choice left."""
LONGEST = 20_000
"""How many sums a table has at most."""
Table = NDArray[np.int64]
Row = dict[int, int]
"""By rule (a demand, or a cap after all demands), what a bid adds to it."""


class Way(NamedTuple):
    """One bid that an open bundle may take."""

    rise: int
    amounts: tuple[int, ...]
    """What it adds to each rule that its bundle touches."""
    packed: int
    bid: int


class Dive:
    """The choices of a board that are worth no more than a target."""

    def __init__(self, board: Board, bound: Bound, target: int, effort: Effort, states: int) -> None:
        self.board, self.bound, self.effort, self.states = board, bound, effort, states
        self.limit = target * SCALE - bound.least
        self.cut = 1 << 200
        """The least that anything which was left aside is worth beyond the bound."""
        self.first_cap = len(board.needs)
        self.picked = [0] * len(board.bundles)
        self.start = 0
        self.lack = -bound.floor_lack
        self.base: Row = {}
        self.open: list[tuple[int, list[int], list[Row]]] = []
        self.is_hopeless = self.is_shut = False
        self._open()
        if not (self.is_hopeless or self.is_shut):
            self._tabulate()

    @property
    def least(self) -> int:
        """Where no choice was found, the least value that one could have."""
        return -(-(self.bound.least + self.cut) // SCALE)

    def choice(self) -> list[Bid] | None:
        """Such a choice, if there is any. Raises ``OutOfWork``."""
        if self.is_hopeless or self.is_shut:
            return None
        if self.start > self.limit:
            self.cut = min(self.cut, self.start)
            return None
        self.dead: list[dict[int, int]] = [{} for _ in self.stages]
        if not self._follow(0, 0, self.start, self.lack):
            return None
        return [bundle.bids[bid] for bundle, bid in zip(self.board.bundles, self.picked, strict=True)]

    # What is still open

    def _open(self) -> None:
        """Sort out what costs too much alone."""
        for number, (bundle, rises) in enumerate(zip(self.board.bundles, self.bound.rises, strict=True)):
            bids = []
            for bid, rise in enumerate(rises):
                if rise <= self.limit:
                    bids.append(bid)
                elif rise < self.cut:
                    self.cut = rise
            if not bids:
                self.is_shut = True
                return
            rows = [self._row(bundle.bids[bid]) for bid in bids]
            if len(bids) == 1:
                self.picked[number] = bids[0]
                self.start += rises[bids[0]]
                for rule, amount in rows[0].items():
                    self.base[rule] = self.base.get(rule, 0) + amount
            else:
                self._take_common(rows)
                self.open.append((number, bids, rows))
        self.is_hopeless = len(self.open) > DEEPEST

    def _row(self, bid: Bid) -> Row:
        row = dict(bid.gives)
        for cap, amount in bid.uses:
            row[self.first_cap + cap] = amount
        return row

    def _take_common(self, rows: Sequence[Row]) -> None:
        """Count at once what every bid of a bundle adds."""
        first = rows[0]
        for rule in list(first):
            common = min([row.get(rule, 0) for row in rows])
            if common:
                self.base[rule] = self.base.get(rule, 0) + common
                for row in rows:
                    row[rule] -= common

    # What rules cost

    def _cost(self, rule: int, amounts: Iterable[int]) -> list[int]:
        """What it costs beyond the bound when a rule gets so much in all."""
        board, bound, never = self.board, self.bound, self.limit + 1
        if rule >= self.first_cap:
            cap = rule - self.first_cap
            most, price = board.caps[cap], bound.caps[cap]
            return [price * (most - used) if used <= most else never for used in amounts]
        need, worth, asked = board.needs[rule], bound.demands[rule], bound.asked[rule]
        weight = board.weights[rule] * SCALE - bound.floor * board.lacks[rule]
        return [
            worth * given - asked if given >= need else weight * (need - given) + worth * given - asked
            for given in amounts
        ]

    def _tabulate(self) -> None:
        most = dict(self.base)
        touched = []
        for _, _, rows in self.open:
            own: Row = {}
            for row in rows:
                for rule, amount in row.items():
                    if amount > own.get(rule, 0):
                        own[rule] = amount
            touched.append(own)
            for rule, amount in own.items():
                most[rule] = most.get(rule, 0) + amount
        count = self.first_cap + len(self.board.caps)
        open_rules = set().union(*touched) if touched else set()
        tables: dict[int, Table] = {}
        shift: dict[int, int] = {}
        bits = 0
        floor = self.bound.floor
        for rule in range(count):
            base = self.base.get(rule, 0)
            if rule not in open_rules:
                self.start += self._cost(rule, [base])[0]
                if floor and rule < self.first_cap:
                    self.lack += self.board.lacks[rule] * max(0, self.board.needs[rule] - base)
                continue
            if self._is_idle(rule, base, most[rule]):
                continue
            span = most[rule] - base
            if span > LONGEST:
                self.is_hopeless = True
                return
            costs = self._cost(rule, range(base, most[rule] + 1))
            never = self.limit + 1
            tables[rule] = np.array([cost if cost < never else never for cost in costs], dtype=np.int64)
            shift[rule] = bits
            bits += span.bit_length()
        self.lack_shift = bits
        order = _order([own.keys() & tables.keys() for own in touched])
        last = {rule: position for position, turn in enumerate(order) for rule in touched[turn] if rule in tables}
        self.stages = []
        for position in range(len(order) - 1, -1, -1):
            number, bids, rows = self.open[order[position]]
            rules = sorted(touched[order[position]].keys() & tables.keys())
            held = []
            for rule in rules:
                after = tables[rule]
                tables[rule] = _before(after, {row.get(rule, 0) for row in rows}, self.limit + 1)
                span = most[rule] - self.base.get(rule, 0)
                held.append((shift[rule], (1 << span.bit_length()) - 1, tables[rule].item, after.item))
            kept = -1
            flat = []
            lacks = []
            for rule in rules:
                span = most[rule] - self.base.get(rule, 0)
                if last[rule] == position:
                    kept &= ~((1 << span.bit_length()) - 1 << shift[rule])
                    if floor and rule < self.first_cap:
                        lacks.append((shift[rule], (1 << span.bit_length()) - 1, self.board.needs[rule] - self.base.get(rule, 0), self.board.lacks[rule]))
                elif rule < self.first_cap and not self.bound.demands[rule]:
                    flat.append((shift[rule], (1 << span.bit_length()) - 1, max(0, self.board.needs[rule] - self.base.get(rule, 0))))
            ways = self._ways(number, bids, rows, rules, shift)
            self.stages.append((number, ways, held, flat, kept, lacks))
        self.stages.reverse()
        self.start += sum([int(table[0]) for table in tables.values()])

    def _is_idle(self, rule: int, base: int, most: int) -> bool:
        """Whether it makes no difference what a rule gets."""
        if rule >= self.first_cap:
            cap = rule - self.first_cap
            return not self.bound.caps[cap] and most <= self.board.caps[cap]
        return not self.bound.demands[rule] and base >= self.board.needs[rule]

    def _ways(self, number, bids, rows, rules, shift) -> list[Way]:
        rises, shares = self.bound.rises[number], self.bound.shares[number]
        cheapest: dict[tuple[int, ...], int] = {}
        for bid, row in zip(bids, rows, strict=True):
            amounts = tuple([row.get(rule, 0) for rule in rules])
            if amounts not in cheapest or rises[bid] < rises[cheapest[amounts]]:
                cheapest[amounts] = bid
        ways = [
            Way(rises[bid], amounts, sum([a << shift[rule] for a, rule in zip(amounts, rules, strict=True)]), bid)
            for amounts, bid in cheapest.items()
        ]
        return sorted(ways, key=lambda way: (-shares[way.bid], way.rise, way.bid))

    # The way down

    def _follow(self, depth: int, state: int, worth: int, lack: int) -> bool:
        if depth == len(self.stages):
            return True
        dead = self.dead[depth]
        key = state | lack + (1 << 40) << self.lack_shift if self.bound.floor else state
        if (known := dead.get(key)) is not None and worth >= known:
            return False
        self.states -= 1
        if self.states < 0:
            raise OutOfWork
        self.effort.states += 1
        number, ways, rules, flat, kept, lacks = self.stages[depth]
        here = []
        for shift, mask, before, _ in rules:
            have = state >> shift & mask
            here.append(have)
            worth -= before(have)
        limit, cut = self.limit, self.cut
        nexts = []
        for turn, way in enumerate(ways):
            value = worth + way.rise
            for have, amount, rule in zip(here, way.amounts, rules):
                value += rule[3](have + amount)
            if value <= limit:
                nexts.append((value, turn))
            elif value < cut:
                cut = value
        self.cut = cut
        nexts.sort()
        for value, turn in nexts:
            way = ways[turn]
            after = state + way.packed
            for shift, mask, enough in flat:
                have = after >> shift & mask
                if have > enough:
                    after -= have - enough << shift
            own_lack = lack
            if lacks:
                for shift, mask, need, each in lacks:
                    have = after >> shift & mask
                    if have < need:
                        own_lack += (need - have) * each
                if own_lack > 0 and value + own_lack * self.bound.floor > limit:
                    self.cut = min(self.cut, value + own_lack * self.bound.floor)
                    continue
            self.picked[number] = way.bid
            if self._follow(depth + 1, after & kept, value, own_lack):
                return True
        worth_was = worth + sum([rule[2](have) for have, rule in zip(here, rules)])
        dead[key] = worth_was if known is None else min(known, worth_was)
        return False


def _before(after: Table, amounts: Iterable[int], never: int) -> Table:
    """What a rule costs at least before a bundle adds one of these amounts."""
    before = np.full(len(after), never, dtype=np.int64)
    count = len(after)
    for amount in amounts:
        part = before[: count - amount]
        np.minimum(part, after[amount:], out=part)
    return before


def _order(touched: Sequence[Iterable[int]]) -> list[int]:
    """The bundles so that rule after rule is done with, the one that fewest bundles are left to touch first."""
    users: dict[int, set[int]] = {}
    for number, rules in enumerate(touched):
        for rule in rules:
            users.setdefault(rule, set()).add(number)
    order = [number for number, rules in enumerate(touched) if not rules]
    while users:
        rule = min(users, key=lambda own: (len(users[own]), own))
        for number in sorted(users.pop(rule), key=lambda own: (len(touched[own]), own)):
            order.append(number)
            for other in touched[number]:
                if other in users:
                    users[other].discard(number)
                    if not users[other]:
                        del users[other]
    return order
