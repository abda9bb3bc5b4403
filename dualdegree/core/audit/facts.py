"""What does an audit judge? The frozen facts of one case: attempts, recognitions, milestones, exceptions, the past."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from dualdegree.core.audit.rules import Degree, SharedCredits
from dualdegree.core.text import Message, Text

FREE = "free"
UNCOUNTED = "uncounted"


class Status(StrEnum):
    """How far an attempt has come."""

    PASSED = "passed"
    FAILED = "failed"
    IN_PROGRESS = "in_progress"
    PLANNED = "planned"
    WITHDRAWN = "withdrawn"
    DEFERRED = "deferred"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sitting of one course at one institution; credits in that institution's unit, grade with higher better."""

    id: str
    institution: str
    course: str
    credits: Decimal
    status: Status
    grade: Decimal | None = None
    points: Decimal | None = None
    term: str = ""
    level: Decimal | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    ects: Decimal | None = None
    work: str | None = None
    ungraded_pass: bool = False
    repeatable: bool = False
    title: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one recognition gives in the recognising degree, in that degree's unit and grade scale."""

    id: str
    credits: Decimal
    course: str | None = None
    grade: Decimal | None = None
    points: Decimal | None = None
    level: Decimal | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    ungraded_pass: bool = False
    title: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Attempts sat elsewhere, recognised into a degree as grants."""

    id: str
    degree: str
    sources: tuple[str, ...]
    """Ids of the attempts it rests on; ``from`` in the case file."""
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Achieved:
    """A milestone that the record holds, for one institution or (``None``) for both."""

    milestone: str
    institution: str | None = None
    value: Decimal | None = None


class ExceptionKind(StrEnum):
    """What a recorded decision may do to the rules for one student."""

    WAIVE = "waive"
    REDUCE = "reduce"
    SUBSTITUTE = "substitute"
    PIN = "pin"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantedException:
    """One recorded exception; which of ``requirement``, ``item`` and ``at_least`` it has follows from its kind.

    ``decider`` is ``by`` in the languages of an institution's profile; no file carries it, and no verdict rests on it.
    """

    kind: ExceptionKind
    degree: str
    by: str
    reason: str
    on: str
    requirement: str | None = None
    item: str | None = None
    at_least: Decimal | None = None
    decider: Message | None = field(default=None, compare=False)


Claims = Mapping[str, Mapping[str, str]]
"""degree → item → leaf id, ``free`` or ``uncounted``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything an audit reads. ``Case`` values are checked when they are read (``case/reading.py``)."""

    degrees: tuple[Degree, ...]
    record: tuple[Attempt, ...]
    include: tuple[Status, ...] = (Status.PASSED,)
    shared_credits: SharedCredits | None = None
    recognitions: tuple[Recognition, ...] = ()
    milestones: tuple[Achieved, ...] = ()
    exceptions: tuple[GrantedException, ...] = ()
    previous: Claims = field(default_factory=dict)
    conferred: Claims = field(default_factory=dict)
    title: Text = field(default_factory=dict)
