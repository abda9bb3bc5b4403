"""In which state is an enrolment on which day, which state follows which, and what does leaving a degree do?

The days are those of the calendar of the institution where the student is enrolled.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from dualdegree.core.refusal import Refusal
from dualdegree.core.terms import begins
from dualdegree.core.text import Message


class EnrolmentState(StrEnum):
    """What a student is at one institution."""

    APPLIED = "applied"
    ACTIVE = "active"
    LEAVE = "leave"
    ABROAD = "abroad"
    """Enrolled here and studying at another university, such as the partner."""
    WITHDRAWN = "withdrawn"
    """Left by the student's own will."""
    TERMINATED = "terminated"
    """Ended by the institution."""
    COMPLETED = "completed"


WORDS: Mapping[EnrolmentState, Message] = MappingProxyType(
    {
        EnrolmentState.APPLIED: Message("Applied, not enrolled yet"),
        EnrolmentState.ACTIVE: Message("Enrolled"),
        EnrolmentState.LEAVE: Message("On leave"),
        EnrolmentState.ABROAD: Message("Studying abroad"),
        EnrolmentState.WITHDRAWN: Message("Withdrawn from the degree"),
        EnrolmentState.TERMINATED: Message("Enrolment terminated"),
        EnrolmentState.COMPLETED: Message("Studies completed"),
    }
)
LEFT = frozenset({EnrolmentState.WITHDRAWN, EnrolmentState.TERMINATED})
"""Whoever is in one of these studies for this degree no more."""
ENDED = LEFT | {EnrolmentState.COMPLETED}
AHEAD = frozenset({EnrolmentState.ACTIVE, EnrolmentState.LEAVE, EnrolmentState.ABROAD})
"""What can be entered before its day comes."""
STUDYING = frozenset({EnrolmentState.ACTIVE, EnrolmentState.ABROAD})

FOLLOWS: Mapping[EnrolmentState, frozenset[EnrolmentState]] = MappingProxyType(
    {
        EnrolmentState.APPLIED: frozenset({EnrolmentState.ACTIVE, EnrolmentState.WITHDRAWN}),
        EnrolmentState.ACTIVE: frozenset({EnrolmentState.LEAVE, EnrolmentState.ABROAD, *ENDED}),
        EnrolmentState.LEAVE: frozenset({EnrolmentState.ACTIVE, EnrolmentState.ABROAD, *LEFT}),
        EnrolmentState.ABROAD: frozenset({EnrolmentState.ACTIVE, EnrolmentState.LEAVE, *ENDED}),
        # Whoever left by their own will may be admitted again; what the institution ended is only ever corrected.
        EnrolmentState.WITHDRAWN: frozenset({EnrolmentState.ACTIVE}),
        EnrolmentState.TERMINATED: frozenset(),
        EnrolmentState.COMPLETED: frozenset(),
    }
)
"""State → the states that may follow it. The first that is entered may be any: registers know only today's."""
FURTHEST = dt.timedelta(days=2 * 366)
"""No leave is entered longer than this before it begins."""
EARLIEST = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedState:
    """A state, and the first day of it."""

    state: EnrolmentState
    since: dt.date


def in_order(entries: Iterable[DatedState]) -> tuple[DatedState, ...]:
    """The states by their first days."""
    return tuple(sorted(entries, key=lambda entry: (entry.since, entry.state)))


def begun(admission_term: str) -> DatedState:
    """What holds while no state was entered: enrolled since the term of admission began."""
    return DatedState(state=EnrolmentState.ACTIVE, since=begins(admission_term))


def state_on(entries: Iterable[DatedState], day: dt.date, admission_term: str) -> DatedState:
    """In which state an enrolment is on this day, and since when.

    Before the first that was entered, and where none was, it is what it was when the student was admitted.
    """
    come = [entry for entry in in_order(entries) if entry.since <= day]
    return come[-1] if come else begun(admission_term)


def has_left(entries: Iterable[DatedState]) -> bool:
    """Whether the degree has been left. No day is needed: neither leaving nor coming back is entered beforehand."""
    ordered = in_order(entries)
    return bool(ordered) and ordered[-1].state in LEFT


class Turn(StrEnum):
    """What an entry does to a degree beyond itself."""

    LEAVES = "leaves"
    RETURNS = "returns"
    """It is taken up again, or had never been left."""


def turn(before: Iterable[DatedState], after: Iterable[DatedState]) -> Turn | None:
    """Whether the degree is left by these states and was not by those, or the other way round."""
    was, will_be = has_left(before), has_left(after)
    if was is will_be:
        return None
    return Turn.LEAVES if will_be else Turn.RETURNS


def refuse_impossible(entries: Sequence[DatedState], new: DatedState | None, *, today: dt.date) -> None:
    """Refuse, by ``Refusal``, what ``new`` would make of the other ``entries``; None where one was only taken out."""
    if new is not None:
        _refuse_day(entries, new, today)
    ordered = in_order((*entries, *([new] if new else [])))
    for before, after in pairwise(ordered):
        if after.state not in FOLLOWS[before.state]:
            words = {"after": WORDS[after.state], "before": WORDS[before.state], "day": after.since}
            raise Refusal(
                "“%(after)s” from %(day)s on cannot follow “%(before)s”; choose another state or day, or correct the "
                "entry beside it first.",
                words,
                about="state",
            )
        if before.state in LEFT and after.since > today:
            raise Refusal(
                "Whoever left is admitted again on the day itself or afterwards, not beforehand.", about="since"
            )


def _refuse_day(entries: Sequence[DatedState], new: DatedState, today: dt.date) -> None:
    if any(entry.since == new.since for entry in entries):
        raise Refusal("Another state is entered from this very day on; correct that entry instead.", about="since")
    if new.since > today and new.state not in AHEAD:
        raise Refusal(
            "This day has not come yet; only leave, studies abroad and the return from them are entered beforehand.",
            about="since",
        )
    if not EARLIEST <= new.since <= today + FURTHEST:
        raise Refusal("No state begins on this day; correct its year.", about="since")


class AfterLeaving(StrEnum):
    """What becomes of a recognition between two degrees when one of them is left."""

    GOES = "goes"
    """It counted in the degree that is left."""
    STAYS = "stays"
    """It counts in the other degree, and what it rests on was passed."""
    LAPSES = "lapses"
    """It would have counted in the other degree once its courses were passed; nobody goes on with them."""


def after_leaving(*, into_left: bool, earned: bool) -> AfterLeaving:
    """What becomes of a recognition; ``into_left``: into the degree that is left; ``earned``: all of it is passed."""
    if into_left:
        return AfterLeaving.GOES
    return AfterLeaving.STAYS if earned else AfterLeaving.LAPSES
