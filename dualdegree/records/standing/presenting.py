"""With which words and shapes do pages say how an enrolment stands?"""

from collections.abc import Mapping

from dualdegree.core.enrolment import WORDS, AfterLeaving, EnrolmentState
from dualdegree.core.text import Message

SHAPES: Mapping[EnrolmentState, str] = {
    EnrolmentState.APPLIED: "planned",
    EnrolmentState.ACTIVE: "info",
    EnrolmentState.LEAVE: "pending",
    EnrolmentState.ABROAD: "info",
    EnrolmentState.WITHDRAWN: "void",
    EnrolmentState.TERMINATED: "void",
    EnrolmentState.COMPLETED: "met",
}
STATES: Mapping[EnrolmentState, tuple[str, Message]] = {state: (SHAPES[state], WORDS[state]) for state in WORDS}
"""Each state as a shape and a word."""
AFTER_LEAVING: Mapping[AfterLeaving, tuple[str, Message, Message]] = {
    AfterLeaving.GOES: (
        "void",
        Message("not applied any more"),
        Message("It counted in the degree that is left. The courses stay in the record."),
    ),
    AfterLeaving.STAYS: (
        "met",
        Message("stays"),
        Message("What it rests on was passed before. The institution that recognised it may review it."),
    ),
    AfterLeaving.LAPSES: (
        "unmet",
        Message("not to be expected any more"),
        Message("Its courses are not passed yet, and nobody goes on with them."),
    ),
}
"""What becomes of a recognition when one of the degrees is left, as a shape, a word and a sentence."""
