"""The slow way behind the search: one part as an integer model, one solve for each step of the order.

Coefficients are small whole numbers and gaps are 0. Every solution is rounded to a choice whose figures are recomputed
in whole numbers; a figure that disagrees with the solver's raises, and the answer is then not called proven.
"""

from collections.abc import Sequence

import highspy
import numpy as np

from dualdegree.core.audit.allocate.effort import Effort
from dualdegree.core.audit.allocate.order import wishes
from dualdegree.core.audit.allocate.part import Part
from dualdegree.core.audit.problem import OUT, Constant, Figures, Lack, Least, Of, Sum, figures

BLOCK = 16
"""How many pieces of step 5 one objective tells apart; its largest coefficient is 2 to this power."""
INFINITE = highspy.kHighsInf
Row = dict[int, int]
Choice = tuple[int, ...]


class Untrusted(ArithmeticError):
    """The solver gave up, or its figure and the one recomputed in whole numbers disagree."""


def solved(part: Part, within: Sequence[int], effort: Effort) -> Choice | None:
    """The first choice in the order that keeps the lacks within; ``None`` when there is none. Raises ``Untrusted``."""
    return _Model(part, within, effort).first()


class _Model:
    """Columns and rows of one part. A degree within which nothing may be lacking is held to that."""

    def __init__(self, part: Part, within: Sequence[int], effort: Effort) -> None:
        self.part, self.problem, self.within, self.effort = part, part.problem, within, effort
        # One column that nothing touches: a model without any has no status.
        self.uppers: list[float] = [0]
        self.integral: list[bool] = [False]
        self.rows: list[tuple[float, float, Row]] = []
        self.lack: Row = {}
        self.constant = 0
        self.is_possible = True
        self.at = [[self._column() for _ in piece.options] for piece in self.problem.pieces]
        for columns in self.at:
            self.rows.append((1, 1, dict.fromkeys(columns, 1)))
        self._keep_caps()
        self._keep_shared_cap()
        gives = self._gives()
        for degree, tree in enumerate(self.problem.lacks):
            self._lacks(tree, None, gives, is_held=within[degree] == 0)
        self.highs = self._passed()

    def first(self) -> Choice | None:
        """The choice that is first in all steps."""
        choice = self._solve(self.lack) if self.is_possible else None
        if choice is None:
            return None
        self._bind(self.lack, self._lack_of(choice))
        for cost in (self._moved(), self._dropped()):
            if cost:
                choice = self._need(cost)
                self._bind(cost, self._sum(cost, choice))
        return self._first_in_order(choice)

    # Step 5

    def _first_in_order(self, choice: Choice) -> Choice:
        """Piece by piece the first wish that the others allow; a known choice, or else a solve, shows that they do."""
        have: dict[int, int] = {}
        refused: set[int] = set()
        number = 0
        while number < self.part.size:
            wish = next(move for move in wishes(self.part, have, number) if move.index not in refused)
            if choice[number] != wish.index:
                choice = self._need_wishes(number, have, refused)
            if choice[number] == wish.index:
                self._fix(number, wish.index)
                if wish.leaf >= 0:
                    have[wish.leaf] = have.get(wish.leaf, 0) + wish.amount
                refused = set()
                number += 1
            else:
                refused.add(wish.index)
        return choice

    def _need_wishes(self, number: int, have: dict[int, int], refused: set[int]) -> Choice:
        """The choice in which the next pieces get their first wish, the earlier the more."""
        have = dict(have)
        cost: Row = {}
        last = min(number + BLOCK, self.part.size)
        for piece in range(number, last):
            wish = next(move for move in wishes(self.part, have, piece) if piece > number or move.index not in refused)
            weight = 1 << (last - 1 - piece)
            cost.update({column: weight for index, column in enumerate(self.at[piece]) if index != wish.index})
            if wish.leaf >= 0:
                have[wish.leaf] = have.get(wish.leaf, 0) + wish.amount
        return self._need(cost)

    # Costs

    def _moved(self) -> Row:
        return {
            column: 1
            for piece, columns in zip(self.problem.pieces, self.at, strict=True)
            for option, column in zip(piece.options, columns, strict=True)
            if option.moved
        }

    def _dropped(self) -> Row:
        return {
            column: most - option.ects
            for piece, columns, most in zip(self.problem.pieces, self.at, self.part.ects, strict=True)
            for option, column in zip(piece.options, columns, strict=True)
            if option.ects < most
        }

    def _sum(self, cost: Row, choice: Choice) -> int:
        return sum(cost.get(columns[index], 0) for columns, index in zip(self.at, choice, strict=True))

    def _lack_of(self, choice: Choice) -> int:
        return sum(self._figures(choice).lacks) - self.constant

    def _figures(self, choice: Choice) -> Figures:
        found = figures(self.problem, choice)
        if found is None or any(lack > most for lack, most in zip(found.lacks, self.within, strict=True)):
            raise Untrusted
        return found

    # Rows

    def _column(self, *, integral: bool = True, upper: float = 1) -> int:
        self.uppers.append(upper)
        self.integral.append(integral)
        return len(self.uppers) - 1

    def _keep_caps(self) -> None:
        uses: list[Row] = [{} for _ in self.problem.caps]
        for piece, columns in zip(self.problem.pieces, self.at, strict=True):
            for option, column in zip(piece.options, columns, strict=True):
                for cap, amount in option.uses:
                    uses[cap][column] = amount
        for limit, used in zip(self.problem.caps, uses, strict=True):
            if limit is not None:
                self.rows.append((-INFINITE, limit, used))

    def _keep_shared_cap(self) -> None:
        if self.problem.shared_cap is None:
            return
        total: Row = {}
        for pairs, ects in zip(self.part.pairs, self.part.work_ects, strict=True):
            column = self._column(integral=False)
            total[column] = ects
            for pair in pairs:
                # Shared when both are counted: the column is at least one piece counted plus the other, less 1.
                row = dict.fromkeys((column for piece in pair for column in self._counting(piece)), 1)
                self.rows.append((-INFINITE, 1, {**row, column: -1}))
        self.rows.append((-INFINITE, self.problem.shared_cap, total))

    def _counting(self, piece: int) -> list[int]:
        options = self.problem.pieces[piece].options
        return [column for option, column in zip(options, self.at[piece], strict=True) if option.place != OUT]

    def _gives(self) -> list[Row]:
        gives: list[Row] = [{} for _ in self.problem.demands]
        for piece, columns in zip(self.problem.pieces, self.at, strict=True):
            for option, column in zip(piece.options, columns, strict=True):
                for demand, amount in option.gives:
                    if amount:
                        gives[demand][column] = amount
        return gives

    def _lacks(self, tree: Lack, active: int | None, gives: Sequence[Row], *, is_held: bool) -> None:
        """What the tree lacks, where the column ``active`` is 1 (``None``: always)."""
        match tree:
            case Constant(lack):
                self._lacks_constant(lack, active, is_held=is_held)
            case Of(index):
                self._lacks_demand(index, active, gives[index], is_held=is_held)
            case Sum(parts):
                for part in parts:
                    self._lacks(part, active, gives, is_held=is_held)
            case Least(count, parts):
                columns = [self._column() for _ in parts]
                row: Row = dict.fromkeys(columns, 1)
                # As many parts are active as are asked for, or none where the whole is not.
                self.rows.append((count, count, row) if active is None else (0, 0, {**row, active: -count}))
                for part, column in zip(parts, columns, strict=True):
                    self._lacks(part, column, gives, is_held=is_held)

    def _lacks_constant(self, lack: int, active: int | None, *, is_held: bool) -> None:
        if not lack:
            return
        if active is None:
            self.constant += lack
            self.is_possible &= not is_held
        elif is_held:
            self.uppers[active] = 0
        else:
            self.lack[active] = self.lack.get(active, 0) + lack

    def _lacks_demand(self, index: int, active: int | None, gives: Row, *, is_held: bool) -> None:
        demand = self.problem.demands[index]
        if demand.need <= 0:
            return
        missing = self._column(integral=False, upper=0 if is_held else demand.need)
        row = {**gives, missing: 1}
        self.rows.append(
            (demand.need, INFINITE, row) if active is None else (0, INFINITE, {**row, active: -demand.need})
        )
        if demand.weight:
            self.lack[missing] = demand.weight

    # The solver

    def _passed(self) -> highspy.Highs:
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        highs.setOptionValue("output_flag", False)
        # HiGHS 1.15.1 calls some feasible models of this kind infeasible when it presolves them.
        highs.setOptionValue("presolve", "off")
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", 0.0)
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

    def _need(self, cost: Row) -> Choice:
        choice = self._solve(cost)
        if choice is None:
            raise Untrusted
        return choice

    def _solve(self, cost: Row) -> Choice | None:
        """The choice that costs least, or ``None`` when there is none."""
        self.effort.solves += 1
        count = len(self.uppers)
        costs = np.zeros(count)
        costs[list(cost.keys())] = list(cost.values())
        self.highs.changeColsCost(count, np.arange(count, dtype=np.int32), costs)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise Untrusted(self.highs.modelStatusToString(status))
        values = self.highs.getSolution().col_value
        choice = tuple(max(range(len(columns)), key=lambda i: values[columns[i]]) for columns in self.at)
        exact = self._lack_of(choice) if cost is self.lack else self._sum(cost, choice)
        self._figures(choice)
        if abs(self.highs.getObjectiveValue() - exact) > 0.5:
            raise Untrusted
        return choice

    def _bind(self, cost: Row, value: int) -> None:
        """From now on the cost is no more than that; the half keeps rounding errors away from whole numbers."""
        columns = np.array(list(cost), dtype=np.int32)
        weights = np.array(list(cost.values()), dtype=np.float64)
        self.highs.addRow(-INFINITE, value + 0.5, len(columns), columns, weights)

    def _fix(self, piece: int, index: int) -> None:
        for position, column in enumerate(self.at[piece]):
            self.highs.changeColBounds(column, float(position == index), float(position == index))
