"""One problem as an integer program, deductions and all: one column for each place of each piece.

What the solver says is never believed: its choice is looked at again in whole numbers, and where that contradicts it
the answer is not called proven.
"""

from collections.abc import Mapping, Sequence
from math import gcd

import highspy
import numpy as np

from dualdegree.core.audit.allocate.counting.rows import Row, taken_by
from dualdegree.core.audit.allocate.effort import Effort, Untrusted
from dualdegree.core.audit.allocate.searching.program import INFINITE, LackProgram
from dualdegree.core.audit.allocate.solving import solve_whole
from dualdegree.core.audit.problem.whole_numbers import (
    Figures,
    Problem,
    figures,
)

TOLERANCE = 1e-9
Picked = tuple[int, ...]
"""By piece, the index of its option."""


class CountingProgram(LackProgram):
    """The program of a problem in which the degrees that are ``held`` lack nothing."""

    def __init__(self, problem: Problem, held: Sequence[bool], effort: Effort) -> None:
        self.problem, self.held, self.effort = problem, held, effort
        super().__init__()
        self.at = [[self.column() for _ in piece.options] for piece in problem.pieces]
        for columns in self.at:
            self.add(1, 1, dict.fromkeys(columns, 1))
        self._keep_caps()
        self._keep_shared_cap()
        self._gives = self._amounts("gives")
        self._taken = taken_by(problem.deductions, self._tallied(), self)
        for degree, tree in enumerate(problem.lacks):
            self.lacks(tree, None, is_held=held[degree])
        whole = [highspy.HighsVarType.kInteger] * len(self.uppers)
        self.highs = self.passed(
            whole, [("mip_feasibility_tolerance", TOLERANCE), ("primal_feasibility_tolerance", TOLERANCE)]
        )

    def new_column(self) -> int:
        """A new column for 0 or 1."""
        return self.column()

    def column(self, upper: int = 1) -> int:
        """A new column for a whole number from 0 to ``upper``."""
        self.uppers.append(upper)
        return len(self.uppers) - 1

    def add(self, least: int | None, most: int | None, row: Row) -> None:
        """Hold the sum of a row between two figures."""
        unit = gcd(*row.values()) or 1
        lower = -INFINITE if least is None else -(-least // unit)
        upper = INFINITE if most is None else most // unit
        self.rows.append((lower, upper, {column: amount // unit for column, amount in row.items()}))

    def _amounts(self, what: str) -> Mapping[int, Row]:
        amounts: dict[int, Row] = {}
        for piece, columns in zip(self.problem.pieces, self.at, strict=True):
            for option, column in zip(piece.options, columns, strict=True):
                for number, amount in getattr(option, what):
                    amounts.setdefault(number, {})[column] = amount
        return amounts

    def _tallied(self) -> Mapping[int, list[Row]]:
        tallied: dict[int, list[Row]] = {}
        for piece, columns in zip(self.problem.pieces, self.at, strict=True):
            own: dict[int, Row] = {}
            for option, column in zip(piece.options, columns, strict=True):
                for tally, amount in option.adds:
                    own.setdefault(tally, {})[column] = amount
            for tally, row in own.items():
                tallied.setdefault(tally, []).append(row)
        return tallied

    def _keep_caps(self) -> None:
        uses = self._amounts("uses")
        for number, cap in enumerate(self.problem.caps):
            if cap is not None and number in uses:
                self.add(None, cap, uses[number])

    def _keep_shared_cap(self) -> None:
        if self.problem.shared_cap is None:
            return
        total: Row = {}
        for work in self.problem.works:
            column = self.column()
            total[column] = work.ects
            pairs = [(native, partner) for native in work.native[0] for partner in (*work.native[1], *work.granted[1])]
            pairs += [(native, partner) for native in work.native[1] for partner in work.granted[0]]
            for pair in pairs:
                counting = [counted for piece in pair for counted in self._counting(piece)]
                self.add(None, 1, {**dict.fromkeys(counting, 1), column: -1})
        if total:
            self.add(None, self.problem.shared_cap, total)

    def _counting(self, piece: int) -> list[int]:
        options = self.problem.pieces[piece].options
        return [column for option, column in zip(options, self.at[piece], strict=True) if option.counts]

    def miss(self, demand: int, active: int | None, *, is_held: bool) -> None:
        """What a demand misses, where the column ``active`` is 1 (``None``: always)."""
        need, weight = self.problem.demands[demand]
        row, constant, depth = dict(self._gives.get(demand, {})), 0, 0
        if (taken := self._taken.get(demand)) is not None:
            constant, depth = taken.constant, taken.depth
            for column, amount in taken.row.items():
                row[column] = row.get(column, 0) + amount
        if need + depth <= 0:
            return
        if not is_held:
            # What is missing comes in steps of its own, so that it need not be a whole number of units.
            unit = gcd(need - constant, *row.values()) or 1
            missing = self.column(upper=-(-(need + depth) // unit))
            row[missing] = unit
            self.lack[missing] = weight * unit
        if active is None:
            self.add(need - constant, None, row)
        else:
            # Where it is not asked for, what is given may fall as far below 0 as can be.
            row[active] = row.get(active, 0) - need - depth
            self.add(-constant - depth, None, row)

    # Asking

    def cost(self, moves: int, ects: int) -> Row:
        """What pieces that are moved cost, and ECTS that are left out."""
        row: Row = {}
        for piece, columns in zip(self.problem.pieces, self.at, strict=True):
            most = max(option.ects for option in piece.options)
            for option, column in zip(piece.options, columns, strict=True):
                if amount := moves * piece.is_moved(option) + ects * (most - option.ects):
                    row[column] = amount
        return row

    def picked(self, cost: Row) -> Picked | None:
        """The choice that costs least, or ``None`` where there is none. Raises ``Untrusted``."""
        if not self.is_possible:
            return None
        unit = gcd(*cost.values()) or 1
        costs = np.zeros(len(self.uppers))
        costs[list(cost)] = [amount // unit for amount in cost.values()]
        self.highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        solve_whole(self.highs, self.effort)
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise Untrusted(self.highs.modelStatusToString(status))
        values = self.highs.getSolution().col_value
        return tuple(max(range(len(columns)), key=lambda index: values[columns[index]]) for columns in self.at)

    def figures(self, picked: Picked) -> Figures:
        """What a choice that the solver named amounts to. Raises ``Untrusted`` where it is none."""
        seen = figures(self.problem, picked)
        if seen is None or any(lack for lack, held in zip(seen.lacks, self.held, strict=True) if held):
            raise Untrusted
        return seen

    def bind(self, cost: Row, most: int) -> None:
        """From now on the cost is no more than that."""
        unit = gcd(*cost.values()) or 1
        columns = np.array(list(cost), dtype=np.int32)
        weights = np.array([amount // unit for amount in cost.values()], dtype=np.float64)
        self.highs.addRow(-INFINITE, most // unit, len(columns), columns, weights)

    def place(self, piece: int, index: int | None) -> None:
        """Hold a piece at one of its options; or (``None``) let it go again."""
        for number, column in enumerate(self.at[piece]):
            self.highs.changeColBounds(column, float(number == index), float(index in {None, number}))
