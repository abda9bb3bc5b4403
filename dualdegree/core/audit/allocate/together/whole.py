"""What is the best choice on a board, where neither bounds nor exchanges settle it? The slow way: an integer program.

Its every solution is rounded to bids whose value is recomputed in whole numbers; a figure that disagrees with the
solver's raises, and the answer is then not called proven.
"""

from collections.abc import Sequence

import highspy
import numpy as np

from dualdegree.core.audit.allocate.effort import Effort, Untrusted
from dualdegree.core.audit.allocate.together.board import Bid
from dualdegree.core.audit.allocate.together.relaxation import Relaxation, new_solver

SURE = 0.9
"""Which part of the least step of a value may be left open: the rest keeps rounding errors away."""
MOST_BRANCHED = 4_000_000
"""How far one audit's models may be branched: beyond, an answer would take minutes and gigabytes.

It is counted, not timed, so that the same case has the same answer everywhere.
"""
PLAIN = (
    "mip_heuristic_run_feasibility_jump",
    "mip_heuristic_run_rins",
    "mip_heuristic_run_rens",
    "mip_heuristic_run_root_reduced_cost",
    "mip_detect_symmetry",
    "mip_allow_restart",
)
"""What the solver does before it branches, and what costs more than it gives on models as small as these."""


class Whole:
    """The integer program of a board; what is found is in ``best``."""

    def __init__(self, relaxation: Relaxation, known: Sequence[Bid] | None, effort: Effort) -> None:
        self.relaxation, self.board, self.effort = relaxation, relaxation.board, effort
        self.best = known
        program = relaxation.program()
        uppers = np.array(program.col_upper_)
        # What must not be missing is no column of a high price here: the solver is exact to so many digits only.
        uppers[[relaxation.missing[demand] for demand, is_held in enumerate(self.board.held) if is_held]] = 0
        program.col_upper_ = uppers
        kinds = highspy.HighsVarType
        whole = {column for columns in relaxation.columns for column in columns}
        program.integrality_ = [
            kinds.kInteger if column in whole else kinds.kContinuous for column in range(len(relaxation.costs))
        ]
        self.width = len(relaxation.costs)
        self.highs = new_solver()
        for option in PLAIN:
            self.highs.setOptionValue(option, False)  # noqa: FBT003 - the solver's own interface
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.setOptionValue("mip_abs_gap", SURE)
        self.highs.passModel(program)

    def solve(self) -> list[Bid] | None:
        """The best choice, or ``None`` where there is none. Raises ``Untrusted``."""
        nodes = (MOST_BRANCHED - self.effort.branched) // self.width
        if nodes <= 0:
            raise Untrusted
        if self.best is not None:
            self._begin_with(self.best)
        self.highs.setOptionValue("mip_max_nodes", nodes)
        self.effort.solves += 1
        self.highs.run()
        self.effort.branched += max(0, self.highs.getInfo().mip_node_count) * self.width
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible and self.best is None:
            return None
        bids = self._bids()
        value = None if bids is None else self.board.value(bids)
        if bids is not None and value is not None:
            known = None if self.best is None else self.board.value(self.best)
            if known is None or value < known:
                self.best = bids
        if status != highspy.HighsModelStatus.kOptimal or bids is None or value is None:
            raise Untrusted(self.highs.modelStatusToString(status))
        figure = self.highs.getObjectiveValue() + self.relaxation.offset
        if abs(figure - value) > 1 - SURE / 2 or self.board.value(self.best or bids) != value:
            raise Untrusted
        return bids

    def _begin_with(self, bids: Sequence[Bid]) -> None:
        values = np.zeros(self.width)
        left = list(self.board.needs)
        for bundle, columns, bid in zip(self.board.bundles, self.relaxation.columns, bids, strict=True):
            column = columns[bundle.bids.index(bid)]
            if column >= 0:
                values[column] = 1
            for demand, amount in bid.gives:
                left[demand] -= amount
        for demand, column in enumerate(self.relaxation.missing):
            values[column] = max(0, left[demand])
        solution = highspy.HighsSolution()
        solution.col_value = list(values)
        self.highs.setSolution(solution)

    def _bids(self) -> list[Bid] | None:
        """The bids that the solver stands at, if it has a solution."""
        if self.highs.getInfo().primal_solution_status != int(highspy.kSolutionStatusFeasible):
            return None
        values = self.highs.getSolution().col_value
        bids = []
        for bundle, columns in zip(self.board.bundles, self.relaxation.columns, strict=True):
            taken = [number for number, column in enumerate(columns) if column >= 0 and values[column] > 0.5]
            bids.append(bundle.bids[taken[0] if taken else columns.index(-1)])
        return bids


