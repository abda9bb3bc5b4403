"""Is there a choice that is worth no more than some value? Bundle after bundle, as long as prices leave a way open.

At the prices of a bound, what a choice is worth beyond it is a sum over bundles and rules: what each bid costs more
than the best of its bundle; what is given beyond a need, or missing to it; what is left of a cap. None of these is
less than nothing. So bids that cost too much alone fall away, and many bundles keep one. For every other bundle it is
known of each rule which sums the bundles to come can fill, and so what it costs at least from there on, whatever it
has by then. Bundles are taken so that rule after rule is done with, and of a rule that is done nothing is
remembered: ways that leave the same to those who come after meet again, and only the first of them is followed.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import NamedTuple

from dualdegree.core.audit.allocate.effort import Effort, OutOfWork
from dualdegree.core.audit.allocate.together.board import Bid, Board, Row
from dualdegree.core.audit.allocate.together.relaxation import SCALE, Bound

DEEPEST = 200
"""How many bundles may have a choice left."""
LONGEST = 10_000
"""Up to which sum it is known what a rule can be filled to."""
UNSEEN = 1 << 200
"""More than what any choice costs that is looked for."""


class RuleRest(dict[int, int], ABC):
    """By what a rule was given beyond what it gets in any case, the least that it costs beyond the bound.

    Looked up once for each amount. ``sums`` has a bit for each sum that the bundles to come can add.
    """

    __slots__ = ("sums",)

    def __init__(self, sums: int) -> None:
        super().__init__()
        self.sums = sums

    def before(self, amounts: Collection[int]) -> "RuleRest":
        """The same before it is the turn of a bundle that adds one of those amounts."""
        sums = 0
        for amount in amounts:
            sums |= self.sums << amount
        return self._with(sums)

    @abstractmethod
    def _with(self, sums: int) -> "RuleRest":
        """The same where the bundles to come can add these sums."""


class CapRest(RuleRest):
    """Of a cap, every unit that is left in the end costs its price."""

    __slots__ = ("price", "room")

    def __init__(self, room: int, price: int, sums: int = 1) -> None:
        super().__init__(sums)
        self.room, self.price = room, price

    def _with(self, sums: int) -> "CapRest":
        return CapRest(self.room, self.price, sums)

    def __missing__(self, amount: int) -> int:
        left = self.room - amount
        fitting = self.sums & (2 << left) - 1 if left >= 0 else 0
        cost = self[amount] = (left + 1 - fitting.bit_length()) * self.price if fitting else UNSEEN
        return cost


class DemandRest(RuleRest):
    """Of a demand, every unit given beyond the need costs something, and every unit missing."""

    __slots__ = ("beyond", "constant", "missing", "need")

    def __init__(self, need: int, constant: int, beyond: int, missing: int, sums: int = 1) -> None:
        super().__init__(sums)
        self.need, self.constant, self.beyond, self.missing = need, constant, beyond, missing

    def _with(self, sums: int) -> "DemandRest":
        return DemandRest(self.need, self.constant, self.beyond, self.missing, sums)

    def __missing__(self, amount: int) -> int:
        left = self.need - amount
        # The least of the sums that fill it, or the largest of those that do not.
        filling, less = (self.sums >> left, self.sums & (1 << left) - 1) if left > 0 else (self.sums << -left, 0)
        cost = UNSEEN
        if filling:
            cost = ((filling & -filling).bit_length() - 1) * self.beyond
        if less:
            cost = min(cost, (left + 1 - less.bit_length()) * self.missing)
        cost = self[amount] = self.constant + cost
        return cost


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


class OpenStep(NamedTuple):
    """What taking a bid comes to."""

    more: int
    """How much more the choice is worth then at least."""
    state: int
    """What the bundle's rules have afterwards, as far as those who come after need it."""
    lacking: int
    """What the demands lack that are done with it, where that has to be known."""
    bid: int


