"""How fast is the audit, on realistic, limited and hard students, against a plain integer model in the same run?

Times are of one core's work (``process_time``), so that what else the machine does counts as little as can be. Ours
is the whole audit: selecting, searching, explaining, the conflict, checking. The baseline's is selecting and solving.
"""

from collections.abc import Callable, Iterable, Sequence
from statistics import median
from time import process_time

from dualdegree.bench.plain_model import PlainModel
from dualdegree.bench.workloads.binding import FAMILIES, binding_cases
from dualdegree.bench.workloads.hard import hard_cases
from dualdegree.bench.workloads.students import Stage, students
from dualdegree.core.audit import audit
from dualdegree.core.audit.allocate import Allocation, best
from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.problem.posing import pose
from dualdegree.core.audit.problem.whole_numbers import figures

SEED = 2026
REAL, HARD, BINDING = 1000, 300, 200
FINISHED, SHORT = Stage.FINISHED.value, Stage.SHORT.value


def run(real: int = REAL, hard: int = HARD, binding: int = BINDING) -> dict[str, float]:
    """Every figure of the group, by its name; the arguments say how many cases, ``binding`` of each family."""
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
        "audit.real.proven_share": realistic.share(lambda allocation: allocation.effort.is_proven),
        "audit.real.solver_share": realistic.share(lambda allocation: allocation.effort.solves > 0),
        "audit.real.baseline_wrong": realistic.wrong,
        "audit.hard.median_ms": median(knife.ours),
        "audit.hard.p95_ms": at(knife.ours, 0.95),
        "audit.hard.max_ms": max(knife.ours),
        "audit.hard.median_ratio": median(knife.baseline) / median(knife.ours),
        "audit.hard.p95_ratio": at(knife.baseline, 0.95) / at(knife.ours, 0.95),
        "audit.hard.max_ratio": max(knife.baseline) / max(knife.ours),
        "audit.hard.total_ratio": sum(knife.baseline) / sum(knife.ours),
        "audit.hard.proven_share": knife.share(lambda allocation: allocation.effort.is_proven),
        "audit.hard.solver_share": knife.share(lambda allocation: allocation.effort.solves > 0),
        "audit.hard.baseline_wrong": knife.wrong,
        **{name: figure for family in FAMILIES for name, figure in _bound(family, binding).items()},
    }


def _bound(family: str, count: int) -> dict[str, float]:
    """The figures of a family of cases in which limits bind; the baseline there solves for steps 1 to 4 alone."""
    cases = ((family, case) for case in binding_cases(family, count, SEED))
    measured = _Measured(cases, with_step_5=False)
    ours, baseline = measured.ours, measured.baseline
    figures_ = {
        "median_ms": median(ours),
        "p95_ms": at(ours, 0.95),
        "p99_ms": at(ours, 0.99),
        "max_ms": max(ours),
        "baseline_median_ms": median(baseline),
        "median_ratio": median(baseline) / median(ours),
        "p95_ratio": at(baseline, 0.95) / at(ours, 0.95),
        "max_ratio": max(baseline) / max(ours),
        "proven_share": measured.share(lambda allocation: allocation.effort.is_proven),
        "solver_share": measured.share(lambda allocation: allocation.effort.solves > 0),
        "baseline_wrong": measured.wrong,
    }
    return {f"audit.{family}.{name}": figure for name, figure in figures_.items()}


class _Measured:
    """Cases through both, in turn."""

    def __init__(self, cases: Iterable[tuple[str, Case]], *, with_step_5: bool = True) -> None:
        self.with_step_5 = with_step_5
        self.kinds: list[str] = []
        self.ours: list[float] = []
        self.baseline: list[float] = []
        self.allocations: list[Allocation] = []
        self.wrong = 0
        """How often the baseline's figures are not the first in the order; ours are checked against brute force."""
        for kind, case in cases:
            self.kinds.append(kind)
            self._measure(case)

    def _measure(self, case: Case) -> None:
        start = process_time()
        audit(case)
        between = process_time()
        theirs = PlainModel(pose(case).problem).answer(with_step_5=self.with_step_5)
        end = process_time()
        self.ours.append((between - start) * 1000)
        self.baseline.append((end - between) * 1000)
        problem = pose(case).problem
        allocation = best(problem)
        own = figures(problem, allocation.choice)
        self.allocations.append(allocation)
        self.wrong += theirs is None or own is None or theirs.order != own.order

    def median_of(self, kind: str) -> float:
        """The median time of one kind of case."""
        return median(time for time, own in zip(self.ours, self.kinds, strict=True) if own == kind)

    def share(self, holds: Callable[[Allocation], bool]) -> float:
        """Of how many of the answers something holds, from 0 to 1."""
        return sum(map(holds, self.allocations)) / len(self.allocations)


def at(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
