"""Until when may an enrolment last, and is that end near?"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dualdegree.core.enrolment.states import ENDED, DatedState, EnrolmentState, in_order, state_on
from dualdegree.core.terms import begins


@dataclass(frozen=True, slots=True, kw_only=True)
class LongestDuration:
    """How long one may be enrolled at most: in ``years`` or in ``terms`` from the term of admission.

    ``leave_counts``: whether time on leave is part of it. ``warn_days``: how many days before the end a warning begins.
    """

    years: int | None = None
    terms: int | None = None
    leave_counts: bool = True
    warn_days: int = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLeft:
    """The last day on which one may be enrolled, how many days of it are left (none or fewer once it is over)."""

    last_day: dt.date
    days: int
    is_near: bool
    """Whether a warning is due; also once it is over."""

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed."""
        return self.days < 0


def time_left(
    limit: LongestDuration, admission_term: str, entries: Sequence[DatedState], today: dt.date
) -> TimeLeft | None:
    """How much time an enrolment has; None once it has ended, or before it has begun.

    Leave that nobody has ended is counted as far as today, and what is entered beforehand as it is entered.
    """
    state = state_on(entries, today, admission_term).state
    if state in ENDED or state is EnrolmentState.APPLIED:
        return None
    leaves = () if limit.leave_counts else tuple(_leaves(entries, today))
    last = _last_by_terms(limit.terms, admission_term, leaves) if limit.terms else _last_by_years(limit, admission_term)
    if not limit.terms:
        last += dt.timedelta(days=sum((end - first).days for first, end in leaves))
    days = (last - today).days
    return TimeLeft(last_day=last, days=days, is_near=days <= limit.warn_days)


Span = tuple[dt.date, dt.date]
"""From a day, to the day before another."""


def _leaves(entries: Sequence[DatedState], today: dt.date) -> Iterator[Span]:
    ordered = in_order(entries)
    ends = [*(entry.since for entry in ordered[1:]), today + dt.timedelta(days=1)]
    for entry, end in zip(ordered, ends[: len(ordered)], strict=True):
        if entry.state is EnrolmentState.LEAVE and end > entry.since:
            yield entry.since, end


def _last_by_years(limit: LongestDuration, admission_term: str) -> dt.date:
    first = begins(admission_term)
    return first.replace(year=first.year + (limit.years or 0)) - dt.timedelta(days=1)


def _last_by_terms(terms: int, admission_term: str, leaves: Sequence[Span]) -> dt.date:
    """The last day of the last term that counts; one more than half of which is leave counts for nothing."""
    counted, term = 0, admission_term
    while True:
        after = _next_term(term)
        first, end = begins(term), begins(after)
        on_leave = sum(max((min(end, stop) - max(first, start)).days, 0) for start, stop in leaves)
        counted += 2 * on_leave <= (end - first).days
        if counted == terms:
            return end - dt.timedelta(days=1)
        term = after


def _next_term(term: str) -> str:
    """The half of a year that comes next; a third one lies within the second."""
    year, _, half = term.partition("-")
    return f"{year}-2" if half == "1" else f"{int(year) + 1}-1"
