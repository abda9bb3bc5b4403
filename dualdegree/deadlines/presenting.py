"""With which words and shapes do pages say how a deadline stands?"""

from collections.abc import Mapping

from dualdegree.core.deadlines import DeadlineState
from dualdegree.core.text import Message

STATES: Mapping[DeadlineState, tuple[str, Message]] = {
    DeadlineState.PASSED: ("unmet", Message("past its day")),
    DeadlineState.NEAR: ("pending", Message("due soon")),
    DeadlineState.COMING: ("planned", Message("to come")),
}