class OpenTurn(NamedTuple):
    """An open bundle when it is its turn."""

    bundle: int
    ways: Sequence[OpenBid]
    rules: Sequence[tuple[int, int, RuleRest, RuleRest]]
    """By rule that it touches: shift and mask, and what it costs at least before and after."""
    flat: Sequence[StateField]
    """Demands of which more than is needed is worth nothing."""
    own: int
    """Where a state has the bundle's rules."""
    kept: int
    """What of a state those who come after need."""
    done: Sequence[tuple[StateField, int]]
    """Demands that none of these gives anything, with what a unit missing lacks: where that has to be known."""
    steps: dict[int, list[OpenStep]]
    """By what its rules have, what each of its bids comes to, the cheapest first: as far as that was looked at."""


class Dive:
    """The choices of a board that are worth no more than a ``target``, as far as so many ``states`` tell."""

    def __init__(self, board: Board, bound: Bound, target: int, states: int, effort: Effort) -> None:
        self.board, self.bound, self.states, self.effort = board, bound, states, effort
        self.first_cap = board.first_cap
        self.limit = target * SCALE - bound.least
        """How much a choice may be worth beyond the bound."""
        self.cut = UNSEEN
        """How much that is at least of whatever was left aside."""
        self.worth = 0
        self.lack = -bound.floor_lack
        self.base: Row = {}
        """By rule, what it gets in any case."""
        self.picked = [0] * len(board.bundles)
        self.fields: dict[int, StateField] = {}
        self.width = 0
        """How many bits a state has."""
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
        rests = self._rests(bundles)
        if self.worth > self.limit:
            self.cut = min(self.cut, self.worth)
            return None
        self._turn(bundles, rests)
        if not self._follow(0, 0, self.worth, self.lack):
            return None
        return [bundle.bids[bid] for bundle, bid in zip(self.board.bundles, self.picked, strict=True)]

    # What is still open

    def _open(self) -> list[OpenBundle] | None:
        """The bundles that have a choice left; ``None`` where all bids of one cost too much."""
        bundles = []
        limit, base = self.limit, self.base
        for number, (bundle, rises) in enumerate(zip(self.board.bundles, self.bound.rises, strict=True)):
            bids = [bid for bid, rise in enumerate(rises) if rise <= limit]
            if len(bids) < len(rises):
                self.cut = min([self.cut, *[rise for rise in rises if rise > limit]])
                if not bids:
                    return None
            if len(bids) > 1:
                bundles.append(OpenBundle(number, bids, [bundle.bids[bid].row for bid in bids]))
                continue
            self.picked[number] = bids[0]
            self.worth += rises[bids[0]]
            for rule, amount in bundle.bids[bids[0]].row.items():
                base[rule] = base.get(rule, 0) + amount
        if len(bundles) > DEEPEST:
            raise OutOfWork
        return bundles

    # What each rule costs

    def _rest(self, rule: int, base: int) -> RuleRest:
        """What a rule that gets so much in any case costs beyond the bound."""
        board, bound = self.board, self.bound
        if rule >= self.first_cap:
            return CapRest(board.caps[rule - self.first_cap] - base, bound.prices[rule])
        need, worth = board.needs[rule], -bound.prices[rule]
        weight = board.weights[rule] * SCALE - bound.floor * board.lacks[rule]
        return DemandRest(need - base, need * worth - bound.asked[rule], worth, weight - worth)

    def _is_idle(self, rule: int, base: int, most: int) -> bool:
        """Whether it makes no difference what else a rule gets."""
        if rule >= self.first_cap:
            return not self.bound.prices[rule] and most <= self.board.caps[rule - self.first_cap]
        return not self.bound.prices[rule] and base >= self.board.needs[rule]

    def _rests(self, bundles: Sequence[OpenBundle]) -> dict[int, RuleRest]:
        """By rule that matters what it costs after all bundles; what it costs before them is in the worth."""
        amounts: dict[int, list[set[int]]] = {}
        for bundle in bundles:
            for rule in {rule for row in bundle.rows for rule in row}:
                amounts.setdefault(rule, []).append({row.get(rule, 0) for row in bundle.rows})
        rests: dict[int, RuleRest] = {}
        for rule in range(self.board.rules):
            base, own = self.base.get(rule, 0), amounts.get(rule, ())
            more = sum(map(max, own))
            if more > LONGEST:
                raise OutOfWork
            if self._is_idle(rule, base, base + more):
                continue
            rest = before = self._rest(rule, base)
            if more:
                rests[rule] = rest
                for each in own:
                    before = before.before(each)
                self._add_field(rule, base, more)
            elif rule < self.first_cap and self.bound.floor:
                self.lack += max(0, self.board.needs[rule] - base) * self.board.lacks[rule]
            self.worth += before[0]
        return rests

    def _add_field(self, rule: int, base: int, more: int) -> None:
        need = max(0, self.board.needs[rule] - base) if rule < self.first_cap else 0
        self.fields[rule] = StateField(self.width, (1 << more.bit_length()) - 1, need)
        self.width += more.bit_length()

    def _turn(self, bundles: Sequence[OpenBundle], rests: dict[int, RuleRest]) -> None:
        """Put the bundles in turn, and work out what every rule costs, from the last bundle to the first."""
        fields = self.fields
        rules_of = [sorted({rule for row in bundle.rows for rule in row} & rests.keys()) for bundle in bundles]
        done: set[int] = set()
        for at in reversed(_in_order(rules_of)):
            bundle, rules = bundles[at], rules_of[at]
            ways = self._ways(bundle, rules)
            after = [rests[rule] for rule in rules]
            for position, rule in enumerate(rules):
                rests[rule] = rests[rule].before({way.amounts[position] for way in ways})
            closing = [rule for rule in rules if rule not in done]
            own = sum([fields[rule].mask << fields[rule].shift for rule in rules])
            self.turns.append(
                OpenTurn(
                    bundle.number,
                    ways,
                    [(*fields[rule][:2], rests[rule], later) for rule, later in zip(rules, after, strict=True)],
                    [fields[r] for r in rules if r < self.first_cap and r in done and not self.bound.prices[r]],
                    own,
                    own - sum([fields[rule].mask << fields[rule].shift for rule in closing]),
                    [(fields[r], self.board.lacks[r]) for r in closing if r < self.first_cap]
                    if self.bound.floor
                    else (),
                    {},
                )
            )
            done.update(closing)
        self.turns.reverse()
        self.dead = [{} for _ in self.turns]

    def _ways(self, bundle: OpenBundle, rules: Sequence[int]) -> list[OpenBid]:
        """The bids that differ where it matters, in the order in which the linear program prefers them."""
        rises, shares = self.bound.rises[bundle.number], self.bound.shares[bundle.number]
        shifts = [self.fields[rule].shift for rule in rules]
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
        had = state & turn.own
        steps = turn.steps.get(had)
        if steps is None:
            steps = turn.steps[had] = _steps(turn, had)
        others = state - had
        for more, after, lacks, bid in steps:
            value, lacking = worth + more, lack + lacks
            if lacking > 0:
                # Prices that rest on a lack are paid for more than that as well.
                if (dearer := value + lacking * self.bound.floor) > self.limit:
                    self.cut = min(self.cut, dearer)
                    continue
            elif value > self.limit:
                self.cut = min(self.cut, value)
                break
            self.picked[turn.bundle] = bid
            if self._follow(depth + 1, others + after, value, lacking):
                return True
        dead[key] = worth
        return False


def _steps(turn: OpenTurn, had: int) -> list[OpenStep]:
    """What each bid comes to when the bundle's rules have so much, the cheapest first."""
    before, rests = 0, []
    for shift, mask, now, later in turn.rules:
        amount = had >> shift & mask
        before += now[amount]
        rests.append((later, amount))
    steps = []
    for way in turn.ways:
        value = way.rise - before
        for (later, amount), more in zip(rests, way.amounts, strict=True):
            value += later[amount + more]
        after, lacking = had + way.packed, 0
        for shift, mask, need in turn.flat:
            if (beyond := (after >> shift & mask) - need) > 0:
                after -= beyond << shift
        for (shift, mask, need), each in turn.done:
            lacking += max(0, need - (after >> shift & mask)) * each
        steps.append(OpenStep(value, after & turn.kept, lacking, way.bid))
    steps.sort(key=_value)
    return steps


def _value(step: OpenStep) -> int:
    return step.more


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
