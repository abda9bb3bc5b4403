"""How is one cost after another made as small as it can be? The solver, its limit of work, and what it is trusted with.

The work is limited by a number of nodes and not by a clock, so that the same question has the same answer on every
machine. Gaps are 0, and what the solver calls best is recomputed in whole numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from math import ceil, isfinite

import highspy
import numpy as np

from dualdegree.core.audit.plan.program.progress import Left, SearchProgress, SearchStage, Watch
from dualdegree.core.audit.plan.program.rows import Row, Rows
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message

MOST_NODES = 5_000
"""How many nodes one solve may look at; then the best plan so far is the answer, and not called proven."""
MOST_WORK = 1_000_000
"""The same for the nodes times the columns of a model, for a node of a larger model takes longer."""
ENDLESS = highspy.kHighsInf
EctsOf = Callable[[int], Decimal]
"""Cost → ECTS of work."""


class Unsolved(ArithmeticError):
    """The solver ended without an answer, or with figures that are not those of its answer."""


class Unfinished(Refusal):
    """The search was stopped at its limit of work before it found a plan, or found out that there is none."""


STOPPED = Message(
    "The search for a plan was stopped at its limit of work: none was found, and none was shown not to exist. "
    "Drop the limit for each term, or plan some courses first."
)


class PlanSolver:
    """The rows of a model, and the values of its columns as last settled."""

    def __init__(self, rows: Rows, watch: Watch | None = None) -> None:
        self.columns = rows.columns
        self.values: list[int] = []
        self.is_proven = True
        self._highs = _passed(rows)
        self._uppers = rows.uppers
        self._is_left = False
        self._stage = SearchStage.CONFLICT
        self._ects_of: EctsOf | None = None
        if watch is not None:
            self._let_leave(watch)

    def _let_leave(self, watch: Watch) -> None:
        def asked(event: highspy.HighsCallbackEvent) -> None:
            known = event.data_out
            progress = SearchProgress(
                stage=self._stage, best=self._ects(known.mip_primal_bound), least=self._ects(known.mip_dual_bound)
            )
            if not watch(progress):
                self._is_left = True
                event.interrupt()

        self._highs.cbMipInterrupt.subscribe(asked)
        self._highs.cbSimplexInterrupt.subscribe(asked)

    def begin(self, stage: SearchStage, ects_of: EctsOf | None = None) -> None:
        """Say what the next costs are, and how many ECTS of work one of them is, for whoever watches."""
        self._stage, self._ects_of = stage, ects_of

    def _ects(self, cost: float) -> Decimal | None:
        # What is watched is only told: bounds of the solver are floats, and no plan rests on them.
        return self._ects_of(int(cost)) if self._ects_of is not None and isfinite(cost) else None

    def fix(self, columns: Iterable[int]) -> None:
        """Hold these columns at the values that they have."""
        for column in columns:
            self._highs.changeColBounds(column, float(self.values[column]), float(self.values[column]))

    def free(self, columns: Iterable[int]) -> None:
        """Let these columns be anything again."""
        for column in columns:
            self._highs.changeColBounds(column, 0.0, float(self._uppers[column]))

    def value(self, cost: Row) -> int:
        """What a cost comes to as last settled."""
        return sum(amount * self.values[column] for column, amount in cost.items())

    def least(self, cost: Row) -> int | None:
        """A whole number below which the cost cannot be, by linear relaxation; ``None`` if nothing is possible."""
        self._highs.setOptionValue("solve_relaxation", True)
        self._ask(cost)
        self._highs.setOptionValue("solve_relaxation", False)
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise Unsolved(self._highs.modelStatusToString(status))
        # A hair below: the solver's own tolerance must not raise the bound.
        return ceil(self._highs.getObjectiveValue() - 1e-4)

    def _ask(self, cost: Row) -> None:
        costs = np.zeros(self.columns)
        costs[list(cost)] = list(cost.values())
        self._highs.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), costs)
        self._highs.run()
        if self._is_left:
            raise Left

    def settle(self, cost: Row, held: Sequence[Row] = ()) -> bool:
        """Make the cost as small as it can be, and hold it, or its parts, there; false when nothing is possible."""
        self._ask(cost)
        status = self._highs.getModelStatus()
        statuses = highspy.HighsModelStatus
        if status == statuses.kInfeasible:
            return False
        if status not in {statuses.kOptimal, statuses.kSolutionLimit, statuses.kIterationLimit}:
            raise Unsolved(self._highs.modelStatusToString(status))
        self._keep(cost, held or (cost,), optimal=status == statuses.kOptimal)
        return True

    def _keep(self, cost: Row, held: Sequence[Row], *, optimal: bool) -> None:
        solution = self._highs.getSolution()
        if not solution.value_valid:
            raise Unfinished(STOPPED)
        self.is_proven = self.is_proven and optimal
        self.values = [round(value) for value in solution.col_value]
        value = self.value(cost)
        if abs(value - self._highs.getObjectiveValue()) > 0.5:
            raise Unsolved("a figure that is not that of its plan")
        for row in filter(None, held):
            most = sum(amount * self.values[column] for column, amount in row.items()) + 0.5
            weights = np.array(list(row.values()), dtype=np.float64)
            self._highs.addRow(-ENDLESS, most, len(row), np.array(list(row), dtype=np.int32), weights)
        # The next solve has this plan to begin with.
        self._highs.setSolution(solution)


def _passed(rows: Rows) -> highspy.Highs:
    """The solver with these rows."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    # HiGHS 1.15.1 calls some feasible models infeasible when it presolves them.
    highs.setOptionValue("presolve", "off")
    # It takes longer than it saves: the other heuristics find a first plan of these models as well.
    highs.setOptionValue("mip_heuristic_run_feasibility_jump", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.0)
    highs.setOptionValue("mip_max_nodes", min(MOST_NODES, MOST_WORK // max(1, rows.columns)))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(rows.uppers), len(rows.rows)
    lp.col_cost_ = np.zeros(len(rows.uppers))
    lp.col_lower_ = np.zeros(len(rows.uppers))
    lp.col_upper_ = np.array(rows.uppers, dtype=np.float64)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(rows.uppers)
    lp.row_lower_ = np.array([-ENDLESS if least is None else least for least, _, _ in rows.rows], dtype=np.float64)
    lp.row_upper_ = np.array([ENDLESS if most is None else most for _, most, _ in rows.rows], dtype=np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for _, _, row in rows.rows)])
    lp.a_matrix_.index_ = np.array([column for _, _, row in rows.rows for column in row], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for _, _, row in rows.rows for value in row.values()], dtype=np.float64)
    highs.passModel(lp)
    return highs
