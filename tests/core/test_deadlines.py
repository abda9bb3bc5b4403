"""By which day something is due, and how that day stands: days of the calendar, or days on which an office is open."""

import datetime as dt

import pytest

from dualdegree.core.deadlines import DeadlineRule, DeadlineState, OfficeCalendar, due_on, state_on

FRIDAY = dt.date(2026, 12, 4)


def rule(**changed):
    return DeadlineRule(**{"key": "tor", "name": {"en": "Transcript"}, "starts": "results", "days": 35, **changed})


def test_the_day_on_which_a_period_begins_is_not_counted():
    assert due_on(rule(), dt.date(2027, 2, 12), OfficeCalendar()) == dt.date(2027, 3, 19)


def test_working_days_leave_out_ends_of_weeks_and_days_on_which_the_office_is_closed():
    closed = OfficeCalendar(closed=frozenset({dt.date(2026, 12, 8)}))

    assert due_on(rule(days=1, working=True), FRIDAY, closed) == dt.date(2026, 12, 7)
    assert due_on(rule(days=2, working=True), FRIDAY, closed) == dt.date(2026, 12, 9)


def test_a_period_of_no_days_ends_on_the_day_itself():
    assert due_on(rule(days=0, working=True), FRIDAY, OfficeCalendar()) == FRIDAY


@pytest.mark.parametrize(
    ("today", "state"),
    [("2026-11-19", "coming"), ("2026-11-20", "near"), ("2026-12-04", "near"), ("2026-12-05", "passed")],
)
def test_a_deadline_passes_on_the_day_after_its_last(today, state):
    assert state_on(rule(), FRIDAY, dt.date.fromisoformat(today)) is DeadlineState(state)
