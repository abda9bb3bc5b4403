"""Which offers in which terms are cheapest, so that nothing is lacking? An integer model over the engine's problem.

ECTS of work and the number of courses are made least in one solve, with weights that never trade one for the other,
then the last term and all terms in another. Coefficients are whole numbers, gaps are 0, and what the solver calls best
is recomputed exactly. The work is limited by a number of nodes and not by a clock, so that the same question has the
same answer on every machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd

import highspy
import numpy as np

from dualdegree.core.audit.plan_rows import Row, Rows
from dualdegree.core.audit.problem import Problem
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message

MOST_NODES = 5_000
"""How many nodes one solve may look at; then the best plan so far is the answer, and not called proven."""
LARGEST = 1_000_000
"""The largest coefficient of an objective that makes two figures least at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An offer as the model sees it; of all offers of one ``work`` only the largest counts as work."""

    id: str
    ects: Decimal
    terms: tuple[str, ...]
    work: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When something exists: with every offer in ``needs``, without those in ``unless`` and the conditions ``after``.

    ``after`` names conditions that go before it. It exists then, whether that helps or not.
    """

    id: str
    needs: tuple[str, ...]
    unless: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be planned. ``rests_on`` says for each piece which offer or condition it exists with, if any.

    ``done`` is how many ECTS of a work are on record already; ``term_limit`` how many fit into one term.
    """

    problem: Problem
    offers: tuple[Offered, ...]
    conditions: tuple[Condition, ...]
    rests_on: tuple[str | None, ...]
    done: Mapping[str, Decimal]
    term_limit: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Offer → term. ``is_proven``: nothing is cheaper."""

    terms: Mapping[str, str]
    is_proven: bool


class Unsolved(ArithmeticError):
    """The solver ended without an answer, or with figures that are not those of its answer."""


class Unfinished(Refusal):
    """The search was stopped at its limit of work before it found a plan, or found out that there is none."""


STOPPED = Message(
    "The search for a plan was stopped at its limit of work: none was found, and none was shown not to exist. "
    "Drop the limit for each term, or plan some courses first."
)


def cheapest(question: Question) -> Schedule | None:
    """The cheapest schedule with which no degree lacks anything; ``None`` when there is none.

    Raises ``Unfinished`` when that was not found out, and ``Unsolved``, an internal error.
    """
    model = _Model(question, may_lack=False)
    if not model.is_possible:
        return None
    work, number = model.work(), dict.fromkeys(model.taken(), 1)
    many = len(question.offers) + 1
    both = {column: many * work.get(column, 0) + number.get(column, 0) for column in {**work, **number}}
    costs = (both,) if max(both.values(), default=0) <= LARGEST else (work, number)
    if not all(model.settle(cost) for cost in (*costs, model.finish())):
        return None
    return model.schedule()


def closest(question: Question) -> Schedule:
    """With which offers the least is lacking, where there is no plan: all of use, and no term is too full."""
    model = _Model(question, may_lack=True)
    model.settle(model.lack)
    model.settle(dict.fromkeys(model.taken(), 1))
    return model.schedule()


