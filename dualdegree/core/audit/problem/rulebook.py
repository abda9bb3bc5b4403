"""What do both degrees' rules come to in whole numbers? Compiled once, and used for every student under them.

Credits are counted in hundredths. ECTS are counted in *quanta*, the largest figure that divides whatever a unit of any
rule can lack, so that every shortfall is a whole number of them.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import gcd

from dualdegree.core.audit.problem.selection import Bits, Index
from dualdegree.core.audit.problem.whole_numbers import OUT, Demand, Lack, Option, Options
from dualdegree.core.audit.rules import (
    All,
    Average,
    Ceiling,
    Courses,
    Credits,
    Degree,
    Leaf,
    Limit,
    Milestone,
    Requirement,
    Unit,
    nodes,
)
from dualdegree.core.kept import Kept

REMEMBERED = 20_000
"""How many kinds of item one degree remembers the options of; beyond, it starts afresh."""


SHARE_UNITS = 10_000
"""Of a demand that is a percentage, a hundredth of a credit has so many units, so that percentages are whole."""


def hundredths(credits_: Decimal) -> int:
    """Credits as a whole number of hundredths; what is finer is cut off."""
    return int(credits_.scaleb(2))


class Statute:
    """One degree's rules. Leaves and limits are in the order of their ids, nodes in the order of the file."""

    def __init__(self, degree: Degree, first_demand: int, first_cap: int) -> None:
        self.degree = degree
        self.nodes: dict[str, Requirement] = {node.id: node for node in nodes(degree.requirements)}
        leaves = sorted((n for n in self.nodes.values() if isinstance(n, Credits | Courses)), key=lambda leaf: leaf.id)
        self.exclusive: tuple[Leaf, ...] = tuple(leaf for leaf in leaves if not leaf.overlay)
        self.overlays: tuple[Leaf, ...] = tuple(leaf for leaf in leaves if leaf.overlay)
        self.limits: tuple[Limit, ...] = tuple(sorted(degree.limits, key=lambda limit: limit.id))
        self.averages = tuple(node for node in self.nodes.values() if isinstance(node, Average))
        self.means = tuple(sorted((n for n in self.averages if n.within is not None), key=lambda node: node.id))
        """Averages of what is put below a node."""
        self.settled = tuple(
            node for node in self.nodes.values() if isinstance(node, Milestone | Average) and node not in self.means
        )
        """What no placing of items touches."""
        self.shares = tuple(n for n in self.overlays if isinstance(n, Credits) and n.at_least_percent is not None)
        asking = (*self.exclusive, *self.overlays, *self.means)
        self.first_demand = first_demand
        self.demand_of = {node.id: first_demand + n for n, node in enumerate(asking)}
        self.cap_of = {limit.id: first_cap + n for n, limit in enumerate(self.limits)}
        self.free = len(self.exclusive)
        self.place_of = {leaf.id: place for place, leaf in enumerate(self.exclusive)}
        rules = (*self.exclusive, *self.overlays, *self.limits, *self.averages)
        ceilings = [(leaf.id, ceiling) for leaf in self.overlays for ceiling in leaf.at_most_from]
        self.index = Index([rule.select for rule in rules] + [ceiling.select for _, ceiling in ceilings])
        self.bit_of = {rule.id: 1 << n for n, rule in enumerate((*self.exclusive, *self.overlays))}
        first_limit = len(self.bit_of)
        self.limit_bit_of = {limit.id: 1 << first_limit + n for n, limit in enumerate(self.limits)}
        first_average = first_limit + len(self.limits)
        self.average_bit_of = {node.id: 1 << first_average + n for n, node in enumerate(self.averages)}
        self.ceiling_bits_of: dict[str, list[Bits]] = {}
        """By overlay, the bits of what it adds no more than so much of."""
        for number, (leaf, _) in enumerate(ceilings, start=len(rules)):
            self.ceiling_bits_of.setdefault(leaf, []).append(1 << number)
        self.is_tallied = bool(
            self.means
            or self.shares
            or ceilings
            or any(limit.per is not None for limit in self.limits)
            or any(isinstance(leaf, Courses) and leaf.distinct is not None for leaf in leaves)
        )
        """Whether any rule counts otherwise than by adding up."""
        looking = (*self.overlays, *self.limits, *self.means)
        self.below = {rule.within: self._below(rule.within) for rule in looking if rule.within}
        self.ects_of_hundredth = 0
        self.asked = {
            node.id: Decimal((None if isinstance(node, All) else node.at_least) or 0) for node in self.nodes.values()
        }
        """What each node asks for; 0 for a milestone without a value."""
        self.demands: tuple[Demand, ...] = ()
        """What the leaves ask for, in the order of their demands; where nothing is reduced."""
        self.lacks: dict[tuple[bool, ...], dict[str, Lack]] = {}
        """By which of what is settled is met, what nodes lack; where nothing is waived or reduced."""
        self._options: dict[tuple[Bits, int, tuple[int, ...] | None], Options] = {}

    def _below(self, node: str) -> frozenset[int]:
        """The places at or below a node."""
        return frozenset(self.place_of[n.id] for n in nodes(self.nodes[node]) if n.id in self.place_of)

    def limit(self, id_: str) -> Limit:
        """The limit of that id."""
        return next(limit for limit in self.limits if limit.id == id_)

    def leaf_at(self, demand: int) -> Leaf:
        """The leaf that asks for a demand."""
        at = demand - self.first_demand
        return self.exclusive[at] if at < self.free else self.overlays[at - self.free]

    def reaches(self, rule: Leaf | Limit | Average, place: int) -> bool:
        """Whether an overlay, a limit or an average looks at what is put there."""
        return rule.within is None or place in self.below[rule.within]

    def options(self, bits: Bits, size: int, places: tuple[int, ...] | None = None) -> Options:
        """The options of an item of so many hundredths that these rules select.

        ``places`` says where it may go, where that does not follow from what selects it.
        """
        key = bits, size, places
        options = self._options.get(key)
        if options is None:
            if len(self._options) >= REMEMBERED:
                self._options.clear()
            options = self._options[key] = self._worked_out(
                bits, size, self._places(bits) if places is None else places
            )
        return options

    def _places(self, bits: Bits) -> tuple[int, ...]:
        return (*(place for place in range(self.free) if bits >> place & 1), self.free, OUT)

    def _worked_out(self, bits: Bits, size: int, places: Sequence[int]) -> Options:
        first = self.demand_of[self.exclusive[0].id] if self.exclusive else 0
        overlays = [
            (self.demand_of[leaf.id], _amount(leaf, size), self.below.get(leaf.within or ""))
            for leaf in self.overlays
            if bits & self.bit_of[leaf.id]
        ]
        limits = [
            (self.cap_of[limit.id], amount, self.below.get(limit.within or ""))
            for limit in self.limits
            if bits & self.limit_bit_of[limit.id] and (amount := 1 if limit.unit is Unit.COURSES else size)
        ]
        options = []
        for index, place in enumerate(places):
            if place == OUT:
                options.append(Option(index, OUT, -1, 0, (), ()))
                continue
            leaf = first + place if place < self.free else -1
            gives = [(demand, amount) for demand, amount, below in overlays if below is None or place in below]
            if leaf >= 0:
                gives.insert(0, (leaf, _amount(self.exclusive[place], size)))
            uses = tuple([(cap, amount) for cap, amount, below in limits if below is None or place in below])
            options.append(Option(index, place, leaf, size * self.ects_of_hundredth, tuple(gives), uses))
        return Options(options)

    def need(self, leaf: Leaf, asked: Decimal) -> int:
        """So much of what a leaf counts in whole numbers: hundredths or courses."""
        if isinstance(leaf, Credits):
            return 0 if leaf.at_least_percent is not None else hundredths(asked)
        return int(asked)

    def most(self, leaf: Leaf, ceiling: Ceiling) -> int:
        """The same of what a leaf adds at most."""
        return int(ceiling.at_most) if isinstance(leaf, Courses) else hundredths(ceiling.at_most) * _units(leaf)

    def cap(self, limit: Limit) -> int:
        """How much a limit allows, in hundredths or courses."""
        return int(limit.at_most) if limit.unit is Unit.COURSES else hundredths(limit.at_most)


