"""What is asked when a plan is searched, in words of the field and then in figures, and what is answered?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from dualdegree.core.audit.facts import Case, Recognition
from dualdegree.core.audit.problem.whole_numbers import Problem
from dualdegree.core.text import Text

TermLimit = Decimal | Mapping[str, Decimal] | None
"""How much fits into a term: a figure for every term, or figures by institution or term."""


class Prefer(StrEnum):
    """What goes first among plans: the least work, or the earliest end."""

    WORK = "work"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedCourse:
    """A course that could still be taken, begun in any one of its terms, and what it is recognised as by itself."""

    id: str
    institution: str
    course: str
    credits: Decimal
    terms: tuple[str, ...]
    tags: tuple[str, ...] = ()
    level: Decimal | None = None
    language: str | None = None
    ects: Decimal | None = None
    work: str | None = None
    repeatable: bool = False
    milestone: str | None = None
    """What is reached by passing it."""
    title: Text = field(default_factory=dict)
    recognitions: tuple[Recognition, ...] = ()
    """Each rests on the offer alone; at most one into each degree."""
    requires: tuple[tuple[str, ...], ...] = ()
    """Courses to be passed, or planned and over, before it begins: one of each of these."""
    together: tuple[str, ...] = ()
    """Courses to be passed before, or planned for no later than the term in which it begins; all of them."""
    after_ects: Decimal | None = None
    """So much work has to be passed, or planned and over, before it begins."""
    spans: int = 1
    """The terms that it runs over, its load spread evenly."""
    remote: bool = False
    """Whether it can be taken from elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """A recognition that is there once everything it rests on is taken, unless something stands in its way.

    ``unless`` names offers with which it is not recognised; ``after`` recognitions that go before it.
    """

    recognition: Recognition
    unless: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StayChoice:
    """Terms that could be spent at an institution."""

    institution: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCase:
    """A case with the courses on offer, what else could be recognised, and what its terms allow."""

    case: Case
    offers: tuple[OfferedCourse, ...]
    possible: tuple[Possible, ...] = ()
    """In the order in which they are tried."""
    term_limit_ects: TermLimit = None
    term_limit_courses: TermLimit = None
    same_terms: tuple[tuple[str, ...], ...] = ()
    """Names that different calendars have for one time; terms are ordered by the first of them."""
    one_place: bool = False
    """Whether a term holds courses of one institution only, remote ones apart."""
    away: Mapping[str, str] = field(default_factory=dict)
    """Term → the institution at which it is agreed to be spent; only remote courses are taken elsewhere then."""
    stays: tuple[StayChoice, ...] = ()
    """One of these is to be chosen; its terms are then spent as those of ``away``."""
    end_by: str | None = None
    prefer: Prefer = Prefer.WORK
    assume_grade: Mapping[str, Decimal] = field(default_factory=dict)
    """Institution → the grade that a course still to be passed there is taken to bring."""


CALENDAR_KEYS = ("term_limit_ects", "term_limit_courses", "one_place", "away", "stays", "end_by")
"""The keys of a plan case that say what fits into its terms."""
OFFER_KEYS = ("requires", "together", "after_ects")
"""The keys of an offer that say what goes before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An offer as the model sees it; of all offers of one ``work`` only the largest counts as work.

    ``starts`` are the positions of the terms in which it can begin. ``needs`` has, for each set of courses of which
    one has to be over, those that are offered, and the position after which the record has one of them (``None``:
    never); ``beside`` the same for courses that have to be begun no later.
    """

    id: str
    ects: Decimal
    starts: tuple[int, ...]
    institution: str = ""
    spans: int = 1
    remote: bool = False
    work: str = ""
    needs: tuple[tuple[tuple[str, ...], int | None], ...] = ()
    beside: tuple[tuple[tuple[str, ...], int | None], ...] = ()
    after: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When something exists: with every offer in ``needs``, without those in ``unless`` and the conditions ``after``.

    ``after`` names conditions that go before it. It exists then, whether that helps or not.
    """

    id: str
    needs: tuple[str, ...]
    unless: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def is_alone(self) -> bool:
        """Whether it exists with one offer, whatever else is taken."""
        return len(self.needs) == 1 and not self.unless and not self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSharing:
    """How many ECTS a work is that both degrees may count: of the largest attempt on record, or offer that is taken."""

    on_record: Decimal | None
    offers: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is left of one limit in one term: for which institution (``None``: all), and how much.

    ``by_courses``: it counts courses instead of ECTS.
    """

    term: int
    left: Fraction
    institution: str | None = None
    by_courses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMean:
    """A mean to be reached: by piece what it adds to or takes from it, in whole numbers, and what the record has.

    ``placed`` looks only at pieces that are counted where they give to its demand.
    """

    enters: Mapping[int, int]
    placed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanQuestion:
    """What is to be planned. ``rests_on`` says for each piece which offer or condition it exists with, if any.

    ``done`` is how many ECTS of a work are on record already; ``shared`` stands in the order of the problem's works,
    and all that is shared comes to ``shared_limit`` at most. Terms are positions, from 0 to ``terms`` less 1.
    """

    problem: Problem
    offers: tuple[Offered, ...]
    conditions: tuple[Condition, ...]
    rests_on: tuple[str | None, ...]
    alone: Mapping[str, str]
    """Condition → the one offer with which it exists, whatever else is taken."""
    done: Mapping[str, Decimal]
    shared: tuple[PlanSharing, ...] = ()
    shared_limit: Decimal | None = None
    terms: int = 1
    rooms: tuple[Room, ...] = ()
    places: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Term → where it could be spent, where it holds courses of one place only."""
    stays: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Institution and terms; one of these is chosen."""
    before: Mapping[int, Decimal] = field(default_factory=dict)
    """Term → ECTS of work that the record has before it begins."""
    means: Mapping[int, PlanMean] = field(default_factory=dict)
    """Demand → the mean that it stands for."""
    prefer: Prefer = Prefer.WORK

    @property
    def is_timed(self) -> bool:
        """Whether it matters in which term a course is taken, but for the end."""
        return bool(self.rooms or self.places or self.stays or any(o.needs or o.beside or o.after for o in self.offers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Offer → the position of the term in which it begins. ``is_proven``: nothing is cheaper."""

    terms: Mapping[str, int]
    is_proven: bool
