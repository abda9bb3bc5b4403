"""What is asked when the cheapest plan is searched, in words of the field and then in figures, and what is answered?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dualdegree.core.audit.facts import Case, Recognition
from dualdegree.core.audit.problem.whole_numbers import Problem
from dualdegree.core.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A course that could still be taken in any one of its terms, and what it would be recognised as by itself."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """A recognition that is there once everything it rests on is taken, unless something stands in its way.

    ``unless`` names offers with which it is not recognised; ``after`` recognitions that go before it.
    """

    recognition: Recognition
    unless: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCase:
    """A case with the courses on offer, what else could be recognised, and how many ECTS of offers fit into a term."""

    case: Case
    offers: tuple[Offer, ...]
    possible: tuple[Possible, ...] = ()
    """In the order in which they are tried."""
    term_limit_ects: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An offer as the model sees it; of all offers of one ``work`` only the largest counts as work."""

    id: str
    ects: Decimal
    terms: tuple[str, ...]
    work: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When something exists: with every offer in ``needs``, without those in ``unless`` and the conditions ``after``.

    ``after`` names conditions that go before it. It exists then, whether that helps or not.
    """

    id: str
    needs: tuple[str, ...]
    unless: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """How many ECTS a work is that both degrees may count: of the largest attempt on record, or offer that is taken."""

    on_record: Decimal | None
    offers: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be planned. ``rests_on`` says for each piece which offer or condition it exists with, if any.

    ``done`` is how many ECTS of a work are on record already; ``shared`` stands in the order of the problem's works,
    and all that is shared comes to ``shared_limit`` at most; ``term_limit`` is how many ECTS fit into one term.
    """

    problem: Problem
    offers: tuple[Offered, ...]
    conditions: tuple[Condition, ...]
    rests_on: tuple[str | None, ...]
    done: Mapping[str, Decimal]
    shared: tuple[Sharing, ...] = ()
    shared_limit: Decimal | None = None
    term_limit: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Offer → term. ``is_proven``: nothing is cheaper."""

    terms: Mapping[str, str]
    is_proven: bool
