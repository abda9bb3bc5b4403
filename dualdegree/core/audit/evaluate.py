"""What does an allocation amount to? Rules and places give an outcome for every node, limit, item and work."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from dualdegree.core.audit.answer import MET, UNMET, Because, DegreeAnswer, Moved, Outcome, Shared, Used
from dualdegree.core.audit.facts import FREE, UNCOUNTED, Case
from dualdegree.core.audit.problem.items import WorkKey, work_of, works_of
from dualdegree.core.audit.problem.posing import Posed, Side
from dualdegree.core.audit.problem.whole_numbers import OUT, Option
from dualdegree.core.audit.rules import (
    All,
    Average,
    Choose,
    Courses,
    Credits,
    Leaf,
    Limit,
    Milestone,
    Requirement,
    Unit,
)

ZERO = Decimal(0)


@lru_cache(maxsize=10_000)
def _credits(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


class Ledger:
    """One degree's items where they were put."""

    def __init__(self, posed: Posed, number: int, chosen: Sequence[Option]) -> None:
        self.posed, self.number = posed, number
        self.side: Side = posed.sides[number]
        self.statute = self.side.statute
        self.chosen = chosen
        got = [0] * len(posed.problem.demands)
        items: list[list[str]] = [[] for _ in got]
        used = [0] * len(posed.problem.caps)
        for item, option in zip(self.side.items, chosen, strict=True):
            for demand, amount in option.gives:
                got[demand] += amount
                items[demand].append(item.id)
            for cap, amount in option.uses:
                used[cap] += amount
        self.got, self.serving, self.used = got, items, used
        self.outcomes: dict[str, Outcome] = {}
        self.lack = self._lack(self.side.degree.requirements)

    def answer(self, sharing: "Sharing", *, met_alone: bool) -> DegreeAnswer:
        """The degree's part of the answer."""
        names = [self.side.name(option.place) for option in self.chosen]
        items = self.side.items
        return DegreeAnswer(
            met=self.lack == 0,
            met_alone=met_alone,
            shortfall_ects=self.posed.rulebook.quantum * self.lack,
            requirements={node: self.outcomes[node] for node in self.statute.nodes},
            limits={limit.id: self._used(limit) for limit in self.statute.limits},
            claims={item.id: name for item, name in zip(items, names, strict=True) if name != UNCOUNTED},
            free={item.id: self._why_free(n) for n, item in enumerate(items) if names[n] == FREE},
            not_counted={item.id: self._why_not(n, sharing) for n, item in enumerate(items) if names[n] == UNCOUNTED},
        )

    def moves(self) -> list[Moved]:
        """The items of the previous answer that still exist and are placed elsewhere now."""
        previous = self.side.previous
        if not previous:
            return []
        return [
            Moved(degree=self.side.degree.id, item=item.id, origin=previous[item.id], to=name)
            for item, option in zip(self.side.items, self.chosen, strict=True)
            if item.id in previous and previous[item.id] != (name := self.side.name(option.place))
        ]

    def _lack(self, node: Requirement) -> int:
        """What a node lacks in quanta; every node at or below it gets its outcome on the way."""
        match node:
            case All(parts=parts):
                lack = sum([self._lack(part) for part in parts])
            case Choose(parts=parts):
                lack = sum(sorted([self._lack(part) for part in parts])[: int(self.side.needed(node))])
            case Credits() | Courses():
                lack = self._leaf_lacks(node)
            case Milestone() | Average():
                lack = 0 if self.side.settled[node.id] else self.posed.rulebook.one_ects
        if node.id in self.side.relief.waived:
            lack = 0
        if node.id not in self.outcomes:
            self.outcomes[node.id] = UNMET if lack else MET
        return lack

    def _leaf_lacks(self, leaf: Leaf) -> int:
        number = self.statute.demand_of[leaf.id]
        demand, got = self.posed.problem.demands[number], self.got[number]
        lack = (demand.need - got) * demand.weight if got < demand.need else 0
        self.outcomes[leaf.id] = Outcome(
            not lack or leaf.id in self.side.relief.waived,
            _credits(got) if isinstance(leaf, Credits) else Decimal(got),
            self.side.needed(leaf),
            tuple(self.serving[number]),
        )
        return lack

    def _used(self, limit: Limit) -> Used:
        used = self.used[self.statute.cap_of[limit.id]]
        return Used(used=Decimal(used) if limit.unit is Unit.COURSES else _credits(used), at_most=limit.at_most)

    def _why_free(self, position: int) -> Because:
        """Why a counted item serves no requirement."""
        bits = self.side.selected[position]
        leaves = tuple([leaf.id for leaf in self.statute.exclusive if bits & self.statute.bit_of[leaf.id]])
        return Because(because="full", of=leaves) if leaves else Because(because="unselected")

    def _why_not(self, position: int, sharing: "Sharing") -> Because:
        """Why an item is not counted: the first reason that holds.

        Without any it stays out as in the previous answer, to move nothing.
        """
        item, bits = self.side.items[position], self.side.selected[position]
        if self.side.claims is not None:
            return Because(because="conferred")
        if item.id in self.side.relief.excluded:
            return Because(because="excluded")
        place = self.statute.free
        if (pins := self.side.relief.pins.get(item.id)) is not None:
            if not (places := self.side.pinned_to(bits, pins)):
                return Because(because="pinned")
            place = places[0]
        if broken := self._broken(position, place):
            return Because(because="limit", of=tuple([f"{self.side.degree.id}/{limit}" for limit in broken]))
        return Because(because="shared_credits" if sharing.has_no_room(self.number, position) else "previous")

    def _broken(self, position: int, place: int) -> list[str]:
        """The limits that counting the item there would break."""
        bits, statute = self.side.selected[position], self.statute
        size = int(self.side.items[position].credits.scaleb(2))
        return [
            limit.id
            for limit in statute.limits
            if bits & statute.limit_bit_of[limit.id]
            and statute.reaches(limit, place)
            and self.used[statute.cap_of[limit.id]] + (1 if limit.unit is Unit.COURSES else size) > statute.cap(limit)
        ]


