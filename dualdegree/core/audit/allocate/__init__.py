"""What serves what, for both degrees together? The exact choice that is first in the order."""

from dualdegree.core.audit.allocate import solver
from dualdegree.core.audit.allocate.surplus import released
from dualdegree.core.audit.problem import Problem


def best(problem: Problem) -> tuple[int, ...]:
    """The choice that is first in the five steps of the order, without surplus."""
    return released(problem, solver.best(problem))


def feasible(problem: Problem) -> bool:
    """Whether some choice leaves nothing lacking in any degree."""
    return solver.feasible(problem)
