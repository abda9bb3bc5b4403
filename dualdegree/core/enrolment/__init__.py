"""What is a student at an institution, since when and until when?"""

from dualdegree.core.enrolment.duration import LongestDuration, TimeLeft, time_left
from dualdegree.core.enrolment.states import (
    AHEAD,
    ENDED,
    FOLLOWS,
    LEFT,
    WORDS,
    AfterLeaving,
    DatedState,
    EnrolmentState,
    Turn,
    after_leaving,
    has_left,
    in_order,
    refuse_impossible,
    state_on,
    turn,
)

__all__ = [
    "AHEAD",
    "ENDED",
    "FOLLOWS",
    "LEFT",
    "WORDS",
    "AfterLeaving",
    "DatedState",
    "EnrolmentState",
    "LongestDuration",
    "TimeLeft",
    "Turn",
    "after_leaving",
    "has_left",
    "in_order",
    "refuse_impossible",
    "state_on",
    "time_left",
    "turn",
]
