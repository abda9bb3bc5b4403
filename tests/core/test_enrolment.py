"""Which state follows which, on which day one is in which, and until when an enrolment may last."""

import datetime as dt

import pytest

from dualdegree.core.enrolment import (
    FOLLOWS,
    WORDS,
    AfterLeaving,
    DatedState,
    EnrolmentState,
    LongestDuration,
    after_leaving,
    has_left,
    refuse_impossible,
    state_on,
    time_left,
)
from dualdegree.core.refusal import Refusal

TODAY = dt.date(2026, 11, 23)


def since(day, state):
    return DatedState(state=EnrolmentState(state), since=dt.date.fromisoformat(day))


ON_LEAVE = (since("2024-09-02", "active"), since("2025-09-01", "leave"), since("2026-09-01", "active"))


def test_every_state_has_a_word_and_is_known_to_the_table():
    assert set(WORDS) == set(FOLLOWS) == set(EnrolmentState)


@pytest.mark.parametrize(
    ("day", "state"),
    [("2024-09-02", "active"), ("2025-08-31", "active"), ("2025-09-01", "leave"), ("2026-09-01", "active")],
)
def test_a_state_holds_from_its_first_day_until_the_next_one_begins(day, state):
    assert state_on(ON_LEAVE, dt.date.fromisoformat(day), "2024-1").state == state


def test_whoever_has_no_entry_is_enrolled_since_the_term_of_admission_began():
    assert state_on((), TODAY, "2024-2") == since("2025-02-01", "active")


def test_the_order_in_which_states_are_entered_changes_nothing():
    assert state_on(reversed(ON_LEAVE), TODAY, "2024-1") == since("2026-09-01", "active")


@pytest.mark.parametrize(("last", "left"), [("withdrawn", True), ("terminated", True), ("completed", False)])
def test_a_degree_is_left_by_withdrawal_or_termination(last, left):
    assert has_left((*ON_LEAVE, since("2026-10-01", last))) is left


def test_leave_and_the_return_from_it_are_entered_beforehand():
    refuse_impossible(ON_LEAVE, since("2027-02-01", "leave"), today=TODAY)


@pytest.mark.parametrize("state", ["withdrawn", "terminated", "completed"])
def test_nobody_leaves_or_completes_on_a_day_to_come(state):
    with pytest.raises(Refusal, match="This day has not come yet"):
        refuse_impossible(ON_LEAVE, since("2027-02-01", state), today=TODAY)


def test_what_was_completed_is_not_taken_up_again():
    with pytest.raises(Refusal, match="“On leave” from 2026-11-01 on cannot follow “Studies completed”"):
        refuse_impossible([since("2026-10-01", "completed")], since("2026-11-01", "leave"), today=TODAY)


def test_an_entry_between_two_others_has_to_fit_both():
    withdrawn = (*ON_LEAVE, since("2026-10-01", "withdrawn"))

    with pytest.raises(
        Refusal, match="“Withdrawn from the degree” from 2026-10-01 on cannot follow “Enrolment terminated”"
    ):
        refuse_impossible(withdrawn, since("2026-09-15", "terminated"), today=TODAY)


def test_two_states_do_not_begin_on_one_day():
    with pytest.raises(Refusal, match="correct that entry instead"):
        refuse_impossible(ON_LEAVE, since("2025-09-01", "abroad"), today=TODAY)


def test_whoever_withdrew_may_be_admitted_again_but_not_beforehand():
    withdrawn = (*ON_LEAVE, since("2026-10-01", "withdrawn"))

    refuse_impossible(withdrawn, since("2026-11-23", "active"), today=TODAY)
    with pytest.raises(Refusal, match="not beforehand"):
        refuse_impossible(withdrawn, since("2026-11-24", "active"), today=TODAY)


@pytest.mark.parametrize("day", ["0206-09-01", "2206-09-01"])
def test_a_day_in_another_age_is_a_mistake_in_its_year(day):
    with pytest.raises(Refusal, match="correct its year"):
        refuse_impossible([], since(day, "active"), today=TODAY)


def test_years_end_on_the_day_before_they_began():
    left = time_left(LongestDuration(years=3), "2024-1", ON_LEAVE, TODAY)

    assert (left.last_day, left.days, left.is_near, left.is_over) == (dt.date(2027, 8, 31), 281, False, False)


def test_leave_that_does_not_count_moves_the_end():
    left = time_left(LongestDuration(years=3, leave_counts=False), "2024-1", ON_LEAVE, TODAY)

    assert left.last_day == dt.date(2028, 8, 30)


def test_leave_that_nobody_has_ended_counts_as_far_as_today():
    entries = (since("2026-11-21", "leave"),)

    left = time_left(LongestDuration(years=3, leave_counts=False), "2024-1", entries, TODAY)

    assert left.last_day == dt.date(2027, 9, 3)


def test_whoever_has_no_entry_has_had_no_leave():
    left = time_left(LongestDuration(terms=4, leave_counts=False), "2024-1", (), TODAY)

    assert left.last_day == dt.date(2026, 8, 31)


def test_terms_are_halves_of_the_year_and_those_on_leave_do_not_count():
    counted = time_left(LongestDuration(terms=4), "2024-1", ON_LEAVE, TODAY)
    spared = time_left(LongestDuration(terms=4, leave_counts=False), "2024-1", ON_LEAVE, TODAY)

    assert (counted.last_day, counted.is_over) == (dt.date(2026, 8, 31), True)
    assert (spared.last_day, spared.is_over) == (dt.date(2027, 8, 31), False)


def test_a_warning_begins_the_days_before_the_end_that_the_institution_says():
    def near(today):
        return time_left(LongestDuration(years=3, warn_days=90), "2024-1", (), today).is_near

    assert [near(dt.date(2027, 6, 1)), near(dt.date(2027, 6, 2)), near(dt.date(2027, 10, 1))] == [False, True, True]


@pytest.mark.parametrize("state", ["withdrawn", "completed", "applied"])
def test_no_time_runs_for_whoever_has_ended_or_not_begun(state):
    assert time_left(LongestDuration(years=3), "2024-1", [since("2026-10-01", state)], TODAY) is None


def test_leaving_a_degree_ends_what_counted_there_and_keeps_what_was_passed_for_the_other():
    fates = [after_leaving(into_left=True, earned=True), after_leaving(into_left=False, earned=True)]

    assert [*fates, after_leaving(into_left=False, earned=False)] == [
        AfterLeaving.GOES,
        AfterLeaving.STAYS,
        AfterLeaving.LAPSES,
    ]
