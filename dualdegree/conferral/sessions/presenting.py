"""How does what a session decides read?"""

from collections.abc import Mapping

from dualdegree.conferral.sessions.service import EntryShown
from dualdegree.core.conferral.sessions import SessionResult
from dualdegree.core.text import Message

RESULTS: Mapping[SessionResult, tuple[str, Message]] = {
    SessionResult.CONFERRED: ("met", Message("Conferred")),
    SessionResult.REFUSED: ("unmet", Message("Degree refused")),
    SessionResult.POSTPONED: ("pending", Message("Postponed")),
    SessionResult.CORRECTED: ("info", Message("Entry corrected")),
    SessionResult.ANNULLED: ("void", Message("Annulled")),
}
"""Each result as a shape and a word."""
CONSEQUENCES: Mapping[SessionResult, Message] = {
    SessionResult.CONFERRED: Message(
        "From then on what counts in this degree is fixed: no later change of the record touches it, and the other "
        "degree is judged around it."
    ),
    SessionResult.REFUSED: Message("The student is told, with the law, the body of appeal and the days to appeal."),
    SessionResult.POSTPONED: Message("The student is told why; a later session can decide."),
    SessionResult.CORRECTED: Message("The degree stays conferred; its number is replaced by this one."),
    SessionResult.ANNULLED: Message(
        "The degree is no longer conferred, and its number is free; the student is told, with the body of appeal."
    ),
}
"""What follows when the session is closed."""


def consequence(line: EntryShown) -> Message:
    """What follows for this student."""
    return CONSEQUENCES[SessionResult(line.entry.result)]
