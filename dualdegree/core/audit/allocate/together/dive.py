"""Is there a choice that is worth no more than some value? Bundle after bundle, as long as prices leave a way open.

At the prices of a bound, what a choice is worth beyond it is a sum over bundles and rules: what each bid costs more than
the best of its bundle; what is given beyond a need, or missing to it; what is left of a cap. None of these is less than
nothing. So bids that cost too much alone fall away, and many bundles keep one. For every other bundle a table says of
each rule what it costs at least from there on, whatever it has by then: it knows which sums the bundles to come can
fill. Bundles are taken so that rule after rule is done with, and of a rule that is done nothing is remembered: ways
that leave the same to those who come after meet again, and only the first of them is followed.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dualdegree.core.audit.allocate.effort import Effort, OutOfWork
from dualdegree.core.audit.allocate.together.board import Bid, Board
from dualdegree.core.audit.allocate.together.relaxation import SCALE, Bound

DEEPEST = 200
"""How many bundles may have a choice left."""
LONGEST = 10_000
"""Up to which sum a rule has a table."""
UNSEEN = 1 << 200
Table = NDArray[np.int64]
Row = dict[int, int]
"""By rule (a demand, or a cap after all demands), what a bid adds to it."""


class OpenBundle(NamedTuple):
    """A bundle that has a choice left."""

    number: int
    bids: Sequence[int]
    rows: Sequence[Row]


class Field(NamedTuple):
    """Where a state has what a rule was given beyond what it gets in any case."""

    shift: int
    mask: int
    need: int
    """Of a demand, what is still needed then."""


class Way(NamedTuple):
    """A bid that an open bundle may take."""

    rise: int
    amounts: Sequence[int]
    """By rule that the bundle touches."""
    packed: int
    """The same in a state."""
    bid: int


class Stage(NamedTuple):
    """An open bundle when it is its turn."""

    bundle: int
    ways: Sequence[Way]
    rules: Sequence[tuple[int, int, Sequence[int], Sequence[int]]]
    """By rule that it touches: shift and mask, and what it costs at least before and after."""
    flat: Sequence[Field]
    """Demands of which more than is needed is worth nothing."""
    kept: int
    """What of a state those who come after need."""
    done: Sequence[tuple[Field, int]]
    """Demands that none of these gives anything, with what a unit missing lacks: where that has to be known."""


class Dive:
    """The choices of a board that are worth no more than a ``target``, as far as so many ``states`` tell."""

    def __init__(self, board: Board, bound: Bound, target: int, states: int, effort: Effort) -> None:
        self.board, self.bound, self.states, self.effort = board, bound, states, effort
        self.first_cap = len(board.needs)
        self.limit = target * SCALE - bound.least
        """How much a choice may be worth beyond the bound."""
        self.cut = UNSEEN
        """How much that is at least of whatever was left aside."""
        self.worth = 0
        self.lack = -bound.floor_lack
        self.base: Row = {}
        """By rule, what it gets in any case."""
        self.picked = [0] * len(board.bundles)
        self.stages: list[Stage] = []
        self.dead: list[dict[int, int]] = []

    @property
    def least(self) -> int:
        """Where there is no choice, the least value that one could have."""
        return -(-(self.bound.least + self.cut) // SCALE)

    def choice(self) -> list[Bid] | None:
        """Such a choice, if there is any. Raises ``OutOfWork``."""
        bundles = self._open()
        if bundles is None:
            return None
        self._prepare(bundles)
        if self.worth > self.limit:
            self.cut = min(self.cut, self.worth)
            return None
        if not self._follow(0, 0, self.worth, self.lack):
            return None
        return [bundle.bids[bid] for bundle, bid in zip(self.board.bundles, self.picked, strict=True)]

    # What is still open

    def _open(self) -> list[OpenBundle] | None:
        """The bundles that have a choice left; ``None`` where all bids of one cost too much."""
        bundles = []
        for number, (bundle, rises) in enumerate(zip(self.board.bundles, self.bound.rises, strict=True)):
            bids = [bid for bid, rise in enumerate(rises) if rise <= self.limit]
            if len(bids) < len(rises):
                self.cut = min(self.cut, min([rise for rise in rises if rise > self.limit]))
                if not bids:
                    return None
            rows = [self._row(bundle.bids[bid]) for bid in bids]
            first = rows[0]
            if len(rows) == 1:
                self.picked[number] = bids[0]
                self.worth += rises[bids[0]]
                for rule, amount in first.items():
                    self.base[rule] = self.base.get(rule, 0) + amount
                continue
            for rule in first:
                # What every bid adds is counted at once.
                if common := min([row.get(rule, 0) for row in rows]):
                    self.base[rule] = self.base.get(rule, 0) + common
                    for row in rows:
                        row[rule] -= common
            bundles.append(OpenBundle(number, bids, rows))
        if len(bundles) > DEEPEST:
            raise OutOfWork
        return bundles

    def _row(self, bid: Bid) -> Row:
        row = dict(bid.gives)
        for cap, amount in bid.uses:
            row[self.first_cap + cap] = amount
        return row

    # What each rule costs

    def _cost(self, rule: int, amounts: Sequence[int]) -> list[int]:
        """What a rule that gets so much in all costs beyond the bound; no more than what is already too much."""
        board, bound, never = self.board, self.bound, self.limit + 1
        if rule >= self.first_cap:
            most, price = board.caps[rule - self.first_cap], bound.caps[rule - self.first_cap]
            return [min(price * (most - used), never) if used <= most else never for used in amounts]
        need, worth, asked = board.needs[rule], bound.demands[rule], bound.asked[rule]
        weight = board.weights[rule] * SCALE - bound.floor * board.lacks[rule]
        return [min(worth * given - asked + weight * max(0, need - given), never) for given in amounts]

    def _is_idle(self, rule: int, base: int, most: int) -> bool:
        """Whether it makes no difference what else a rule gets."""
        if rule >= self.first_cap:
            return not self.bound.caps[rule - self.first_cap] and most <= self.board.caps[rule - self.first_cap]
        return not self.bound.demands[rule] and base >= self.board.needs[rule]

    def _prepare(self, bundles: Sequence[OpenBundle]) -> None:
        """Work out what every rule costs, from the last bundle to the first."""
        touched = [_most(bundle.rows) for bundle in bundles]
        most: Row = {}
        for own in touched:
            for rule, amount in own.items():
                most[rule] = most.get(rule, 0) + amount
        tables: dict[int, Table] = {}
        fields: dict[int, Field] = {}
        width = 0
        for rule in range(self.first_cap + len(self.board.caps)):
            base, more = self.base.get(rule, 0), most.get(rule, 0)
            if not more:
                self.worth += self._cost(rule, [base])[0]
                if rule < self.first_cap and self.bound.floor:
                    self.lack += max(0, self.board.needs[rule] - base) * self.board.lacks[rule]
            elif more > LONGEST:
                raise OutOfWork
            elif not self._is_idle(rule, base, base + more):
                tables[rule] = np.array(self._cost(rule, range(base, base + more + 1)), dtype=np.int64)
                need = max(0, self.board.needs[rule] - base) if rule < self.first_cap else 0
                fields[rule] = Field(width, (1 << more.bit_length()) - 1, need)
                width += more.bit_length()
        self.width = width
        rules_of = [sorted(own.keys() & tables.keys()) for own in touched]
        known = {rule: table.tolist() for rule, table in tables.items()}
        done: set[int] = set()
        for turn in reversed(_in_order(rules_of)):
            bundle, rules = bundles[turn], rules_of[turn]
            after = [known[rule] for rule in rules]
            for rule in rules:
                # The dearest to come of a bundle's bids is counted with its last rule, a cap where it uses any.
                tables[rule] = self._before(tables[rule], bundle, rule, has_rise=rule == rules[-1])
                known[rule] = tables[rule].tolist()
            closing = [rule for rule in rules if rule not in done]
            self.stages.append(
                Stage(
                    bundle.number,
                    self._ways(bundle, rules, fields),
                    [
                        (fields[rule].shift, fields[rule].mask, known[rule], later)
                        for rule, later in zip(rules, after, strict=True)
                    ],
                    [fields[r] for r in rules if r < self.first_cap and r in done and not self.bound.demands[r]],
                    ~sum([fields[rule].mask << fields[rule].shift for rule in closing]),
                    [(fields[rule], self.board.lacks[rule]) for rule in closing if rule < self.first_cap]
                    if self.bound.floor
                    else (),
                )
            )
            done.update(closing)
        self.stages.reverse()
        self.dead = [{} for _ in self.stages]
        self.worth += sum([own[0] for own in known.values()])

    def _before(self, after: Table, bundle: OpenBundle, rule: int, *, has_rise: bool) -> Table:
        """What a rule costs at least before it is a bundle's turn."""
        rises = self.bound.rises[bundle.number]
        least: dict[int, int] = {}
        for bid, row in zip(bundle.bids, bundle.rows, strict=True):
            amount, rise = row.get(rule, 0), rises[bid] if has_rise else 0
            if rise < least.get(amount, UNSEEN):
                least[amount] = rise
        before = np.full(len(after), self.limit + 1, dtype=np.int64)
        for amount, rise in least.items():
            part, later = before[: len(after) - amount], after[amount:]
            np.minimum(part, later + rise if rise else later, out=part)
        return before

    def _ways(self, bundle: OpenBundle, rules: Sequence[int], fields: Mapping[int, Field]) -> list[Way]:
        """The bids that differ where it matters, in the order in which the linear program prefers them."""
        rises, shares = self.bound.rises[bundle.number], self.bound.shares[bundle.number]
        cheapest: dict[tuple[int, ...], int] = {}
        for bid, row in zip(bundle.bids, bundle.rows, strict=True):
            amounts = tuple([row.get(rule, 0) for rule in rules])
            if amounts not in cheapest or rises[bid] < rises[cheapest[amounts]]:
                cheapest[amounts] = bid
        shifts = [fields[rule].shift for rule in rules]
        ways = [
            Way(rises[bid], amounts, sum([a << shift for a, shift in zip(amounts, shifts, strict=True)]), bid)
            for amounts, bid in cheapest.items()
        ]
        return sorted(ways, key=lambda way: (-shares[way.bid], way.rise, way.bid))

    # The way down

    def _follow(self, depth: int, state: int, worth: int, lack: int) -> bool:
        """Whether the bundles from there on can all take a bid; they are then picked.

        ``lack`` is what the demands that are done lack beyond what is known to be lacking; it is kept where prices
        rest on that.
        """
        if depth == len(self.stages):
            return True
        key = (lack + self.bound.floor_lack << self.width) + state if self.bound.floor else state
        dead = self.dead[depth]
        if dead.get(key, UNSEEN) <= worth:
            return False
        if self.states <= 0:
            raise OutOfWork
        self.states -= 1
        self.effort.states += 1
        stage = self.stages[depth]
        for way, value in self._open_ways(stage, state, worth):
            after = state + way.packed
            for shift, mask, need in stage.flat:
                if (beyond := (after >> shift & mask) - need) > 0:
                    after -= beyond << shift
            lacking = lack + sum([max(0, f.need - (after >> f.shift & f.mask)) * each for f, each in stage.done])
            # Prices that rest on a lack are paid for more than that as well.
            if lacking > 0 and (more := value + lacking * self.bound.floor) > self.limit:
                self.cut = min(self.cut, more)
                continue
            self.picked[stage.bundle] = way.bid
            if self._follow(depth + 1, after & stage.kept, value, lacking):
                return True
        dead[key] = worth
        return False

    def _open_ways(self, stage: Stage, state: int, worth: int) -> list[tuple[Way, int]]:
        """The bids that do not cost too much there, the cheapest first, with what the choice is worth then."""
        have = [state >> shift & mask for shift, mask, _, _ in stage.rules]
        for amount, (_, _, before, _) in zip(have, stage.rules, strict=True):
            worth -= before[amount]
        limit, cut = self.limit, self.cut
        ways = []
        for way in stage.ways:
            value = worth + way.rise
            for amount, more, rule in zip(have, way.amounts, stage.rules):  # noqa: B905 - three lists of one length
                value += rule[3][amount + more]
            if value <= limit:
                ways.append((way, value))
            elif value < cut:
                cut = value
        self.cut = cut
        if len(ways) > 1:
            ways.sort(key=_value)
        return ways


def _value(way: tuple[Way, int]) -> int:
    return way[1]


def _most(rows: Sequence[Row]) -> Row:
    """By rule, the most that any bid adds, where that is anything."""
    most: Row = {}
    for row in rows:
        for rule, amount in row.items():
            if amount > most.get(rule, 0):
                most[rule] = amount
    return most


def _in_order(rules_of: Sequence[Collection[int]]) -> list[int]:
    """The bundles so that rule after rule is done with, first the one that the fewest of those left touch."""
    touching: dict[int, set[int]] = {}
    for number, rules in enumerate(rules_of):
        for rule in rules:
            touching.setdefault(rule, set()).add(number)
    order = [number for number, rules in enumerate(rules_of) if not rules]
    while touching:
        rule = min(touching, key=lambda own: (len(touching[own]), own))
        for number in sorted(touching.pop(rule), key=lambda own: (len(rules_of[own]), own)):
            order.append(number)
            for other in rules_of[number]:
                if other in touching:
                    touching[other].discard(number)
                    if not touching[other]:
                        del touching[other]
    return order