class Rulebook:
    """The rules of one degree, or of both in the order of their ids."""

    def __init__(self, degrees: Sequence[Degree]) -> None:
        self.degrees = tuple(degrees)
        statutes: list[Statute] = []
        demands = caps = 0
        for degree in degrees:
            statute = Statute(degree, demands, caps)
            statutes.append(statute)
            demands += len(statute.demand_of)
            caps += len(statute.cap_of)
        self.statutes = tuple(statutes)
        self.quantum = _common(Decimal(1), *self._weights())
        self.one_ects = int(1 / self.quantum)
        for statute in statutes:
            statute.ects_of_hundredth = int(statute.degree.ects_per_credit.scaleb(-2) / self.quantum)
            leaves = [
                Demand(statute.need(leaf, statute.asked[leaf.id]), self._weight(statute, leaf))
                for leaf in (*statute.exclusive, *statute.overlays)
            ]
            # A mean asks for nothing by itself: where it is not reached, one comes off.
            statute.demands = (*leaves, *[Demand(0, self.one_ects) for _ in statute.means])

    def _weights(self) -> Iterator[Decimal]:
        for statute in self.statutes:
            yield statute.degree.ects_per_credit.scaleb(-2) / (SHARE_UNITS if statute.shares else 1)
            for leaf in (*statute.exclusive, *statute.overlays):
                if isinstance(leaf, Courses):
                    yield leaf.credits_each * statute.degree.ects_per_credit

    def _weight(self, statute: Statute, leaf: Leaf) -> int:
        """What a missing hundredth, or course, lacks; in quanta."""
        if isinstance(leaf, Credits):
            return statute.ects_of_hundredth // _units(leaf)
        return int(leaf.credits_each * statute.degree.ects_per_credit / self.quantum)


def _amount(leaf: Leaf, size: int) -> int:
    """What an item of so many hundredths is for a leaf, in what the leaf counts."""
    return 1 if isinstance(leaf, Courses) else size * _units(leaf)


def _units(leaf: Credits) -> int:
    """How many units of its demand a hundredth of a credit is."""
    return 1 if leaf.at_least_percent is None else SHARE_UNITS


def _common(*values: Decimal) -> Decimal:
    """The largest figure of which all are whole multiples."""
    places = max(max(0, -int(value.as_tuple().exponent)) for value in values)
    return Decimal(gcd(*(int(value.scaleb(places)) for value in values))).scaleb(-places)


_KNOWN: Kept[Degree, Rulebook] = Kept(Rulebook)


def rulebook_of(degrees: Sequence[Degree]) -> Rulebook:
    """The rulebook of these very degrees; values that are read once and used for many students compile once."""
    return _KNOWN.value(*sorted(degrees, key=lambda degree: degree.id))
