"""What do the claims amount to? Rules and claims give an outcome for every node, limit, item and work."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dualdegree.core.audit.answer import Because, DegreeAnswer, Moved, Outcome, Shared, Used
from dualdegree.core.audit.facts import FREE, UNCOUNTED, Case
from dualdegree.core.audit.items import WorkKey, works_of
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
from dualdegree.core.audit.sides import Mask, Side

ZERO = Decimal(0)

Places = Mapping[str, str]
"""Item → leaf id, ``free`` or ``uncounted``."""


def degree_answer(side: Side, places: Places, shared_full: frozenset[str], *, met_alone: bool) -> DegreeAnswer:
    """One degree's part of the answer; ``shared_full`` are the items that the shared limit keeps from counting."""
    ledger = Ledger(side, places)
    lacks = ledger.lacks()
    lack = lacks[side.degree.requirements.id]
    return DegreeAnswer(
        met=lack == 0,
        met_alone=met_alone,
        shortfall_ects=lack,
        requirements={node.id: ledger.outcome(node, lacks[node.id]) for node in side.nodes.values()},
        limits={limit.id: Used(used=ledger.used(limit), at_most=limit.at_most) for limit in side.degree.limits},
        claims={item.id: places[item.id] for item in side.items if places[item.id] != UNCOUNTED},
        free={item.id: ledger.why_free(n) for n, item in enumerate(side.items) if places[item.id] == FREE},
        not_counted={
            item.id: ledger.why_not(n, shared_full) for n, item in enumerate(side.items) if places[item.id] == UNCOUNTED
        },
    )


class Ledger:
    """One degree's items under given claims."""

    def __init__(self, side: Side, places: Places) -> None:
        self.side, self.places = side, places
        self.at: dict[str, Mask] = {leaf.id: 0 for leaf in side.exclusive}
        self.counted: Mask = 0
        for position, item in enumerate(side.items):
            place = places[item.id]
            if place == UNCOUNTED:
                continue
            self.counted |= 1 << position
            if place != FREE:
                self.at[place] |= 1 << position

    def serving(self, leaf: Leaf) -> Mask:
        """The items that serve a leaf."""
        if not leaf.overlay:
            return self.at[leaf.id]
        return self.side.serves[leaf.id] & self._reach(leaf.within)

    def _reach(self, within: str | None) -> Mask:
        if within is None:
            return self.counted
        mask = 0
        for leaf in self.side.below(within):
            mask |= self.at[leaf]
        return mask

    def got(self, leaf: Leaf) -> Decimal:
        """Credits of a credits leaf, items of a courses leaf."""
        serving = self.serving(leaf)
        return Decimal(serving.bit_count()) if isinstance(leaf, Courses) else self._credits(serving)

    def _credits(self, mask: Mask) -> Decimal:
        return sum((item.credits for n, item in enumerate(self.side.items) if mask >> n & 1), ZERO)

    def used(self, limit: Limit) -> Decimal:
        """How much of the limit is used, in its unit."""
        mask = self.side.bound[limit.id] & self._reach(limit.within)
        return Decimal(mask.bit_count()) if limit.unit is Unit.COURSES else self._credits(mask)

    def lacks(self) -> dict[str, Decimal]:
        """What each node lacks, in ECTS."""
        found: dict[str, Decimal] = {}
        self._lack(self.side.degree.requirements, found)
        return found

    def _lack(self, node: Requirement, found: dict[str, Decimal]) -> Decimal:
        ratio = self.side.degree.ects_per_credit
        lack = ZERO
        match node:
            case All(parts=parts):
                lack = sum([self._lack(part, found) for part in parts], ZERO)
            case Choose(parts=parts):
                lack = sum(sorted([self._lack(part, found) for part in parts])[: int(self.side.needed(node))], ZERO)
            case Credits():
                lack = max(ZERO, self.side.needed(node) - self.got(node)) * ratio
            case Courses():
                lack = max(ZERO, self.side.needed(node) - self.got(node)) * node.credits_each * ratio
            case Milestone() | Average():
                lack = ZERO if self.side.settled[node.id] else Decimal(1)
        found[node.id] = ZERO if node.id in self.side.relief.waived else lack
        return found[node.id]

    def outcome(self, node: Requirement, lack: Decimal) -> Outcome:
        """How a node stands."""
        if not isinstance(node, Credits | Courses):
            return Outcome(met=lack == 0)
        serving = self.serving(node)
        items = tuple(item.id for n, item in enumerate(self.side.items) if serving >> n & 1)
        return Outcome(met=lack == 0, got=self.got(node), needed=self.side.needed(node), items=items)

    def why_free(self, position: int) -> Because:
        """Why a counted item serves no requirement."""
        leaves = [leaf.id for leaf in self.side.exclusive if self.side.serves[leaf.id] >> position & 1]
        return Because(because="full", of=tuple(leaves)) if leaves else Because(because="unselected")

    def why_not(self, position: int, shared_full: frozenset[str]) -> Because:
        """Why an item is not counted."""
        item = self.side.items[position]
        if self.side.claims is not None:
            return Because(because="conferred")
        if item.id in self.side.relief.excluded:
            return Because(because="excluded")
        pinned = item.id in self.side.relief.pins
        leaves = self.side.open_leaves(position)
        if pinned and not leaves:
            return Because(because="pinned")
        place = self.side.exclusive[leaves[0]].id if pinned else None
        if broken := [limit for limit in self.side.degree.limits if self._would_break(limit, position, place)]:
            return Because(because="limit", of=tuple(f"{self.side.degree.id}/{limit.id}" for limit in broken))
        return Because(because="shared_credits" if item.id in shared_full else "previous")

    def _would_break(self, limit: Limit, position: int, place: str | None) -> bool:
        if not self.side.bound[limit.id] >> position & 1:
            return False
        if limit.within is not None and (place is None or place not in self.side.below(limit.within)):
            return False
        more = Decimal(1) if limit.unit is Unit.COURSES else self.side.items[position].credits
        return self.used(limit) + more > limit.at_most


