"""What would a plain integer model do? The baseline: one binary for each place of each item, one solve for each step.

It is what one writes first with a solver library: the whole problem at once, steps 1 to 4 each bound before the next,
and step 5 by one more solve over the ranks of the places. It finds no conflict and explains nothing.
"""

from collections.abc import Callable, Mapping, Sequence

import highspy
import numpy as np

from dualdegree.core.audit.problem.whole_numbers import (
    OUT,
    Constant,
    DemandLack,
    Figures,
    Lack,
    Least,
    Option,
    Piece,
    Problem,
    Sum,
    figures,
)

Row = dict[int, float]
INFINITE = highspy.kHighsInf


class PlainModel:
    """Columns and rows of a whole problem."""

    def __init__(self, problem: Problem) -> None:
        if problem.deductions:
            raise ValueError("the plain model knows only rules that add up")
        self.problem = problem
        self.uppers: list[float] = []
        self.integral: list[bool] = []
        self.rows: list[tuple[float, float, Row]] = []
        self.at = [[self._column() for _ in piece.options] for piece in problem.pieces]
        self.rows += [(1, 1, dict.fromkeys(columns, 1.0)) for columns in self.at]
        self._caps()
        self._shared()
        self.lack: Row = {}
        self.unmet: Row = {}
        for tree in problem.lacks:
            self._degree(tree)
        self.highs = self._passed()

    def answer(self, *, with_step_5: bool = True) -> Figures | None:
        """The figures of the choice that the solver ends with; ``None`` when it breaks a rule or the solver fails."""
        choice = None
        costs = [self.unmet, self.lack, self._cost(Piece.is_moved), self._uncounted()]
        for cost in (*costs, self._ranks()) if with_step_5 else costs:
            choice = self._solve(cost)
            if choice is None:
                return None
        return None if choice is None else figures(self.problem, choice)

    def _column(self, *, integral: bool = True, upper: float = 1) -> int:
        self.uppers.append(upper)
        self.integral.append(integral)
        return len(self.uppers) - 1

    def _amounts(self, *, gives: bool) -> Mapping[int, Row]:
        amounts: dict[int, Row] = {}
        for piece, columns in zip(self.problem.pieces, self.at, strict=True):
            for option, column in zip(piece.options, columns, strict=True):
                for index, amount in option.gives if gives else option.uses:
                    if amount:
                        amounts.setdefault(index, {})[column] = amount
        return amounts

    def _caps(self) -> None:
        uses = self._amounts(gives=False)
        for number, cap in enumerate(self.problem.caps):
            if cap is not None:
                self.rows.append((-INFINITE, cap, dict(uses.get(number, {}))))

    def _shared(self) -> None:
        if self.problem.shared_cap is None:
            return
        total: Row = {}
        for work in self.problem.works:
            column = self._column()
            total[column] = work.ects
            for side, other in ((0, 1), (1, 0)):
                for native in work.native[side]:
                    for partner in (*work.native[other], *work.granted[other]):
                        both = dict.fromkeys((*self._counting(native), *self._counting(partner)), 1.0)
                        self.rows.append((-INFINITE, 1, {**both, column: -1}))
        self.rows.append((-INFINITE, self.problem.shared_cap, total))

    def _counting(self, piece: int) -> list[int]:
        options = self.problem.pieces[piece].options
        return [column for option, column in zip(options, self.at[piece], strict=True) if option.place != OUT]

    def _degree(self, tree: Lack) -> None:
        own: Row = {}
        constant = self._lacks(tree, None, own, self._amounts(gives=True))
        most = constant + sum(self.uppers[column] * weight for column, weight in own.items())
        unmet = self._column()
        self.unmet[unmet] = 1
        self.rows.append((-INFINITE, -constant, {**own, unmet: -max(most, 1)}))
        for column, weight in own.items():
            self.lack[column] = self.lack.get(column, 0) + weight

    def _lacks(self, tree: Lack, active: int | None, own: Row, gives: Mapping[int, Row]) -> float:
        match tree:
            case Constant(lack):
                if active is None:
                    return lack
                own[active] = own.get(active, 0) + lack
            case DemandLack(index):
                need = self.problem.demands[index].need
                missing = self._column(integral=False, upper=need)
                row = {**gives.get(index, {}), missing: 1.0}
                self.rows.append((need, INFINITE, row) if active is None else (0, INFINITE, {**row, active: -need}))
                own[missing] = self.problem.demands[index].weight
            case Sum(parts):
                return sum(self._lacks(part, active, own, gives) for part in parts)
            case Least(count, parts):
                columns = [self._column() for _ in parts]
                row = dict.fromkeys(columns, 1.0)
                self.rows.append((count, count, row) if active is None else (0, 0, {**row, active: -count}))
                for part, column in zip(parts, columns, strict=True):
                    self._lacks(part, column, own, gives)
        return 0

    def _cost(self, value: Callable[[Piece, Option], int]) -> Row:
        return {
            column: amount
            for piece, columns in zip(self.problem.pieces, self.at, strict=True)
            for option, column in zip(piece.options, columns, strict=True)
            if (amount := value(piece, option))
        }

    def _uncounted(self) -> Row:
        most = max((option.ects for piece in self.problem.pieces for option in piece.options), default=0)
        return self._cost(lambda _, option: most - option.ects)

    def _ranks(self) -> Row:
        return {column: index for columns in self.at for index, column in enumerate(columns) if index}

    def _passed(self) -> highspy.Highs:
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("mip_rel_gap", 0.0)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.uppers), len(self.rows)
        lp.col_cost_ = np.zeros(len(self.uppers))
        lp.col_lower_ = np.zeros(len(self.uppers))
        lp.col_upper_ = np.array(self.uppers, dtype=np.float64)
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self.integral]
        lp.row_lower_ = np.array([lower for lower, _, _ in self.rows], dtype=np.float64)
        lp.row_upper_ = np.array([upper for _, upper, _ in self.rows], dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for _, _, row in self.rows)])
        lp.a_matrix_.index_ = np.array([column for _, _, row in self.rows for column in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for _, _, row in self.rows for value in row.values()], dtype=np.float64)
        highs.passModel(lp)
        return highs

    def _solve(self, cost: Row) -> Sequence[int] | None:
        """The choice that costs least; that cost is a row from then on."""
        count = len(self.uppers)
        costs = np.zeros(count)
        costs[list(cost.keys())] = list(cost.values())
        self.highs.changeColsCost(count, np.arange(count, dtype=np.int32), costs)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values = self.highs.getSolution().col_value
        columns = np.array(list(cost), dtype=np.int32)
        weights = np.array(list(cost.values()), dtype=np.float64)
        self.highs.addRow(-INFINITE, round(self.highs.getObjectiveValue()), len(columns), columns, weights)
        return tuple(max(range(len(own)), key=lambda i: values[own[i]]) for own in self.at)
