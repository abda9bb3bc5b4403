"""What does an allocation amount to? Rules and places give an outcome for every node, limit, item and work."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from dualdegree.core.audit.answer import MET, UNMET, Because, DegreeAnswer, Moved, Outcome, Shared, Used
from dualdegree.core.audit.facts import FREE, UNCOUNTED, Case
from dualdegree.core.audit.problem.deductions import Portion, added_by, taken_off
from dualdegree.core.audit.problem.items import WorkKey, work_of, works_of
from dualdegree.core.audit.problem.posing import Posed, Side
from dualdegree.core.audit.problem.rulebook import SHARE_UNITS
from dualdegree.core.audit.problem.values import values_of
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


def _in_shares(units: int) -> Decimal:
    return Decimal(units).scaleb(-2) / SHARE_UNITS


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
        self.shares: dict[int, int] = {}
        """By demand that is a percentage of what is there, what it comes to."""
        if self.side.tallies is not None:
            added = added_by(option.adds for option in chosen)
            for deduction in self.side.tallies.deductions:
                if isinstance(deduction, Portion):
                    self.shares[deduction.demand] = taken_off(deduction, added)
                else:
                    got[deduction.demand] -= taken_off(deduction, added)
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
                lack = 0 if self._is_reached(node) else self.posed.rulebook.one_ects
        if node.id in self.side.relief.waived:
            lack = 0
        if node.id not in self.outcomes:
            self.outcomes[node.id] = UNMET if lack else MET
        return lack

    def _is_reached(self, node: Milestone | Average) -> bool:
        if (demand := self.statute.demand_of.get(node.id)) is not None:
            return self.got[demand] >= 0
        return self.side.settled[node.id]

    def _leaf_lacks(self, leaf: Leaf) -> int:
        number = self.statute.demand_of[leaf.id]
        demand, got = self.posed.problem.demands[number], self.got[number]
        need = demand.need + self.shares.get(number, 0)
        lack = (need - got) * demand.weight if got < need else 0
        is_share = number in self.shares
        self.outcomes[leaf.id] = Outcome(
            not lack or leaf.id in self.side.relief.waived,
            _in_shares(got) if is_share else _credits(got) if isinstance(leaf, Credits) else Decimal(got),
            _in_shares(need) if is_share else self.side.needed(leaf),
            tuple(self.serving[number]),
        )
        return lack

    def _used(self, limit: Limit) -> Used:
        def figure(used: int) -> Decimal:
            return Decimal(used) if limit.unit is Unit.COURSES else _credits(used)

        if limit.per is None or self.side.tallies is None:
            return Used(used=figure(self.used[self.statute.cap_of[limit.id]]), at_most=limit.at_most)
        by = {value: figure(used) for value, used in self.side.tallies.used_by(limit, self.chosen).items()}
        return Used(used=max(by.values(), default=ZERO), at_most=limit.at_most, by=by)

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
        if sharing.has_no_room(self.number, position):
            return Because(because="shared_credits")
        # Where it is pinned it can lower a mean or a share; nothing else keeps an item out for what it would do.
        stays_out = pins is None or self.side.previous.get(item.id) == UNCOUNTED
        return Because(because="previous" if stays_out else "pinned")

    def _broken(self, position: int, place: int) -> list[str]:
        """The limits that counting the item there would break."""
        bits, statute = self.side.selected[position], self.statute
        return [
            limit.id
            for limit in statute.limits
            if bits & statute.limit_bit_of[limit.id]
            and statute.reaches(limit, place)
            and self._has_no_room(limit, position)
        ]

    def _has_no_room(self, limit: Limit, position: int) -> bool:
        item = self.side.items[position]
        more = 1 if limit.unit is Unit.COURSES else int(item.credits.scaleb(2))
        caps = [self.statute.cap_of[limit.id]]
        if limit.per is not None and self.side.tallies is not None:
            caps = [self.side.tallies.cap_of[limit.id, value] for value in values_of(item, limit.per)]
        return any(self.used[cap] + more > self.statute.cap(limit) for cap in caps)


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
