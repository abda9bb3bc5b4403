"""What does a transcript say? Everything that is printed, as one frozen value that never changes afterwards.

A ``Content`` is what both registrars sign off; a ``Transcript`` is that content issued once, with serial and code.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from dualdegree.core.text import Text
from dualdegree.core.transcript.entries import (
    GradeScale,
    Holder,
    PrintedRecognition,
    PrintedSharing,
    RegisterEntry,
    StudentNumber,
    TranscriptCourse,
    TranscriptDegree,
    TranscriptInstitution,
)


class DocumentKind(StrEnum):
    """Whether a document may be relied upon."""

    OFFICIAL = "official"
    INTERIM = "interim"
    """One institution's own attempts, certified by itself alone: it certifies no degree."""
    UNOFFICIAL = "unofficial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs for one institution. The certificate's fingerprint is printed once documents carry signatures."""

    institution: str
    name: str
    office: Text
    signed_on: dt.date
    certificate: str | None = None


_Placed = TranscriptCourse | RegisterEntry | GradeScale | StudentNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the transcript says of its holder; the same whether or not it is issued."""

    programme: Text
    agreement: Text
    """Its title."""
    agreement_version: str
    equivalences: Text | None = None
    """The title of the table on which recognitions rest."""
    institutions: tuple[TranscriptInstitution, ...]
    holder: Holder
    degrees: tuple[TranscriptDegree, ...]
    courses: tuple[TranscriptCourse, ...]
    register_entries: tuple[RegisterEntry, ...] = ()
    recognitions: tuple[PrintedRecognition, ...] = ()
    scales: tuple[GradeScale, ...] = ()
    credit_legend: tuple[Text, ...] = ()
    shared: PrintedSharing | None = None

    def __post_init__(self) -> None:
        known = [institution.id for institution in self.institutions]
        if len(set(known)) not in (1, 2) or [degree.institution for degree in self.degrees] != known:
            raise ValueError("A transcript has one institution or two, and one degree of each, in the same order.")
        placed: tuple[_Placed, ...] = (*self.courses, *self.register_entries, *self.scales, *self.holder.numbers)
        if strangers := sorted({item.institution for item in placed} - set(known)):
            raise ValueError(f"{', '.join(strangers)} is no institution of this transcript.")
        if not {item.degree for item in self.recognitions} <= {degree.id for degree in self.degrees}:
            raise ValueError("Every recognition counts in a degree of this transcript.")

    @property
    def is_joint(self) -> bool:
        """Whether it is of both institutions; of one alone it is of that one's own attempts."""
        return len(self.institutions) == 2

    def institution(self, id_: str) -> TranscriptInstitution:
        """The institution of that id; ``KeyError`` where it is neither of the two."""
        return {institution.id: institution for institution in self.institutions}[id_]

    def partner(self, id_: str) -> TranscriptInstitution:
        """The other one of the two."""
        return next(institution for institution in self.institutions if institution.id != id_)

    def degree(self, id_: str) -> TranscriptDegree:
        """The degree of that id."""
        return {degree.id: degree for degree in self.degrees}[id_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What issuing adds. Only an official document has a serial, a code, an address to verify it, and signers."""

    kind: DocumentKind
    issued_on: dt.date
    languages: tuple[str, ...]
    """The two languages, in the order in which they are printed."""
    specimen: bool = False
    serial: str | None = None
    code: str | None = None
    verify_url: str | None = None
    """The whole address of this document's public page."""
    replaces: str | None = None
    """The serial of the document that this one replaces."""
    signers: tuple[Signer, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.languages)) != 2:
            raise ValueError("A bilingual document is in two different languages.")
        marks = (self.serial, self.code, self.verify_url)
        if self.kind is not DocumentKind.UNOFFICIAL and not all(marks):
            raise ValueError("An official document has a serial, a code and an address of verification.")
        if self.kind is DocumentKind.UNOFFICIAL and (any(marks) or self.signers or self.replaces):
            raise ValueError("An unofficial document bears no serial, no code and no signature.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """One document: a content, issued; an official one is signed for both institutions, in their order."""

    content: Content
    issue: Issue

    def __post_init__(self) -> None:
        if self.is_interim and self.content.is_joint:
            raise ValueError("An interim transcript is of one institution.")
        signed = [signer.institution for signer in self.issue.signers]
        if self.official and signed != [institution.id for institution in self.content.institutions]:
            raise ValueError("An official document bears one signature for each of its institutions.")

    @property
    def specimen(self) -> bool:
        """Whether each page must say that this is a specimen; always so for a demonstration institution."""
        return self.issue.specimen or any(institution.demonstration for institution in self.content.institutions)

    @property
    def official(self) -> bool:
        """Whether it may be relied upon for what it says."""
        return self.issue.kind is not DocumentKind.UNOFFICIAL

    @property
    def is_interim(self) -> bool:
        """Whether it certifies no degree, only one institution's own attempts so far."""
        return self.issue.kind is DocumentKind.INTERIM
