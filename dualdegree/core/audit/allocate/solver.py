"""The slow way that always ends: the same problem as an integer model, one solve for each step of the order.

Every coefficient is a small whole number, gaps are 0, and every solution is rounded to a choice whose figures are
recomputed in whole numbers; a figure that disagrees with the solver's is not trusted, and the answer not proven.
"""

from collections.abc import Callable, Sequence
from itertools import combinations

import highspy
import numpy as np

from dualdegree.core.audit.problem import OUT, Constant, Figures, Lack, Least, Of, Problem, Sum, figures

BLOCK = 1_000_000
"""How many combinations of places one objective of step 5 may tell apart; keeps its coefficients exact."""


class Untrusted(ArithmeticError):
    """The solver's figure and the one recomputed in whole numbers disagree."""


def best(problem: Problem) -> tuple[int, ...]:
    """The choice that is first in the order."""
    everything = range(len(problem.lacks))
    for count in range(len(problem.lacks), -1, -1):
        found = [
            choice
            for required in combinations(everything, count)
            if (choice := _Model(problem, frozenset(required)).best()) is not None
        ]
        if found:
            return min(found, key=lambda choice: (_figures(problem, choice).order, choice))
    raise Untrusted


def feasible(problem: Problem) -> bool:
    """Whether some choice leaves nothing lacking."""
    return _Model(problem, frozenset(range(len(problem.lacks)))).solve({}) is not None


def _figures(problem: Problem, choice: Sequence[int]) -> Figures:
    found = figures(problem, choice)
    if found is None:
        raise Untrusted
    return found


