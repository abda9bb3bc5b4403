"""What is the best choice on a board, where neither bounds nor exchanges settle it? The slow way: an integer program.

Its every solution is rounded to bids whose value is recomputed in whole numbers; a figure that disagrees with the
solver's raises, and the answer is then not called proven.
"""

from collections.abc import Mapping, Sequence

import highspy
import numpy as np

from dualdegree.core.audit.allocate.effort import Effort, Untrusted
from dualdegree.core.audit.allocate.solving import solve_whole
from dualdegree.core.audit.allocate.together.board import Bid
from dualdegree.core.audit.allocate.together.relaxation import Relaxation, whole_solver
from dualdegree.core.audit.allocate.together.whole_program import WholeProgram

SURE = 0.9
"""Which part of the least step of a value may be left open: the rest keeps rounding errors away."""
Manner = Mapping[str, bool | int]
"""Options of the solver."""
HEURISTICS = (
    "mip_heuristic_run_feasibility_jump",
    "mip_heuristic_run_rens",
    "mip_heuristic_run_rins",
    "mip_heuristic_run_root_reduced_cost",
    "mip_detect_symmetry",
    "mip_allow_restart",
)
"""What the solver does before it branches, and what mostly costs more than it gives on models as small as these."""
QUICK: Manner = {
    **dict.fromkeys(HEURISTICS, False),
    "mip_pool_soft_limit": 5,
    "mip_pscost_minreliable": 1,
}
"""How models come to their end soonest in which little depends on branches: of the cuts that it finds the solver keeps
thousands, of which some tens bind, and with few kept its programs stay small. Others it then branches without end."""
QUICK_WORK, FAR_WORK = 60_000, 200_000
"""How much work that may be before it goes on as it does by itself; the second where much is known to be lacking."""
FAR = 16
"""Which part of all that is asked for that is: nearer to what can just be met, branches decide."""
OWN: Manner = {"mip_pool_soft_limit": 10_000, "mip_pscost_minreliable": 8}
NARROW, WIDE = 150, 1000
"""Up to how many columns a model is small, and from how many on it is wide."""


class Whole:
    """The integer program of a board; what is found is in ``best``."""

    def __init__(self, relaxation: Relaxation, known: Sequence[Bid] | None, effort: Effort, *, lack: int = 0) -> None:
        """So much ``lack`` is known to be in every choice."""
        self.relaxation, self.board, self.effort = relaxation, relaxation.board, effort
        self.best = known
        self.program = WholeProgram(self.board, relaxation.floor)
        self.quick_work = self._quick_work(lack)
        self.highs = whole_solver()
        # A kept solver is still as it was for another program.
        self._set(self._plain)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.setOptionValue("mip_abs_gap", SURE)
        self.highs.passModel(self.program.passed())

    def worth(self, value: int) -> list[Bid] | None:
        """A choice that is worth no more than what any must be, where a wide program comes upon one.

        Nothing is made least, so that the solver only looks for a choice, and it presolves: its choice is recomputed,
        and nothing is concluded where it finds none. A quarter of the work is left to find what is best then.
        """
        costs = np.array(self.program.costs, dtype=np.float64)
        if len(costs) <= WIDE:
            return None
        columns = np.flatnonzero(costs).astype(np.int32)
        self.highs.addRow(-highspy.kHighsInf, value + 0.5, len(columns), columns, costs[columns])
        self.highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), np.zeros(len(costs)))
        self.highs.setOptionValue("presolve", "on")
        try:
            solve_whole(self.highs, self.effort, most=self.effort.left * 3 // 4, is_presolved=True)
        finally:
            self.highs.setOptionValue("presolve", "off")
        bids = self._bids()
        own = None if bids is None else self.board.value(bids)
        self.highs.passModel(self.program.passed())
        return bids if own is not None and own <= value else None

    def solve(self) -> list[Bid] | None:
        """The best choice, or ``None`` where there is none. Raises ``Untrusted``."""
        if not self.quick_work or not self._is_solved(QUICK, self.quick_work):
            self._is_solved(self._plain, self.effort.left)
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible and self.best is None:
            return None
        bids = self._bids()
        value = None if bids is None else self.board.value(bids)
        if status != highspy.HighsModelStatus.kOptimal or bids is None or value is None:
            raise Untrusted(self.highs.modelStatusToString(status))
        figure = self.highs.getObjectiveValue()
        if abs(figure - value) > 1 - SURE / 2 or self.board.value(self.best or bids) != value:
            raise Untrusted
        return bids

    def _quick_work(self, lack: int) -> int:
        """How much work the quick way is worth: none where nothing is shared, as it then mostly comes to no end."""
        columns = len(self.program.costs)
        if not self.board.part.works or columns > WIDE:
            return 0
        if FAR * lack >= sum([need * each for need, each in zip(self.board.needs, self.board.lacks, strict=True)]):
            return FAR_WORK
        return QUICK_WORK if columns <= NARROW or self.board.is_free else 0

    @property
    def _plain(self) -> Manner:
        helped = len(self.program.costs) > NARROW
        return {**OWN, **dict.fromkeys(HEURISTICS, helped)}

    def _set(self, manner: Manner) -> None:
        for option, value in manner.items():
            self.highs.setOptionValue(option, value)

    def _is_solved(self, manner: Manner, work: int) -> bool:
        """Whether the solver comes to an end within so much work; the best choice seen is kept."""
        self._set(manner)
        if self.best is not None:
            self._begin_with(self.best)
        solve_whole(self.highs, self.effort, most=min(work, self.effort.left))
        bids = self._bids()
        value: int | None = None if bids is None else self.board.value(bids)
        known: int | None = None if self.best is None else self.board.value(self.best)
        if value is not None and (known is None or value < known):
            self.best = bids
        return bool(self.highs.getModelStatus() != highspy.HighsModelStatus.kInterrupt)

    def _begin_with(self, bids: Sequence[Bid]) -> None:
        solution = highspy.HighsSolution()
        solution.col_value = self.program.values(bids)
        self.highs.setSolution(solution)

    def _bids(self) -> list[Bid] | None:
        """The bids that the solver stands at, if it has a solution."""
        if self.highs.getInfo().primal_solution_status != int(highspy.kSolutionStatusFeasible):
            return None
        return self.program.bids(self.highs.getSolution().col_value)
