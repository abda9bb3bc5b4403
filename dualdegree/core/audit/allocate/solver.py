"""The slow way behind the search: one part as an integer model, one solve for each step of the order.

Coefficients are small whole numbers and gaps are 0. Every solution is rounded to a choice whose figures are recomputed
in whole numbers; a figure that disagrees with the solver's raises, and the answer is then not called proven.
"""

from collections.abc import Callable, Sequence

import highspy

from dualdegree.core.audit.allocate.effort import Effort
from dualdegree.core.audit.allocate.model import Model, Row
from dualdegree.core.audit.allocate.order import wishes
from dualdegree.core.audit.allocate.part import Choice, Part
from dualdegree.core.audit.allocate.ways import MOVE, Move

BLOCK = 16
"""How many pieces of step 5 one objective tells apart; its largest coefficient is 2 to this power."""


class Untrusted(ArithmeticError):
    """The solver gave up, or its figure and the one recomputed in whole numbers disagree."""


def solved(part: Part, within: Sequence[int], effort: Effort) -> Choice | None:
    """The first choice in the order that keeps the lacks within; ``None`` when there is none. Raises ``Untrusted``."""
    return _Solver(part, within, effort).first()


class _Solver:
    """One part, solved step by step."""

    def __init__(self, part: Part, within: Sequence[int], effort: Effort) -> None:
        self.part, self.within, self.effort = part, within, effort
        self.model = Model(part, part.lacks, within, is_whole=True)

    def first(self) -> Choice | None:
        """The choice that is first in all steps."""
        choice = self._solve(self.model.lack) if self.model.is_possible else None
        if choice is None:
            return None
        self._bind(self.model.lack, choice)
        for cost in (self._moved(), self._dropped()):
            if cost:
                choice = self._need(cost)
                self._bind(cost, choice)
        return self._first_in_order(choice)

    def _first_in_order(self, choice: Choice) -> Choice:
        """Piece by piece the first wish that the others allow; a known choice, or else a solve, shows that they do."""
        have = [0] * len(self.part.demands)
        refused: list[Move] = []
        number = 0
        while number < self.part.size:
            wish = self._wish(number, have, refused)
            if choice[number] is not wish:
                choice = self._need(self._unfulfilled(number, have, refused))
            if choice[number] is not wish:
                refused.append(wish)
                continue
            self.model.place(number, wish)
            if wish.leaf >= 0:
                have[wish.leaf] += wish.amount
            refused = []
            number += 1
        return choice

    def _wish(self, number: int, have: Sequence[int], refused: Sequence[Move]) -> Move:
        first = wishes(self.part.ways[number], have, self.part.needs)
        return next(move for move in first if not any(move is other for other in refused))

    def _unfulfilled(self, number: int, have: Sequence[int], refused: Sequence[Move]) -> Row:
        """What it costs that the next pieces do not get their first wish: the earlier the more."""
        have = list(have)
        cost: Row = {}
        last = min(number + BLOCK, self.part.size)
        for piece in range(number, last):
            wish = self._wish(piece, have, refused if piece == number else ())
            for column, move in zip(self.model.at[piece], self.part.ways[piece].moves, strict=True):
                if move is not wish:
                    cost[column] = 1 << (last - 1 - piece)
            if wish.leaf >= 0:
                have[wish.leaf] += wish.amount
        return cost

    def _moved(self) -> Row:
        return self._costs(lambda move: move.cost // MOVE)

    def _dropped(self) -> Row:
        return self._costs(lambda move: move.cost % MOVE)

    def _costs(self, cost: Callable[[Move], int]) -> Row:
        return {
            column: amount
            for columns, ways in zip(self.model.at, self.part.ways, strict=True)
            for column, move in zip(columns, ways.moves, strict=True)
            if (amount := cost(move))
        }

    def _value(self, cost: Row, choice: Choice) -> int:
        if cost is self.model.lack:
            return sum(self.part.lacks_of(choice)) - self.model.constant
        chosen = (
            columns[ways.moves.index(move)]
            for columns, ways, move in zip(self.model.at, self.part.ways, choice, strict=True)
        )
        return sum(cost.get(column, 0) for column in chosen)

    def _bind(self, cost: Row, choice: Choice) -> None:
        if cost:
            self.model.bind(cost, self._value(cost, choice))

    def _need(self, cost: Row) -> Choice:
        choice = self._solve(cost)
        if choice is None:
            raise Untrusted
        return choice

    def _solve(self, cost: Row) -> Choice | None:
        """The choice that costs least, or ``None`` when there is none."""
        self.effort.solves += 1
        if not self.model.minimise(cost):
            status = self.model.highs.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return None
            raise Untrusted(self.model.highs.modelStatusToString(status))
        choice = self.model.choice()
        lacks = self.part.lacks_of(choice)
        if not self.part.keeps(choice) or any(lack > most for lack, most in zip(lacks, self.within, strict=True)):
            raise Untrusted
        if abs(self.model.highs.getObjectiveValue() - self._value(cost, choice)) > 0.5:
            raise Untrusted
        return choice
