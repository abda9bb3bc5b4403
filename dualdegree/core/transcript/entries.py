"""Of what is a transcript made? The institutions, the holder, each degree, course, recognition and line of the legend.

All words that come from the record are ``Text``: what a document said is kept in the document, not in a catalogue.
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from dualdegree.core.audit.facts import Status
from dualdegree.core.text import Text

TERM = re.compile(r"(\d{4})-\d")


class Listing(StrEnum):
    """Why a register lists a course that was never sat there."""

    RECOGNISED = "recognised"
    TRANSFERRED = "transferred"
    EXEMPTED = "exempted"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptInstitution:
    """One of the two issuers, with the name of its registrar's office and of its own credit."""

    id: str
    name: Text
    country: str
    """ISO 3166-1 alpha-2."""
    place: Text
    office: Text
    unit: Text
    demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentNumber:
    """The holder's number in one institution's register."""

    institution: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose transcript it is; family and given names exactly as in the passport, never transliterated."""

    family_name: str
    given_names: str
    han_name: str | None = None
    birth_date: dt.date
    nationality: str
    """ISO 3166-1 alpha-2."""
    numbers: tuple[StudentNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean grade and the method by which its institution computes it."""

    value: Decimal
    method: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditSum:
    """Credits in the unit of a degree, and as agreed ECTS."""

    credits: Decimal
    ects: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementsMet:
    """By the audits that are kept, since which day all of them in a row have found both degrees met.

    ``or_earlier``: no kept audit had found them not met before, so that the day is only the latest that it can be.
    """

    on: dt.date
    or_earlier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptDegree:
    """What one institution awards: ``total`` in its own unit, ``ects`` as agreed. The two are never added up.

    ``taken`` and ``recognised`` are its two parts; a document of the first format did not state them.
    """

    id: str
    institution: str
    award: Text
    admission_term: str
    curriculum: str
    """The version to which the holder is bound."""
    met: bool = False
    """Whether both degrees' requirements are met, as the official joint audit says."""
    requirements_met: RequirementsMet | None = None
    """Since when; None while they are not met, and where nothing that is kept tells the day."""
    awarded_on: dt.date | None = None
    total: Decimal
    ects: Decimal
    taken: CreditSum | None = None
    recognised: CreditSum | None = None
    mean: Mean | None = None

    def __post_init__(self) -> None:
        if self.taken is None or self.recognised is None:
            return
        parts = (self.taken.credits + self.recognised.credits, self.taken.ects + self.recognised.ects)
        if parts != (self.total, self.ects):
            raise ValueError(f"What was taken and what is recognised do not make the total of {self.institution}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptCourse:
    """One attempt, listed once, under the institution where it was sat."""

    institution: str
    code: str
    title: Text
    term: str
    credits: Decimal
    ects: Decimal
    grade: str | None = None
    """As the institution's own register writes it."""
    converted: str | None = None
    """On the other institution's scale, where the agreement converts it."""
    status: Status
    stands: bool = True
    """Whether this attempt counts for its course; a retaken one does not."""
    recognised: bool = False
    """Whether the other institution recognised it."""

    @property
    def counts(self) -> bool:
        """Whether its credits are part of the sums printed beneath it."""
        return self.stands and self.status is Status.PASSED

    @property
    def academic_year(self) -> str:
        """``2026-2027`` for the terms ``2026-1`` to ``2026-3``; the term itself where it is written otherwise."""
        matched = TERM.fullmatch(self.term)
        return f"{matched[1]}-{int(matched[1]) + 1}" if matched else self.term


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """What a register itself marks as recognised, transferred or exempted: listed, never counted."""

    institution: str
    code: str
    title: Text
    term: str
    credits: Decimal
    listing: Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionPart:
    """One course on one side of a recognition, with its credits in that side's unit."""

    code: str
    title: Text
    credits: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRecognition:
    """Courses sat at the other institution that count in ``degree``, as which courses, and by which decision."""

    id: str
    degree: str
    sources: tuple[RecognitionPart, ...]
    targets: tuple[RecognitionPart, ...]
    grade: str | None = None
    """In the recognising institution's scale; ``None``: recognised without grade."""
    decision: Text
    """The decision, or the version of the equivalences in force, on which it rests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeStep:
    """One line of a grade scale's legend."""

    label: str
    range: str
    meaning: Text
    share: Decimal | None = None
    """Per cent of the passing grades of the reference group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeScale:
    """How one institution grades, best grade first."""

    institution: str
    name: Text
    steps: tuple[GradeStep, ...]
    distribution_of: Text | None = None
    """The reference group whose distribution the steps give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSharing:
    """How much study both degrees count, in ECTS, and what the agreement allows."""

    ects: Decimal
    at_most: Decimal | None = None
