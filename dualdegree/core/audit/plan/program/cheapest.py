"""Which offers in which terms are cheapest, so that nothing is lacking? An integer program over the engine's problem.

ECTS of work and the number of courses are made least in one solve, with weights that never trade one for the other,
and the last term in another; then each course that was chosen goes as early as it can. Coefficients are whole numbers.
"""

from functools import partial

from dualdegree.core.audit.plan.program.choice import OfferChoice
from dualdegree.core.audit.plan.program.means import reach_mean
from dualdegree.core.audit.plan.program.progress import SearchStage, Watch
from dualdegree.core.audit.plan.program.rows import Row
from dualdegree.core.audit.plan.program.sharing import share_no_more
from dualdegree.core.audit.plan.program.solver import PlanSolver
from dualdegree.core.audit.plan.program.timing import keep_time, reach_in_order
from dualdegree.core.audit.plan.program.work import work_of_all
from dualdegree.core.audit.plan.question import PlanQuestion, Prefer, Schedule

LARGEST = 1_000_000
"""The largest coefficient of an objective that makes two figures least at once."""


def cheapest(question: PlanQuestion, watch: Watch | None = None) -> Schedule | None:
    """The cheapest schedule with which no degree lacks anything; ``None`` when there is none.

    Raises ``Unfinished`` when that was not found out, and ``Unsolved``, an internal error.
    """
    program = _Program(question, may_lack=False)
    if not program.rows.is_possible:
        return None
    solver = PlanSolver(program.rows, watch)
    first, then = program.settle_work, program.settle_end
    if question.prefer is Prefer.END:
        first, then = then, first
    if not (first(solver) and then(solver)):
        return None
    return program.early(solver)


def is_possible(question: PlanQuestion, watch: Watch | None = None) -> bool:
    """Whether there is any schedule at all. Raises as ``cheapest`` does."""
    program = _Program(question, may_lack=False)
    return program.rows.is_possible and PlanSolver(program.rows, watch).settle({})


def closest(question: PlanQuestion) -> Schedule:
    """With which offers the least is lacking, where there is no plan: all of use, whatever fits into a term."""
    program = _Program(question, may_lack=True)
    solver = PlanSolver(program.rows)
    solver.settle(program.rows.lack)
    solver.settle(program.number)
    return program.schedule(solver)


class _Program:
    """The rows of a question, and the costs that may be made least."""

    def __init__(self, question: PlanQuestion, *, may_lack: bool) -> None:
        self.choice = choice = OfferChoice(question, may_lack=may_lack)
        self.rows, self.is_timed = choice.rows, choice.is_timed
        share_no_more(choice)
        self.reached = reach_in_order(choice)
        if self.is_timed:
            keep_time(choice, self.reached)
        self.rows.lack_nothing(partial(reach_mean, choice))
        self.work, self.unit = work_of_all(choice)
        """ECTS of work, in the largest unit that divides them all."""
        self.number: Row = {column: 1 for columns in choice.when for column in columns.values()}
        """The courses taken."""

    def settle_work(self, solver: PlanSolver) -> bool:
        """Least work, then the fewest courses; whether anything is possible."""
        many = sum(len(group.offers) for group in self.choice.groups) + 1
        both = {
            column: many * self.work.get(column, 0) + self.number.get(column, 0)
            for column in {**self.work, **self.number}
        }
        if max(both.values(), default=0) <= LARGEST:
            solver.begin(SearchStage.WORK, lambda cost: cost // many * self.unit)
            return solver.settle(both, (self.work, self.number))
        solver.begin(SearchStage.WORK, lambda cost: cost * self.unit)
        if not solver.settle(self.work):
            return False
        solver.begin(SearchStage.WORK)
        return solver.settle(self.number)

    def settle_end(self, solver: PlanSolver) -> bool:
        """The earliest last term; whether anything is possible."""
        solver.begin(SearchStage.END)
        cost = dict.fromkeys(self.reached.values(), 1)
        if not (solver.values and self.is_timed):
            return solver.settle(cost)
        # Mostly what was chosen for its work can end as early as anything else.
        least = solver.least(cost)
        unlike = self._hold_choice(solver)
        solver.settle(cost)
        solver.free(unlike)
        return solver.value(cost) == least or solver.settle(cost)

    def _hold_choice(self, solver: PlanSolver) -> list[int]:
        """Hold which kinds are taken, and what for, but not when; the columns that are held."""
        held = [column for places in self.rows.places for column in places]
        for kind in self.choice.kinds:
            columns = self.choice.taken(kind)
            if not any(solver.values[column] for column in columns):
                held += columns
        solver.fix(held)
        return held

    def early(self, solver: PlanSolver) -> Schedule:
        """What is settled, or offers that are told from it by their terms alone, each as early as it can be."""
        if self.is_timed and solver.values:
            solver.begin(SearchStage.EARLY)
            self._hold_choice(solver)
            solver.settle({column: start for columns in self.choice.when for start, column in columns.items() if start})
        return self.schedule(solver)

    def schedule(self, solver: PlanSolver) -> Schedule:
        """As last settled; of a group, those with the smallest ids, the first of them first."""
        terms: dict[str, int] = {}
        for group, columns in zip(self.choice.groups, self.choice.when, strict=True):
            ids = iter(sorted(offer.id for offer in group.offers))
            for start, column in columns.items():
                for _ in range(solver.values[column]):
                    terms[next(ids)] = start
        return Schedule(terms=terms, is_proven=solver.is_proven)
