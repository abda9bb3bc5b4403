"""What is taken of the offers, and what exists with it? The columns of a plan's program, and the rows that tie them.

A group of offers that nothing tells apart is one column for each term in which some of it can begin: how many do.
"""

from collections.abc import Sequence

from dualdegree.core.audit.plan.program.kinds import OfferGroup, OfferKind, kinds_of
from dualdegree.core.audit.plan.program.rows import Row, Rows
from dualdegree.core.audit.plan.question import Offered, PlanQuestion


class OfferChoice:
    """The columns of a question: what is taken when, and what exists with it."""

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

    def _starts(self, group: OfferGroup) -> Sequence[int]:
        # Where it does not matter what else is taken when, each course is best taken as early as it can be.
        return group.like.starts if self.is_timed else group.like.starts[:1]

    def columns(self, offer: str) -> list[int]:
        """The columns that add up to whether the offer is taken; none where it cannot be."""
        return list(self.when[self.group_of[offer]].values()) if offer in self.group_of else []

    def taken(self, kind: OfferKind) -> Row:
        return {column: 1 for group in kind.groups for column in self.when[self.group_of[group.like.id]].values()}

    def taken_of(self, offer: str) -> Row:
        if offer not in self.group_of:
            return {}
        group = self.group_of[offer]
        return self.taken(next(kind for kind in self.kinds if any(g is self.groups[group] for g in kind.groups)))

    def running(self, term: int) -> dict[int, list[int]]:
        """By group, the columns of what of it runs in the term."""
        running = {
            at: [column for start, column in columns.items() if start <= term < start + self.groups[at].like.spans]
            for at, columns in enumerate(self.when)
        }
        return {at: columns for at, columns in running.items() if columns}

    def _take_each_once(self) -> None:
        for group, columns in zip(self.groups, self.when, strict=True):
            if len(columns) > 1:
                self.rows.add(None, len(group.offers), dict.fromkeys(columns.values(), 1))

    def _hold_conditions(self) -> None:
        """Each exists when, and only when, it can: a later condition gives way to those before it."""
        for condition in self.question.conditions:
            exists = self.exists[condition.id]
            for offer in condition.needs:
                self.rows.add(None, 0, {exists: 1, **dict.fromkeys(self.columns(offer), -1)})
            barred = [column for offer in condition.unless for column in self.columns(offer)]
            barred += [self.exists[before] for before in condition.after if before in self.exists]
            alone = [self.question.alone[before] for before in condition.after if before in self.question.alone]
            barred += [column for offer in alone for column in self.columns(offer)]
            for column in barred:
                self.rows.add(None, 1, {exists: 1, column: 1})
            # exists >= 1 - (needs not taken) - (barring things there)
            forced = {exists: 1, **dict.fromkeys(barred, 1)}
            for offer in condition.needs:
                forced.update(dict.fromkeys(self.columns(offer), -1))
            self.rows.add(1 - len(condition.needs), None, forced)

    def _let_exist(self) -> None:
        kind = 0
        for offers in self.kinds:
            taken = self.taken(offers)
            for _ in offers.pieces:
                self.rows.hold(kind, list(taken))
                kind += 1
        for other in range(kind, len(self.rows.alike)):
            needed = self.question.rests_on[self.rows.alike[other][0]]
            if needed is None:
                self.rows.hold(other, None)
            else:
                self.rows.hold(other, [self.exists[needed]] if needed in self.exists else self.columns(needed))
