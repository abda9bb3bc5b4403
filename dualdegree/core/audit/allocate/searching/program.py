"""What do programs over lacks share? Columns, rows, what trees of lacks cost in them, and how HiGHS gets them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import highspy
import numpy as np

from dualdegree.core.audit.problem.whole_numbers import Constant, DemandLack, Lack, Least, Sum

INFINITE = highspy.kHighsInf
Row = dict[int, int]


class LackProgram(ABC):
    """Columns and rows in which trees of lacks cost what they lack; each program says how a demand is missed."""

    def __init__(self, columns: Sequence[float] = ()) -> None:
        self.uppers: list[float] = list(columns)
        self.rows: list[tuple[float, float, Row]] = []
        self.lack: Row = {}
        """What is lacking in all, beyond the constant."""
        self.constant = 0
        self.is_possible = True

    @abstractmethod
    def new_column(self) -> int:
        """A new column for 0 or 1."""

    @abstractmethod
    def miss(self, demand: int, active: int | None, *, is_held: bool) -> None:
        """What a demand misses, where the column ``active`` is 1 (``None``: always)."""

    def lacks(self, tree: Lack, active: int | None, *, is_held: bool) -> None:
        """What the tree lacks, where the column ``active`` is 1 (``None``: always)."""
        match tree:
            case Constant(lack):
                self._constant(lack, active, is_held=is_held)
            case DemandLack(demand):
                self.miss(demand, active, is_held=is_held)
            case Sum(parts):
                for part in parts:
                    self.lacks(part, active, is_held=is_held)
            case Least(count, parts):
                columns = [self.new_column() for _ in parts]
                row = dict.fromkeys(columns, 1)
                # As many parts are active as are asked for, or none where the whole is not.
                if active is None:
                    self.rows.append((count, count, row))
                else:
                    self.rows.append((0, 0, {**row, active: -count}))
                for part, column in zip(parts, columns, strict=True):
                    self.lacks(part, column, is_held=is_held)

    def _constant(self, lack: int, active: int | None, *, is_held: bool) -> None:
        if not lack:
            return
        if active is None:
            self.constant += lack
            self.is_possible = self.is_possible and not is_held
        elif is_held:
            self.uppers[active] = 0
        else:
            self.lack[active] = self.lack.get(active, 0) + lack

    def passed(self, kinds: Sequence[highspy.HighsVarType], options: Sequence[tuple[str, float]] = ()) -> highspy.Highs:
        """The solver with these columns and rows; ``kinds`` of columns, none where whole numbers are not asked for."""
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        highs.setOptionValue("output_flag", False)
        # HiGHS 1.15.1 calls some feasible models of this kind infeasible when it presolves them.
        highs.setOptionValue("presolve", "off")
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("mip_rel_gap", 0.0)
        for name, value in options:
            highs.setOptionValue(name, value)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.uppers), len(self.rows)
        lp.col_cost_ = np.zeros(len(self.uppers))
        lp.col_lower_ = np.zeros(len(self.uppers))
        lp.col_upper_ = np.array(self.uppers, dtype=np.float64)
        if kinds:
            lp.integrality_ = list(kinds)
        lp.row_lower_ = np.array([lower for lower, _, _ in self.rows], dtype=np.float64)
        lp.row_upper_ = np.array([upper for _, upper, _ in self.rows], dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for _, _, row in self.rows)])
        lp.a_matrix_.index_ = np.array([column for _, _, row in self.rows for column in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for _, _, row in self.rows for value in row.values()], dtype=np.float64)
        highs.passModel(lp)
        return highs
