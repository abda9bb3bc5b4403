"""What is to be decided? A case in whole numbers: pieces to place, demands to fill, caps to keep.

Every exclusive leaf and every overlay is a *demand*; every limit is a *cap*. A *piece* is an item of one degree, and
each of its *options* says what putting it there gives to demands and uses of caps. Whatever is fixed by the record
alone (milestones, averages, waivers) is a constant. A search needs nothing else, and sees no decimal and no rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Amounts = tuple[tuple[int, int], ...]
"""(index of a demand or cap, amount) pairs."""


@dataclass(frozen=True, slots=True)
class Option:
    """One place for one piece. ``place`` ranks places: exclusive leaves by id, then the free pool, then uncounted."""

    place: int
    leaf: int
    """The demand of the exclusive leaf that is the place; -1 where it is none."""
    moved: int
    ects: int
    gives: Amounts
    uses: Amounts


@dataclass(frozen=True, slots=True)
class Piece:
    """An item of one degree, with its options in the order of their places."""

    degree: int
    id: str
    options: tuple[Option, ...]

    @property
    def free(self) -> Option | None:
        """The free pool, where the piece may go there."""
        return next((option for option in self.options if option.leaf < 0 and option.place != OUT), None)


@dataclass(frozen=True, slots=True)
class Demand:
    """A leaf: it lacks ``weight`` for every unit missing to ``need``."""

    need: int
    weight: int


@dataclass(frozen=True, slots=True)
class Constant:
    """What is lacking whatever is placed where."""

    lack: int


@dataclass(frozen=True, slots=True)
class Of:
    """What one demand lacks."""

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


Lack = Constant | Of | Sum | Least


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
    works: tuple[Work, ...] = ()
    shared_cap: int | None = None


Choice = Sequence[int]
"""For each piece the index of its chosen option."""


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


def figures(problem: Problem, choice: Choice) -> Figures | None:
    """What the choice amounts to, or ``None`` when it breaks a cap or the shared limit."""
    chosen = [piece.options[index] for piece, index in zip(problem.pieces, choice, strict=True)]
    used = [0] * len(problem.caps)
    got = [0] * len(problem.demands)
    for option in chosen:
        for cap, amount in option.uses:
            used[cap] += amount
        for demand, amount in option.gives:
            got[demand] += amount
    if any(cap is not None and use > cap for cap, use in zip(problem.caps, used, strict=True)):
        return None
    counted = [option.place < OUT for option in chosen]
    if problem.shared_cap is not None and shared_ects(problem.works, counted) > problem.shared_cap:
        return None
    missing = [max(0, demand.need - have) * demand.weight for demand, have in zip(problem.demands, got, strict=True)]
    return Figures(
        tuple(lack_of(tree, missing) for tree in problem.lacks),
        sum(option.moved for option in chosen),
        sum(option.ects for option in chosen),
    )


OUT = 1 << 30
"""The place of what is not counted, after all others."""


def lack_of(tree: Lack, missing: Sequence[int]) -> int:
    """What the tree lacks when each demand lacks what ``missing`` says."""
    match tree:
        case Constant(lack):
            return lack
        case Of(demand):
            return missing[demand]
        case Sum(parts):
            return sum(lack_of(part, missing) for part in parts)
        case Least(count, parts):
            return sum(sorted(lack_of(part, missing) for part in parts)[:count])


def shared_ects(works: Sequence[Work], counted: Sequence[bool]) -> int:
    """The ECTS of the works that are counted in both degrees."""
    return sum(work.ects for work in works if is_shared(work, counted))


def is_shared(work: Work, counted: Sequence[bool]) -> bool:
    """Whether a native piece of one degree and any piece of the other are counted."""
    native = [any(counted[piece] for piece in pieces) for pieces in work.native]
    granted = [any(counted[piece] for piece in pieces) for pieces in work.granted]
    return (native[0] and (native[1] or granted[1])) or (native[1] and granted[0])
