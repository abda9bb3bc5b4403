"""What do rules that count otherwise than by adding up look at? Values, shares and means of one student's items.

Only for degrees that have such rules: each option of an item is written anew with what it adds to tallies, and with
what it uses of the caps that a limit has for each value apart.
"""

from collections.abc import Iterator, Sequence
from math import gcd

from dualdegree.core.audit.problem.deductions import Amounts, BlockMean, Ceilings, Deduction, Once, Portion
from dualdegree.core.audit.problem.selected_items import SelectedItems
from dualdegree.core.audit.problem.values import values_of
from dualdegree.core.audit.problem.whole_numbers import OUT, Option, Options
from dualdegree.core.audit.rules import Average, Courses, Credits, Limit, Unit

PER_PERCENT = 100
"""A percentage, which has two places at most, is a whole number of these."""


class Tallies:
    """One degree's tallies and further caps, numbered on from what is there already."""

    def __init__(self, side: SelectedItems, first_cap: int, first_tally: int) -> None:
        self.side, self.statute = side, side.statute
        self.cap_of: dict[tuple[str, str], int] = {}
        """(limit, value) → cap."""
        self.tally_of: dict[tuple[str, str], int] = {}
        """(node, value or another name) → tally."""
        self.caps: list[int | None] = []
        self.deductions: list[Deduction] = []
        self._first_cap, self._first_tally = first_cap, first_tally
        for limit in self.statute.limits:
            if limit.per is not None:
                self._cap_each(limit, limit.per)
        for leaf in (*self.statute.exclusive, *self.statute.overlays):
            self._deduct(leaf)
        self._surplus = {node.id: self._surpluses(node) for node in self.statute.means}
        for node in self.statute.means:
            demand = self.statute.demand_of[node.id]
            self.deductions.append(BlockMean(demand, self._tally(node.id, "surplus"), self._tally(node.id, "weight")))
        self._known: dict[tuple[object, ...], Options] = {}

    def _tally(self, node: str, name: str) -> int:
        return self.tally_of.setdefault((node, name), self._first_tally + len(self.tally_of))

    def _values(self, kind: str) -> list[str]:
        return sorted({value for item in self.side.items for value in values_of(item, kind)})

    def _cap_each(self, limit: Limit, kind: str) -> None:
        most = None if self.side.claims is not None else self.statute.cap(limit)
        for value in self._values(kind):
            self.cap_of[limit.id, value] = self._first_cap + len(self.caps)
            self.caps.append(most)

    def _deduct(self, leaf: Credits | Courses) -> None:
        demand = self.statute.demand_of[leaf.id]
        if isinstance(leaf, Courses) and leaf.distinct is not None:
            values = self._values(leaf.distinct)
            self.deductions.append(Once(demand, tuple([self._tally(leaf.id, value) for value in values])))
        if leaf.at_most_from:
            most = [self.statute.most(leaf, ceiling) for ceiling in leaf.at_most_from]
            held = tuple([(self._tally(leaf.id, str(number)), limit) for number, limit in enumerate(most)])
            self.deductions.append(Ceilings(demand, held))
        if isinstance(leaf, Credits) and leaf.at_least_percent is not None:
            self.deductions.append(Portion(demand, self._tally(leaf.id, "share")))

    def _surpluses(self, node: Average) -> list[int | None]:
        """By item, how far it lifts the mean above what is asked for, in a unit of its own; ``None``: no figure."""
        needed = self.side.needed(node)
        figures = [item.points if node.of == "points" else item.grade for item in self.side.items]
        lifts = [
            None if figure is None else (figure - needed) * item.credits
            for item, figure in zip(self.side.items, figures, strict=True)
        ]
        places = max((max(0, -int(lift.as_tuple().exponent)) for lift in lifts if lift is not None), default=0)
        whole = [None if lift is None else int(lift.scaleb(places)) for lift in lifts]
        unit = gcd(*[lift for lift in whole if lift is not None]) or 1
        return [None if lift is None else lift // unit for lift in whole]

    def caps_of(self, limit: str) -> list[int]:
        """The caps that a limit has."""
        return [cap for (name, _), cap in self.cap_of.items() if name == limit]

    def used_by(self, limit: Limit, chosen: Sequence[Option]) -> dict[str, int]:
        """By value, what of a limit that holds for each apart is used."""
        used: dict[str, int] = {}
        for position, option in enumerate(chosen):
            if option.place != OUT and self._is_bound(limit, position, option.place):
                for value in values_of(self.side.items[position], limit.per or ""):
                    used[value] = used.get(value, 0) + self._amount(limit, position)
        return dict(sorted(used.items()))

    def _is_bound(self, limit: Limit, position: int, place: int) -> bool:
        statute = self.statute
        return bool(self.side.selected[position] & statute.limit_bit_of[limit.id]) and statute.reaches(limit, place)

    def _amount(self, limit: Limit, position: int) -> int:
        return 1 if limit.unit is Unit.COURSES else int(self.side.items[position].credits.scaleb(2))

    def options(self, position: int, options: Options) -> Options:
        """The same options with what they add and use besides."""
        bare = [self._option(position, option) for option in options]
        key = tuple([(option.place, option.gives, option.uses, option.adds, option.ects) for option in bare])
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Options(bare)
        return known

    def _option(self, position: int, option: Option) -> Option:
        if option.place == OUT:
            return option
        gives: list[tuple[int, int]] = []
        adds: list[tuple[int, int]] = []
        for demand, amount in option.gives:
            gives.append((demand, self._given(position, demand, amount)))
            adds += self._added(position, demand, amount)
        adds += self._shares(position, option.place)
        adds += self._weighed(position, option.place)
        uses = (*option.uses, *self._used(position, option.place))
        return Option(option.index, option.place, option.leaf, option.ects, tuple(gives), uses, tuple(adds))

    def _given(self, position: int, demand: int, amount: int) -> int:
        leaf = self.statute.leaf_at(demand)
        if isinstance(leaf, Courses) and leaf.distinct is not None:
            return len(values_of(self.side.items[position], leaf.distinct))
        return amount

    def _added(self, position: int, demand: int, amount: int) -> Iterator[tuple[int, int]]:
        leaf = self.statute.leaf_at(demand)
        if isinstance(leaf, Courses) and leaf.distinct is not None:
            for value in values_of(self.side.items[position], leaf.distinct):
                yield self.tally_of[leaf.id, value], 1
        if leaf.at_most_from and amount:
            bits = self.side.selected[position]
            for number, bit in enumerate(self.statute.ceiling_bits_of[leaf.id]):
                if bits & bit:
                    yield self.tally_of[leaf.id, str(number)], amount
                    return

    def _shares(self, position: int, place: int) -> Iterator[tuple[int, int]]:
        size = int(self.side.items[position].credits.scaleb(2))
        for leaf in self.statute.shares:
            if size and self.statute.reaches(leaf, place):
                yield self.tally_of[leaf.id, "share"], size * int(self.side.share(leaf) * PER_PERCENT)

    def _weighed(self, position: int, place: int) -> Amounts:
        adds: list[tuple[int, int]] = []
        size = int(self.side.items[position].credits.scaleb(2))
        for node in self.statute.means:
            lift = self._surplus[node.id][position]
            is_selected = self.side.selected[position] & self.statute.average_bit_of[node.id]
            if lift is not None and size and is_selected and self.statute.reaches(node, place):
                adds += [(self.tally_of[node.id, "surplus"], lift), (self.tally_of[node.id, "weight"], size)]
        return tuple(adds)

    def _used(self, position: int, place: int) -> Amounts:
        return tuple(
            (self.cap_of[limit.id, value], amount)
            for limit in self.statute.limits
            if limit.per is not None and self._is_bound(limit, position, place)
            for value in values_of(self.side.items[position], limit.per)
            if (amount := self._amount(limit, position))
        )
