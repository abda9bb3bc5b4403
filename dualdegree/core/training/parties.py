"""Who has something to do in a placement?"""

from enum import StrEnum

from dualdegree.core.text import Message


class TrainingParty(StrEnum):
    """A part that somebody plays in a placement."""

    STUDENT = "student"
    ENTERPRISE_MENTOR = "enterprise_mentor"
    UNIVERSITY_MENTOR = "university_mentor"
    REGISTRAR = "registrar"
    PANEL = "panel"


PARTIES: dict[TrainingParty, Message] = {
    TrainingParty.STUDENT: Message("Student"),
    TrainingParty.ENTERPRISE_MENTOR: Message("Mentor at the enterprise"),
    TrainingParty.UNIVERSITY_MENTOR: Message("Mentor at the university"),
    TrainingParty.REGISTRAR: Message("Registrar"),
    TrainingParty.PANEL: Message("Panel"),
}
"""What a page calls each of them."""
