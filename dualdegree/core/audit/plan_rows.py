"""How does the engine's problem read as the rows of an integer model? Places, limits, and that nothing is lacking."""

from math import gcd

import highspy
import numpy as np

from dualdegree.core.audit.problem import OUT, Constant, Lack, Least, Of, Problem, Sum

Row = dict[int, int]
INFINITE = highspy.kHighsInf


class Rows:
    """Columns and rows, as they are gathered for one problem. ``may_lack``: what lacks is a cost, not forbidden."""

    def __init__(self, problem: Problem, *, may_lack: bool) -> None:
        self.problem, self.may_lack = problem, may_lack
        self.uppers: list[int] = []
        self.rows: list[tuple[float, float, Row]] = []
        self.lack: Row = {}
        self.is_possible = True
        self.places = [[self.column() for _ in piece.options] for piece in problem.pieces]
        for columns in self.places:
            self.add(1, 1, dict.fromkeys(columns, 1))
        self._keep_limits()
        self._gives = [self._amounts(demand, gives=True) for demand in range(len(problem.demands))]
        for tree in problem.lacks:
            self._lack_nothing(tree, None)

    @property
    def columns(self) -> int:
        """How many there are."""
        return len(self.uppers)

    def column(self, upper: int = 1) -> int:
        """A new one, for a whole number from 0 to ``upper``."""
        self.uppers.append(upper)
        return len(self.uppers) - 1

    def add(self, least: int | None, most: int | None, row: Row) -> None:
        """Hold the sum of the row between ``least`` and ``most``."""
        self.rows.append((-INFINITE if least is None else least, INFINITE if most is None else most, row))

    def counting(self, piece: int) -> list[int]:
        """The columns with which a piece is counted."""
        options = self.problem.pieces[piece].options
        return [column for option, column in zip(options, self.places[piece], strict=True) if option.place != OUT]

    def _amounts(self, number: int, *, gives: bool) -> Row:
        return {
            column: amount
            for piece, columns in zip(self.problem.pieces, self.places, strict=True)
            for option, column in zip(piece.options, columns, strict=True)
            for index, amount in (option.gives if gives else option.uses)
            if index == number and amount
        }

    def _keep_limits(self) -> None:
        for number, cap in enumerate(self.problem.caps):
            uses = self._amounts(number, gives=False)
            if cap is not None and uses:
                step = gcd(*uses.values())
                self.add(None, cap // step, {column: amount // step for column, amount in uses.items()})
        if self.problem.shared_cap is None:
            return
        shared: Row = {}
        for work in self.problem.works:
            column = self.column()
            shared[column] = work.ects
            for one, other in ((0, 1), (1, 0)):
                for native in work.native[one]:
                    for partner in (*work.native[other], *work.granted[other]):
                        both = dict.fromkeys((*self.counting(native), *self.counting(partner)), 1)
                        self.add(None, 1, {**both, column: -1})
        self.add(None, self.problem.shared_cap, shared)

    def _lack_nothing(self, tree: Lack, active: int | None) -> None:
        """Nothing is lacking there, where the column ``active`` is 1 (``None``: always)."""
        match tree:
            case Constant(lack):
                self._lacks_constant(lack, active)
            case Of(demand):
                self._fill(demand, active)
            case Sum(parts):
                for part in parts:
                    self._lack_nothing(part, active)
            case Least(count, parts):
                columns = [self.column() for _ in parts]
                wanted = {} if active is None else {active: -count}
                self.add(count if active is None else 0, None, {**dict.fromkeys(columns, 1), **wanted})
                for part, column in zip(parts, columns, strict=True):
                    self._lack_nothing(part, column)

    def _lacks_constant(self, lack: int, active: int | None) -> None:
        if not lack:
            return
        if self.may_lack:
            self.lack.update({} if active is None else {active: self.lack.get(active, 0) + lack})
        elif active is None:
            self.is_possible = False
        else:
            self.add(None, 0, {active: 1})

    def _fill(self, demand: int, active: int | None) -> None:
        gives, weight = self._gives[demand], self.problem.demands[demand].weight
        # All that could fill it comes in steps; so does what is needed, rounded up to one of them.
        step = gcd(*gives.values()) or 1
        need = -(-self.problem.demands[demand].need // step)
        row = {column: amount // step for column, amount in gives.items()}
        if self.may_lack:
            missing = self.column(upper=need)
            row[missing] = 1
            self.lack[missing] = weight * step
        if active is not None:
            row[active] = -need
        self.add(need if active is None else 0, None, row)

    def passed(self, most_nodes: int) -> highspy.Highs:
        """The solver with all of this."""
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        highs.setOptionValue("output_flag", False)
        # HiGHS 1.15.1 calls some feasible models infeasible when it presolves them.
        highs.setOptionValue("presolve", "off")
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", 0.0)
        highs.setOptionValue("mip_max_nodes", most_nodes)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.uppers), len(self.rows)
        lp.col_cost_ = np.zeros(len(self.uppers))
        lp.col_lower_ = np.zeros(len(self.uppers))
        lp.col_upper_ = np.array(self.uppers, dtype=np.float64)
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(self.uppers)
        lp.row_lower_ = np.array([lower for lower, _, _ in self.rows], dtype=np.float64)
        lp.row_upper_ = np.array([upper for _, upper, _ in self.rows], dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for _, _, row in self.rows)])
        lp.a_matrix_.index_ = np.array([column for _, _, row in self.rows for column in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for _, _, row in self.rows for value in row.values()], dtype=np.float64)
        highs.passModel(lp)
        return highs