class Sharing:
    """The works that are counted in both degrees."""

    def __init__(self, case: Case, sides: Sequence[Side], places: Sequence[Places]) -> None:
        self.case, self.sides = case, sides
        keys = {key for side in sides for item in side.items for key in item.works}
        self.works = works_of(case, keys) if len(sides) == 2 else {}
        exempt = frozenset(case.shared_credits.exempt_tags) if case.shared_credits else frozenset()
        self.exempt = {key for key, work in self.works.items() if not exempt.isdisjoint(work.tags)}
        counted = [
            [item for item in side.items if own[item.id] != UNCOUNTED] for side, own in zip(sides, places, strict=True)
        ]
        self.native = [{key for item in own if item.native for key in item.works} for own in counted]
        self.all = [{key for item in own for key in item.works} for own in counted]

    def keys(self) -> set[WorkKey]:
        """The shared works, exempt or not."""
        if len(self.sides) < 2:
            return set()
        return (self.native[0] & self.all[1]) | (self.native[1] & self.all[0])

    def ects(self, keys: set[WorkKey]) -> Decimal:
        """What works total against the limit."""
        return sum((self.works[key].ects for key in keys - self.exempt), ZERO)

    def answer(self) -> Shared:
        """The shared works as the answer lists them."""
        keys = self.keys()
        limit = self.case.shared_credits
        return Shared(
            ects=self.ects(keys),
            at_most=None if limit is None else limit.at_most,
            works=tuple(sorted(key[1] for key in keys - self.exempt)),
            exempt=tuple(sorted(key[1] for key in keys & self.exempt)),
        )

    def kept_out(self, number: int, places: Places) -> frozenset[str]:
        """The uncounted items of one degree that the shared limit has no room for."""
        if self.case.shared_credits is None or len(self.sides) < 2:
            return frozenset()
        keys = self.keys()
        room = self.case.shared_credits.at_most - self.ects(keys)
        other = 1 - number
        return frozenset(
            item.id
            for item in self.sides[number].items
            if places[item.id] == UNCOUNTED
            and self.ects((set(item.works) & (self.all[other] if item.native else self.native[other])) - keys) > room
        )


def moves(sides: Sequence[Side], places: Sequence[Places]) -> tuple[Moved, ...]:
    """The items of the previous answer that still exist and are placed elsewhere now."""
    return tuple(
        Moved(degree=side.degree.id, item=item.id, origin=side.previous[item.id], to=own[item.id])
        for side, own in zip(sides, places, strict=True)
        for item in side.items
        if item.id in side.previous and side.previous[item.id] != own[item.id]
    )
