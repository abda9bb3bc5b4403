"""What is a unit of each demand, cap and work worth? The dual values of a linear program in which pieces may be split.

They are asked of a solver in floating point, rounded to whole numbers, and made valid; from there on every bound is
computed in whole numbers (``cuts``), so that nothing the solver says is ever trusted.
"""

from collections.abc import Sequence
from functools import cached_property
from math import gcd

from dualdegree.core.audit.allocate.effort import NEVER
from dualdegree.core.audit.allocate.parts.part import Goal, ProblemPart
from dualdegree.core.audit.allocate.parts.ways import MOVE, Move
from dualdegree.core.audit.allocate.searching.cuts import SCALE, Cut, Tariff
from dualdegree.core.audit.allocate.searching.model import Model
from dualdegree.core.audit.allocate.searching.program import INFINITE, Row
from dualdegree.core.audit.problem.whole_numbers import DemandLack, Sum, demands_of


class Program:
    """The linear program of a part, with the pieces that are placed held there.

    It has all that the part could be asked for; what a question leaves out costs nothing to miss.
    """

    def __init__(self, part: ProblemPart) -> None:
        self.part = part
        self._held: tuple[Move, ...] = ()

    @cached_property
    def model(self) -> Model:
        """The columns and rows."""
        everything = Sum(tuple([DemandLack(demand) for tree in self.part.lacks for demand in demands_of(tree)]))
        return Model(self.part, [everything], [NEVER], is_whole=False)

    @cached_property
    def cost(self) -> Row:
        """Moves and ECTS left out, in one figure."""
        return {
            column: moved * self.part.move_price + dropped
            for columns, ways in zip(self.model.at, self.part.ways, strict=True)
            for column, move in zip(columns, ways.moves, strict=True)
            for moved, dropped in [divmod(move.cost, MOVE)]
        }

    def hold(self, done: Sequence[Move]) -> None:
        """From now on these moves are made."""
        for piece in range(max(len(done), len(self._held))):
            move = done[piece] if piece < len(done) else None
            if move is not (self._held[piece] if piece < len(self._held) else None):
                self.model.place(piece, move)
        self._held = tuple(done)


class Prices:
    """Where the prices for one question come from: the linear program of its part."""

    def __init__(self, asked: Goal, program: Program) -> None:
        self.asked, self.part, self.program = asked, asked.part, program

    @cached_property
    def lack(self) -> Row:
        """What is lacking in all, beyond the constant."""
        return {
            column: weight
            for demand, column in self.program.model.missing.items()
            if self.asked.owner[demand] >= 0 and (weight := self.part.weights[demand])
        }

    @cached_property
    def lack_unit(self) -> int:
        """The row of the lack is divided by what divides all its weights, if anything can lack."""
        return gcd(*self.lack.values()) or 1

    @cached_property
    def lack_row(self) -> int:
        """The row that keeps the lack within what it may be."""
        return self.program.model.bind(self.lack, 0)

    def cut(self, done: Sequence[Move], *, lack: int, by_lack: bool) -> Cut | None:
        """The cut with the best prices for a state, about the lack in all or, within a ``lack``, the cost.

        ``None`` when the solver has none to offer.
        """
        self.program.hold(done)
        if by_lack:
            return self._cut(self.lack, by_lack=True)
        most = (lack - sum(self.asked.constant)) / self.lack_unit
        model = self.program.model
        model.highs.changeRowBounds(self.lack_row, -INFINITE, most)
        cut = self._cut(self.program.cost, by_lack=False)
        model.loosen(self.lack_row)
        # Where that little cannot be lacking, a cut about the lack says so.
        return cut or self._cut(self.lack, by_lack=True)

    def _cut(self, cost: Row, *, by_lack: bool) -> Cut | None:
        is_solved = self.program.model.minimise(cost)
        return Cut(self.asked, self._tariff(by_lack=by_lack), by_lack=by_lack) if is_solved else None

    def _tariff(self, *, by_lack: bool) -> Tariff:
        model, part = self.program.model, self.part
        duals = model.highs.getSolution().row_dual

        def price(row: int) -> int:
            return round(abs(duals[row]) * SCALE)

        lack = SCALE if by_lack else round(abs(duals[self.lack_row]) * SCALE / self.lack_unit)
        shared = price(model.shared_row) if model.pair_rows else 0
        works = []
        for rows, ects in zip(model.pair_rows, part.work_ects, strict=True):
            # A work shared costs no more than what it takes of the limit, or the bound would not hold.
            left = shared * ects
            works.append([left - (left := max(0, left - price(row))) for row in rows])
        return Tariff(
            lack=lack,
            moves=0 if by_lack else SCALE * part.move_price,
            ects=0 if by_lack else SCALE,
            # A unit of a demand is worth no more than what lacking it costs.
            demands={
                demand: min(price(row), lack * part.weights[demand])
                for demand, row in model.demand_rows.items()
                if self.asked.owner[demand] >= 0
            },
            caps={cap: price(row) for cap, row in model.cap_rows.items()},
            works=works,
            shared=shared,
        )
