"""What is a joint transcript, which bytes is it, and what would stop it from being printed in two languages?"""

from dualdegree.core.transcript.approved import Missing, MissingForms, missing_forms, require_forms
from dualdegree.core.transcript.canonical import FORMAT, NotATranscript, canonical, digest, from_bytes
from dualdegree.core.transcript.completing import Forms, completed, with_forms
from dualdegree.core.transcript.entries import (
    CreditSum,
    GradeScale,
    GradeStep,
    Holder,
    Listing,
    Mean,
    PrintedRecognition,
    PrintedSharing,
    RecognitionPart,
    RegisterEntry,
    RequirementsMet,
    StudentNumber,
    TranscriptCourse,
    TranscriptDegree,
    TranscriptInstitution,
)
from dualdegree.core.transcript.value import Content, DocumentKind, Issue, Signer, Transcript

__all__ = [
    "FORMAT",
    "Content",
    "CreditSum",
    "DocumentKind",
    "Forms",
    "GradeScale",
    "GradeStep",
    "Holder",
    "Issue",
    "Listing",
    "Mean",
    "Missing",
    "MissingForms",
    "NotATranscript",
    "PrintedRecognition",
    "PrintedSharing",
    "RecognitionPart",
    "RegisterEntry",
    "RequirementsMet",
    "Signer",
    "StudentNumber",
    "Transcript",
    "TranscriptCourse",
    "TranscriptDegree",
    "TranscriptInstitution",
    "canonical",
    "completed",
    "digest",
    "from_bytes",
    "missing_forms",
    "require_forms",
    "with_forms",
]
