"""How do the steps to a degree read, and whom does the next one wait for?"""

from collections.abc import Mapping

from dualdegree.conferral.ways import DegreeWay
from dualdegree.core.conferral.refusals import HearingState
from dualdegree.core.conferral.steps import DegreeStep
from dualdegree.core.text import Message

STEPS: Mapping[DegreeStep, Message] = {
    DegreeStep.REQUIREMENTS: Message("Requirements met"),
    DegreeStep.APPLICATION: Message("Application"),
    DegreeStep.GRADUATION: Message("Graduation"),
    DegreeStep.DECISION: Message("Degree decision"),
}
"""What each step is called."""
WAITING: Mapping[DegreeStep, Message] = {
    DegreeStep.REQUIREMENTS: Message("Waits for the student, who has yet to meet the requirements of %(institution)s."),
    DegreeStep.APPLICATION: Message("Waits for the student, who can apply to %(institution)s now."),
    DegreeStep.GRADUATION: Message("Waits for the registrar of %(institution)s, who records the graduation."),
    DegreeStep.DECISION: Message("Waits for a session of %(body)s of %(institution)s."),
}
"""Whom the next step waits for."""
HEARINGS: Mapping[HearingState, tuple[str, Message]] = {
    HearingState.NOTIFIED: ("pending", Message("Notice given: the student can speak")),
    HearingState.HEARD: ("partial", Message("Heard: a session can decide")),
    HearingState.DECIDED: ("unmet", Message("Decided")),
    HearingState.DROPPED: ("neutral", Message("Dropped")),
}
"""Each state of a procedure as a shape and a word."""


def waits_for(way: DegreeWay) -> Message | None:
    """Whom the next step waits for, in a sentence; None once the degree is conferred."""
    step = way.awaits
    if step is None:
        return None
    body = way.conferring.body if way.conferring else {}
    words = {"institution": way.institution.names, "body": body}
    if step is DegreeStep.DECISION and way.first is not None:
        return Message(
            "Waits for %(first)s, which by the agreement confers its degree first.", {"first": way.first.names}
        )
    return Message(WAITING[step].id, words)
