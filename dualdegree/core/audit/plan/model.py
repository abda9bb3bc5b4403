"""Which offers in which terms are cheapest, so that nothing is lacking? An integer model over the engine's problem.

ECTS of work and the number of courses are made least in one solve, with weights that never trade one for the other,
then the last term and all terms in another. Coefficients are whole numbers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from math import gcd

from dualdegree.core.audit.plan.question import Question, Schedule
from dualdegree.core.audit.plan.rows import Row, Rows
from dualdegree.core.audit.plan.solver import Solver

LARGEST = 1_000_000
"""The largest coefficient of an objective that makes two figures least at once."""


def cheapest(question: Question) -> Schedule | None:
    """The cheapest schedule with which no degree lacks anything; ``None`` when there is none.

    Raises ``Unfinished`` when that was not found out, and ``Unsolved``, an internal error.
    """
    model = _Model(question, may_lack=False)
    if not model.rows.is_possible:
        return None
    solver, work, number = Solver(model.rows), model.work, model.number
    many = len(question.offers) + 1
    both = {column: many * work.get(column, 0) + number.get(column, 0) for column in {**work, **number}}
    if max(both.values(), default=0) <= LARGEST:
        is_possible = solver.settle(both, (work, number))
    else:
        is_possible = solver.settle(work) and solver.settle(number)
    if not (is_possible and solver.settle(model.finish)):
        return None
    return model.schedule(solver)


def closest(question: Question) -> Schedule:
    """With which offers the least is lacking, where there is no plan: all of use, and no term is too full."""
    model = _Model(question, may_lack=True)
    solver = Solver(model.rows)
    solver.settle(model.rows.lack)
    solver.settle(model.number)
    return model.schedule(solver)


class _Model:
    """The rows of a question, and the costs that may be made least."""

    def __init__(self, question: Question, *, may_lack: bool) -> None:
        self.question = question
        limit = None if may_lack else question.term_limit
        # Where nothing limits a term, each course is best taken as early as it can be.
        self.when_of = {
            offer.id: sorted(set(offer.terms)) if limit is not None else [min(offer.terms)] for offer in question.offers
        }
        self.terms = sorted({term for terms in self.when_of.values() for term in terms})
        self.rows = Rows(question.problem, may_lack=may_lack)
        self.when = {(offer, term): self.rows.column() for offer, terms in self.when_of.items() for term in terms}
        self.exists = {condition.id: self.rows.column() for condition in question.conditions}
        ects = [offer.ects for offer in question.offers]
        self.whole = _in_whole([*ects, *question.done.values(), *([] if limit is None else [limit])])
        self._take_each_once()
        self._hold_conditions()
        self._let_exist()
        self._share_no_more()
        self.reached = self._reach_in_order()
        if limit is not None:
            self._fill_no_term_above(self.whole(limit))
        self.work: Row = self._work_of({offer: self._columns(offer) for offer in self.when_of})
        """ECTS of work, in the largest unit that divides them all."""
        self.number: Row = dict.fromkeys(self.when.values(), 1)
        """The courses taken."""
        self.finish = self._finish()
        """The last term before all, then how late each course is."""

    def schedule(self, solver: Solver) -> Schedule:
        """As last settled."""
        terms = {offer: term for (offer, term), column in self.when.items() if solver.values[column] == 1}
        return Schedule(terms=terms, is_proven=solver.is_proven)

    def _finish(self) -> Row:
        late = {column: self.terms.index(term) for (_, term), column in self.when.items()}
        return {**late, **dict.fromkeys(self.reached.values(), len(self.question.offers) * len(self.terms) + 1)}

    def _columns(self, offer: str) -> list[int]:
        return [self.when[offer, term] for term in self.when_of[offer]]

    def _reach_in_order(self) -> dict[str, int]:
        """Term but the first → a column that is 1 where something is taken in it or later."""
        reached = {term: self.rows.column() for term in self.terms[1:]}
        for before, after in pairwise(reached.values()):
            self.rows.add(None, 0, {after: 1, before: -1})
        for offer, terms in self.when_of.items():
            for at, term in enumerate(terms):
                if term in reached:
                    from_then = dict.fromkeys(self._columns(offer)[at:], 1)
                    self.rows.add(None, 0, {**from_then, reached[term]: -1})
        return reached

    def _fill_no_term_above(self, limit: int) -> None:
        for term in self.terms:
            own = {offer: [self.when[offer, term]] for offer, terms in self.when_of.items() if term in terms}
            work = self._work_of(own)
            if term in self.reached:
                # Nothing fits into a term that is not reached: this says no more, but bounds the end better.
                self.rows.add(None, 0, {**work, self.reached[term]: -limit})
            else:
                self.rows.add(None, limit, work)

    def _take_each_once(self) -> None:
        for offer, terms in self.when_of.items():
            if len(terms) > 1:
                self.rows.add(None, 1, dict.fromkeys(self._columns(offer), 1))

    def _hold_conditions(self) -> None:
        """Each exists when, and only when, it can: a later condition gives way to those before it."""
        for condition in self.question.conditions:
            exists = self.exists[condition.id]
            for offer in condition.needs:
                self.rows.add(None, 0, {exists: 1, **dict.fromkeys(self._columns(offer), -1)})
            barred = [column for offer in condition.unless for column in self._columns(offer)]
            barred += [self.exists[before] for before in condition.after]
            for column in barred:
                self.rows.add(None, 1, {exists: 1, column: 1})
            # exists >= 1 - (needs not taken) - (barring things there)
            forced = {exists: 1, **dict.fromkeys(barred, 1)}
            for offer in condition.needs:
                forced.update(dict.fromkeys(self._columns(offer), -1))
            self.rows.add(1 - len(condition.needs), None, forced)

    def _let_exist(self) -> None:
        for piece, needed in enumerate(self.question.rests_on):
            if needed is None:
                self.rows.hold(piece, None)
            else:
                self.rows.hold(piece, [self.exists[needed]] if needed in self.exists else self._columns(needed))

    def _share_no_more(self) -> None:
        """Keep the limit of what both degrees may count; a work is as large as the largest of what is taken of it."""
        limit = self.question.shared_limit
        if limit is None:
            return
        sizes = [
            size
            for shared_work in self.question.shared
            for size in (shared_work.on_record or limit, *shared_work.offers.values())
        ]
        whole, shared = _in_whole([*sizes, limit]), Row()
        for work, shared_work in zip(self.question.problem.works, self.question.shared, strict=True):
            column = self.rows.share(work)
            # What is shared is on record, or something of it is taken.
            before = min(shared_work.offers.values()) if shared_work.on_record is None else shared_work.on_record
            shared[column] = whole(before)
            for step in sorted({size for size in shared_work.offers.values() if size > before}):
                more = self.rows.column()
                shared[more] = whole(step) - whole(before)
                for offer in (offer for offer, size in shared_work.offers.items() if size >= step):
                    self.rows.add(None, 1, {column: 1, **dict.fromkeys(self._columns(offer), 1), more: -1})
                before = step
        self.rows.add(None, whole(limit), shared)

    def _work_of(self, taken: Mapping[str, Sequence[int]]) -> Row:
        """How much work the offers are, each taken where work_ of its columns is 1; work_ work counts once."""
        cost: Row = {}
        size = {offer.id: self.whole(offer.ects) for offer in self.question.offers}
        works: dict[str, list[str]] = {}
        for offer in self.question.offers:
            if offer.id in taken and offer.work:
                works.setdefault(offer.work, []).append(offer.id)
            elif offer.id in taken:
                cost.update(dict.fromkeys(taken[offer.id], size[offer.id]))
        for work, own in works.items():
            before = self.whole(self.question.done.get(work, Decimal(0)))
            for step in sorted({size[id_] for id_ in own if size[id_] > before}):
                column = self.rows.column()
                cost[column] = step - before
                for id_ in own:
                    if size[id_] >= step:
                        self.rows.add(None, 0, {**dict.fromkeys(taken[id_], 1), column: -1})
                before = step
        return cost


def _in_whole(figures: Iterable[Decimal]) -> Callable[[Decimal], int]:
    """How often the largest figure that divides them all goes into each of these figures."""
    known = list(figures)
    places = max((max(0, -int(figure.as_tuple().exponent)) for figure in known), default=0)
    unit = gcd(*(int(figure.scaleb(places)) for figure in known)) or 1
    return lambda figure: int(figure.scaleb(places)) // unit
