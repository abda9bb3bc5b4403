"""What is a unit of each demand, cap and work worth? Prices from a linear program, and the bounds that they give.

Any prices give a bound that never overestimates: what is asked for, at its price, less the best that each piece could
bring. Good ones are the dual values of the linear program in which pieces may be split. They are asked of a solver in
floating point, rounded to whole numbers, and made valid; from there on every bound is computed in whole numbers, so
that nothing the solver says is ever trusted.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dualdegree.core.audit.allocate.part import Asked, Move, Part

if TYPE_CHECKING:
    from dualdegree.core.audit.allocate.search import Limits

SCALE = 1 << 12


class Cut:
    """A bound on ``lack_price x lack + SCALE x cost`` (or on the lack alone) under fixed prices, in whole numbers."""

    def __init__(
        self,
        asked: Asked,
        *,
        by_lack: bool,
        lack_price: int,
        demands: dict[int, int],
        caps: dict[int, int],
        works: list[list[int]],
        shared: int,
    ) -> None:
        part = asked.part
        self.part, self.by_lack = part, by_lack
        self.lack_price = lack_price
        self.demands = [(demand, price) for demand, price in demands.items() if price]
        self.constant = lack_price * sum(asked.constant)
        self.constant -= sum(price * part.cap(cap) for cap, price in caps.items())
        self.constant -= shared * part.shared_cap if shared else 0
        self.constant -= sum(map(sum, works))
        fees = _fees(part, works)
        self.paid = [
            [
                (0 if by_lack else SCALE * move.cost)
                + sum(caps.get(cap, 0) * amount for cap, amount in move.uses)
                + (fees[number] if move.counts else 0)
                for move in moves
            ]
            for number, moves in enumerate(part.moves)
        ]
        self.best = [0]
        for moves, paid in zip(reversed(part.moves), reversed(self.paid), strict=True):
            self.best.append(
                self.best[-1]
                + min(
                    own - sum(demands.get(demand, 0) * amount for demand, amount in move.gives.items())
                    for move, own in zip(moves, paid, strict=True)
                )
            )
        self.best.reverse()

    def bound(self, reach: Sequence[int], done: Sequence[Move], depth: int, lack: int) -> int:
        """The least lack in all, or the least cost when no more than ``lack`` is lacking."""
        rest = self.part.rest[depth]
        value = self.constant + self.best[depth]
        for number in range(depth):
            value += self.paid[number][done[number].index]
        for demand, price in self.demands:
            missing = rest[demand] - reach[demand]
            if missing > 0:
                value += price * missing
        if self.by_lack:
            return -(-value // SCALE)
        return -(-(value - self.lack_price * lack) // SCALE)


def _fees(part: Part, works: list[list[int]]) -> list[int]:
    """By piece, what counting it costs under the prices of the works' pairs."""
    fees = [0] * part.size
    for (one, other), price in (
        (pair, price)
        for pairs, prices in zip(part.pairs, works, strict=True)
        for pair, price in zip(pairs, prices, strict=True)
    ):
        fees[one] += price
        fees[other] += price
    return fees


