"""How does a case become a problem in whole numbers?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import gcd

from dualdegree.core.audit.facts import FREE, UNCOUNTED, Case
from dualdegree.core.audit.items import WorkKey, works_of
from dualdegree.core.audit.problem import OUT, Amounts, Constant, Demand, Lack, Least, Of, Option, Piece, Problem, Sum
from dualdegree.core.audit.problem import Work as SharedWork
from dualdegree.core.audit.rules import All, Average, Choose, Courses, Credits, Milestone, Requirement, Unit
from dualdegree.core.audit.sides import Mask, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the rules that could block: a node, a limit or the shared limit (``node`` and ``limit`` both ``None``)."""

    side: int | None = None
    node: str | None = None
    limit: str | None = None
    index: int = 0
    """Of the limit's cap in the problem."""
    lack: Lack | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """A problem and the way back: what its whole numbers mean."""

    sides: tuple[Side, ...]
    problem: Problem
    quantum: Decimal
    """ECTS per unit of lack."""
    members: tuple[Member, ...]
    offsets: tuple[int, ...]
    """By side, the index of its first piece."""

    def places(self, choice: Sequence[int]) -> tuple[dict[str, str], ...]:
        """By side, item → leaf id, ``free`` or ``uncounted``."""
        named: tuple[dict[str, str], ...] = tuple({} for _ in self.sides)
        for piece, index in zip(self.problem.pieces, choice, strict=True):
            named[piece.degree][piece.id] = place_name(self.sides[piece.degree], piece.options[index].place)
        return named

    def restricted(self, members: Iterable[Member]) -> Problem:
        """The problem with only those members: nothing else is asked for, no other limit binds."""
        kept = list(members)
        caps = {member.index for member in kept if member.limit is not None}
        lacks = tuple(
            Sum(tuple(member.lack for member in kept if member.lack is not None and member.side == number))
            for number in range(len(self.sides))
        )
        return replace(
            self.problem,
            lacks=lacks,
            caps=tuple(cap if index in caps else None for index, cap in enumerate(self.problem.caps)),
            shared_cap=self.problem.shared_cap if any(m.side is None for m in kept) else None,
        )


def place_name(side: Side, place: int) -> str:
    """The word for a place."""
    if place == OUT:
        return UNCOUNTED
    return FREE if place == len(side.exclusive) else side.exclusive[place].id


def pose(case: Case, sides: tuple[Side, ...]) -> Posed:
    """The case as a problem."""
    units = [_unit_of(side) for side in sides]
    quantum = _common([Decimal(1), *(w for side, unit in zip(sides, units, strict=True) for w in _weights(side, unit))])
    pieces: list[Piece] = []
    demands: list[Demand] = []
    caps: list[int | None] = []
    members: list[Member] = []
    lacks: list[Lack] = []
    offsets = []
    for number, (side, unit) in enumerate(zip(sides, units, strict=True)):
        offsets.append(len(pieces))
        posing = _Posing(side, number, unit=unit, quantum=quantum, before=(len(demands), len(caps)))
        pieces.extend(posing.pieces())
        demands.extend(posing.demands())
        caps.extend(posing.caps())
        lacks.append(posing.lack(side.degree.requirements))
        members.extend(posing.members())
    works, cap = _shared(case, sides, offsets)
    if cap is not None:
        members.append(Member())
    problem = Problem(tuple(pieces), tuple(demands), tuple(caps), tuple(lacks), works, cap)
    return Posed(sides=sides, problem=problem, quantum=quantum, members=tuple(members), offsets=tuple(offsets))


