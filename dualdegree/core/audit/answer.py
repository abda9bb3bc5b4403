"""What does an audit answer? The frozen result of one case, as the specification prints it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

ENGINE = "8"
"""Raised whenever the same case could be answered otherwise, so that kept answers are not mistaken for today's."""


class Outcome(NamedTuple):
    """How one node stands. ``got``, ``needed`` and ``items`` are given for leaves only.

    A tuple, for an audit makes more of these than of all else together.
    """

    met: bool
    got: Decimal | None = None
    needed: Decimal | None = None
    items: tuple[str, ...] = ()


MET, UNMET = Outcome(met=True), Outcome(met=False)
"""How a node other than a leaf stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """Why an item serves no requirement or is not counted: a reason word and what it refers to."""

    because: str
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """How much of a limit is used; of one that holds for each value apart, by value, ``used`` being the largest."""

    used: Decimal
    at_most: Decimal
    by: Mapping[str, Decimal] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeAnswer:
    """One degree's part: verdict, every node and limit by id in tree order, where each existing item went."""

    met: bool
    met_alone: bool
    shortfall_ects: Decimal
    requirements: Mapping[str, Outcome]
    limits: Mapping[str, Used]
    claims: Mapping[str, str]
    free: Mapping[str, Because]
    not_counted: Mapping[str, Because]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The works counted in both degrees; ``ects`` sums those that are not exempt."""

    ects: Decimal
    at_most: Decimal | None
    works: tuple[str, ...]
    exempt: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An item of ``previous`` whose place differs now."""

    degree: str
    item: str
    origin: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """An irreducible conflict: nodes per degree, limits as ``degree/limit``, perhaps the shared limit."""

    nodes: Mapping[str, tuple[str, ...]]
    limits: tuple[str, ...] = ()
    shared_credits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The joint audit's answer.

    The ``claims`` of its degrees certify every figure but ``met_alone``, ``proven`` and ``blocking``.
    """

    joint_shortfall_ects: Decimal
    proven: bool
    degrees: Mapping[str, DegreeAnswer]
    shared: Shared
    moved: tuple[Moved, ...]
    idle_exceptions: tuple[int, ...]
    """Positions in the case's ``exceptions``, from 0, of those whose item does not stand."""
    blocking: Blocking | None
    elapsed_ms: float = field(default=0.0, compare=False)
