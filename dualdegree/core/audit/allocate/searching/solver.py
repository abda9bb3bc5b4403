"""The slow way behind the search: one part as an integer model.

Coefficients are small whole numbers and gaps are 0. Every solution is rounded to a choice whose figures are recomputed
in whole numbers; a figure that disagrees with the solver's raises, and the answer is then not called proven.
"""

from collections.abc import Callable, Sequence
from math import gcd

import highspy

from dualdegree.core.audit.allocate.effort import Effort, Untrusted
from dualdegree.core.audit.allocate.parts.part import Choice, ProblemPart
from dualdegree.core.audit.allocate.parts.ways import MOVE, Move
from dualdegree.core.audit.allocate.searching.model import Model
from dualdegree.core.audit.allocate.searching.program import Row


class Solver:
    """One part as a model.

    Everything raises ``Untrusted`` when the solver contradicts itself or an audit's work is used up; ``found`` is then
    the last choice that it found, if any.
    """

    def __init__(self, part: ProblemPart, within: Sequence[int], effort: Effort) -> None:
        self.part, self.within, self.effort = part, within, effort
        self.model = Model(part, part.lacks, within, is_whole=True)
        self.seen: Choice | None = None

    def any(self) -> Choice | None:
        """Some choice."""
        return self._solve({}) if self.model.is_possible else None

    def best(self, lack: int, cost: int, known: Choice | None) -> Choice | None:
        """A choice with the least lack, then the fewest moves, then the most ECTS.

        No choice has less than this ``lack``, or this ``cost`` with it; one that has these is soonest found by not
        asking for less. A choice with this lack may be ``known``.
        """
        if known is not None and self.part.cost_of(known) <= cost:
            return known
        return self._within(lack, cost) or self._least(lack if known is not None else None)

    def _within(self, lack: int, cost: int) -> Choice | None:
        model = self.model
        rows = [
            model.bind(row, most)
            for row, most in zip(self._rows(), (lack - model.constant, *divmod(cost, MOVE)), strict=True)
            if row
        ]
        try:
            # Half of the work is left for the case that there is none: what the least is has then to be found out.
            return self._solve({}, most=self.effort.left // 2) if model.is_possible else None
        except Untrusted:
            return None
        finally:
            for row in rows:
                model.loosen(row)

    def _least(self, lack: int | None) -> Choice | None:
        """The same by one solve for each figure; the least ``lack`` may be known."""
        what, *costs = self._rows()
        choice = None
        if lack is not None and what:
            self.model.bind(what, lack - self.model.constant)
        elif lack is None:
            costs = [what, *costs]
        for row in costs:
            if row or choice is None:
                choice = self._solve(row) if self.model.is_possible else None
                if choice is None:
                    return None
                self.model.bind(row, self._value(row, choice))
        return choice

    def _rows(self) -> tuple[Row, Row, Row]:
        """What is lacking, moved and left out."""
        return self.model.lack, self._costs(lambda move: move.cost // MOVE), self._costs(lambda move: move.cost % MOVE)

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

    def _solve(self, cost: Row, *, most: int | None = None) -> Choice | None:
        """The choice that costs least, or ``None`` when there is none; with no more than ``most`` work."""
        is_best = self.model.minimise(cost, effort=self.effort, most=most, step=self._step(cost))
        status = self.model.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        choice = self._checked()
        if not is_best or choice is None:
            raise Untrusted(self.model.highs.modelStatusToString(status))
        if abs(self.model.highs.getObjectiveValue() - self._value(cost, choice)) > 0.5:
            raise Untrusted
        return choice

    def _step(self, cost: Row) -> int:
        """Of what every figure of a cost is a multiple; 0 where that is not known."""
        return self.part.asked.step if cost is self.model.lack else gcd(*cost.values())

    def _checked(self) -> Choice | None:
        """The choice that the solver stands at, if it has any that keeps all limits."""
        if not self.model.has_solution:
            return None
        choice = self.model.choice()
        lacks = self.part.lacks_of(choice)
        if not self.part.keeps(choice) or any(lack > most for lack, most in zip(lacks, self.within, strict=True)):
            return None
        self.seen = choice
        return choice
