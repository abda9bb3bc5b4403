"""Which kinds of degree rule are there? A closed union of frozen values; whoever needs to know them all matches on it.

The meaning of every kind is fixed by the project's specification of the joint audit (``docs/audit.md`` points there);
this module only gives it shape. Credits are ``Decimal`` in the degree's own unit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from dualdegree.core.text import Text


class Origin(StrEnum):
    """Whether an item was sat at the degree's own institution or recognised into it."""

    NATIVE = "native"
    RECOGNISED = "recognised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """Which items? All keys given must hold; the values of one key are alternatives; no key selects all."""

    course: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    level_at_least: Decimal | None = None
    language: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    origin: tuple[Origin, ...] = ()
    min_grade: Decimal | None = None
    graded: bool | None = None
    """Whether the item has a grade."""
    term_from: str | None = None
    term_to: str | None = None
    """Terms order as text; the term of a grant is the latest of the attempts that it rests on."""
    credits_at_least: Decimal | None = None
    any: tuple["Select", ...] | None = None
    all: tuple["Select", ...] | None = None
    not_: "Select | None" = None


TERM, INSTITUTION, SUBJECT = "term", "institution", "subject"
VALUE_KINDS = (TERM, INSTITUTION, SUBJECT)
"""What ``distinct`` and ``per`` may look at; besides, any prefix of tags that ends in ``PREFIX_ENDS``."""
PREFIX_ENDS = ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Of the items that it selects, whole ones up to ``at_most`` in the node's own unit are added.

    Where two ceilings of one node select the same item, which reading a case refuses, the first has it.
    """

    select: Select
    at_most: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every requirement has: an id unique in its degree, words, the regulation it comes from."""

    id: str
    title: Text = field(default_factory=dict)
    clause: Text = field(default_factory=dict)
    waivable: bool = True
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class All(Node):
    """Met when every part is met."""

    parts: tuple["Requirement", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Node):
    """Met when at least ``at_least`` of the parts are met."""

    at_least: int
    parts: tuple["Requirement", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits(Node):
    """A leaf, met when the items that serve it total at least ``at_least`` credits of the degree's unit.

    With ``at_least_percent``, which an overlay within a node may have, they are at least that share of all items
    there; ``at_least`` is then 0.
    """

    at_least: Decimal
    select: Select
    overlay: bool = False
    within: str | None = None
    at_least_percent: Decimal | None = None
    at_most_from: tuple[Ceiling, ...] = ()
    """For an overlay: of what no more than so much is added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Courses(Node):
    """A leaf, met when at least ``at_least`` items serve it; a missing one lacks ``credits_each``.

    With ``distinct`` the different values of that kind are counted that the items bring, instead of the items.
    """

    at_least: int
    select: Select
    overlay: bool = False
    within: str | None = None
    credits_each: Decimal = Decimal(3)
    distinct: str | None = None
    at_most_from: tuple[Ceiling, ...] = ()
    """For an overlay: of what no more than so many are added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Node):
    """Met when the record holds the milestone for this institution or for none named, with at least that value."""

    milestone: str
    at_least: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Average(Node):
    """Met when the credit-weighted mean of the selected items' grade (or points), counted or not, reaches it.

    With ``within`` it is the mean of those that serve exclusive leaves at or below that node.
    """

    at_least: Decimal
    select: Select
    of: str = "grade"
    within: str | None = None


Leaf = Credits | Courses
Requirement = All | Choose | Credits | Courses | Milestone | Average


class Unit(StrEnum):
    """What a limit counts."""

    CREDITS = "credits"
    COURSES = "courses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The counted items that it selects (below ``within``, if given) total at most ``at_most`` of its unit.

    A limit written as a share has ``percent`` and ``of`` as well; ``at_most`` is then what they come to. With ``per``
    it holds for each value of that kind apart.
    """

    id: str
    select: Select
    at_most: Decimal
    unit: Unit = Unit.CREDITS
    within: str | None = None
    per: str | None = None
    percent: Decimal | None = None
    of: Decimal | None = None
    title: Text = field(default_factory=dict)
    clause: Text = field(default_factory=dict)
    waivable: bool = True
    line: int = field(default=0, compare=False)


class AttemptsPolicy(StrEnum):
    """Which of several eligible attempts at one course stands."""

    BEST = "best"
    LATEST = "latest"
    FIRST_PASS = "first_pass"  # noqa: S105 - a policy, not a password


@dataclass(frozen=True, slots=True, kw_only=True)
class Degree:
    """One institution's rules for one degree. ``ects_per_credit`` turns its own unit into ECTS."""

    id: str
    institution: str
    requirements: Requirement
    ects_per_credit: Decimal = Decimal(1)
    attempts: AttemptsPolicy = AttemptsPolicy.BEST
    limits: tuple[Limit, ...] = ()
    title: Text = field(default_factory=dict)
    words: Mapping[str, Text] = field(default_factory=dict, compare=False)
    """What its curriculum calls its tags and milestones; judged by nothing, and no part of a case's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCredits:
    """How many ECTS of work both degrees together may count twice, works with an exempt tag apart."""

    at_most: Decimal
    exempt_tags: tuple[str, ...] = ()


def selects(degree: Degree) -> Iterator[Select]:
    """Every selection of a degree's requirements and limits, with those within it."""
    rules = (*nodes(degree.requirements), *degree.limits)
    for rule in rules:
        if isinstance(rule, Credits | Courses | Average | Limit):
            yield from _within(rule.select)
        if isinstance(rule, Credits | Courses):
            for ceiling in rule.at_most_from:
                yield from _within(ceiling.select)


def _within(select: Select) -> Iterator[Select]:
    yield select
    for part in (*(select.any or ()), *(select.all or ()), *([select.not_] if select.not_ else ())):
        yield from _within(part)


def nodes(root: Requirement) -> Iterator[Requirement]:
    """Every node at or below ``root``, in the order of the file: a parent before its parts."""
    yield root
    if isinstance(root, All | Choose):
        for part in root.parts:
            yield from nodes(part)
