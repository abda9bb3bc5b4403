"""What do the pieces of a part bid for together? One objective, and bundles of pieces that shared works link.

A bundle takes one of its bids: one place for each of its pieces, with what that gives, uses and costs. What a tree lets
be chosen is a bundle too: each part that could be left out may give its leaves all that they need. So nothing is left
but demands that add up, caps, and one bid for each bundle; and steps 2 to 4 are one figure in whole numbers.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from math import gcd, prod
from typing import NamedTuple

from dualdegree.core.audit.allocate.effort import NEVER
from dualdegree.core.audit.allocate.parts.part import Choice, ProblemPart
from dualdegree.core.audit.allocate.parts.ways import MOVE, Move
from dualdegree.core.audit.allocate.together.sums import amounts_of, sums_of
from dualdegree.core.audit.problem.whole_numbers import Constant, DemandLack, Lack, Least, Sum

PARTS = 64
"""How many times dearer than all cost the least lack is: a bound says then how much is lacking to this part of it."""
MOST_BIDS = 5000
"""How many bids a bundle may have."""
MOST_FIGURES = 1 << 23
"""How many figures all bids of a board have at most, so that they take no more than some hundred megabytes."""
WIDE = 1 << 16
"""How many figures all bids of a board have at most for exchanges to be quick."""
MOST_VALUE = 1 << 50
"""Every figure below this is exact as a floating point number, with room to add a few."""
MOST_CAP = 1 << 22
"""Up to which size it is worked out what a cap or a need can be filled to."""


Row = dict[int, int]
"""By rule (a demand, or a cap after all demands), what a bid adds to it, in the board's units."""


class TooWide(Exception):
    """The part has more combinations, or larger figures, than this way of looking at it is made for."""


class Bid(NamedTuple):
    """One way to place all pieces of a bundle."""

    row: Row
    cost: int
    moves: tuple[Move, ...]


class Bundle(NamedTuple):
    """Pieces that are placed together, and the bids that could be right in steps 2 to 4."""

    pieces: tuple[int, ...]
    bids: tuple[Bid, ...]


class BoardStep(NamedTuple):
    """A need that no bids fill exactly: ``missing`` × what is missing + ``gives`` × what is given reaches ``least``."""

    demand: int
    gives: int
    missing: int
    least: int


