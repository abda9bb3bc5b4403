"""May a degree be refused to somebody? Only after notice, and after the person was heard: one table of states."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from dualdegree.core.refusal import Conflict
from dualdegree.core.text import Message


class HearingState(StrEnum):
    """How far it has come that a degree may be refused, or that it may be taken back."""

    NOTIFIED = "notified"
    """The person has been told the grounds and may speak until a day."""
    HEARD = "heard"
    """The person has spoken, or has said that they will not, or let the time pass."""
    DECIDED = "decided"
    """A session has refused the degree, or taken it back."""
    DROPPED = "dropped"
    """The institution has let it go."""


class HearingStep(StrEnum):
    """What somebody may do about it."""

    SPEAK = "speak"
    WAIVE = "waive"
    CLOSE_HEARING = "close_hearing"
    DECIDE = "decide"
    DROP = "drop"


HEARING: Mapping[tuple[HearingState, HearingStep], HearingState] = MappingProxyType(
    {
        (HearingState.NOTIFIED, HearingStep.SPEAK): HearingState.HEARD,
        (HearingState.NOTIFIED, HearingStep.WAIVE): HearingState.HEARD,
        # Only once the time is over: see ``closing_refused``.
        (HearingState.NOTIFIED, HearingStep.CLOSE_HEARING): HearingState.HEARD,
        (HearingState.HEARD, HearingStep.DECIDE): HearingState.DECIDED,
        (HearingState.NOTIFIED, HearingStep.DROP): HearingState.DROPPED,
        (HearingState.HEARD, HearingStep.DROP): HearingState.DROPPED,
    }
)
OPEN = (HearingState.NOTIFIED, HearingState.HEARD)
"""The states in which something is still to be done."""


def after_step(state: HearingState, step: HearingStep) -> HearingState:
    """The state that ``step`` leads to; raises ``Conflict`` where the table does not allow it."""
    try:
        return HEARING[state, step]
    except KeyError:
        raise Conflict(
            "This step is not open any more in this procedure; read the page again to see how far it has come."
        ) from None


def refuse_early_closing(until: dt.date, today: dt.date) -> None:
    """Refuse, by ``Conflict``, to close a hearing before its last day is over."""
    if today <= until:
        words = {"day": until}
        raise Conflict(
            Message(
                "The person may still speak until %(day)s; only the person can say before that they will not.", words
            )
        )
