"""What is an equivalence? Courses of one institution that stand for courses, or for credits, of the other."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dualdegree.core.records import TERM
from dualdegree.core.terms import Span, begins
from dualdegree.core.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCourse:
    """A course as it is sat; credits in the unit of its institution, ``ects`` where the table agrees on a figure."""

    code: str
    credits: Decimal
    ects: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is granted for it: a course of the target's curriculum, or credits of a group of tags (no ``code``)."""

    code: str | None
    credits: Decimal
    ects: Decimal | None = None
    title: Text
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort(Span[str]):
    """Whom an entry is for: those whom the recognising institution admitted from one term to another (or on)."""

    def takes(self, admission_term: str) -> bool:
        """Whether somebody admitted in that term is among them."""
        return self.holds(admission_term)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Span[dt.date]):
    """When an entry is valid: for courses whose term began on one of these days, both included."""

    def takes(self, term: str) -> bool:
        """Whether a course of that term is within; of a term that nobody knows it cannot be said, so it is not."""
        return bool(TERM.fullmatch(term)) and self.holds(begins(term))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for an entry: matches in per cent, the student's hours of work, syllabi, learning outcomes.

    ``syllabi`` are the SHA-256 of stored files. ``mobility`` says how it is known that the work was done in mobility.
    """

    content: Decimal | None = None
    workload: Decimal | None = None
    hours_sat: Decimal | None = None
    hours_granted: Decimal | None = None
    syllabi: tuple[str, ...] = ()
    outcomes: Text = field(default_factory=dict)
    mobility: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One equivalence: all the sources together give all the targets."""

    id: str
    institution: str
    """Where the sources are sat."""
    sources: tuple[SourceCourse, ...]
    target_institution: str
    targets: tuple[Target, ...]
    min_grade: Decimal | None = None
    """The least grade of each source, on the scale of the institution where it is sat."""
    grade_method: str | None = None
    """How the grade is converted, one of ``core.grades.PLAIN``; None as the agreement says."""
    cohort: Cohort | None = None
    """None for everybody."""
    period: Period | None = None
    """None for ever."""
    evidence: Evidence = Evidence()
    note: Text
    is_choice: bool = False
    """Whether it is applied only to a student who chose it."""
    line: int = 0

    @property
    def source_courses(self) -> tuple[str, ...]:
        """The codes of the sources."""
        return tuple(source.code for source in self.sources)

    @property
    def target_courses(self) -> tuple[str, ...]:
        """The codes of those targets that are courses."""
        return tuple(target.code for target in self.targets if target.code is not None)

    def is_for(self, admissions: Mapping[str, str]) -> bool:
        """Whether the entry is meant for whoever was admitted in these terms, by institution."""
        return self.cohort is None or self.cohort.takes(admissions.get(self.target_institution, ""))

    def is_applied(self, chosen: Mapping[str, "Entry"]) -> bool:
        """Whether the entry holds for whoever chose these, by id: a choice is of what the entry said at that time."""
        return not self.is_choice or (self.id in chosen and self.says_the_same(chosen[self.id]))

    def says_the_same(self, other: "Entry") -> bool:
        """Whether both say the same, wherever in their files they stand."""
        return replace(self, line=0) == replace(other, line=0)

    def is_valid_in(self, term: str) -> bool:
        """Whether a course of that term is within the entry's period."""
        return self.period is None or self.period.takes(term)


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalenceTable:
    """All equivalences of a programme in one version, in the order in which they are tried."""

    id: str
    programme: str
    version: str
    title: Text = field(default_factory=dict)
    entries: tuple[Entry, ...]
    notes: Mapping[str, Text]
