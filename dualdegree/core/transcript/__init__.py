"""What is a joint transcript, which bytes is it, and what would stop it from being printed in two languages?"""

from dualdegree.core.transcript.approved import Missing, MissingForms, missing_forms, require_forms
from dualdegree.core.transcript.canonical import FORMAT, NotATranscript, canonical, digest, from_bytes
from dualdegree.core.transcript.entries import (
    Course,
    Degree,
    GradeScale,
    GradeStep,
    Holder,
    Institution,
    Listing,
    Mean,
    Part,
    Recognition,
    RegisterEntry,
    SharedCredits,
    StudentNumber,
)
from dualdegree.core.transcript.value import Content, Issue, Kind, Signer, Transcript

__all__ = [
    "FORMAT",
    "Content",
    "Course",
    "Degree",
    "GradeScale",
    "GradeStep",
    "Holder",
    "Institution",
    "Issue",
    "Kind",
    "Listing",
    "Mean",
    "Missing",
    "MissingForms",
    "NotATranscript",
    "Part",
    "Recognition",
    "RegisterEntry",
    "SharedCredits",
    "Signer",
    "StudentNumber",
    "Transcript",
    "canonical",
    "digest",
    "from_bytes",
    "missing_forms",
    "require_forms",
]