class _Model:
    """Columns and rows of one problem in which the ``required`` degrees must lack nothing."""

    def __init__(self, problem: Problem, required: frozenset[int]) -> None:
        self.problem, self.required = problem, required
        # One column that nothing touches: a model without any has no status.
        self.uppers: list[float] = [0]
        self.integral: list[bool] = [False]
        self.rows: list[tuple[float, float, dict[int, int]]] = []
        self.cost: dict[int, int] = {}
        self.impossible = False
        self.at = [[self._column() for _ in piece.options] for piece in problem.pieces]
        self._place_each_once()
        self._keep_caps()
        self._keep_shared_cap()
        gives = self._gives()
        for number, tree in enumerate(problem.lacks):
            self._lack(tree, None, number in required, gives)
        self.highs = self._passed()

    def best(self) -> tuple[int, ...] | None:
        """The first choice in steps 2 to 5, or ``None`` when a required degree cannot be met."""
        choice = self.solve(self.cost)
        if choice is None:
            return None
        for cost in (self.cost, self._moves(), self._uncounted()):
            choice = self._least(cost, choice)
        return self._first(choice)

    def _least(self, cost: dict[int, int], choice: tuple[int, ...]) -> tuple[int, ...]:
        if not cost:
            return choice
        found = choice if cost is self.cost else self.solve(cost)
        if found is None:
            raise Untrusted
        self._bind(cost, self.value)
        return found

    def _moves(self) -> dict[int, int]:
        return self._options(lambda piece, index: self.problem.pieces[piece].options[index].moved)

    def _uncounted(self) -> dict[int, int]:
        most = [max(option.ects for option in piece.options) for piece in self.problem.pieces]
        return self._options(lambda piece, index: most[piece] - self.problem.pieces[piece].options[index].ects)

    def _options(self, value: Callable[[int, int], int]) -> dict[int, int]:
        return {
            column: amount
            for piece, columns in enumerate(self.at)
            for index, column in enumerate(columns)
            if (amount := value(piece, index))
        }

    def _first(self, choice: tuple[int, ...]) -> tuple[int, ...]:
        """The lexicographically first choice, block by block of pieces."""
        block: list[int] = []
        width = 1
        for piece, columns in enumerate(self.at):
            if not block and choice[piece] == 0:
                self._fix(piece, 0)
                continue
            if block and width * len(columns) > BLOCK:
                choice = self._settle(block)
                block, width = [], 1
            block.append(piece)
            width *= len(columns)
        return self._settle(block) if block else choice

    def _settle(self, block: Sequence[int]) -> tuple[int, ...]:
        cost: dict[int, int] = {}
        radix = 1
        for piece in reversed(block):
            cost.update({column: index * radix for index, column in enumerate(self.at[piece]) if index})
            radix *= len(self.at[piece])
        choice = self.solve(cost)
        if choice is None:
            raise Untrusted
        for piece in block:
            self._fix(piece, choice[piece])
        return choice

    def _column(self, *, integral: bool = True, upper: float = 1) -> int:
        self.uppers.append(upper)
        self.integral.append(integral)
        return len(self.uppers) - 1

    def _place_each_once(self) -> None:
        for columns in self.at:
            self.rows.append((1, 1, dict.fromkeys(columns, 1)))

    def _keep_caps(self) -> None:
        uses: list[dict[int, int]] = [{} for _ in self.problem.caps]
        for piece, columns in zip(self.problem.pieces, self.at, strict=True):
            for option, column in zip(piece.options, columns, strict=True):
                for cap, amount in option.uses:
                    uses[cap][column] = amount
        for limit, used in zip(self.problem.caps, uses, strict=True):
            if limit is not None:
                self.rows.append((-highspy.kHighsInf, limit, used))

    def _keep_shared_cap(self) -> None:
        if self.problem.shared_cap is None:
            return
        total = {}
        for work in self.problem.works:
            column = self._column(integral=False)
            total[column] = work.ects
            for one, other in ((0, 1), (1, 0)):
                for native in work.native[one]:
                    for partner in (*work.native[other], *work.granted[other]):
                        # column >= native counted + partner counted - 1
                        row = {column: -1}
                        for piece in (native, partner):
                            row.update(dict.fromkeys(self._counting(piece), 1))
                        self.rows.append((-highspy.kHighsInf, 1, row))
        self.rows.append((-highspy.kHighsInf, self.problem.shared_cap, total))

    def _counting(self, piece: int) -> list[int]:
        options = self.problem.pieces[piece].options
        return [column for option, column in zip(options, self.at[piece], strict=True) if option.place != OUT]

    def _gives(self) -> list[dict[int, int]]:
        gives: list[dict[int, int]] = [{} for _ in self.problem.demands]
        for piece, columns in zip(self.problem.pieces, self.at, strict=True):
            for option, column in zip(piece.options, columns, strict=True):
                for demand, amount in option.gives:
                    if amount:
                        gives[demand][column] = amount
        return gives

    def _lack(self, tree: Lack, active: int | None, required: bool, gives: Sequence[dict[int, int]]) -> None:
        """What the tree lacks, where the column ``active`` is 1 (``None``: always)."""
        match tree:
            case Constant(lack):
                self._lacks_constant(lack, active, required)
            case Of(index):
                demand = self.problem.demands[index]
                missing = self._column(integral=False, upper=0 if required else demand.need)
                row = {**gives[index], missing: 1}
                if active is None:
                    self.rows.append((demand.need, highspy.kHighsInf, row))
                else:
                    self.rows.append((0, highspy.kHighsInf, {**row, active: -demand.need}))
                if demand.weight:
                    self.cost[missing] = demand.weight
            case Sum(parts):
                for part in parts:
                    self._lack(part, active, required, gives)
            case Least(count, parts):
                columns = [self._column() for _ in parts]
                row = dict.fromkeys(columns, 1)
                if active is None:
                    self.rows.append((count, count, row))
                else:
                    self.rows.append((0, 0, {**row, active: -count}))
                for part, column in zip(parts, columns, strict=True):
                    self._lack(part, column, required, gives)

    def _lacks_constant(self, lack: int, active: int | None, required: bool) -> None:
        if not lack:
            return
        if active is None:
            self.impossible |= required
        elif required:
            self.uppers[active] = 0
        else:
            self.cost[active] = self.cost.get(active, 0) + lack

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

    def solve(self, cost: dict[int, int]) -> tuple[int, ...] | None:
        """The choice that costs least, or ``None`` when there is none."""
        if self.impossible:
            return None
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
        value = self.highs.getObjectiveValue()
        self.value = round(value)
        if (
            abs(value - self.value) > 1e-3 * max(1, max(cost.values(), default=1) ** 0.5)
            or figures(self.problem, choice) is None
        ):
            raise Untrusted
        return choice

    def _bind(self, cost: dict[int, int], value: int) -> None:
        columns = np.array(list(cost), dtype=np.int32)
        weights = np.array(list(cost.values()), dtype=np.float64)
        self.highs.addRow(-highspy.kHighsInf, value + 0.5, len(columns), columns, weights)

    def _fix(self, piece: int, index: int) -> None:
        for position, column in enumerate(self.at[piece]):
            self.highs.changeColBounds(column, float(position == index), float(position == index))