class Prices:
    """The linear program of one ``Asked``; pieces that are placed already are held there."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.part = asked, asked.part
        self._build()

    def _build(self) -> None:
        import highspy
        import numpy as np

        part, asked = self.part, self.asked
        inf = highspy.kHighsInf
        columns = 0
        self.at = []
        for moves in part.moves:
            self.at.append(list(range(columns, columns + len(moves))))
            columns += len(moves)
        self.placed = columns
        rows: list[tuple[float, float, dict[int, float]]] = [(1, 1, dict.fromkeys(at, 1.0)) for at in self.at]
        gives: dict[int, dict[int, float]] = {}
        uses: dict[int, dict[int, float]] = {}
        cost = []
        for at, moves in zip(self.at, part.moves, strict=True):
            for column, move in zip(at, moves, strict=True):
                cost.append(float(move.cost))
                for demand, amount in move.gives.items():
                    if amount and asked.owner[demand] >= 0:
                        gives.setdefault(demand, {})[column] = float(amount)
                for cap, amount in move.uses:
                    uses.setdefault(cap, {})[column] = float(amount)
        lack_row: dict[int, float] = {}
        self.demand_rows: dict[int, int] = {}
        for demand, row in gives.items():
            if part.needs[demand] <= 0:
                continue
            row[columns] = 1.0
            lack_row[columns] = float(part.weights[demand])
            self.demand_rows[demand] = len(rows)
            rows.append((part.needs[demand], inf, row))
            columns += 1
        self.cap_rows: dict[int, int] = {}
        for cap, row in uses.items():
            self.cap_rows[cap] = len(rows)
            rows.append((-inf, part.cap(cap), row))
        self.pair_rows: list[list[int]] = []
        shared: dict[int, float] = {}
        for work, pairs in enumerate(part.pairs):
            shared[columns] = float(part.work_ects[work])
            own = []
            for pair in pairs:
                row = {columns: -1.0}
                for piece in pair:
                    row.update({c: 1.0 for c, m in zip(self.at[piece], part.moves[piece], strict=True) if m.counts})
                own.append(len(rows))
                rows.append((-inf, 1, row))
            self.pair_rows.append(own)
            columns += 1
        self.shared_row = len(rows)
        if shared:
            rows.append((-inf, part.shared_cap, shared))
        self.lack_at = len(rows)
        rows.append((-inf, inf, lack_row))
        self.lack_columns = lack_row
        self.costs = cost
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("presolve", "off")
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = columns, len(rows)
        lp.col_cost_ = np.zeros(columns)
        lp.col_lower_ = np.zeros(columns)
        upper = np.ones(columns)
        upper[list(lack_row)] = inf
        lp.col_upper_ = upper
        lp.row_lower_ = np.array([row[0] for row in rows], dtype=np.float64)
        lp.row_upper_ = np.array([row[1] for row in rows], dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for _, _, row in rows)])
        lp.a_matrix_.index_ = np.array([column for _, _, row in rows for column in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for _, _, row in rows for value in row.values()], dtype=np.float64)
        self.highs.passModel(lp)
        self.columns = columns
        self.kind: tuple[bool, int] | None = None
        self.held = 0
        self.optimal = highspy.HighsModelStatus.kOptimal

    def cut(self, done: Sequence[Move], limits: "Limits") -> Cut | None:
        """The cut for a state; ``None`` when the solver has no prices to offer."""
        import highspy
        import numpy as np

        part, asked = self.part, self.asked
        inf = highspy.kHighsInf
        if self.kind != (limits.by_lack, limits.lack):
            self.kind = (limits.by_lack, limits.lack)
            costs = np.zeros(self.columns)
            if limits.by_lack:
                for column, weight in self.lack_columns.items():
                    costs[column] = weight
                self.highs.changeRowBounds(self.lack_at, -inf, inf)
            else:
                costs[: len(self.costs)] = self.costs
                self.highs.changeRowBounds(self.lack_at, -inf, float(limits.lack - sum(asked.constant)))
            self.highs.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), costs)
        self._hold(done)
        self.highs.run()
        if self.highs.getModelStatus() != self.optimal:
            return None
        duals = self.highs.getSolution().row_dual
        lack_price = SCALE if limits.by_lack else round(abs(duals[self.lack_at]) * SCALE)
        demands = {
            demand: min(round(max(0.0, duals[row]) * SCALE), lack_price * part.weights[demand])
            for demand, row in self.demand_rows.items()
        }
        caps = {cap: round(max(0.0, -duals[row]) * SCALE) for cap, row in self.cap_rows.items()}
        shared = round(max(0.0, -duals[self.shared_row]) * SCALE) if part.pairs else 0
        works = []
        for work, rows in enumerate(self.pair_rows):
            left = shared * part.work_ects[work]
            prices = []
            for row in rows:
                price = min(left, round(max(0.0, -duals[row]) * SCALE))
                left -= price
                prices.append(price)
            works.append(prices)
        return Cut(
            asked, by_lack=limits.by_lack, lack_price=lack_price, demands=demands, caps=caps, works=works, shared=shared
        )

    def _hold(self, done: Sequence[Move]) -> None:
        for number in range(max(len(done), self.held)):
            for column, move in zip(self.at[number], self.part.moves[number], strict=True):
                chosen = 1.0 if number >= len(done) or move is done[number] else 0.0
                self.highs.changeColBounds(column, 1.0 if number < len(done) and chosen else 0.0, chosen)
        self.held = len(done)
