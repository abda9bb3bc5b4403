"""How does a part look as a linear model? Columns and rows for a solver, with or without whole numbers."""

from collections.abc import Sequence
from math import gcd

import highspy
import numpy as np

from dualdegree.core.audit.allocate.effort import NEVER, Effort
from dualdegree.core.audit.allocate.parts.part import Choice, ProblemPart
from dualdegree.core.audit.allocate.parts.ways import Move
from dualdegree.core.audit.allocate.searching.program import INFINITE, LackProgram, Row
from dualdegree.core.audit.allocate.solving import kinds_of, solve_whole
from dualdegree.core.audit.problem.whole_numbers import Lack

SURE = 0.9
"""Which part of a step the solver may leave open: the rest keeps rounding errors away."""


class Model(LackProgram):
    """The model of a part that asks for what the ``trees`` say.

    One column for each way of each piece; one for what each demand misses; one for each work that is shared; and, where
    something is to be chosen, one for each of its parts.
    """

    def __init__(self, part: ProblemPart, trees: Sequence[Lack], within: Sequence[int], *, is_whole: bool) -> None:
        self.part, self.is_whole = part, is_whole
        # One column that nothing touches: a model without any has no status.
        super().__init__(columns=[0])
        self.implied: list[int] = []
        """The columns that are whole where those of all pieces' ways are."""
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
            self.lacks(tree, None, is_held=within[degree] == 0)
        self.highs = self.passed(kinds_of(len(self.uppers), self.implied) if is_whole else [])

    def new_column(self) -> int:
        """A new column for 0 or 1."""
        return self._column()

    def _column(self, *, upper: float = 1) -> int:
        self.uppers.append(upper)
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
            column = self._column()
            self.implied.append(column)
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

    def miss(self, demand: int, active: int | None, *, is_held: bool) -> None:
        """What a demand misses, where the column ``active`` is 1 (``None``: always)."""
        need, weight = self.part.needs[demand], self.part.weights[demand]
        if need <= 0:
            return
        gives = self.gives.get(demand, {})
        unit = gcd(need, *gives.values()) if self.is_whole else 1
        missing = self._column(upper=0 if is_held else need // unit)
        self.implied.append(missing)
        row = {**gives, missing: unit}
        if active is None:
            self.demand_rows[demand] = self._row(need, INFINITE, row)
            self.missing[demand] = missing
        else:
            self._row(0, INFINITE, {**row, active: -need})
        if weight:
            self.lack[missing] = weight * unit

    # Asking the solver

    @property
    def has_solution(self) -> bool:
        """Whether the last answer holds a solution, the best or not."""
        return bool(self.highs.getInfo().primal_solution_status == int(highspy.kSolutionStatusFeasible))

    def minimise(self, cost: Row, *, effort: Effort | None = None, most: int | None = None, step: int = 0) -> bool:
        """Make a cost least, with ``most`` of the work left in whole numbers; whether there is an optimal solution.

        Where all costs are multiples of a ``step``, the least is found once nothing can be a whole step below it.
        """
        self.highs.setOptionValue("mip_abs_gap", step * SURE)
        count = len(self.uppers)
        costs = np.zeros(count)
        costs[list(cost.keys())] = list(cost.values())
        self.highs.changeColsCost(count, np.arange(count, dtype=np.int32), costs)
        if effort is None:
            self.highs.run()
        else:
            solve_whole(self.highs, effort, most=most)
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
