"""How fast is the audit, on realistic and on hard students, against a plain integer model in the same run?

Times are of one core's work (``process_time``), so that what else the machine does counts as little as can be. Ours
is the whole audit: selecting, searching, explaining, the conflict, checking. The baseline's is selecting and solving.
"""

from collections.abc import Callable, Iterable, Sequence
from statistics import median
from time import process_time

from dualdegree.bench.plain_model import PlainModel
from dualdegree.bench.workloads.hard import hard_cases
from dualdegree.bench.workloads.students import Stage, students
from dualdegree.core.audit import audit
from dualdegree.core.audit.allocate import Allocation, best
from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.problem.posing import pose
from dualdegree.core.audit.problem.whole_numbers import figures

SEED = 2026
REAL, HARD = 1000, 300
FINISHED, SHORT = Stage.FINISHED.value, Stage.SHORT.value


def run(real: int = REAL, hard: int = HARD) -> dict[str, float]:
    """Every figure of the group, by its name; ``real`` and ``hard`` say how many cases."""
    realistic = _Measured((student.stage.value, student.case) for student in students(real, SEED))
    knife = _Measured((case.kind, case.case) for case in hard_cases(hard, SEED))
    ratio = realistic.median_of(SHORT) / realistic.median_of(FINISHED)
    return {
        "audit.real.median_ms": median(realistic.ours),
        "audit.real.p95_ms": at(realistic.ours, 0.95),
        "audit.real.p99_ms": at(realistic.ours, 0.99),
        "audit.real.max_ms": max(realistic.ours),
        "audit.real.baseline_ratio": median(realistic.baseline) / median(realistic.ours),
        "audit.real.baseline_median_ms": median(realistic.baseline),
        "audit.real.short_to_finished": ratio,
        "audit.real.proven_share": realistic.share(lambda found: found.effort.is_proven),
        "audit.real.solver_share": realistic.share(lambda found: found.effort.solves > 0),
        "audit.real.baseline_wrong": realistic.wrong,
        "audit.hard.median_ms": median(knife.ours),
        "audit.hard.p95_ms": at(knife.ours, 0.95),
        "audit.hard.max_ms": max(knife.ours),
        "audit.hard.median_ratio": median(knife.baseline) / median(knife.ours),
        "audit.hard.p95_ratio": at(knife.baseline, 0.95) / at(knife.ours, 0.95),
        "audit.hard.max_ratio": max(knife.baseline) / max(knife.ours),
        "audit.hard.total_ratio": sum(knife.baseline) / sum(knife.ours),
        "audit.hard.proven_share": knife.share(lambda found: found.effort.is_proven),
        "audit.hard.solver_share": knife.share(lambda found: found.effort.solves > 0),
        "audit.hard.baseline_wrong": knife.wrong,
    }


class _Measured:
    """Cases through both, in turn."""

    def __init__(self, cases: Iterable[tuple[str, Case]]) -> None:
        self.kinds: list[str] = []
        self.ours: list[float] = []
        self.baseline: list[float] = []
        self.found: list[Allocation] = []
        self.wrong = 0
        """How often the baseline's figures are not the first in the order; ours are checked against brute force."""
        for kind, case in cases:
            self.kinds.append(kind)
            self._measure(case)

    def _measure(self, case: Case) -> None:
        start = process_time()
        audit(case)
        between = process_time()
        theirs = PlainModel(pose(case).problem).answer()
        end = process_time()
        self.ours.append((between - start) * 1000)
        self.baseline.append((end - between) * 1000)
        problem = pose(case).problem
        found = best(problem)
        own = figures(problem, found.choice)
        self.found.append(found)
        self.wrong += theirs is None or own is None or theirs.order != own.order

    def median_of(self, kind: str) -> float:
        """The median time of one kind of case."""
        return median(time for time, own in zip(self.ours, self.kinds, strict=True) if own == kind)

    def share(self, holds: Callable[[Allocation], bool]) -> float:
        """Of how many of the answers something holds, from 0 to 1."""
        return sum(map(holds, self.found)) / len(self.found)


def at(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