class _Model:
    """The rows of a question in the solver, and the choice last settled."""

    def __init__(self, question: Question, *, may_lack: bool) -> None:
        self.question = question
        limit = None if may_lack else question.term_limit
        # Where nothing limits a term, each course is best taken as early as it can be.
        self.when_of = {
            one.id: sorted(set(one.terms)) if limit is not None else [min(one.terms)] for one in question.offers
        }
        self.terms = sorted({term for terms in self.when_of.values() for term in terms})
        self.rows = Rows(question.problem, may_lack=may_lack)
        self.when = {(offer, term): self.rows.column() for offer, terms in self.when_of.items() for term in terms}
        self.exists = {one.id: self.rows.column() for one in question.conditions}
        self.size, unit_limit = self._whole(limit)
        self._take_each_once()
        self._hold_conditions()
        self._let_exist()
        if unit_limit is not None:
            for term in self.terms:
                own = {one.id: [self.when[one.id, term]] for one in question.offers if term in self.when_of[one.id]}
                self.rows.add(None, unit_limit, self._work_of(own))
        self.is_proven = True
        self.cost_of_work = self._work_of({offer: self._columns(offer) for offer in self.when_of})
        self.last = self.rows.column(upper=max(0, len(self.terms) - 1))
        for (_, term), column in self.when.items():
            self.rows.add(0, None, {self.last: 1, column: -self.terms.index(term)})
        self.highs = self.rows.passed(MOST_NODES)

    @property
    def is_possible(self) -> bool:
        """Whether nothing is lacking that no offer could give."""
        return self.rows.is_possible

    @property
    def lack(self) -> Row:
        """What is lacking, in the problem's unit."""
        return self.rows.lack

    def work(self) -> Row:
        """ECTS of work, in the largest unit that divides them all."""
        return self.cost_of_work

    def taken(self) -> Iterable[int]:
        """The columns of which each is one course taken."""
        return self.when.values()

    def finish(self) -> Row:
        """The last term before all, then how late each course is."""
        late = {column: self.terms.index(term) for (_, term), column in self.when.items()}
        return {**late, self.last: len(self.question.offers) * len(self.terms) + 1}

    # Rows

    def _columns(self, offer: str) -> list[int]:
        return [self.when[offer, term] for term in self.when_of[offer]]

    def _take_each_once(self) -> None:
        for offer, terms in self.when_of.items():
            if len(terms) > 1:
                self.rows.add(None, 1, dict.fromkeys(self._columns(offer), 1))

    def _hold_conditions(self) -> None:
        """Each exists when, and only when, it can: a later one gives way to those before it."""
        for one in self.question.conditions:
            exists = self.exists[one.id]
            for offer in one.needs:
                self.rows.add(None, 0, {exists: 1, **dict.fromkeys(self._columns(offer), -1)})
            barred = [column for offer in one.unless for column in self._columns(offer)]
            barred += [self.exists[before] for before in one.after]
            for column in barred:
                self.rows.add(None, 1, {exists: 1, column: 1})
            # exists >= 1 - (needs not taken) - (barring things there)
            forced = {exists: 1, **dict.fromkeys(barred, 1)}
            for offer in one.needs:
                forced.update(dict.fromkeys(self._columns(offer), -1))
            self.rows.add(1 - len(one.needs), None, forced)

    def _let_exist(self) -> None:
        for piece, needed in enumerate(self.question.rests_on):
            if needed is None:
                continue
            columns = [self.exists[needed]] if needed in self.exists else self._columns(needed)
            self.rows.add(None, 0, {**dict.fromkeys(self.rows.counting(piece), 1), **dict.fromkeys(columns, -1)})

    def _whole(self, limit: Decimal | None) -> tuple[dict[str, int], int | None]:
        """ECTS by offer, and of the limit, as whole multiples of the largest figure that divides them all."""
        done = self.question.done
        figures = [*(one.ects for one in self.question.offers), *done.values(), *([] if limit is None else [limit])]
        places = max((max(0, -int(figure.as_tuple().exponent)) for figure in figures), default=0)
        unit = gcd(*(int(figure.scaleb(places)) for figure in figures)) or 1
        self.done = {work: int(figure.scaleb(places)) // unit for work, figure in done.items()}
        sizes = {one.id: int(one.ects.scaleb(places)) // unit for one in self.question.offers}
        return sizes, None if limit is None else int(limit.scaleb(places)) // unit

    def _work_of(self, taken: Mapping[str, Sequence[int]]) -> Row:
        """How much work the offers are, each taken where one of its columns is 1; one work counts once."""
        cost: Row = {}
        works: dict[str, list[str]] = {}
        for one in self.question.offers:
            if one.id in taken and one.work:
                works.setdefault(one.work, []).append(one.id)
            elif one.id in taken:
                cost.update(dict.fromkeys(taken[one.id], self.size[one.id]))
        for work, own in works.items():
            before = self.done.get(work, 0)
            for step in sorted({self.size[offer] for offer in own if self.size[offer] > before}):
                column = self.rows.column()
                cost[column] = step - before
                for offer in own:
                    if self.size[offer] >= step:
                        self.rows.add(None, 0, {**dict.fromkeys(taken[offer], 1), column: -1})
                before = step
        return cost

    # The solver

    def settle(self, cost: Row) -> bool:
        """Make the cost as small as it can be, and keep it so; false when nothing is possible at all."""
        columns = np.arange(self.rows.columns, dtype=np.int32)
        costs = np.zeros(self.rows.columns)
        costs[list(cost)] = list(cost.values())
        self.highs.changeColsCost(self.rows.columns, columns, costs)
        self.highs.run()
        status = self.highs.getModelStatus()
        statuses = highspy.HighsModelStatus
        if status == statuses.kInfeasible:
            return False
        if status not in {statuses.kOptimal, statuses.kSolutionLimit, statuses.kIterationLimit}:
            raise Unsolved(self.highs.modelStatusToString(status))
        self._keep(cost, optimal=status == statuses.kOptimal)
        return True

    def _keep(self, cost: Row, *, optimal: bool) -> None:
        found = self.highs.getSolution()
        if not found.value_valid:
            raise Unfinished(STOPPED)
        self.is_proven = self.is_proven and optimal
        self.values = [round(value) for value in found.col_value]
        value = sum(amount * self.values[column] for column, amount in cost.items())
        if abs(value - self.highs.getObjectiveValue()) > 0.5:
            raise Unsolved("a figure that is not that of its plan")
        weights = np.array(list(cost.values()), dtype=np.float64)
        self.highs.addRow(-highspy.kHighsInf, value + 0.5, len(cost), np.array(list(cost), dtype=np.int32), weights)

    def schedule(self) -> Schedule:
        """As last settled."""
        terms = {offer: term for (offer, term), column in self.when.items() if self.values[column] == 1}
        return Schedule(terms=terms, is_proven=self.is_proven)
