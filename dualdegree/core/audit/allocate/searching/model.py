"""How does a part look as a linear model? Columns and rows for a solver, with or without whole numbers."""

from collections.abc import Sequence
from math import gcd

import highspy
import numpy as np

from dualdegree.core.audit.allocate.effort import NEVER
from dualdegree.core.audit.allocate.parts.part import Choice, ProblemPart
from dualdegree.core.audit.allocate.parts.ways import Move
from dualdegree.core.audit.problem.whole_numbers import Constant, Lack, Least, Of, Sum

INFINITE = highspy.kHighsInf
SURE = 0.9
"""Which part of a step the solver may leave open: the rest keeps rounding errors away."""
Row = dict[int, int]


class Model:
    """The model of a part that asks for what the ``trees`` say.

    One column for each way of each piece; one for what each demand misses; one for each work that is shared; and, where
    something is to be chosen, one for each of its parts.
    """

    def __init__(self, part: ProblemPart, trees: Sequence[Lack], within: Sequence[int], *, is_whole: bool) -> None:
        self.part, self.is_whole = part, is_whole
        # One column that nothing touches: a model without any has no status.
        self.uppers: list[float] = [0]
        self.whole: list[bool] = [False]
        self.rows: list[tuple[float, float, Row]] = []
        self.lack: Row = {}
        """What is lacking in all, beyond the constant."""
        self.constant = 0
        self.is_possible = True
        self.at = [[self._column() for _ in ways.moves] for ways in part.ways]
        for columns in self.at:
            self.rows.append((1, 1, dict.fromkeys(columns, 1)))
        self.cap_rows: dict[int, int] = {}
        self.demand_rows: dict[int, int] = {}
        self.missing: Row = {}
        """By demand that is asked for in any case, the column of what it misses."""
        self.pair_rows: list[list[int]] = []
        self.shared_row = -1
        self._keep_caps()
        self._keep_shared_cap()
        self.gives = self._gives()
        for degree, tree in enumerate(trees):
            self._lacks(tree, None, is_held=within[degree] == 0)
        self.highs = self._passed()

    def _column(self, *, is_whole: bool = True, upper: float = 1) -> int:
        self.uppers.append(upper)
        self.whole.append(is_whole)
        return len(self.uppers) - 1

    def _row(self, lower: float, upper: float, row: Row) -> int:
        self.rows.append((lower, upper, row))
        return len(self.rows) - 1

    def _keep_caps(self) -> None:
        uses: dict[int, Row] = {cap: {} for cap in self.part.caps}
        for ways, columns in zip(self.part.ways, self.at, strict=True):
            for move, column in zip(ways.moves, columns, strict=True):
                for cap, amount in move.uses:
                    uses[cap][column] = amount
        for cap, most in self.part.caps.items():
            self.cap_rows[cap] = self._row(-INFINITE, most, uses[cap])

    def _keep_shared_cap(self) -> None:
        if self.part.shared_cap == NEVER:
            return
        total: Row = {}
        for pairs, ects in zip(self.part.pairs, self.part.work_ects, strict=True):
            column = self._column(is_whole=False)
            total[column] = ects
            # Shared when both are counted: the column is at least the one counted plus the other, less 1.
            self.pair_rows.append(
                [
                    self._row(-INFINITE, 1, {**self._counting(first), **self._counting(second), column: -1})
                    for first, second in pairs
                ]
            )
        self.shared_row = self._row(-INFINITE, self.part.shared_cap, total)

    def _counting(self, piece: int) -> Row:
        moves = self.part.ways[piece].moves
        return {column: 1 for move, column in zip(moves, self.at[piece], strict=True) if move.counts}

    def _gives(self) -> dict[int, Row]:
        gives: dict[int, Row] = {}
        for ways, columns in zip(self.part.ways, self.at, strict=True):
            for move, column in zip(ways.moves, columns, strict=True):
                for demand, amount in move.gives:
                    gives.setdefault(demand, {})[column] = amount
        return gives

    def _lacks(self, tree: Lack, active: int | None, *, is_held: bool) -> None:
        """What the tree lacks, where the column ``active`` is 1 (``None``: always)."""
        match tree:
            case Constant(lack):
                self._lacks_constant(lack, active, is_held=is_held)
            case Of(demand):
                self._lacks_demand(demand, active, is_held=is_held)
            case Sum(parts):
                for part in parts:
                    self._lacks(part, active, is_held=is_held)
            case Least(count, parts):
                columns = [self._column() for _ in parts]
                row = dict.fromkeys(columns, 1)
                # As many parts are active as are asked for, or none where the whole is not.
                if active is None:
                    self._row(count, count, row)
                else:
                    self._row(0, 0, {**row, active: -count})
                for part, column in zip(parts, columns, strict=True):
                    self._lacks(part, column, is_held=is_held)

    def _lacks_constant(self, lack: int, active: int | None, *, is_held: bool) -> None:
        if not lack:
            return
        if active is None:
            self.constant += lack
            self.is_possible = self.is_possible and not is_held
        elif is_held:
            self.uppers[active] = 0
        else:
            self.lack[active] = self.lack.get(active, 0) + lack

    def _lacks_demand(self, demand: int, active: int | None, *, is_held: bool) -> None:
        need, weight = self.part.needs[demand], self.part.weights[demand]
        if need <= 0:
            return
        missing = self._column(is_whole=False, upper=0 if is_held else need)
        row = {**self.gives.get(demand, {}), missing: 1}
        if active is None:
            self.demand_rows[demand] = self._row(need, INFINITE, row)
            self.missing[demand] = missing
        else:
            self._row(0, INFINITE, {**row, active: -need})
        if weight:
            self.lack[missing] = weight

    def _passed(self) -> highspy.Highs:
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        highs.setOptionValue("output_flag", False)
        # HiGHS 1.15.1 calls some feasible models of this kind infeasible when it presolves them.
        highs.setOptionValue("presolve", "off")
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("mip_rel_gap", 0.0)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.uppers), len(self.rows)
        lp.col_cost_ = np.zeros(len(self.uppers))
        lp.col_lower_ = np.zeros(len(self.uppers))
        lp.col_upper_ = np.array(self.uppers, dtype=np.float64)
        if self.is_whole:
            kinds = highspy.HighsVarType
            lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self.whole]
        lp.row_lower_ = np.array([lower for lower, _, _ in self.rows], dtype=np.float64)
        lp.row_upper_ = np.array([upper for _, upper, _ in self.rows], dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for _, _, row in self.rows)])
        lp.a_matrix_.index_ = np.array([column for _, _, row in self.rows for column in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for _, _, row in self.rows for value in row.values()], dtype=np.float64)
        highs.passModel(lp)
        return highs

    # Asking the solver

    @property
    def width(self) -> int:
        """How many columns it has."""
        return len(self.uppers)

    @property
    def branched(self) -> int:
        """The nodes that the last answer took, each counted as often as there are columns."""
        return max(0, self.highs.getInfo().mip_node_count) * self.width

    @property
    def has_solution(self) -> bool:
        """Whether the last answer holds a solution, the best or not."""
        return bool(self.highs.getInfo().primal_solution_status == int(highspy.kSolutionStatusFeasible))

    def minimise(self, cost: Row, *, nodes: int | None = None, step: int = 0) -> bool:
        """Make a cost least, in so many nodes if said; whether there is an optimal solution.

        Where all costs are multiples of a ``step``, the least is found once nothing can be a whole step below it.
        """
        if nodes is not None:
            self.highs.setOptionValue("mip_max_nodes", nodes)
        self.highs.setOptionValue("mip_abs_gap", step * SURE)
        count = len(self.uppers)
        costs = np.zeros(count)
        costs[list(cost.keys())] = list(cost.values())
        self.highs.changeColsCost(count, np.arange(count, dtype=np.int32), costs)
        self.highs.run()
        return bool(self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def bind(self, cost: Row, value: int) -> int:
        """From now on the cost is no more than that; the row's number.

        The half keeps rounding errors away from whole numbers.
        """
        divisor = gcd(*cost.values()) or 1
        columns = np.array(list(cost), dtype=np.int32)
        weights = np.array([weight // divisor for weight in cost.values()], dtype=np.float64)
        self.highs.addRow(-INFINITE, value // divisor + 0.5, len(columns), columns, weights)
        self.rows.append((-INFINITE, value, cost))
        return len(self.rows) - 1

    def loosen(self, row: int) -> None:
        """Let go of a row that was bound."""
        self.highs.changeRowBounds(row, -INFINITE, INFINITE)

    def place(self, piece: int, move: Move | None) -> None:
        """Hold a piece where the move puts it; or (``None``) let it go again."""
        for column, own in zip(self.at[piece], self.part.ways[piece].moves, strict=True):
            self.highs.changeColBounds(column, float(own is move), float(move is None or own is move))

    def choice(self) -> Choice:
        """The ways that the last solution gives most weight."""
        values = self.highs.getSolution().col_value
        return tuple(
            [
                ways.moves[max(range(len(columns)), key=lambda index: values[columns[index]])]
                for ways, columns in zip(self.part.ways, self.at, strict=True)
            ]
        )
