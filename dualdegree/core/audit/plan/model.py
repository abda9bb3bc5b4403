"""Which offers in which terms are cheapest, so that nothing is lacking? An integer model over the engine's problem.

ECTS of work and the number of courses are made least in one solve, with weights that never trade one for the other,
and the last term in another; then each course that was chosen goes as early as it can. Coefficients are whole numbers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm

from dualdegree.core.audit.plan.kinds import OfferGroup, OfferKind, kinds_of
from dualdegree.core.audit.plan.question import Offered, PlanQuestion, Prefer, Room, Schedule
from dualdegree.core.audit.plan.rows import Row, Rows
from dualdegree.core.audit.plan.solver import PlanSolver, Watch

LARGEST = 1_000_000
"""The largest coefficient of an objective that makes two figures least at once."""


def cheapest(question: PlanQuestion, watch: Watch | None = None) -> Schedule | None:
    """The cheapest schedule with which no degree lacks anything; ``None`` when there is none.

    Raises ``Unfinished`` when that was not found out, and ``Unsolved``, an internal error.
    """
    model = _Model(question, may_lack=False)
    if not model.rows.is_possible:
        return None
    solver = PlanSolver(model.rows, watch)
    first, then = model.settle_work, model.settle_end
    if question.prefer is Prefer.END:
        first, then = then, first
    if not (first(solver) and then(solver)):
        return None
    return model.early(solver)


def is_possible(question: PlanQuestion, watch: Watch | None = None) -> bool:
    """Whether there is any schedule at all. Raises as ``cheapest`` does."""
    model = _Model(question, may_lack=False)
    return model.rows.is_possible and PlanSolver(model.rows, watch).settle({})


def closest(question: PlanQuestion) -> Schedule:
    """With which offers the least is lacking, where there is no plan: all of use, whatever fits into a term."""
    model = _Model(question, may_lack=True)
    solver = PlanSolver(model.rows)
    solver.settle(model.rows.lack)
    solver.settle(model.number)
    return model.schedule(solver)


class _Model:
    """The rows of a question, and the costs that may be made least."""

    def __init__(self, question: PlanQuestion, *, may_lack: bool) -> None:
        self.question = question
        self.is_timed = question.is_timed and not may_lack
        self.kinds = kinds_of(question)
        taken = {piece for kind in self.kinds for pieces in kind.pieces for piece in pieces}
        others = [[piece] for piece in range(len(question.problem.pieces)) if piece not in taken]
        alike = [list(pieces) for kind in self.kinds for pieces in kind.pieces] + others
        self.rows = Rows(question.problem, may_lack=may_lack, alike=alike)
        self.groups: list[OfferGroup] = [group for kind in self.kinds for group in kind.groups]
        self.offers: dict[str, Offered] = {o.id: o for group in self.groups for o in group.offers}
        self.group_of = {o.id: at for at, group in enumerate(self.groups) for o in group.offers}
        self.when = [
            {start: self.rows.column(len(group.offers)) for start in self._starts(group)} for group in self.groups
        ]
        """By group, the term in which some of it begin → the column of how many."""
        self.exists = {condition.id: self.rows.column() for condition in question.conditions}
        self._take_each_once()
        self._hold_conditions()
        self._let_exist()
        self._share_no_more()
        self.reached = self._reach_in_order()
        if self.is_timed:
            self._fill_no_term_above()
            self._be_in_one_place()
            self._keep_order()
        self.rows.lack_nothing(self._mean)
        self.work: Row = self._work()
        """ECTS of work, in the largest unit that divides them all."""
        self.number: Row = {column: 1 for columns in self.when for column in columns.values()}
        """The courses taken."""

    def _starts(self, group: OfferGroup) -> Sequence[int]:
        # Where it does not matter what else is taken when, each course is best taken as early as it can be.
        return group.like.starts if self.is_timed else group.like.starts[:1]

    # What is made least

    def settle_work(self, solver: PlanSolver) -> bool:
        """Least work, then the fewest courses; whether anything is possible."""
        many = sum(len(group.offers) for group in self.groups) + 1
        both = {
            column: many * self.work.get(column, 0) + self.number.get(column, 0)
            for column in {**self.work, **self.number}
        }
        if max(both.values(), default=0) <= LARGEST:
            return solver.settle(both, (self.work, self.number))
        return solver.settle(self.work) and solver.settle(self.number)

    def settle_end(self, solver: PlanSolver) -> bool:
        """The earliest last term; whether anything is possible."""
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
        for kind in self.kinds:
            columns = self._taken(kind)
            if not any(solver.values[column] for column in columns):
                held += columns
        solver.fix(held)
        return held

    def early(self, solver: PlanSolver) -> Schedule:
        """What is settled, or offers that are told from it by their terms alone, each as early as it can be."""
        if self.is_timed and solver.values:
            self._hold_choice(solver)
            solver.settle({column: start for columns in self.when for start, column in columns.items() if start})
        return self.schedule(solver)

    def schedule(self, solver: PlanSolver) -> Schedule:
        """As last settled; of a group, those with the smallest ids, the first of them first."""
        terms: dict[str, int] = {}
        for group, columns in zip(self.groups, self.when, strict=True):
            ids = iter(sorted(offer.id for offer in group.offers))
            for start, column in columns.items():
                for _ in range(solver.values[column]):
                    terms[next(ids)] = start
        return Schedule(terms=terms, is_proven=solver.is_proven)

    # What is taken, and what exists with it

    def _columns(self, offer: str) -> list[int]:
        """The columns that add up to whether the offer is taken; none where it cannot be."""
        return list(self.when[self.group_of[offer]].values()) if offer in self.group_of else []

    def _take_each_once(self) -> None:
        for group, columns in zip(self.groups, self.when, strict=True):
            if len(columns) > 1:
                self.rows.add(None, len(group.offers), dict.fromkeys(columns.values(), 1))

    def _hold_conditions(self) -> None:
        """Each exists when, and only when, it can: a later condition gives way to those before it."""
        for condition in self.question.conditions:
            exists = self.exists[condition.id]
            for offer in condition.needs:
                self.rows.add(None, 0, {exists: 1, **dict.fromkeys(self._columns(offer), -1)})
            barred = [column for offer in condition.unless for column in self._columns(offer)]
            barred += [self.exists[before] for before in condition.after if before in self.exists]
            alone = [self.question.alone[before] for before in condition.after if before in self.question.alone]
            barred += [column for offer in alone for column in self._columns(offer)]
            for column in barred:
                self.rows.add(None, 1, {exists: 1, column: 1})
            # exists >= 1 - (needs not taken) - (barring things there)
            forced = {exists: 1, **dict.fromkeys(barred, 1)}
            for offer in condition.needs:
                forced.update(dict.fromkeys(self._columns(offer), -1))
            self.rows.add(1 - len(condition.needs), None, forced)

    def _let_exist(self) -> None:
        kind = 0
        for offers in self.kinds:
            taken = self._taken(offers)
            for _ in offers.pieces:
                self.rows.hold(kind, list(taken))
                kind += 1
        for other in range(kind, len(self.rows.alike)):
            needed = self.question.rests_on[self.rows.alike[other][0]]
            if needed is None:
                self.rows.hold(other, None)
            else:
                self.rows.hold(other, [self.exists[needed]] if needed in self.exists else self._columns(needed))

    def _taken(self, kind: OfferKind) -> Row:
        return {column: 1 for group in kind.groups for column in self.when[self.group_of[group.like.id]].values()}

    def _share_no_more(self) -> None:
        """Keep the limit of what both degrees may count; a work is as large as the largest of what is taken of it."""
        limit = self.question.shared_limit
        if limit is None:
            return
        works, own = self.question.problem.works, self.question.shared
        of_kind = {kind.work: kind for kind in self.kinds if kind.work is not None and own[kind.work].on_record is None}
        alike = {at for kind in of_kind.values() for at in self._works_like(kind)}
        sizes = [size for part in own for size in (part.on_record or limit, *part.offers.values())]
        whole, shared = _in_whole([*sizes, limit]), Row()
        for at, (work, part) in enumerate(zip(works, own, strict=True)):
            if at in of_kind and len(part.offers) == 1:
                column = self.rows.share(work, self._taken(of_kind[at]))
                shared[column] = whole(next(iter(part.offers.values())))
            elif at not in alike:
                column = self.rows.share(work, {})
                shared.update(self._steps(column, part.on_record, part.offers, whole))
        self.rows.add(None, whole(limit), shared)

    def _works_like(self, kind: OfferKind) -> Iterator[int]:
        """The works of a kind but for its first, which stands for them."""
        native = {piece: at for at, work in enumerate(self.question.problem.works) for s in work.native for piece in s}
        for pieces in kind.pieces:
            for piece in pieces:
                if piece in native and native[piece] != kind.work:
                    yield native[piece]

    def _steps(
        self, column: int, on_record: Decimal | None, offers: Mapping[str, Decimal], whole: Callable[[Decimal], int]
    ) -> Row:
        """How much is shared where the column is 1: what is on record, or as much more as is taken of it."""
        present = {offer: size for offer, size in offers.items() if offer in self.group_of}
        before = on_record if on_record is not None else min(present.values(), default=Decimal(0))
        row = {column: whole(before)}
        for step in sorted({size for size in present.values() if size > before}):
            more = self.rows.column()
            row[more] = whole(step) - whole(before)
            for offer in (offer for offer, size in present.items() if size >= step):
                self.rows.add(None, 1, {column: 1, **dict.fromkeys(self._columns(offer), 1), more: -1})
            before = step
        return row

    def _mean(self, demand: int, active: int | None) -> bool:
        """Reach a mean, where the demand stands for one: nothing below it that is not made up for above."""
        mean = self.question.means.get(demand)
        if mean is None or self.rows.may_lack:
            return mean is not None
        sum_, entering, constant, known = Row(), Row(), 0, 0
        for piece, amount in mean.enters.items():
            needed = self.question.rests_on[piece]
            if mean.placed:
                present = self.rows.giving(piece, demand)
            elif needed is None:
                constant, known = constant + amount, known + 1
                continue
            else:
                present = {self.exists[needed]: 1} if needed in self.exists else self._taken_of(needed)
            for column in present:
                # What is alike has one column, and enters with the same amount.
                sum_[column], entering[column] = amount, 1
        least = constant + sum(min(0, amount) * self.rows.uppers[column] for column, amount in sum_.items())
        if active is None:
            self.rows.add(-constant, None, sum_)
            self.rows.add(1 - min(known, 1), None, entering)
        else:
            self.rows.add(min(least, 0) - constant, None, {**sum_, active: min(least, 0)})
            self.rows.add(-min(known, 1), None, {**entering, active: -1})
        return True

    def _taken_of(self, offer: str) -> Row:
        if offer not in self.group_of:
            return {}
        group = self.group_of[offer]
        return self._taken(next(kind for kind in self.kinds if any(g is self.groups[group] for g in kind.groups)))

    # When it is taken

    def _running(self, term: int) -> dict[int, list[int]]:
        """By group, the columns of what of it runs in the term."""
        running = {
            at: [column for start, column in columns.items() if start <= term < start + self.groups[at].like.spans]
            for at, columns in enumerate(self.when)
        }
        return {at: columns for at, columns in running.items() if columns}

    def _reach_in_order(self) -> dict[int, int]:
        """Term but the first → a column that is 1 where something is taken in it or later."""
        ends = {start + group.like.spans - 1 for group, c in zip(self.groups, self.when, strict=True) for start in c}
        reached = {term: self.rows.column() for term in range(min(ends, default=0) + 1, max(ends, default=0) + 1)}
        for before, after in pairwise(reached.values()):
            self.rows.add(None, 0, {after: 1, before: -1})
        for group, columns in zip(self.groups, self.when, strict=True):
            for start in columns:
                end = start + group.like.spans - 1
                if end in reached:
                    from_then = {column: 1 for other, column in columns.items() if other >= start}
                    self.rows.add(None, 0, {**from_then, reached[end]: -len(group.offers)})
        return reached

    def _fill_no_term_above(self) -> None:
        for room in self.question.rooms:
            running = {
                at: columns
                for at, columns in self._running(room.term).items()
                if room.institution in {None, self.groups[at].like.institution}
            }
            if room.by_courses:
                load, most = {column: 1 for columns in running.values() for column in columns}, int(room.left)
            else:
                load, most = self._load(running, room)
            if room.term in self.reached:
                # Nothing fits into a term that is not reached: this says no more, but bounds the end better.
                self.rows.add(None, 0, {**load, self.reached[room.term]: -most})
            elif load:
                self.rows.add(None, most, load)

    def _load(self, running: Mapping[int, Sequence[int]], room: Room) -> tuple[Row, int]:
        if not running:
            return {}, 0
        shares = {at: Fraction(self.groups[at].like.ects) / self.groups[at].like.spans for at in running}
        done = {work: Fraction(ects) for work, ects in self.question.done.items()}
        scale = lcm(*(share.denominator for share in (*shares.values(), *done.values(), room.left)))
        step = gcd(*(int(share * scale) for share in (*shares.values(), *done.values()))) or 1
        size = {at: int(share * scale) // step for at, share in shares.items()}
        row = self._work_of(running, size, {work: int(ects * scale) // step for work, ects in done.items()})
        return row, int(room.left * scale) // step

    def _be_in_one_place(self) -> None:
        """Take courses of one place in each term, and be at one of the stays in its terms."""
        at_stay = {term for _, terms in self.question.stays for term in terms}
        here: dict[tuple[int, str], int] = {}
        for term in sorted({*self.question.places, *at_stay}):
            running = self._running(term)
            places = sorted({self.groups[at].like.institution for at in running if not self.groups[at].like.remote})
            here |= {(term, place): self.rows.column() for place in places}
            if term in self.question.places:
                self.rows.add(None, 1, {here[term, place]: 1 for place in places})
            for at, columns in running.items():
                if not self.groups[at].like.remote:
                    column = here[term, self.groups[at].like.institution]
                    self.rows.add(None, 0, {**dict.fromkeys(columns, 1), column: -len(self.groups[at].offers)})
        chosen = [self.rows.column() for _ in self.question.stays]
        if chosen:
            self.rows.add(1, 1, dict.fromkeys(chosen, 1))
        for stay, (institution, terms) in zip(chosen, self.question.stays, strict=True):
            for (term, place), column in here.items():
                if term in terms and place != institution:
                    self.rows.add(None, 1, {stay: 1, column: 1})

    def _keep_order(self) -> None:
        """Begin nothing before what it needs is over, what it goes together with begun, and enough work done."""
        for offer in self.offers.values():
            for courses, since in offer.needs:
                self._follow(offer, courses, since, is_over=True)
            for courses, since in offer.beside:
                self._follow(offer, courses, since, is_over=False)
            if offer.after is not None:
                self._come_after(offer, offer.after)

    def _follow(self, offer: Offered, courses: Sequence[str], since: int | None, *, is_over: bool) -> None:
        own = self.when[self.group_of[offer.id]]
        for start in own:
            if since is not None and (since < start or (not is_over and since == start)):
                continue
            earlier = {
                column: -1
                for other in courses
                if other in self.group_of
                for begun, column in self.when[self.group_of[other]].items()
                if (begun + self.offers[other].spans <= start if is_over else begun <= start)
            }
            # Whatever of it begins up to this term follows what has come before this term.
            self.rows.add(None, 0, {**{column: 1 for begun, column in own.items() if begun <= start}, **earlier})

    def _come_after(self, offer: Offered, needed: Decimal) -> None:
        for start, column in self.when[self.group_of[offer.id]].items():
            missing = needed - self.question.before[start]
            if missing <= 0:
                continue
            over = {
                at: [c for begun, c in columns.items() if begun + self.groups[at].like.spans <= start]
                for at, columns in enumerate(self.when)
            }
            sizes = {at: self.groups[at].like.ects for at, columns in over.items() if columns}
            whole = _in_whole([*sizes.values(), missing, *self.question.done.values()])
            row: Row = {}
            works: dict[str, Row] = {}
            for at in sizes:
                like = self.groups[at].like
                if like.work:
                    # Of one work only one counts, with what it is more than what is on record.
                    counts = self.rows.column()
                    self.rows.add(None, 0, {counts: 1, **dict.fromkeys(over[at], -1)})
                    works.setdefault(like.work, {})[counts] = 1
                    row[counts] = max(0, whole(like.ects) - whole(self.question.done.get(like.work, Decimal(0))))
                else:
                    row |= dict.fromkeys(over[at], whole(like.ects))
            for counts_of_work in works.values():
                self.rows.add(None, 1, counts_of_work)
            self.rows.add(0, None, {**row, column: -whole(missing)})

    # How much work it is

    def _work(self) -> Row:
        ects = [group.like.ects for group in self.groups]
        whole = _in_whole([*ects, *self.question.done.values()])
        done = {work: whole(size) for work, size in self.question.done.items()}
        size = {at: whole(group.like.ects) for at, group in enumerate(self.groups)}
        return self._work_of({at: list(columns.values()) for at, columns in enumerate(self.when)}, size, done)

    def _work_of(self, taken: Mapping[int, Sequence[int]], size: Mapping[int, int], done: Mapping[str, int]) -> Row:
        """How much work the groups are, each taken as often as its columns add up to; one work counts once."""
        cost: Row = {}
        works: dict[str, list[int]] = {}
        for at, columns in taken.items():
            if self.groups[at].like.work:
                works.setdefault(self.groups[at].like.work, []).append(at)
            else:
                cost |= dict.fromkeys(columns, size[at])
        for work, own in works.items():
            before = done.get(work, 0)
            for step in sorted({size[at] for at in own if size[at] > before}):
                column = self.rows.column()
                cost[column] = step - before
                for at in own:
                    if size[at] >= step:
                        self.rows.add(None, 0, {**dict.fromkeys(taken[at], 1), column: -1})
                before = step
        return cost


def _in_whole(figures: Iterable[Decimal]) -> Callable[[Decimal], int]:
    """How often the largest figure that divides them all goes into each of these figures."""
    known = list(figures)
    places = max((max(0, -int(figure.as_tuple().exponent)) for figure in known), default=0)
    unit = gcd(*(int(figure.scaleb(places)) for figure in known)) or 1
    return lambda figure: int(figure.scaleb(places)) // unit
