"""Is there a choice that is worth no more than some value? Bundle after bundle, as long as prices leave a way open.

At the prices of a bound, what a choice is worth beyond it is a sum over bundles and rules: what each bid costs more
than the best of its bundle; what is given beyond a need, or missing to it; what is left of a cap. None of these is
less than nothing. So bids that cost too much alone fall away, and many bundles keep one. For every other bundle a
table says of each rule what it costs at least from there on, whatever it has by then: it knows which sums the bundles
to come can fill. Bundles are taken so that rule after rule is done with, and of a rule that is done nothing is
remembered: ways that leave the same to those who come after meet again, and only the first of them is followed.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dualdegree.core.audit.allocate.effort import Effort, OutOfWork
from dualdegree.core.audit.allocate.together.board import Bid, Board, Row
from dualdegree.core.audit.allocate.together.relaxation import SCALE, Bound

DEEPEST = 200
"""How many bundles may have a choice left."""
LONGEST = 10_000
"""Up to which sum a rule has a table."""
NEVER = 1 << 56
"""More than what any choice costs that is looked for."""
MOST_COST = 1 << 62
"""Below this all costs are computed in 64 bits."""
UNSEEN = 1 << 200
Table = NDArray[np.int64]


class OpenBundle(NamedTuple):
    """A bundle that has a choice left."""

    number: int
    bids: Sequence[int]
    rows: Sequence[Row]


class StateField(NamedTuple):
    """Where a state has what a rule was given beyond what it gets in any case."""

    shift: int
    mask: int
    need: int
    """Of a demand, what is still needed then."""


class OpenBid(NamedTuple):
    """A bid that an open bundle may take."""

    rise: int
    amounts: Sequence[int]
    """By rule that the bundle touches."""
    packed: int
    """The same in a state."""
    bid: int


class OpenTurn(NamedTuple):
    """An open bundle when it is its turn."""

    bundle: int
    ways: Sequence[OpenBid]
    rules: Sequence[tuple[int, int, Sequence[int], Sequence[int]]]
    """By rule that it touches: shift and mask, and what it costs at least before and after."""
    flat: Sequence[StateField]
    """Demands of which more than is needed is worth nothing."""
    kept: int
    """What of a state those who come after need."""
    done: Sequence[tuple[StateField, int]]
    """Demands that none of these gives anything, with what a unit missing lacks: where that has to be known."""


class Dive:
    """The choices of a board that are worth no more than a ``target``, as far as so many ``states`` tell."""

    def __init__(self, board: Board, bound: Bound, target: int, states: int, effort: Effort) -> None:
        self.board, self.bound, self.states, self.effort = board, bound, states, effort
        self.first_cap = len(board.needs)
        self.limit = target * SCALE - bound.least
        """How much a choice may be worth beyond the bound."""
        self.never = max(NEVER, self.limit + 1)
        self.cut = UNSEEN
        """How much that is at least of whatever was left aside."""
        self.worth = 0
        self.lack = -bound.floor_lack
        self.base: Row = {}
        """By rule, what it gets in any case."""
        self.picked = [0] * len(board.bundles)
        self.turns: list[OpenTurn] = []
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
        limit, base = self.limit, self.base
        for number, (rows, rises) in enumerate(zip(self.board.rows, self.bound.rises, strict=True)):
            bids = [bid for bid, rise in enumerate(rises) if rise <= limit]
            if len(bids) < len(rises):
                self.cut = min([self.cut, *[rise for rise in rises if rise > limit]])
                if not bids:
                    return None
            if len(bids) > 1:
                bundles.append(OpenBundle(number, bids, [rows[bid] for bid in bids]))
                continue
            self.picked[number] = bids[0]
            self.worth += rises[bids[0]]
            for rule, amount in rows[bids[0]].items():
                base[rule] = base.get(rule, 0) + amount
        if len(bundles) > DEEPEST or self.limit >= MOST_COST // 2:
            raise OutOfWork
        return bundles

    # What each rule costs

    def _cost(self, rule: int, amounts: Table) -> Table:
        """What a rule that gets so much in all costs beyond the bound."""
        board, bound, never = self.board, self.bound, self.never
        if rule >= self.first_cap:
            most, price = board.caps[rule - self.first_cap], bound.caps[rule - self.first_cap]
            costs, scale = np.where(amounts <= most, (most - amounts) * price, never), price
        else:
            need, worth = board.needs[rule], bound.demands[rule]
            weight = board.weights[rule] * SCALE - bound.floor * board.lacks[rule]
            costs = amounts * worth - bound.asked[rule] + np.maximum(need - amounts, 0) * weight
            most, scale = need, max(worth, weight)
        if scale * (most + int(amounts[-1])) >= MOST_COST:
            raise OutOfWork
        return np.minimum(costs, never)

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
        fields: dict[int, StateField] = {}
        width = 0
        for rule in range(self.first_cap + len(self.board.caps)):
            base, more = self.base.get(rule, 0), most.get(rule, 0)
            if more > LONGEST:
                raise OutOfWork
            if self._is_idle(rule, base, base + more):
                continue
            costs = self._cost(rule, np.arange(base, base + more + 1))
            if more:
                tables[rule] = costs
                need = max(0, self.board.needs[rule] - base) if rule < self.first_cap else 0
                fields[rule] = StateField(width, (1 << more.bit_length()) - 1, need)
                width += more.bit_length()
            else:
                self.worth += int(costs[0])
                if rule < self.first_cap and self.bound.floor:
                    self.lack += max(0, self.board.needs[rule] - base) * self.board.lacks[rule]
        self.width = width
        rules_of = [[rule for rule in own if rule in tables] for own in touched]
        known = {rule: table.tolist() for rule, table in tables.items()}
        done: set[int] = set()
        for at in reversed(_in_order(rules_of)):
            bundle, rules = bundles[at], rules_of[at]
            ways = self._ways(bundle, rules, fields)
            after = [known[rule] for rule in rules]
            for position, rule in enumerate(rules):
                # What its bids cost more is looked ahead for with a bundle's last rule: with a cap, where it uses any.
                tables[rule] = _before(tables[rule], ways, position, self.never, has_rise=rule == rules[-1])
                known[rule] = tables[rule].tolist()
            closing = [rule for rule in rules if rule not in done]
            kept = -1
            for rule in closing:
                kept ^= fields[rule].mask << fields[rule].shift
            self.turns.append(
                OpenTurn(
                    bundle.number,
                    ways,
                    [(*fields[rule][:2], known[rule], later) for rule, later in zip(rules, after, strict=True)],
                    [fields[r] for r in rules if r < self.first_cap and r in done and not self.bound.demands[r]],
                    kept,
                    [(fields[r], self.board.lacks[r]) for r in closing if r < self.first_cap]
                    if self.bound.floor
                    else (),
                )
            )
            done.update(closing)
        self.turns.reverse()
        self.dead = [{} for _ in self.turns]
        self.worth += sum([own[0] for own in known.values()])

    def _ways(self, bundle: OpenBundle, rules: Sequence[int], fields: Mapping[int, StateField]) -> list[OpenBid]:
        """The bids that differ where it matters, in the order in which the linear program prefers them."""
        rises, shares = self.bound.rises[bundle.number], self.bound.shares[bundle.number]
        shifts = [fields[rule].shift for rule in rules]
        cheapest: dict[tuple[int, ...], OpenBid] = {}
        rows = dict(zip(bundle.bids, bundle.rows, strict=True))
        for bid in sorted(bundle.bids, key=lambda own: (-shares[own], rises[own], own)):
            rise, row = rises[bid], rows[bid]
            amounts = tuple([row.get(rule, 0) for rule in rules])
            if (known := cheapest.get(amounts)) is None or rise < known.rise:
                packed = 0
                for amount, shift in zip(amounts, shifts, strict=True):
                    packed |= amount << shift
                cheapest[amounts] = OpenBid(rise, amounts, packed, bid)
        return list(cheapest.values())

    # The way down

    def _follow(self, depth: int, state: int, worth: int, lack: int) -> bool:
        """Whether the bundles from there on can all take a bid; they are then picked.

        ``lack`` is what the demands that are done lack beyond what is known to be lacking; it is kept where prices
        rest on that.
        """
        if depth == len(self.turns):
            return True
        key = (lack + self.bound.floor_lack << self.width) + state if self.bound.floor else state
        dead = self.dead[depth]
        if dead.get(key, UNSEEN) <= worth:
            return False
        if self.states <= 0:
            raise OutOfWork
        self.states -= 1
        self.effort.states += 1
        turn = self.turns[depth]
        for way, value in self._open_ways(turn, state, worth):
            after = state + way.packed
            for shift, mask, need in turn.flat:
                if (beyond := (after >> shift & mask) - need) > 0:
                    after -= beyond << shift
            lacking = lack
            for (shift, mask, need), each in turn.done:
                lacking += max(0, need - (after >> shift & mask)) * each
            # Prices that rest on a lack are paid for more than that as well.
            if lacking > 0 and (more := value + lacking * self.bound.floor) > self.limit:
                self.cut = min(self.cut, more)
                continue
            self.picked[turn.bundle] = way.bid
            if self._follow(depth + 1, after & turn.kept, value, lacking):
                return True
        dead[key] = worth
        return False

    def _open_ways(self, turn: OpenTurn, state: int, worth: int) -> list[tuple[OpenBid, int]]:
        """The bids that do not cost too much there, the cheapest first, with what the choice is worth then."""
        have = [state >> shift & mask for shift, mask, _, _ in turn.rules]
        later = []
        for amount, (_, _, before, after) in zip(have, turn.rules, strict=True):
            worth -= before[amount]
            later.append((after, amount))
        limit, cut = self.limit, self.cut
        ways = []
        for way in turn.ways:
            value = worth + way.rise
            for (after, amount), more in zip(later, way.amounts, strict=True):
                value += after[amount + more]
            if value <= limit:
                ways.append((way, value))
            elif value < cut:
                cut = value
        self.cut = cut
        if len(ways) > 1:
            ways.sort(key=_value)
        return ways


def _before(after: Table, ways: Sequence[OpenBid], position: int, never: int, *, has_rise: bool) -> Table:
    """What a rule costs at least before it is the turn of a bundle, with what its bids cost more or without."""
    if has_rise:
        least: dict[int, int] = {}
        for way in ways:
            amount = way.amounts[position]
            least[amount] = min(least.get(amount, way.rise), way.rise)
    else:
        least = dict.fromkeys([way.amounts[position] for way in ways], 0)
    before = after + least.pop(0) if 0 in least else np.full(len(after), never, dtype=np.int64)
    for amount, rise in least.items():
        part, later = before[:-amount], after[amount:]
        np.minimum(part, later + rise if rise else later, out=part)
    return before


def _value(way: tuple[OpenBid, int]) -> int:
    return way[1]


def _most(rows: Sequence[Row]) -> Row:
    """By rule, the most that any bid adds, where that is anything; in the order of the rules."""
    most: Row = {}
    for row in rows:
        for rule, amount in row.items():
            if amount > most.get(rule, 0):
                most[rule] = amount
    return dict(sorted(most.items()))


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
