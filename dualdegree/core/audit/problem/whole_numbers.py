"""What is to be decided? A case in whole numbers: pieces to place, demands to fill, caps to keep.

Every exclusive leaf and every overlay is a *demand*; every limit is a *cap*. A *piece* is an item of one degree, and
each of its *options* says what putting it there gives to demands and uses of caps. Whatever is fixed by the record
alone (milestones, averages, waivers) is a constant. A search needs nothing else, and sees no decimal and no rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from dualdegree.core.audit.problem.deductions import Deduction, added_by, taken_off

Amounts = tuple[tuple[int, int], ...]
"""Pairs of an index (of a demand, cap or tally) and an amount."""
OUT = 1 << 30
"""The place of what is not counted, after all others."""
ELSEWHERE = -1
"""A previous place that the degree does not have (any more): every place is a move."""


@dataclass(frozen=True, slots=True)
class Option:
    """One place. Places are ranked: exclusive leaves by id, then the free pool, then uncounted."""

    index: int
    """Among the options of the piece."""
    place: int
    leaf: int
    """The demand of the exclusive leaf that is the place; -1 where it is none."""
    ects: int
    gives: Amounts
    """(demand, amount)."""
    uses: Amounts
    """(cap, amount)."""
    adds: Amounts = ()
    """(tally, amount), for the problem's deductions alone."""

    @property
    def counts(self) -> bool:
        """Whether the piece is counted there."""
        return self.place != OUT

    @property
    def is_free(self) -> bool:
        """Whether this is the free pool."""
        return self.leaf < 0 and self.place != OUT


class Options(tuple[Option, ...]):  # noqa: SLOT001 - a subclass of tuple cannot have slots with anything in them
    """The options of a kind of item, in the order of their places.

    Items that the same rules select, and of the same size, share one value; what a search learns about it is ``known``
    with it, and need not be learnt again for the next student.
    """

    known: dict[object, object]

    def __new__(cls, places: Iterable[Option]) -> Self:
        options = super().__new__(cls, places)
        options.known = {}
        return options


class Piece(NamedTuple):
    """An item of one degree, with its options in the order of their places, and its place in the previous answer."""

    degree: int
    id: str
    options: Options
    previous: int | None = None

    def is_moved(self, option: Option) -> bool:
        """Whether putting it there is a move."""
        return self.previous is not None and option.place != self.previous


class Demand(NamedTuple):
    """A leaf: it lacks ``weight`` for every unit missing to ``need``."""

    need: int
    weight: int


@dataclass(frozen=True, slots=True)
class Constant:
    """What is lacking whatever is placed where."""

    lack: int


