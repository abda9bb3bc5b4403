"""A degree is refused only after notice and hearing; each step has its state."""

import datetime as dt

import pytest

from dualdegree.core.conferral.refusals import HEARING, HearingState, HearingStep, after_step, refuse_early_closing
from dualdegree.core.refusal import Conflict


def test_every_state_is_reached_and_leads_to_an_end():
    reached = {HearingState.NOTIFIED, *HEARING.values()}
    ends = {state for state in HearingState if not any(begin == state for begin, _ in HEARING)}

    assert reached == set(HearingState)
    assert ends == {HearingState.DECIDED, HearingState.DROPPED}


def test_nothing_is_refused_before_the_person_was_heard():
    with pytest.raises(Conflict, match="This step is not open"):
        after_step(HearingState.NOTIFIED, HearingStep.DECIDE)

    assert after_step(HearingState.HEARD, HearingStep.DECIDE) is HearingState.DECIDED


@pytest.mark.parametrize("step", [HearingStep.SPEAK, HearingStep.WAIVE, HearingStep.CLOSE_HEARING])
def test_a_statement_a_waiver_and_the_end_of_the_time_are_each_a_hearing(step):
    assert after_step(HearingState.NOTIFIED, step) is HearingState.HEARD


def test_the_institution_waits_until_the_last_day_is_over():
    until = dt.date(2026, 12, 10)

    with pytest.raises(Conflict, match="may still speak until 2026-12-10"):
        refuse_early_closing(until, dt.date(2026, 12, 10))
    refuse_early_closing(until, dt.date(2026, 12, 11))
