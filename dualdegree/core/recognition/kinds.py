"""What can be recognised, and for which reasons is it refused or granted in part?"""

from collections.abc import Mapping
from enum import StrEnum

from dualdegree.core.text import Message


class RecognitionKind(StrEnum):
    """Where the credits were earned. What is no official study bears no grade (RD 822/2021, art. 10.5)."""

    STUDY = "study"
    EXPERIENCE = "experience"
    NON_OFFICIAL = "non_official"

    @property
    def is_graded(self) -> bool:
        """Whether a grade may be granted with it."""
        return self is RecognitionKind.STUDY


KINDS: Mapping[RecognitionKind, Message] = {
    RecognitionKind.STUDY: Message("courses passed at the partner"),
    RecognitionKind.EXPERIENCE: Message("professional experience"),
    RecognitionKind.NON_OFFICIAL: Message("studies without an official degree"),
}


class RefusalReason(StrEnum):
    """Why less is granted than was asked for; whoever decides adds words of their own."""

    CONTENT = "content"
    WORKLOAD = "workload"
    LEVEL = "level"
    EVIDENCE = "evidence"
    EXCLUDED = "excluded"
    LIMIT = "limit"
    ALREADY = "already"
    OTHER = "other"


REASONS: Mapping[RefusalReason, Message] = {
    RefusalReason.CONTENT: Message("The content does not match closely enough."),
    RefusalReason.WORKLOAD: Message("The workload is too small for the credits asked for."),
    RefusalReason.LEVEL: Message("The level is lower than that of the degree."),
    RefusalReason.EVIDENCE: Message("The evidence is missing or not sufficient."),
    RefusalReason.EXCLUDED: Message("Work of this kind is never recognised in this degree."),
    RefusalReason.LIMIT: Message("A limit on recognised credits is reached."),
    RefusalReason.ALREADY: Message("The same knowledge is already counted in this degree."),
    RefusalReason.OTHER: Message("Another reason, given in words."),
}