@dataclass(frozen=True, slots=True)
class DemandLack:
    """What one demand lacks. No demand stands twice in a tree."""

    demand: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What all parts lack together."""

    parts: tuple["Lack", ...]


@dataclass(frozen=True, slots=True)
class Least:
    """What the ``count`` parts that lack least lack together."""

    count: int
    parts: tuple["Lack", ...]


Lack = Constant | DemandLack | Sum | Least


@dataclass(frozen=True, slots=True)
class Work:
    """A work that the shared limit counts when it is counted in both degrees: the pieces that count it.

    It is shared when a native piece of one degree and any piece of the other are counted.
    """

    ects: int
    native: tuple[tuple[int, ...], tuple[int, ...]]
    granted: tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Problem:
    """The whole decision. Pieces stand in the order of (degree, item id); a cap of ``None`` does not bind."""

    pieces: tuple[Piece, ...]
    demands: tuple[Demand, ...]
    caps: tuple[int | None, ...]
    lacks: tuple[Lack, ...]
    """By degree."""
    works: tuple[Work, ...] = ()
    shared_cap: int | None = None
    deductions: tuple[Deduction, ...] = ()
    """What comes off the demands of rules that count otherwise than by adding up."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a choice amounts to: lack by degree, pieces moved, ECTS counted; in the problem's whole numbers."""

    lacks: tuple[int, ...]
    moved: int
    ects: int

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Steps 1 to 4 of the order as one key; less is better."""
        return -sum(lack == 0 for lack in self.lacks), sum(self.lacks), self.moved, -self.ects


@dataclass(frozen=True, slots=True)
class Totals:
    """What a choice comes to, rule by rule: missing by demand, in lack; used by cap; ECTS shared."""

    missing: Sequence[int]
    used: Sequence[int]
    shared: int


def totals(problem: Problem, choice: Sequence[int]) -> Totals:
    """What the choice (an option's index by piece) comes to, whether or not it keeps the caps."""
    chosen = [piece.options[index] for piece, index in zip(problem.pieces, choice, strict=True)]
    used = [0] * len(problem.caps)
    got = [0] * len(problem.demands)
    for option in chosen:
        for cap, amount in option.uses:
            used[cap] += amount
        for demand, amount in option.gives:
            got[demand] += amount
    if problem.deductions:
        added = added_by(option.adds for option in chosen)
        for deduction in problem.deductions:
            got[deduction.demand] -= taken_off(deduction, added)
    missing = [max(0, demand.need - have) * demand.weight for demand, have in zip(problem.demands, got, strict=True)]
    return Totals(missing, used, shared_ects(problem.works, [option.counts for option in chosen]))


def figures(problem: Problem, choice: Sequence[int]) -> Figures | None:
    """What the choice (an option's index by piece) amounts to; ``None`` when it breaks a cap or the shared limit."""
    sums = totals(problem, choice)
    if any(cap is not None and use > cap for cap, use in zip(problem.caps, sums.used, strict=True)):
        return None
    if problem.shared_cap is not None and sums.shared > problem.shared_cap:
        return None
    placed = [(piece, piece.options[index]) for piece, index in zip(problem.pieces, choice, strict=True)]
    return Figures(
        tuple(lack_of(tree, sums.missing) for tree in problem.lacks),
        sum(piece.is_moved(option) for piece, option in placed),
        sum(option.ects for _, option in placed),
    )


def lack_of(tree: Lack, missing: Sequence[int]) -> int:
    """What the tree lacks when each demand lacks what ``missing`` says."""
    # Most trees are a demand, and this is asked many times in every audit.
    if type(tree) is DemandLack:
        return missing[tree.demand]
    match tree:
        case Constant(lack):
            return lack
        case DemandLack(demand):
            return missing[demand]
        case Sum(parts):
            return sum([missing[part.demand] if type(part) is DemandLack else lack_of(part, missing) for part in parts])
        case Least(count, parts):
            return sum(sorted([lack_of(part, missing) for part in parts])[:count])


def lacks_in(trees: Sequence[Lack], demands: Sequence[Demand], missing: Sequence[int]) -> tuple[int, ...]:
    """What each tree lacks when so much is ``missing`` by demand, in its own unit; what is given beyond is negative."""
    weighed = [units * d.weight if units > 0 else 0 for units, d in zip(missing, demands, strict=True)]
    return tuple([lack_of(tree, weighed) for tree in trees])


def demands_of(tree: Lack) -> list[int]:
    """The demands in a tree."""
    match tree:
        case DemandLack(demand):
            return [demand]
        case Sum(parts) | Least(_, parts):
            return [demand for part in parts for demand in demands_of(part)]
        case Constant():
            return []


def shared_ects(works: Sequence[Work], counted: Sequence[bool]) -> int:
    """The ECTS of the works that are counted in both degrees."""
    return sum(work.ects for work in works if is_shared(work, counted))


def is_shared(work: Work, counted: Sequence[bool]) -> bool:
    """Whether a native piece of one degree and any piece of the other are counted."""
    native = [any(counted[piece] for piece in pieces) for pieces in work.native]
    granted = [any(counted[piece] for piece in pieces) for pieces in work.granted]
    return (native[0] and (native[1] or granted[1])) or (native[1] and granted[0])