class Board:
    """A part as bundles, demands and caps.

    The value of a choice is ``lack_price`` × what it lacks + its cost; less is better, and no cost is dearer than the
    least lack. Where a degree must lack nothing, its lack is dearer than all other together.
    """

    def __init__(self, part: ProblemPart, within: Sequence[int], *, by_lack: bool = False) -> None:
        self.part = part
        self.needs: list[int] = []
        self.lacks: list[int] = []
        """By demand, what one unit missing lacks."""
        self.held: list[bool] = []
        self.demand_of: dict[int, int] = {}
        """Demand of the part → of the board."""
        self.caps = list(part.caps.values())
        self.constant = 0
        """What is lacking in any case, in the part's unit."""
        choices: list[tuple[int, ...]] = []
        for tree, most in zip(part.lacks, within, strict=True):
            self._flatten(tree, choices, is_held=most == 0, is_sure=True)
        self._set_units()
        self._set_costs(by_lack=by_lack)
        self.first_cap = len(self.needs)
        """The rule that is the first cap."""
        self.rule_of_cap = {cap: rule for rule, cap in enumerate(part.caps, self.first_cap)}
        self.shared = self.first_cap + len(self.caps)
        """The rule that is the shared limit."""
        if part.shared_cap != NEVER:
            self.caps.append(part.shared_cap)
        # By identity: a part's moves are kept as long as its board, and comparing them takes longer than anything.
        self._alone: dict[int, Bid] = {}
        self._bids: dict[tuple[int, ...], Bid] = {}
        self.works = self._works()
        self._apart = {pieces for pieces in self.works if len(pieces) > 1 and self._touch_nothing_common(pieces)}
        self.bundles = [*self._bundles(), *self._choices(choices)]
        if self.figures > MOST_FIGURES:
            raise TooWide
        self.bundle_of = {piece: number for number, bundle in enumerate(self.bundles) for piece in bundle.pieces}
        self._set_prices()
        self.given_caps = tuple(self.caps)
        amounts = amounts_of([[bid.row for bid in bundle.bids] for bundle in self.bundles], self.rules)
        self._tighten_caps(amounts)
        self.steps = list(self._steps(amounts))

    # What is asked

    def _flatten(self, tree: Lack, choices: list[tuple[int, ...]], *, is_held: bool, is_sure: bool) -> tuple[int, ...]:
        """Note the demands of a tree; their numbers."""
        match tree:
            case Constant(lack):
                if is_sure or not lack:
                    self.constant += lack
                    return ()
                return (self._demand(None, 1, lack, is_held=is_held),)
            case DemandLack(demand):
                need, weight = self.part.needs[demand], self.part.weights[demand]
                return (self._demand(demand, need, weight, is_held=is_held),) if need > 0 and weight else ()
            case Sum(parts):
                each = [self._flatten(part, choices, is_held=is_held, is_sure=is_sure) for part in parts]
                return tuple([number for own in each for number in own])
            case Least(count, parts):
                is_all = count >= len(parts)
                each = [self._flatten(part, choices, is_held=is_held, is_sure=is_sure and is_all) for part in parts]
                if not is_all:
                    # So many parts may be left out: the choice of one more would use more than this cap has.
                    choices += [(len(self.caps), *own) for own in each]
                    self.caps.append(len(parts) - count)
                return tuple([number for own in each for number in own])

    def _demand(self, demand: int | None, need: int, lack: int, *, is_held: bool) -> int:
        number = len(self.needs)
        self.needs.append(need)
        self.lacks.append(lack)
        self.held.append(is_held)
        if demand is not None:
            self.demand_of[demand] = number
        return number

    def _set_units(self) -> None:
        """Measure every demand in the largest unit in which its need and all that is given to it are whole."""
        self.units = list(self.needs)
        for ways in self.part.ways:
            for demand, amount in ways.amounts:
                if (number := self.demand_of.get(demand)) is not None:
                    self.units[number] = gcd(self.units[number], amount)
        self.needs = [need // unit for need, unit in zip(self.needs, self.units, strict=True)]
        self.lacks = [lack * unit for lack, unit in zip(self.lacks, self.units, strict=True)]
        self.lack_unit = gcd(*self.lacks) or 1
        self.lacks = [lack // self.lack_unit for lack in self.lacks]

    def _set_costs(self, *, by_lack: bool) -> None:
        ects = [move.cost % MOVE for ways in self.part.ways for move in ways.moves]
        self.cost_unit = gcd(*ects) or 1
        self.move_price = self.part.move_price // self.cost_unit + 1
        self.is_free = by_lack
        """Whether only the lack is asked for, so that no bid costs anything."""

    def cost_of(self, move: Move) -> int:
        """What a move costs, in the board's unit."""
        if self.is_free:
            return 0
        moved, dropped = divmod(move.cost, MOVE)
        return moved * self.move_price + dropped // self.cost_unit

    # What is bid

    def _bundles(self) -> Iterable[Bundle]:
        for pieces in self.works:
            if len(pieces) == 1:
                bids = [self.alone(move) for move in self.part.ways[pieces[0]].core]
            else:
                ways = [self.part.ways[piece] for piece in pieces]
                if prod(len(own.linked_core) for own in ways) > MOST_BIDS:
                    raise TooWide
                # Where nothing is counted nothing is shared: then a piece that need not be out may be counted as well.
                may_idle = all(own.out is None or own.out in own.core for own in ways)
                placings = product(*[own.linked_core for own in ways])
                bids = [self.bid(pieces, moves) for moves in placings if may_idle or any(move.counts for move in moves)]
            yield Bundle(pieces, tuple(bids))

    def _works(self) -> dict[tuple[int, ...], list[tuple[list[tuple[int, int]], int]]]:
        """By bundle: the pairs that share each of its works, as positions in the bundle, and the work's ECTS."""
        works: dict[tuple[int, ...], list[tuple[list[tuple[int, int]], int]]] = {p: [] for p in _linked(self.part)}
        bundle_of = {piece: pieces for pieces in works for piece in pieces}
        for pairs, ects in zip(self.part.pairs, self.part.work_ects, strict=True):
            if pairs:
                pieces = bundle_of[pairs[0][0]]
                at = {piece: position for position, piece in enumerate(pieces)}
                works[pieces].append(([(at[first], at[second]) for first, second in pairs], ects))
        return works

    def bid(self, pieces: tuple[int, ...], moves: tuple[Move, ...]) -> Bid:
        """What those moves come to together."""
        if len(moves) == 1:
            return self.alone(moves[0])
        key = (pieces[0], *map(id, moves))
        bid = self._bids.get(key)
        if bid is None:
            bid = self._bids[key] = self._summed(pieces, moves)
        return bid

    def _summed(self, pieces: tuple[int, ...], moves: tuple[Move, ...]) -> Bid:
        each = [self.alone(move) for move in moves]
        cost = sum([own.cost for own in each])
        shared = 0
        for pairs, ects in self.works[pieces]:
            for first, second in pairs:
                if moves[first].counts and moves[second].counts:
                    shared += ects
                    break
        row: Row = {self.shared: shared} if shared else {}
        if pieces in self._apart:
            for own in each:
                row.update(own.row)
            return Bid(row, cost, moves)
        for own in each:
            for rule, amount in own.row.items():
                row[rule] = row.get(rule, 0) + amount
        return Bid(row, cost, moves)

    def _touch_nothing_common(self, pieces: tuple[int, ...]) -> bool:
        """Whether no demand and no cap is touched by two of the pieces, as by those of two degrees."""
        demands = caps = 0
        for piece in pieces:
            ways = self.part.ways[piece]
            own = 0
            for cap, _ in ways.relief:
                own |= 1 << cap
            if demands & ways.touched or caps & own:
                return False
            demands, caps = demands | ways.touched, caps | own
        return True

    def alone(self, move: Move) -> Bid:
        """What one move comes to, whatever is shared."""
        bid = self._alone.get(id(move))
        if bid is None:
            bid = self._alone[id(move)] = self._worked_out(move)
        return bid

    def _worked_out(self, move: Move) -> Bid:
        demand_of, units = self.demand_of, self.units
        row = {demand_of[d]: amount for d, amount in move.gives if d in demand_of}
        for demand in row:
            row[demand] //= units[demand]
        for cap, amount in move.uses:
            row[self.rule_of_cap[cap]] = amount
        return Bid(row, self.cost_of(move), (move,))

    def _choices(self, choices: Iterable[tuple[int, ...]]) -> Iterable[Bundle]:
        for cap, *demands in choices:
            left_out = {demand: self.needs[demand] for demand in demands}
            left_out[self.first_cap + cap] = 1
            yield Bundle((), (Bid({}, 0, ()), Bid(left_out, 0, ())))

    # What it is worth

    def _set_prices(self) -> None:
        self.most_cost = sum(max(bid.cost for bid in bundle.bids) for bundle in self.bundles)
        self.lack_price = PARTS * (self.most_cost + 1)
        most = sum(need * lack for need, lack in zip(self.needs, self.lacks, strict=True))
        self.held_price = self.lack_price * (most + 1)
        if self.held_price * (most + 1) >= MOST_VALUE:
            raise TooWide
        self.weights = [
            lack * (self.held_price if is_held else self.lack_price)
            for lack, is_held in zip(self.lacks, self.held, strict=True)
        ]
        """By demand, the price of one unit missing."""

    @property
    def rules(self) -> int:
        """How many demands and caps there are."""
        return self.first_cap + len(self.caps)

    @property
    def figures(self) -> int:
        """How many figures all bids have together."""
        return sum([len(bundle.bids) for bundle in self.bundles]) * self.rules

    @property
    def is_wide(self) -> bool:
        """Whether weighing every bid once takes so long that the integer program is asked rather sooner."""
        return self.figures > WIDE

    def reachable(self, value: int) -> int:
        """The least value from that one up that a choice could have: a whole lack, and no more than the most cost."""
        lack, cost = divmod(value, self.lack_price)
        return value if cost <= self.most_cost else (lack + 1) * self.lack_price

    def value(self, bids: Sequence[Bid]) -> int | None:
        """The value of a choice, one bid for each bundle; ``None`` where it breaks a cap."""
        left, value = [*self.needs, *self.caps], 0
        for row, cost, _ in bids:
            value += cost
            for rule, amount in row.items():
                left[rule] -= amount
        if min(left[self.first_cap :], default=0) < 0:
            return None
        return value + sum([missing * w for missing, w in zip(left, self.weights, strict=False) if missing > 0])

    def choice(self, bids: Sequence[Bid]) -> Choice:
        """By piece of the part, its move."""
        moves = {
            piece: move
            for bundle, bid in zip(self.bundles, bids, strict=True)
            for piece, move in zip(bundle.pieces, bid.moves, strict=True)
        }
        return tuple([moves[piece] for piece in range(self.part.size)])

    # What can be filled exactly

    def _tighten_caps(self, amounts: Sequence[Sequence[set[int]]]) -> None:
        """Lower each cap to the most that any choice of these bids can use of it."""
        for cap, most in enumerate(self.caps):
            if 0 <= most <= MOST_CAP:
                sums = sums_of(amounts[self.first_cap + cap])
                self.caps[cap] = (sums & (1 << most + 1) - 1).bit_length() - 1

    def _steps(self, amounts: Sequence[Sequence[set[int]]]) -> Iterable[BoardStep]:
        """Where a need lies between two sums that can be given: the line through what these two leave missing."""
        for demand, need in enumerate(self.needs):
            if need > MOST_CAP:
                continue
            sums = sums_of(amounts[demand])
            below, above = sums & (1 << need) - 1, sums >> need
            if not above or above & 1 or not below:
                continue
            low, high = below.bit_length() - 1, need + (above & -above).bit_length() - 1
            common = gcd(high - low, need - low)
            slope = (need - low) // common
            yield BoardStep(demand, slope, (high - low) // common, slope * high)


def _linked(part: ProblemPart) -> list[tuple[int, ...]]:
    """The pieces in bundles that shared works link."""
    bundle = {piece: [piece] for piece in range(part.size)}
    for pairs in part.pairs:
        for first, second in pairs:
            if bundle[first] is not bundle[second]:
                bundle[first] += bundle[second]
                for piece in bundle[second]:
                    bundle[piece] = bundle[first]
    return [tuple(sorted(own)) for piece, own in bundle.items() if min(own) == piece]
