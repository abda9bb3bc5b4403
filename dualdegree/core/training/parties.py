"""Who has something to do in a placement?"""

from enum import StrEnum

from dualdegree.core.text import Message


class Party(StrEnum):
    """A part that somebody plays in a placement."""

    STUDENT = "student"
    ENTERPRISE_MENTOR = "enterprise_mentor"
    UNIVERSITY_MENTOR = "university_mentor"
    REGISTRAR = "registrar"
    PANEL = "panel"


PARTIES: dict[Party, Message] = {
    Party.STUDENT: Message("Student"),
    Party.ENTERPRISE_MENTOR: Message("Mentor at the enterprise"),
    Party.UNIVERSITY_MENTOR: Message("Mentor at the university"),
    Party.REGISTRAR: Message("Registrar"),
    Party.PANEL: Message("Panel"),
}
"""What a page calls each of them."""