class Sharing:
    """The works that are counted in both degrees."""

    def __init__(self, case: Case, sides: Sequence[Side], chosen: Sequence[Sequence[Option]]) -> None:
        self.limit = case.shared_credits
        self.sides = sides
        self.native: list[set[WorkKey]] = []
        self.all: list[set[WorkKey]] = []
        for side, own in zip(sides, chosen, strict=True):
            counted = [item for item, option in zip(side.items, own, strict=True) if option.place != OUT]
            self.native.append({work_of(attempt) for item in counted if item.native for attempt in item.rests_on})
            self.all.append({work_of(attempt) for item in counted for attempt in item.rests_on})
        self.keys: set[WorkKey] = set()
        if len(sides) == 2:
            self.keys = (self.native[0] & self.all[1]) | (self.native[1] & self.all[0])
        self.case = case
        self.works = dict(works_of(case, self.keys))
        self.ects = self._limited(self.keys)

    def _is_exempt(self, key: WorkKey) -> bool:
        return self.limit is not None and not self.works[key].tags.isdisjoint(self.limit.exempt_tags)

    def _limited(self, keys: set[WorkKey]) -> Decimal:
        """What works total against the limit."""
        unknown = keys - self.works.keys()
        if unknown:
            self.works.update(works_of(self.case, unknown))
        return sum([self.works[key].ects for key in keys if not self._is_exempt(key)], ZERO)

    def answer(self) -> Shared:
        """The shared works as the answer lists them."""
        exempt = {key for key in self.keys if self._is_exempt(key)}
        return Shared(
            ects=self.ects,
            at_most=None if self.limit is None else self.limit.at_most,
            works=tuple(sorted([key[1] for key in self.keys - exempt])),
            exempt=tuple(sorted([key[1] for key in exempt])),
        )

    def has_no_room(self, number: int, position: int) -> bool:
        """Whether counting one more item of that degree would share more than may be."""
        if self.limit is None or len(self.sides) < 2:
            return False
        item = self.sides[number].items[position]
        partners = (self.all if item.native else self.native)[1 - number]
        more = ({work_of(attempt) for attempt in item.rests_on} & partners) - self.keys
        return self.ects + self._limited(more) > self.limit.at_most


def chosen_options(posed: Posed, choice: Sequence[int]) -> list[list[Option]]:
    """By degree, the options that a choice names."""
    chosen: list[list[Option]] = [[] for _ in posed.sides]
    for piece, index in zip(posed.problem.pieces, choice, strict=True):
        chosen[piece.degree].append(piece.options[index])
    return chosen
