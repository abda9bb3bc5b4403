"""How does a board look as an integer program? A bundle of many bids is written piece by piece, or it grows too wide.

Rows and columns are those of the linear program; but a bundle whose pieces have more bids together than moves one by
one has a column for each move, and one for each of its works that says whether it is shared.
"""

from collections.abc import Sequence

import highspy
import numpy as np

from dualdegree.core.audit.allocate.parts.ways import Move
from dualdegree.core.audit.allocate.solving import kinds_of
from dualdegree.core.audit.allocate.together.board import Bid, Board, Bundle, Row
from dualdegree.core.audit.allocate.together.relaxation import INFINITE


class WholeProgram:
    """Columns and rows, and the way back from a solution to bids."""

    def __init__(self, board: Board, floor: int) -> None:
        self.board = board
        self.costs: list[int] = []
        self.uppers: list[float] = []
        self.implied: list[int] = []
        """The columns that are whole where those of all bids are."""
        self.rows: list[Row] = [{} for _ in range(board.rules)]
        self.lower: list[float] = [*map(float, board.needs), *[-INFINITE] * len(board.caps)]
        self.upper: list[float] = [*[INFINITE] * len(board.needs), *map(float, board.caps)]
        self.columns = [self._bundle(bundle) for bundle in board.bundles]
        """By bundle, the columns of its bids; or, where it is written piece by piece, of its pieces' moves."""
        self.missing = [self._missing(demand) for demand in range(len(board.needs))]
        self._row(floor, INFINITE, {self.missing[demand]: lack for demand, lack in enumerate(board.lacks)})
        for step in board.steps:
            row = {column: step.gives * amount for column, amount in self.rows[step.demand].items()}
            self._row(step.least, INFINITE, {**row, self.missing[step.demand]: step.missing})
        for demand, column in enumerate(self.missing):
            self.rows[demand][column] = 1

    def _column(self, cost: int, *, upper: float = 1) -> int:
        self.costs.append(cost)
        self.uppers.append(upper)
        return len(self.costs) - 1

    def _row(self, lower: float, upper: float, row: Row) -> None:
        self.lower.append(lower)
        self.upper.append(upper)
        self.rows.append(row)

    def _missing(self, demand: int) -> int:
        # What must not be missing is no column of a high price here: the solver is exact to so many digits only.
        upper = 0 if self.board.held[demand] else self.board.needs[demand]
        return self._column(0 if self.board.held[demand] else self.board.weights[demand], upper=upper)

    def _bid(self, bid: Bid) -> int:
        column = self._column(bid.cost)
        for rule, amount in bid.row.items():
            self.rows[rule][column] = amount
        return column

    def _bundle(self, bundle: Bundle) -> list[list[int]]:
        if is_split(self.board, bundle):
            return self._split(bundle)
        columns = [self._bid(bid) for bid in bundle.bids]
        self._row(1, 1, dict.fromkeys(columns, 1))
        return [columns]

    def _split(self, bundle: Bundle) -> list[list[int]]:
        columns: list[list[int]] = []
        counting: list[list[int]] = []
        for piece in bundle.pieces:
            moves = moves_of(self.board, piece)
            own = [self._bid(self.board.alone(move)) for move in moves]
            self._row(1, 1, dict.fromkeys(own, 1))
            columns.append(own)
            counting.append([column for column, move in zip(own, moves, strict=True) if move.counts])
        for pairs, ects in self.board.works[bundle.pieces]:
            is_shared = self._column(0)
            self.implied.append(is_shared)
            self.rows[self.board.shared][is_shared] = ects
            for first, second in pairs:
                # Shared when both are counted: the column is at least the one counted plus the other, less 1.
                both = dict.fromkeys((*counting[first], *counting[second]), 1)
                self._row(-INFINITE, 1, {**both, is_shared: -1})
        return columns

    def passed(self) -> highspy.HighsLp:
        """The program as the solver wants it."""
        lp = highspy.HighsLp()
        count = len(self.costs)
        lp.num_col_, lp.num_row_ = count, len(self.rows)
        lp.col_cost_, lp.col_lower_ = np.array(self.costs, dtype=np.float64), np.zeros(count)
        lp.col_upper_ = np.array(self.uppers, dtype=np.float64)
        lp.row_lower_, lp.row_upper_ = np.array(self.lower, dtype=np.float64), np.array(self.upper, dtype=np.float64)
        lp.integrality_ = kinds_of(count, [*self.implied, *self.missing])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *map(len, self.rows)])
        lp.a_matrix_.index_ = np.array([column for row in self.rows for column in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([amount for row in self.rows for amount in row.values()], dtype=np.float64)
        return lp

    def values(self, bids: Sequence[Bid]) -> list[float]:
        """The solution that a choice is."""
        values = [0.0] * len(self.costs)
        left = [*self.board.needs, *self.board.caps]
        for bundle, columns, bid in zip(self.board.bundles, self.columns, bids, strict=True):
            for rule, amount in bid.row.items():
                left[rule] -= amount
            if is_split(self.board, bundle):
                for piece, own, move in zip(bundle.pieces, columns, bid.moves, strict=True):
                    values[own[moves_of(self.board, piece).index(move)]] = 1
            else:
                values[columns[0][bundle.bids.index(bid)]] = 1
        for demand, column in enumerate(self.missing):
            values[column] = max(0, left[demand])
        return values

    def bids(self, values: Sequence[float]) -> list[Bid]:
        """The choice that a solution is, after rounding."""
        bids = []
        for bundle, columns in zip(self.board.bundles, self.columns, strict=True):
            taken = [_largest([values[column] for column in own]) for own in columns]
            if is_split(self.board, bundle):
                moves = [moves_of(self.board, piece)[n] for piece, n in zip(bundle.pieces, taken, strict=True)]
                bids.append(self.board.bid(bundle.pieces, tuple(moves)))
            else:
                bids.append(bundle.bids[taken[0]])
        return bids


def _largest(values: Sequence[float]) -> int:
    return values.index(max(values))


def moves_of(board: Board, piece: int) -> tuple[Move, ...]:
    """The moves of a piece whose bundle is written piece by piece."""
    return board.part.ways[piece].linked_core


def is_split(board: Board, bundle: Bundle) -> bool:
    """Whether a bundle takes fewer columns piece by piece."""
    if len(bundle.pieces) < 2:
        return False
    apart = sum(len(moves_of(board, piece)) for piece in bundle.pieces) + len(board.works[bundle.pieces])
    return len(bundle.bids) > apart
