"""What does a student's record say? Attempts in their registers, and which of several at one course stands.

The order of attempts is that of the joint audit's specification ("Items"), over which the engine has code of its own;
here it decides what a page or a transcript prints beside each attempt.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from dualdegree.core.text import Text

TERM = re.compile(r"(20[0-9]{2})-([1-9])", re.ASCII)
"""``2026-1``: the first term of the academic year 2026-2027. Terms order as text."""

PASSED = "passed"
COMING = ("in_progress", "planned", "deferred")


class RegisterMark(StrEnum):
    """What a register's word beside a row means, in the field's terms."""

    RECOGNISED = "recognised"
    EXEMPTED = "exempted"
    TRANSFERRED = "transferred"
    RESIT = "resit"
    """A second examination in the same course, such as 补考."""
    REPEAT = "repeat"
    """The course was taken again, such as 重修."""
    MISCONDUCT = "misconduct"
    """Failed because of misconduct, whatever figure stands beside it."""
    COMPENSATED = "compensated"
    """Passed by compensation, although the figure, if there is one, would fail."""


LISTED = (RegisterMark.RECOGNISED, RegisterMark.EXEMPTED, RegisterMark.TRANSFERRED)
"""The marks of rows that are no attempts: listed beside the record."""


class Standing(StrEnum):
    """What an attempt is worth in the record."""

    STANDS = "stands"
    SUPERSEDED = "superseded"
    """Another attempt at the course stands in its stead."""
    COMING = "coming"
    """In progress, planned or deferred."""
    NOT_PASSED = "not_passed"
    """Failed, absent or withdrawn, and no attempt at the course is passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredEntry:
    """One attempt as its register tells it; credits in that institution's unit.

    ``ects`` is what the curriculum agrees on, None while none binds the student.

    ``status`` is one of the words of ``core.audit.facts.Status``.
    """

    id: str
    institution: str
    course: str
    title: Text
    term: str
    sitting: str
    credits: Decimal
    ects: Decimal | None
    status: str
    grade: Decimal | None
    mention: str | None
    grade_as_given: str
    repeatable: bool = False
    tags: tuple[str, ...] = ()
    marks: tuple[RegisterMark, ...] = ()
    """What the register says of it beside its result."""

    @property
    def academic_year(self) -> str:
        """The academic year in which it was sat, such as ``2026-2027``."""
        return academic_year(self.term)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One attempt as a page or a transcript shows it; ``time`` counts the student's attempts at the course from 1."""

    entry: RegisteredEntry
    standing: Standing
    superseded_by: str | None
    time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedRow:
    """A row that a register itself marks as recognised, exempted or transferred: listed, never an attempt."""

    institution: str
    course: str
    title: Text
    term: str
    credits: Decimal
    mark: str
    """The register's own word."""
    kind: RegisterMark


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMilestone:
    """A milestone that the register holds; ``achieved_on`` is None where it has no day."""

    institution: str
    milestone: str
    title: Text
    """What the curriculum calls it; empty where it asks for no such thing."""
    value: Decimal | None
    achieved_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentRegister:
    """One institution's half of a student's record, in the order of terms and courses."""

    institution: str
    lines: tuple[RecordLine, ...]
    policy: str = "best"
    """Which of several passed attempts at a course stands, as the institution's curriculum says."""
    marked: tuple[MarkedRow, ...] = ()
    held: tuple[HeldMilestone, ...] = ()

    def years(self) -> Mapping[str, tuple[RecordLine, ...]]:
        """The lines by academic year, in order."""
        years: dict[str, list[RecordLine]] = {}
        for line in self.lines:
            years.setdefault(line.entry.academic_year, []).append(line)
        return {year: tuple(lines) for year, lines in years.items()}

    def entry(self, attempt: str) -> RegisteredEntry:
        """The attempt of this id; raises ``KeyError``."""
        return {line.entry.id: line.entry for line in self.lines}[attempt]

    def standing(self) -> tuple[RegisteredEntry, ...]:
        """The attempts that stand: what a total or a mean is taken of."""
        return tuple(line.entry for line in self.lines if line.standing is Standing.STANDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything two registers hold of one student, in the order of the institutions' ids."""

    registers: tuple[StudentRegister, ...]

    def register(self, institution: str) -> StudentRegister:
        """One register's half; an empty one where the student is not enrolled there."""
        empty = StudentRegister(institution=institution, lines=())
        return next((register for register in self.registers if register.institution == institution), empty)


def academic_year(term: str) -> str:
    """The academic year of a term: ``2026-1`` is of ``2026-2027``; a term of another form is its own year."""
    match = TERM.fullmatch(term)
    return f"{match[1]}-{int(match[1]) + 1}" if match else term


class Sitting(Protocol):
    """What decides which of several attempts at one course stands: a ``RegisteredEntry`` or an audit attempt."""

    @property
    def id(self) -> str:
        """What breaks the last tie."""

    @property
    def term(self) -> str:
        """When it was sat."""

    @property
    def status(self) -> str:
        """How far it has come."""

    @property
    def grade(self) -> Decimal | None:
        """Higher is better."""


Sat = TypeVar("Sat", bound=Sitting)


def that_stands(attempts: Iterable[Sat], policy: str) -> Sat | None:
    """The passed attempt at one course that stands by the degree's policy (``best``, ``latest`` or ``first_pass``).

    None where none is passed. Ties go to the later term, then to the smaller id.
    """
    passed = sorted((entry for entry in attempts if entry.status == PASSED), key=lambda entry: entry.id)
    if policy == "first_pass":
        return min(passed, key=lambda entry: entry.term, default=None)
    later = sorted(passed, key=lambda entry: entry.term, reverse=True)
    if policy == "latest":
        return later[0] if later else None
    return max(later, key=_height, default=None)


def _height(entry: Sitting) -> Decimal:
    return Decimal(-1) if entry.grade is None else entry.grade


def lines(entries: Iterable[RegisteredEntry], policy: str) -> tuple[RecordLine, ...]:
    """One register's attempts as they are shown, in the order of terms, courses and sittings."""
    ordered = sorted(entries, key=lambda entry: (entry.term, entry.course, entry.sitting, entry.id))
    courses: dict[str, list[RegisteredEntry]] = {}
    for entry in ordered:
        courses.setdefault(entry.course, []).append(entry)
    stands = {course: that_stands(tries, policy) for course, tries in courses.items()}
    return tuple(_line(entry, stands[entry.course], courses[entry.course].index(entry) + 1) for entry in ordered)


def _line(entry: RegisteredEntry, stands: RegisteredEntry | None, time: int) -> RecordLine:
    standing = _standing(entry, stands)
    by = stands.id if stands is not None and standing is Standing.SUPERSEDED else None
    return RecordLine(entry=entry, standing=standing, superseded_by=by, time=time)


def _standing(entry: RegisteredEntry, stands: RegisteredEntry | None) -> Standing:
    if entry.status in COMING:
        return Standing.COMING
    if entry.status == PASSED and (entry.repeatable or entry == stands):
        return Standing.STANDS
    return Standing.NOT_PASSED if stands is None else Standing.SUPERSEDED
