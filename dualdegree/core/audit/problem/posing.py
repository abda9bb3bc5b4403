"""How does a student's case become a problem in whole numbers? The student's part, added to the compiled rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import gcd

from dualdegree.core.audit.facts import FREE, UNCOUNTED, Case
from dualdegree.core.audit.problem.deductions import Deduction
from dualdegree.core.audit.problem.items import Item, StandingAttempts, WorkKey, work_of, works_of
from dualdegree.core.audit.problem.rulebook import Rulebook, Statute, rulebook_of
from dualdegree.core.audit.problem.selected_items import SelectedItems
from dualdegree.core.audit.problem.selection import Bits
from dualdegree.core.audit.problem.tallies import Tallies
from dualdegree.core.audit.problem.whole_numbers import (
    ELSEWHERE,
    OUT,
    Constant,
    Demand,
    DemandLack,
    Lack,
    Least,
    Piece,
    Problem,
    Sum,
    lack_of,
    totals,
)
from dualdegree.core.audit.problem.whole_numbers import Work as SharedWork
from dualdegree.core.audit.rules import All, Average, Choose, Courses, Credits, Limit, Milestone, Requirement


class Side(SelectedItems):
    """One degree's side of a case."""

    def __init__(self, statute: Statute, case: Case, standing: StandingAttempts) -> None:
        super().__init__(statute, case, standing)
        self.previous: Mapping[str, str] = case.previous.get(self.degree.id, {})
        self.tallies: Tallies | None = None
        """What rules look at that count otherwise than by adding up, where there are such."""
        self.lacks: dict[str, Lack] = {}
        """What nodes lack, as far as that was looked at."""
        if not (self.relief.waived or self.relief.reduced):
            self.lacks = statute.lacks.setdefault(tuple(self.settled.values()), self.lacks)

    def caps_of(self, limit: Limit) -> list[int]:
        """The caps of a limit: one, or one for each value."""
        if limit.per is None or self.tallies is None:
            return [self.statute.cap_of[limit.id]]
        return self.tallies.caps_of(limit.id)

    def demands(self) -> tuple[Demand, ...]:
        """What the leaves ask for."""
        demands, reduced = self.statute.demands, self.relief.reduced
        if not reduced:
            return demands
        leaves = (*self.statute.exclusive, *self.statute.overlays)
        return (
            tuple(
                Demand(self.statute.need(leaf, reduced[leaf.id]), demand.weight) if leaf.id in reduced else demand
                for leaf, demand in zip(leaves, demands[: len(leaves)], strict=True)
            )
            + demands[len(leaves) :]
        )

    def place(self, name: str) -> int:
        """The rank of a place."""
        if name == FREE:
            return self.statute.free
        return OUT if name == UNCOUNTED else self.statute.place_of.get(name, ELSEWHERE)

    def name(self, place: int) -> str:
        """The word for a place."""
        if place == OUT:
            return UNCOUNTED
        return FREE if place == self.statute.free else self.statute.exclusive[place].id

    def pieces(self, degree: int) -> list[Piece]:
        """Every item with its options, and where it was before."""
        options, previous = self.statute.options, self.previous
        given = self.claims is not None or self.relief.touched
        pieces = [
            Piece(
                degree,
                item.id,
                options(bits, int(item.credits.scaleb(2)), self._places(item, bits) if given else None),
                self.place(previous[item.id]) if item.id in previous else None,
            )
            for item, bits in zip(self.items, self.selected, strict=True)
        ]
        if self.tallies is None:
            return pieces
        tallied = self.tallies.options
        return [piece._replace(options=tallied(number, piece.options)) for number, piece in enumerate(pieces)]

    def _places(self, item: Item, bits: Bits) -> tuple[int, ...] | None:
        """Where an item may go, where that is not for the selects alone to say."""
        if self.claims is not None:
            place = self.place(self.claims.get(item.id, UNCOUNTED))
            return (OUT if place == ELSEWHERE else place,)
        if item.id in self.relief.excluded:
            return (OUT,)
        if (pins := self.relief.pins.get(item.id)) is None:
            return None
        return (*(place for place in self.pinned_to(bits, pins)), OUT)

    def pinned_to(self, bits: Bits, pins: frozenset[str]) -> list[int]:
        """The leaf to which an item is pinned, if it may serve it and there is no other."""
        return [self.statute.place_of[leaf] for leaf in pins if len(pins) == 1 and bits & self.statute.bit_of[leaf]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the rules that could block: a node, a limit, or (neither of both) the shared limit."""

    side: int | None = None
    node: str | None = None
    limit: str | None = None
    lack: Lack | None = None


@dataclass(frozen=True, slots=True)
class Posed:
    """A problem and the way back: what its whole numbers mean."""

    sides: tuple[Side, ...]
    rulebook: Rulebook
    problem: Problem

    def members(self) -> list[Member]:
        """All that could block: the maximal nodes other than ``all`` in tree order, limits, the shared limit."""
        members: list[Member] = []
        for number, side in enumerate(self.sides):
            maximal = _maximal(side.degree.requirements, side)
            members += [Member(side=number, node=node.id, lack=_lack(node, side, self.rulebook)) for node in maximal]
            if side.claims is None:
                members += [Member(side=number, limit=limit.id) for limit in side.statute.limits]
        return members if self.problem.shared_cap is None else [*members, Member()]

    def restricted(self, members: Sequence[Member]) -> Problem:
        """The problem with only those members: nothing else is asked for, no other limit binds."""
        kept = {cap for member in members for cap in self._caps_of(member)}
        lacks = tuple(
            Sum(tuple(member.lack for member in members if member.lack is not None and member.side == number))
            for number in range(len(self.sides))
        )
        caps = tuple(cap if number in kept else None for number, cap in enumerate(self.problem.caps))
        shared_cap = self.problem.shared_cap if any(member.side is None for member in members) else None
        return replace(self.problem, lacks=lacks, caps=caps, shared_cap=shared_cap)

    def kept_by(self, choice: Sequence[int]) -> Callable[[Member], bool]:
        """Which members a choice keeps."""
        sums = totals(self.problem, choice)

        missing = sums.missing

        def kept(member: Member) -> bool:
            if member.lack is not None:
                return lack_of(member.lack, missing) == 0
            if member.side is None or member.limit is None:
                return self.problem.shared_cap is None or sums.shared <= self.problem.shared_cap
            return all(sums.used[cap] <= (self.problem.caps[cap] or 0) for cap in self._caps_of(member))

        return kept

    def _caps_of(self, member: Member) -> list[int]:
        """The caps of a member that is a limit."""
        if member.side is None or member.limit is None:
            return []
        side = self.sides[member.side]
        return side.caps_of(side.statute.limit(member.limit))

    def alone(self, number: int) -> Problem:
        """One degree's own rules, as if there were no other degree."""
        lacks = tuple(tree if other == number else Sum(()) for other, tree in enumerate(self.problem.lacks))
        pieces = tuple(piece for piece in self.problem.pieces if piece.degree == number)
        return replace(self.problem, pieces=pieces, lacks=lacks, works=(), shared_cap=None)


def pose(case: Case) -> Posed:
    """The case as a problem."""
    rulebook = rulebook_of(case.degrees)
    standing = StandingAttempts(case)
    sides = tuple([Side(statute, case, standing) for statute in rulebook.statutes])
    pieces: list[Piece] = []
    demands: list[Demand] = []
    caps: list[int | None] = []
    for side in sides:
        statute = side.statute
        demands += side.demands()
        caps += [
            None if side.claims is not None or limit.per is not None else statute.cap(limit) for limit in statute.limits
        ]
    deductions = _tallied(sides, caps)
    for number, side in enumerate(sides):
        pieces += side.pieces(number)
    lacks = tuple([_lack(side.degree.requirements, side, rulebook) for side in sides])
    works, shared_cap = _shared(case, sides)
    problem = Problem(tuple(pieces), tuple(demands), tuple(caps), lacks, works, shared_cap, deductions)
    return Posed(sides, rulebook, problem)


def _tallied(sides: Sequence[Side], caps: list[int | None]) -> tuple[Deduction, ...]:
    """What comes off demands, where rules count otherwise than by adding up; the ``caps`` grow by theirs."""
    deductions: list[Deduction] = []
    first = 0
    for side in sides:
        if side.statute.is_tallied:
            side.tallies = Tallies(side, len(caps), first)
            first += len(side.tallies.tally_of)
            caps += side.tallies.caps
            deductions += side.tallies.deductions
    return tuple(deductions)


def _lack(node: Requirement, side: Side, rulebook: Rulebook) -> Lack:
    lack = side.lacks.get(node.id)
    if lack is None:
        lack = side.lacks[node.id] = _lack_anew(node, side, rulebook)
    return lack


def _lack_anew(node: Requirement, side: Side, rulebook: Rulebook) -> Lack:
    if node.id in side.relief.waived:
        return Constant(0)
    match node:
        case All(parts=parts):
            return _together([_lack(part, side, rulebook) for part in parts])
        case Choose(parts=parts):
            return Least(int(side.needed(node)), _ranked([_lack(part, side, rulebook) for part in parts]))
        case Credits() | Courses():
            return DemandLack(side.statute.demand_of[node.id])
        case Milestone() | Average():
            if node.id in side.statute.demand_of:
                return DemandLack(side.statute.demand_of[node.id])
            return Constant(0 if side.settled[node.id] else rulebook.one_ects)


def _together(lacks: Sequence[Lack]) -> Sum:
    """One sum without sums and without constants in it, but for one constant that is not 0."""
    parts: list[Lack] = []
    constant = 0
    for lack in lacks:
        for part in lack.parts if isinstance(lack, Sum) else (lack,):
            if isinstance(part, Constant):
                constant += part.lack
            else:
                parts.append(part)
    return Sum(_ranked([*parts, Constant(constant)] if constant else parts))


def _ranked(lacks: Sequence[Lack]) -> tuple[Lack, ...]:
    """In an order of their own, so that nothing depends on the order in which the file has the parts of a node."""
    return tuple(sorted(lacks, key=_rank))


def _rank(lack: Lack) -> tuple[int, int, tuple[object, ...]]:
    match lack:
        case Constant(amount):
            return 0, amount, ()
        case DemandLack(demand):
            return 1, demand, ()
        case Sum(parts):
            return 2, 0, tuple(map(_rank, parts))
        case Least(count, parts):
            return 3, count, tuple(map(_rank, parts))


def _maximal(node: Requirement, side: Side) -> list[Requirement]:
    if node.id in side.relief.waived:
        return []
    if isinstance(node, All):
        return [inner for part in node.parts for inner in _maximal(part, side)]
    return [node]


def _shared(case: Case, sides: Sequence[Side]) -> tuple[tuple[SharedWork, ...], int | None]:
    """The works that both degrees could count, and the most that they may total, in a unit of their own.

    Where both degrees are conferred nothing is left to limit.
    """
    if case.shared_credits is None or len(sides) < 2 or all(side.claims is not None for side in sides):
        return (), None
    # By degree: work -> pieces.
    native: tuple[dict[WorkKey, list[int]], dict[WorkKey, list[int]]] = {}, {}
    granted: tuple[dict[WorkKey, list[int]], dict[WorkKey, list[int]]] = {}, {}
    rested_on = {attempt.id for side in sides for item in side.items if not item.native for attempt in item.rests_on}
    piece = 0
    for number, side in enumerate(sides):
        for item in side.items:
            group = (native if item.native else granted)[number]
            for attempt in item.rests_on:
                # What is in one register alone, and no grant rests on, is nobody else's.
                if attempt.work is None and attempt.id not in rested_on:
                    continue
                own = group.setdefault(work_of(attempt), [])
                if piece not in own:
                    own.append(piece)
            piece += 1
    both = native[0].keys() & (native[1].keys() | granted[1].keys())
    both |= native[1].keys() & granted[0].keys()
    works = works_of(case, both)
    exempt = frozenset(case.shared_credits.exempt_tags)
    limited = sorted(key for key in both if exempt.isdisjoint(works[key].tags))
    unit = _unit([works[key].ects for key in limited])
    return tuple(
        SharedWork(
            int(works[key].ects / unit),
            (tuple(native[0].get(key, ())), tuple(native[1].get(key, ()))),
            (tuple(granted[0].get(key, ())), tuple(granted[1].get(key, ()))),
        )
        for key in limited
    ), int(case.shared_credits.at_most // unit)


def _unit(values: Sequence[Decimal]) -> Decimal:
    """The largest figure of which all are whole multiples; 1 if all are 0."""
    places = max((max(0, -int(value.as_tuple().exponent)) for value in values), default=0)
    return Decimal(gcd(*(int(value.scaleb(places)) for value in values)) or 10**places).scaleb(-places)
