"""What is the least that any choice on a board could be worth? A linear program in which bundles may split their bids.

The solver works in floating point. From its dual values whole prices are made, and with these the bound is computed
anew in whole numbers: each bundle takes the bid that is best at those prices, whatever the others take. Nothing the
solver says is trusted; bad prices give a bad bound, never a wrong one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import local

import highspy
import numpy as np

from dualdegree.core.audit.allocate.together.board import Bid, Board, Row

INFINITE = highspy.kHighsInf
SCALE = 1 << 12
"""How many price units the unit of a value has."""
NEARLY_WHOLE = 1e-6
EXCLUDED = 1 << 60
"""How much more a bid costs that its bundle may not take: more than any choice is worth."""

_kept = local()


def quick_solver() -> highspy.Highs:
    """A solver for small linear programs, kept for each thread: making one takes as long as using it."""
    highs = getattr(_kept, "highs", None)
    if highs is None:
        highs = _kept.highs = new_solver()
    return highs


def whole_solver() -> highspy.Highs:
    """A solver for integer programs, kept in the same way."""
    highs = getattr(_kept, "whole", None)
    if highs is None:
        highs = _kept.whole = new_solver()
    return highs


def new_solver() -> highspy.Highs:
    """A solver that says nothing, runs on one core and does not presolve.

    HiGHS 1.15.1 calls some feasible models of this kind infeasible when it presolves them.
    """
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("presolve", "off"), ("threads", 1)):
        highs.setOptionValue(option, value)
    return highs


@dataclass(frozen=True, slots=True)
class Bound:
    """Prices in whole numbers, and what they prove."""

    least: int
    """No choice of the board's bids is worth less, in price units."""
    floor: int
    """What a unit of lack is cheaper, because it is known how much is lacking at least; and the sum of that."""
    floor_worth: int
    asked: list[int]
    """By demand, what its need and its steps are worth in all."""
    rises: list[list[int]]
    """By bundle and bid: how much more than its best bid it costs at those prices."""
    prices: list[int]
    """By rule: less what another unit given to a demand is worth, or what a unit of a cap costs."""
    bests: list[int]
    """By bundle, what its best bid is worth at those prices."""
    shares: list[list[float]]
    """By bundle and bid, how much of the bid the linear program takes."""

    def of_every_place(self, board: Board) -> "Bound":
        """The same for choices in which pieces may also be where steps 2 to 4 have no need of it.

        What the board's bids cannot fill exactly, and what they cannot use of a cap, others may.
        """
        least, prices, asked = self.floor_worth, list(self.prices), []
        for demand, (weight, lack, need) in enumerate(zip(board.weights, board.lacks, board.needs, strict=True)):
            prices[demand] = -min(-prices[demand], weight * SCALE - self.floor * lack)
            asked.append(-prices[demand] * need)
        least += sum(asked)
        least -= sum([price * most for price, most in zip(prices[board.first_cap :], board.given_caps, strict=True)])
        rises, bests = [], []
        for bundle in board.bundles:
            paid = [paid_for(bid, prices) for bid in bundle.bids]
            best = min(paid)
            least += best
            bests.append(best)
            rises.append([price - best for price in paid])
        return Bound(least, self.floor, self.floor_worth, asked, rises, prices, bests, self.shares)

    @property
    def floor_lack(self) -> int:
        """How much is known to be lacking at least, as far as the prices make use of it."""
        return self.floor_worth // self.floor if self.floor else 0

    @property
    def value(self) -> int:
        """The least value that a choice could have."""
        return -(-self.least // SCALE)


class Relaxation:
    """The linear program of a board. Each bundle stands at one of its bids unless a column says otherwise."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.floor = 0
        """What is known to be lacking at least, in the board's unit."""
        self.bases = [_cheapest(bundle.bids) for bundle in board.bundles]
        self.columns: list[list[int]] = []
        """By bundle and bid, its column; -1 for the one at which the bundle stands."""
        # One column that nothing touches: a program without any has no status.
        self.costs = [0]
        self.entries: list[Row] = [{}]
        self.offset = 0
        self.lower = [*map(float, board.needs), *[-INFINITE] * len(board.caps), 0, *(s.least for s in board.steps)]
        self.upper = [*[INFINITE] * len(board.needs), *map(float, board.caps), *[INFINITE] * (1 + len(board.steps))]
        self.floor_row, self.first_step = board.rules, board.rules + 1
        self._steps_of: dict[int, list[tuple[int, int]]] = {}
        for row, step in enumerate(board.steps, self.first_step):
            self._steps_of.setdefault(step.demand, []).append((row, step.gives))
        for bundle, base in zip(board.bundles, self.bases, strict=True):
            self.columns.append(self._bundle(bundle.bids, base))
        self.missing = [self._missing(demand) for demand in range(len(board.needs))]
        self.highs = quick_solver()
        self.highs.passModel(self.program())

    def _bundle(self, bids: Sequence[Bid], base: int) -> list[int]:
        standing = self._column(bids[base])
        for row, amount in standing.items():
            self.lower[row] -= amount
            self.upper[row] -= amount
        cost = bids[base].cost
        self.offset += cost
        convex = len(self.lower) if len(bids) > 2 else -1
        if convex >= 0:
            self.lower.append(-INFINITE)
            self.upper.append(1)
        columns = []
        for number, bid in enumerate(bids):
            if number == base:
                columns.append(-1)
                continue
            column = self._column(bid)
            for row, amount in standing.items():
                column[row] = column.get(row, 0) - amount
            if convex >= 0:
                column[convex] = 1
            columns.append(len(self.costs))
            self.costs.append(bid.cost - cost)
            self.entries.append(column)
        return columns

    def _column(self, bid: Bid) -> Row:
        column = dict(bid.row)
        for demand in self._steps_of.keys() & bid.row.keys():
            for row, slope in self._steps_of[demand]:
                column[row] = slope * bid.row[demand]
        return column

    def _missing(self, demand: int) -> int:
        board = self.board
        self.costs.append(board.weights[demand])
        own = {demand: 1, self.floor_row: board.lacks[demand]}
        for row, step in enumerate(board.steps, self.first_step):
            if step.demand == demand:
                own[row] = step.missing
        self.entries.append(own)
        return len(self.costs) - 1

    def program(self) -> highspy.HighsLp:
        """The columns and rows."""
        lp = highspy.HighsLp()
        count = len(self.costs)
        lp.num_col_, lp.num_row_ = count, len(self.lower)
        lp.col_cost_, lp.col_lower_ = np.array(self.costs, dtype=np.float64), np.zeros(count)
        uppers = np.ones(count)
        uppers[self.missing] = self.board.needs
        lp.col_upper_ = uppers
        lp.row_lower_, lp.row_upper_ = np.array(self.lower, dtype=np.float64), np.array(self.upper, dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.cumsum([0, *map(len, self.entries)])
        lp.a_matrix_.index_ = np.array([row for own in self.entries for row in own], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([amount for own in self.entries for amount in own.values()], dtype=np.float64)
        return lp

    def hold(self, bundle: int, bid: int | None) -> None:
        """Let a bundle take one bid alone; or (``None``) any again."""
        for number, column in enumerate(self.columns[bundle]):
            if column >= 0:
                self.highs.changeColBounds(column, float(number == bid), float(bid is None or number == bid))

    def solve(self) -> bool:
        """Whether there is a solution, and an optimal one."""
        self.highs.run()
        return bool(self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def root(self) -> Bound | None:
        """The bound for all choices; ``None`` where the solver has none to offer.

        Where the least lack is no whole number, it is asked again what a choice is worth that lacks the next one.
        """
        if not self.solve():
            return None
        bound = self.bound({})
        lack = self.board.reachable(bound.value) // self.board.lack_price
        if lack and not self._is_lack_whole() and bound.value < self.board.held_price:
            bound = max(bound, self.above(lack) or bound, key=lambda known: known.least)
        return bound

    def above(self, lack: int) -> Bound | None:
        """The bound for all choices, where so much is known to be lacking; ``None`` where the solver has none."""
        self.floor = lack
        self.highs.changeRowBounds(self.floor_row, float(self.floor), INFINITE)
        return self.bound({}) if self.solve() else None

    def lacking(self) -> Bound | None:
        """The bound for what is lacking alone, as if no bid cost anything; ``None`` where the solver has none."""
        count = len(self.costs)
        every = np.arange(count, dtype=np.int32)
        costs = np.zeros(count)
        costs[self.missing] = self.board.weights
        floor, self.floor = self.floor, 0
        self.highs.changeRowBounds(self.floor_row, 0.0, INFINITE)
        self.highs.changeColsCost(count, every, costs)
        bound = self.bound({}, scale=0) if self.solve() else None
        self.floor = floor
        self.highs.changeRowBounds(self.floor_row, float(floor), INFINITE)
        self.highs.changeColsCost(count, every, np.array(self.costs, dtype=np.float64))
        return bound

    def _is_lack_whole(self) -> bool:
        values = self.highs.getSolution().col_value
        lack = sum([values[self.missing[demand]] * each for demand, each in enumerate(self.board.lacks)])
        return abs(lack - round(lack)) < NEARLY_WHOLE

    def bound(self, held: Mapping[int, int], scale: int = SCALE) -> Bound:
        """What the last solution's prices prove of the choices in which bundles take the bids that are ``held``.

        ``scale`` is how many price units a unit of cost has.
        """
        board, solution = self.board, self.highs.getSolution()
        duals, values = solution.row_dual, solution.col_value
        floor = max(0, round(duals[self.floor_row] * SCALE))
        left = [weight * SCALE - floor * lack for weight, lack in zip(board.weights, board.lacks, strict=True)]
        least = floor * self.floor
        worth, asked = [0] * len(board.needs), [0] * len(board.needs)
        # What missing a unit costs is shared between the steps and the need itself.
        for row, step in enumerate(board.steps, self.first_step):
            price = max(0, min(round(abs(duals[row]) * SCALE), left[step.demand] // step.missing))
            left[step.demand] -= price * step.missing
            worth[step.demand] += price * step.gives
            asked[step.demand] += price * step.least
        for demand, need in enumerate(board.needs):
            price = max(0, min(round(abs(duals[demand]) * SCALE), left[demand]))
            worth[demand] += price
            asked[demand] += price * need
        least += sum(asked)
        caps = [round(abs(dual) * SCALE) for dual in duals[board.first_cap : board.rules]]
        least -= sum([price * most for price, most in zip(caps, board.caps, strict=True)])
        prices = [*[-price for price in worth], *caps]
        rises, shares, bests = [], [], []
        for number, (bundle, columns) in enumerate(zip(board.bundles, self.columns, strict=True)):
            paid = [paid_for(bid, prices, scale) for bid in bundle.bids]
            best = min(paid) if number not in held else paid[held[number]]
            least += best
            bests.append(best)
            own = [price - best for price in paid]
            if number in held:
                own = [rise if bid == held[number] else EXCLUDED for bid, rise in enumerate(own)]
            rises.append(own)
            taken = [values[column] if column >= 0 else 0.0 for column in columns]
            taken[self.bases[number]] = 1 - sum(taken)
            shares.append(taken)
        return Bound(least, floor, floor * self.floor, asked, rises, prices, bests, shares)


def _cheapest(bids: Sequence[Bid]) -> int:
    costs = [bid.cost for bid in bids]
    return costs.index(min(costs))


def paid_for(bid: Bid, prices: Sequence[int], scale: int = SCALE) -> int:
    """What a bid costs at prices, less what it gives."""
    paid = bid.cost * scale
    for rule, amount in bid.row.items():
        paid += prices[rule] * amount
    return paid
