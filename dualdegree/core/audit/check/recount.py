"""What do one degree's claims come to? Counted plainly, item by item, for whoever checks the search.

Claims that the rules do not allow are refused here: items that do not exist or are kept out, leaves that do not take
them, pins that are not followed, limits that are exceeded. A conferred degree is exempt; its claims stand as given.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from dualdegree.core.audit.answer import MET, UNMET, Because, DegreeAnswer, Moved, Outcome, Used
from dualdegree.core.audit.check.apart import got as got_by
from dualdegree.core.audit.check.apart import values
from dualdegree.core.audit.check.compiled import read
from dualdegree.core.audit.check.holdings import Held, Holdings, taking
from dualdegree.core.audit.facts import FREE, UNCOUNTED, Case, ExceptionKind
from dualdegree.core.audit.rules import (
    All,
    Average,
    Choose,
    Courses,
    Credits,
    Degree,
    Leaf,
    Limit,
    Milestone,
    Requirement,
    Unit,
)

Claims = Mapping[str, str]
"""Item → leaf id or ``free``; an item that is not there is not counted."""
NOTHING = Decimal(0)


class Mismatch(Exception):
    """An answer says something that its own claims do not bear out: a fault of this program, never a verdict."""

    def __init__(self, figure: str, said: object, recounted: object) -> None:
        super().__init__(figure, said, recounted)
        self.figure, self.said, self.recounted = figure, said, recounted

    def __str__(self) -> str:
        """One line that names the figure, what the answer says and what was found."""
        return f"{self.figure}: the answer says {self.said}, its claims and the case say {self.recounted}"


class Recount:
    """One degree under given claims. Raises ``Mismatch`` for claims that the rules do not allow."""

    def __init__(self, case: Case, degree: Degree, claims: Claims, holdings: Holdings | None = None) -> None:
        self.case, self.degree, self.claims = case, degree, claims
        self.items = (holdings or Holdings(case)).items(degree)
        reading = self.reading = read(degree)
        self.tree, self.leaves, self.exclusive = reading.tree, reading.leaves, reading.exclusive
        self.takes, self.bounds = reading.takes, reading.bounds
        self.conferred = case.conferred.get(degree.id)
        self.exceptions = [exception for exception in case.exceptions if exception.degree == degree.id]
        self.waived = {node for node, _ in self._excepted(ExceptionKind.WAIVE)}
        self.substitutes = set(self._excepted(ExceptionKind.SUBSTITUTE))
        self.pins = set(self._excepted(ExceptionKind.PIN))
        self.kept_out = set(self._excepted(ExceptionKind.EXCLUDE))
        self.put: dict[str, list[Held]] = {FREE: [], **{leaf.id: [] for leaf in self.exclusive}}
        """By place, what is claimed for it."""
        self._put()
        self.counted = [item for own in self.put.values() for item in own]
        self.serving = {leaf.id: self._serving(leaf) for leaf in self.leaves}
        self.used_by = {limit.id: self._used_by(limit) for limit in degree.limits if limit.per is not None}
        """By limit that holds for each value apart, what is used by value."""
        self.used = {limit.id: self._used(limit) for limit in degree.limits}
        self._refuse_excess()
        self.outcomes: dict[str, Outcome] = {}
        self.lacks: dict[str, Decimal] = {}
        self.shortfall = self._lack(degree.requirements)

    def _excepted(self, kind: ExceptionKind) -> Iterator[tuple[str | None, str | None]]:
        for exception in self.exceptions:
            if exception.kind is kind:
                yield exception.requirement, exception.item

    # Are the claims allowed?

    def _put(self) -> None:
        """Put every item where it is claimed to be, if it exists and may be there."""
        stand = self.items
        for item, place in self.claims.items():
            if item not in stand:
                raise self._false(item, place, "that the item does not exist")
            if place not in self.put:
                raise self._false(item, place, "that there is no such exclusive leaf")
            if self.conferred is None:
                self._refuse_place(item, place)
            self.put[place].append(stand[item])
        if self.conferred is not None:
            self._refuse_other_than_conferred(self.conferred)

    def _refuse_excess(self) -> None:
        for limit in self.degree.limits:
            if self.conferred is None and self.used[limit.id] > limit.at_most:
                figure = f"degrees.{self.degree.id}.limits.{limit.id}.used"
                raise Mismatch(figure, f"at most {limit.at_most}", self.used[limit.id])

    def _refuse_other_than_conferred(self, conferred: Claims) -> None:
        stand = {item: place for item, place in conferred.items() if item in self.items}
        for item in sorted({*stand, *self.claims}):
            if self.claims.get(item) != stand.get(item):
                raise self._false(item, self.claims.get(item, UNCOUNTED), f"conferred as {stand.get(item, UNCOUNTED)}")

    def _refuse_place(self, item: str, place: str) -> None:
        if place != FREE and not self.may_serve(place, self.items[item]):
            raise self._false(item, place, "that this leaf does not take it")
        if not self.exceptions:
            return
        if (None, item) in self.kept_out:
            raise self._false(item, place, "that it is excluded from the degree")
        if self.pinned(item) - {place}:
            raise self._false(item, place, f"that it is pinned to {', '.join(sorted(self.pinned(item)))}")

    def _false(self, item: str, place: str, recounted: str) -> Mismatch:
        return Mismatch(f"degrees.{self.degree.id}.claims.{item}", place, recounted)

    def pinned(self, item: str) -> set[str]:
        """The leaves to which an item is pinned."""
        return {leaf for leaf, pinned in self.pins if leaf is not None and pinned == item} if self.pins else set()

    def may_serve(self, leaf: str, item: Held) -> bool:
        """Whether a leaf takes an item: as selected or substituted, and not kept out."""
        if not self.exceptions:
            return self.takes[leaf](item)
        if (leaf, item.id) in self.kept_out:
            return False
        return self.takes[leaf](item) or (leaf, item.id) in self.substitutes

    # What do they come to?

    def _below(self, within: str | None) -> list[Held]:
        """The counted items; with ``within``, those that serve exclusive leaves at or below that node."""
        if within is None:
            return self.counted
        return [item for node in self.reading.below[within] for item in self.put.get(node, ())]

    def _serving(self, leaf: Leaf) -> list[Held]:
        if not leaf.overlay:
            return self.put[leaf.id]
        if self.exceptions:
            return [item for item in self._below(leaf.within) if self.may_serve(leaf.id, item)]
        takes = self.takes[leaf.id]
        return [item for item in self._below(leaf.within) if takes(item)]

    def _bound(self, limit: Limit) -> list[Held]:
        takes = self.bounds[limit.id]
        return [item for item in self._below(limit.within) if takes(item)]

    def _used(self, limit: Limit) -> Decimal:
        if limit.per is not None:
            return max(self.used_by[limit.id].values(), default=NOTHING)
        return _measured(limit, self._bound(limit))

    def _used_by(self, limit: Limit) -> dict[str, Decimal]:
        held: dict[str, list[Held]] = {}
        for item in self._bound(limit):
            for value in values(item, limit.per or ""):
                held.setdefault(value, []).append(item)
        return {value: _measured(limit, held[value]) for value in sorted(held)}

    def needed(self, node: Requirement) -> Decimal:
        """What a node asks for, after a reduction; 0 where it has no figure. A share is of all that is there."""
        asked = self.asked(node)
        if isinstance(node, Credits) and node.at_least_percent is not None:
            return total(self._below(node.within)) * asked / 100
        return asked

    def asked(self, node: Requirement) -> Decimal:
        """The figure of a node, after a reduction: credits, courses, parts, a mean, or a share in percent."""
        if self.exceptions:
            for exception in self.exceptions:
                if exception.kind is ExceptionKind.REDUCE and exception.requirement == node.id:
                    return exception.at_least or NOTHING
        return self.reading.needed[node.id]

    def _lack(self, node: Requirement) -> Decimal:
        """What a node lacks in ECTS; every node at or below it gets its lack and its outcome on the way."""
        match node:
            case All():
                lack = sum([self._lack(part) for part in node.parts], NOTHING)
            case Choose():
                lack = sum(sorted([self._lack(part) for part in node.parts])[: int(self.needed(node))], NOTHING)
            case Credits() | Courses():
                return self._leaf_lacks(node)
            case Milestone():
                lack = NOTHING if self._achieved(node) else Decimal(1)
            case Average():
                lack = NOTHING if self._reached(node) else Decimal(1)
        lack = NOTHING if node.id in self.waived else lack
        self.lacks[node.id] = lack
        self.outcomes[node.id] = UNMET if lack else MET
        return lack

    def _leaf_lacks(self, leaf: Leaf) -> Decimal:
        serving, needed = self.serving[leaf.id], self.needed(leaf)
        got = got_by(leaf, serving)
        lack = NOTHING
        if got < needed and leaf.id not in self.waived:
            each = Decimal(1) if isinstance(leaf, Credits) else leaf.credits_each
            lack = (needed - got) * each * self.degree.ects_per_credit
        self.lacks[leaf.id] = lack
        items = tuple(sorted([item.id for item in serving]))
        self.outcomes[leaf.id] = Outcome(not lack, got, needed, items)
        return lack

    def _achieved(self, node: Milestone) -> bool:
        least = None if node.at_least is None else self.needed(node)
        return any(
            achieved.milestone == node.milestone
            and achieved.institution in {None, self.degree.institution}
            and (least is None or (achieved.value is not None and achieved.value >= least))
            for achieved in self.case.milestones
        )

    def _reached(self, node: Average) -> bool:
        weight, weighed = self.weighed(node)
        return weight > 0 and weighed >= self.needed(node) * weight

    def weighed(self, node: Average) -> tuple[Decimal, Decimal]:
        """The credits of the items that have the figure of an average, and the sum of figure times credits."""
        takes = taking(node.select)
        looked_at = self.items.values() if node.within is None else self._below(node.within)
        figures = [
            (item.credits, item.grade if node.of == "grade" else item.points) for item in looked_at if takes(item)
        ]
        weight = sum((credits_ for credits_, figure in figures if figure is not None), NOTHING)
        weighed = sum((credits_ * figure for credits_, figure in figures if figure is not None), NOTHING)
        return weight, weighed

    # What does the answer have to say?

    def answer(self, no_room: Collection[str], *, met_alone: bool) -> DegreeAnswer:
        """The degree's part of the answer. ``no_room``: uncounted items for which the shared limit has no room."""
        return DegreeAnswer(
            met=self.shortfall == 0,
            met_alone=met_alone,
            shortfall_ects=self.shortfall,
            requirements=self.outcomes,
            limits={
                limit.id: Used(used=self.used[limit.id], at_most=limit.at_most, by=self.used_by.get(limit.id))
                for limit in self.degree.limits
            },
            claims=self.claims,
            free={item: self._why_free(item) for item, place in self.claims.items() if place == FREE},
            not_counted={item: self._why_not(item, no_room) for item in self.items if item not in self.claims},
        )

    def _why_free(self, item: str) -> Because:
        """``full`` with the exclusive leaves that would take the item and do without it; else ``unselected``."""
        leaves = tuple(leaf.id for leaf in self.exclusive if self.may_serve(leaf.id, self.items[item]))
        return Because(because="full", of=leaves) if leaves else Because(because="unselected")

    def _why_not(self, item: str, no_room: Collection[str]) -> Because:
        """The first reason that holds.

        ``conferred``; ``excluded``; ``pinned``, where its pins leave no place; ``limit``, with all that counting it
        would break; ``shared_credits``; ``pinned`` again, where its leaf would lower a mean or a share. Without any, it
        stays out as in the ``previous`` answer, to move nothing.
        """
        pinned = self.pinned(item)
        if self.conferred is not None:
            return Because(because="conferred")
        if (None, item) in self.kept_out:
            return Because(because="excluded")
        if pinned and (len(pinned) > 1 or not self.may_serve(min(pinned), self.items[item])):
            return Because(because="pinned")
        place = min(pinned, default=FREE)
        broken = sorted(limit.id for limit in self.degree.limits if self._breaks(limit, self.items[item], place))
        if broken:
            return Because(because="limit", of=tuple(f"{self.degree.id}/{limit}" for limit in broken))
        if item in no_room:
            return Because(because="shared_credits")
        before = self.case.previous.get(self.degree.id, {}).get(item)
        return Because(because="pinned" if pinned and before != UNCOUNTED else "previous")

    def _breaks(self, limit: Limit, item: Held, place: str) -> bool:
        if not self.bounds[limit.id](item):
            return False
        if limit.within is not None and place not in self.reading.below[limit.within]:
            return False
        more = _measured(limit, [item])
        if limit.per is not None:
            used = self.used_by[limit.id]
            return any(used.get(value, NOTHING) + more > limit.at_most for value in values(item, limit.per))
        return self.used[limit.id] + more > limit.at_most

    def moved(self) -> Iterator[Moved]:
        """The items of the previous answer that still exist and whose place differs."""
        for item, origin in self.case.previous.get(self.degree.id, {}).items():
            place = self.claims.get(item, UNCOUNTED)
            if item in self.items and place != origin:
                yield Moved(degree=self.degree.id, item=item, origin=origin, to=place)


def _measured(limit: Limit, items: list[Held]) -> Decimal:
    """What items come to in the unit of a limit."""
    return Decimal(len(items)) if limit.unit is Unit.COURSES else total(items)


def total(items: Iterable[Held]) -> Decimal:
    """The credits of some items."""
    return sum([item.credits for item in items], NOTHING)
