"""What can be recognised, and for which reasons is it refused or granted in part?"""

from collections.abc import Mapping
from enum import StrEnum

from dualdegree.core.text import Message


class Kind(StrEnum):
    """Where the credits were earned. What is no official study bears no grade (RD 822/2021, art. 10.5)."""

    STUDY = "study"
    EXPERIENCE = "experience"
    NON_OFFICIAL = "non_official"

    @property
    def is_graded(self) -> bool:
        """Whether a grade may be granted with it."""
        return self is Kind.STUDY


KINDS: Mapping[Kind, Message] = {
    Kind.STUDY: Message("courses passed at the partner"),
    Kind.EXPERIENCE: Message("professional experience"),
    Kind.NON_OFFICIAL: Message("studies without an official degree"),
}


class Reason(StrEnum):
    """Why less is granted than was asked for; whoever decides adds words of their own."""

    CONTENT = "content"
    WORKLOAD = "workload"
    LEVEL = "level"
    EVIDENCE = "evidence"
    EXCLUDED = "excluded"
    LIMIT = "limit"
    ALREADY = "already"
    OTHER = "other"


REASONS: Mapping[Reason, Message] = {
    Reason.CONTENT: Message("The content does not match closely enough."),
    Reason.WORKLOAD: Message("The workload is too small for the credits asked for."),
    Reason.LEVEL: Message("The level is lower than that of the degree."),
    Reason.EVIDENCE: Message("The evidence is missing or not sufficient."),
    Reason.EXCLUDED: Message("Work of this kind is never recognised in this degree."),
    Reason.LIMIT: Message("A limit on recognised credits is reached."),
    Reason.ALREADY: Message("The same knowledge is already counted in this degree."),
    Reason.OTHER: Message("Another reason, given in words."),
}
