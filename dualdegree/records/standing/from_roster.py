"""What does a roster's row say of the state of an enrolment, against what the record holds?"""

import datetime as dt
from collections.abc import Sequence

from dualdegree.core.enrolment import DatedState, EnrolmentState, refuse_impossible, state_on
from dualdegree.core.text import Message

OTHER_DAY = Message(
    "The record has this state since %(day)s, and keeps that day. If the roster is right, correct it on the page of "
    "the enrolment."
)


def state_told(
    state: str, since: dt.date | None, entries: Sequence[DatedState], admission_term: str, today: dt.date
) -> DatedState | None:
    """The state that a row adds to these entries; None where it tells nothing new.

    Without a day it holds from ``today`` on. Raises ``Refusal`` for what cannot follow what the record holds.
    """
    said = EnrolmentState(state)
    held = state_on(entries, max(today, since or today), admission_term)
    if held.state is said:
        return None
    new = DatedState(state=said, since=since or today)
    refuse_impossible(entries, new, today=today)
    return new


def other_day(state: str, since: dt.date | None, entries: Sequence[DatedState], today: dt.date) -> Message | None:
    """A remark where the row gives an entered state another first day than the record has."""
    come = [entry for entry in entries if entry.since <= today]
    if since is None or not come or come[-1].state != state or come[-1].since == since:
        return None
    return Message(OTHER_DAY.id, {"day": come[-1].since})