class _Posing:
    """One side's part of the problem."""

    def __init__(self, side: Side, number: int, *, unit: Decimal, quantum: Decimal, before: tuple[int, int]) -> None:
        self.side, self.number, self.unit, self.quantum = side, number, unit, quantum
        self.leaves = (*side.exclusive, *side.overlays)
        self.demand_at = {leaf.id: before[0] + rank for rank, leaf in enumerate(self.leaves)}
        self.cap_at = {limit.id: before[1] + rank for rank, limit in enumerate(side.limits)}

    def demands(self) -> Iterable[Demand]:
        for leaf in self.leaves:
            needed = self.side.needed(leaf)
            match leaf:
                case Credits():
                    weight = self.unit * self.side.degree.ects_per_credit
                    yield Demand(int(needed / self.unit), int(weight / self.quantum))
                case Courses():
                    weight = leaf.credits_each * self.side.degree.ects_per_credit
                    yield Demand(int(needed), int(weight / self.quantum))

    def caps(self) -> Iterable[int]:
        for limit in self.side.limits:
            yield int(limit.at_most // self.unit) if limit.unit is Unit.CREDITS else int(limit.at_most)

    def members(self) -> Iterable[Member]:
        for node in _maximal(self.side.degree.requirements, self.side):
            yield Member(side=self.number, node=node.id, lack=self.lack(node))
        for limit in self.side.limits:
            yield Member(side=self.number, limit=limit.id, index=self.cap_at[limit.id])

    def lack(self, node: Requirement) -> Lack:
        if node.id in self.side.relief.waived:
            return Constant(0)
        match node:
            case All(parts=parts):
                return Sum(tuple(self.lack(part) for part in parts))
            case Choose(parts=parts):
                return Least(int(self.side.needed(node)), tuple(self.lack(part) for part in parts))
            case Credits() | Courses():
                return Of(self.demand_at[node.id])
            case Milestone() | Average():
                return Constant(0 if self.side.settled[node.id] else int(1 / self.quantum))

    def pieces(self) -> Iterable[Piece]:
        free = len(self.side.exclusive)
        within = {rule.id: self._ranks(rule.within) for rule in (*self.side.overlays, *self.side.limits) if rule.within}
        for position, item in enumerate(self.side.items):
            size = int(item.credits / self.unit)
            ects = int(item.credits * self.side.degree.ects_per_credit / self.quantum)
            options = []
            for place in self._places(position):
                counted = place != OUT
                before = self.side.previous.get(item.id)
                options.append(
                    Option(
                        place,
                        self.demand_at[self.leaves[place].id] if place < free else -1,
                        int(before is not None and before != place_name(self.side, place)),
                        ects if counted else 0,
                        self._gives(position, size, place, within) if counted else (),
                        self._uses(position, size, place, within) if counted else (),
                    )
                )
            yield Piece(self.number, item.id, tuple(options))

    def _ranks(self, node: str) -> frozenset[int]:
        below = self.side.below(node)
        return frozenset(rank for rank, leaf in enumerate(self.side.exclusive) if leaf.id in below)

    def _places(self, position: int) -> Sequence[int]:
        item = self.side.items[position]
        free = len(self.side.exclusive)
        if self.side.claims is not None:
            claim = self.side.claims.get(item.id)
            names = [leaf.id for leaf in self.side.exclusive] + [FREE]
            return [names.index(claim)] if claim in names else [OUT]
        if item.id in self.side.relief.excluded:
            return [OUT]
        leaves = self.side.open_leaves(position)
        return [*leaves, OUT] if item.id in self.side.relief.pins else [*leaves, free, OUT]

    def _gives(self, position: int, size: int, place: int, within: Mapping[str, frozenset[int]]) -> Amounts:
        given = []
        if place < len(self.side.exclusive):
            leaf = self.side.exclusive[place]
            given.append((self.demand_at[leaf.id], 1 if isinstance(leaf, Courses) else size))
        given.extend(
            (self.demand_at[leaf.id], 1 if isinstance(leaf, Courses) else size)
            for leaf in self.side.overlays
            if self._reaches(self.side.serves[leaf.id], position, place, within.get(leaf.id))
        )
        return tuple(given)

    def _uses(self, position: int, size: int, place: int, within: Mapping[str, frozenset[int]]) -> Amounts:
        used = [
            (self.cap_at[limit.id], 1 if limit.unit is Unit.COURSES else size)
            for limit in self.side.limits
            if self._reaches(self.side.bound[limit.id], position, place, within.get(limit.id))
        ]
        return tuple((cap, amount) for cap, amount in used if amount)

    @staticmethod
    def _reaches(mask: Mask, position: int, place: int, ranks: frozenset[int] | None) -> bool:
        return bool(mask >> position & 1) and (ranks is None or place in ranks)


def _maximal(node: Requirement, side: Side) -> Iterable[Requirement]:
    if node.id in side.relief.waived:
        return
    if isinstance(node, All):
        for part in node.parts:
            yield from _maximal(part, side)
    else:
        yield node


def _unit_of(side: Side) -> Decimal:
    asked = [side.needed(leaf) for leaf in (*side.exclusive, *side.overlays) if isinstance(leaf, Credits)]
    return _common([*(item.credits for item in side.items), *asked])


def _weights(side: Side, unit: Decimal) -> Iterable[Decimal]:
    ratio = side.degree.ects_per_credit
    yield unit * ratio
    for leaf in (*side.exclusive, *side.overlays):
        if isinstance(leaf, Courses):
            yield leaf.credits_each * ratio


def _common(values: Sequence[Decimal]) -> Decimal:
    """The largest figure of which all are whole multiples; 1 if all are 0."""
    places = max((max(0, -int(value.as_tuple().exponent)) for value in values), default=0)
    return Decimal(gcd(*(int(value.scaleb(places)) for value in values)) or 10**places).scaleb(-places)


def _shared(case: Case, sides: tuple[Side, ...], offsets: Sequence[int]) -> tuple[tuple[SharedWork, ...], int | None]:
    """The works that both degrees could count, and the most that they may total, in a unit of their own.

    Where both degrees are conferred nothing is left to limit.
    """
    if case.shared_credits is None or len(sides) < 2 or all(side.claims is not None for side in sides):
        return (), None
    native: dict[WorkKey, tuple[list[int], list[int]]] = {}
    granted: dict[WorkKey, tuple[list[int], list[int]]] = {}
    for number, side in enumerate(sides):
        for position, item in enumerate(side.items):
            for key in item.works:
                group = (native if item.native else granted).setdefault(key, ([], []))
                group[number].append(offsets[number] + position)
    nobody: tuple[list[int], list[int]] = ([], [])
    both = [
        key
        for key, own in sorted(native.items())
        if (own[0] and (own[1] or granted.get(key, nobody)[1])) or (own[1] and granted.get(key, nobody)[0])
    ]
    works = works_of(case, both)
    exempt = frozenset(case.shared_credits.exempt_tags)
    limited = [key for key in both if exempt.isdisjoint(works[key].tags)]
    unit = _common([works[key].ects for key in limited])
    return tuple(
        SharedWork(
            int(works[key].ects / unit),
            (tuple(native[key][0]), tuple(native[key][1])),
            (tuple(granted.get(key, nobody)[0]), tuple(granted.get(key, nobody)[1])),
        )
        for key in limited
    ), int(case.shared_credits.at_most // unit)
