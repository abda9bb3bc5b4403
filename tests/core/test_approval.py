"""The workflow tables: every state is reached and leads to an end; nothing is in effect after one signature."""

import pytest

from dualdegree.core.approval import (
    BY_BOTH,
    BY_TWO,
    EXCEPTION,
    LEARNING_AGREEMENT,
    MOVE,
    REMEDIES,
    REQUEST,
    State,
    Step,
    after,
)
from dualdegree.core.refusal import Conflict


def reached(workflow, start):
    states = {start}
    while more := {to for (state, _), to in workflow.items() if state in states} - states:
        states |= more
    return states


@pytest.mark.parametrize("workflow", [BY_TWO, BY_BOTH])
def test_every_state_is_reached_from_a_draft_and_leads_to_an_end(workflow):
    named = {state for state, _ in workflow} | set(workflow.values())

    assert reached(workflow, State.DRAFT) == named
    assert all(State.REPLACED in reached(workflow, state) for state in named)


def test_nothing_is_in_force_after_one_signature():
    first = after(BY_BOTH, State.DRAFT, Step.APPROVE)

    assert first is State.AWAITING_PARTNER
    assert after(BY_BOTH, first, Step.APPROVE) is State.IN_FORCE


def test_a_change_starts_the_approval_again():
    assert after(BY_BOTH, State.AWAITING_PARTNER, Step.REVISE) is State.DRAFT


@pytest.mark.parametrize("workflow", [BY_TWO, BY_BOTH])
def test_what_is_in_force_never_changes_and_the_refusal_names_the_remedy(workflow):
    with pytest.raises(Conflict, match="give the new text a new version"):
        after(workflow, State.IN_FORCE, Step.REVISE)


def test_every_state_of_an_exception_is_reached_from_a_request_and_leads_to_an_end():
    named = {state for state, _ in EXCEPTION} | set(EXCEPTION.values())
    ends = {State.REFUSED, State.WITHDRAWN}

    assert reached(EXCEPTION, State.REQUESTED) == named
    assert all(ends & reached(EXCEPTION, state) for state in named)


def test_a_move_of_students_begins_with_one_institution_and_ends_with_the_other():
    named = {state for state, _ in MOVE} | set(MOVE.values())
    ends = {State.IN_FORCE, State.REFUSED, State.WITHDRAWN}

    assert reached(MOVE, State.AWAITING_PARTNER) == named
    assert {to for (_, step), to in MOVE.items() if step is not Step.RENEW} == ends


def test_an_exception_is_entered_only_after_it_was_granted():
    with pytest.raises(Conflict, match="Only what is granted"):
        after(EXCEPTION, State.REQUESTED, Step.ENTER)


@pytest.mark.parametrize("decided", [State.GRANTED, State.REFUSED, State.ENTERED, State.WITHDRAWN])
def test_an_exception_is_decided_once(decided):
    with pytest.raises(Conflict, match="decided or withdrawn before"):
        after(EXCEPTION, decided, Step.GRANT)


def test_nothing_is_published_before_somebody_has_submitted_it():
    with pytest.raises(Conflict, match="submit it first"):
        after(BY_TWO, State.DRAFT, Step.PUBLISH)

    assert after(BY_TWO, after(BY_TWO, State.DRAFT, Step.SUBMIT), Step.PUBLISH) is State.IN_FORCE


def test_a_change_or_a_second_look_makes_what_was_submitted_a_draft_again():
    assert after(BY_TWO, State.SUBMITTED, Step.REVISE) is State.DRAFT
    assert after(BY_TWO, State.SUBMITTED, Step.SEND_BACK) is State.DRAFT


@pytest.mark.parametrize(
    ("workflow", "ends"),
    [
        (REQUEST, {State.ENTERED, State.WITHDRAWN, State.CLOSED}),
        (LEARNING_AGREEMENT, {State.REPLACED, State.WITHDRAWN}),
    ],
    ids=["request", "learning agreement"],
)
def test_every_state_of_a_request_or_learning_agreement_is_reached_and_leads_to_an_end(workflow, ends):
    named = {state for state, _ in workflow} | set(workflow.values())

    assert reached(workflow, State.DRAFT) == named
    assert all(ends & reached(workflow, state) for state in named)
    assert {state for state in named if not any(at is state for at, _ in workflow)} <= ends


def test_nothing_is_entered_that_both_sides_and_the_approver_have_not_seen():
    assert [state for (state, step) in REQUEST if step is Step.ENTER] == [State.GRANTED, State.PARTLY_GRANTED]
    assert {state for (state, step) in REQUEST if step is Step.GRANT} == {State.CONFIRMED, State.APPEALED}
    assert [state for (state, step) in REQUEST if step is Step.CONFIRM] == [State.ENDORSED]


def test_another_text_of_a_learning_agreement_needs_the_student_again():
    assert after(LEARNING_AGREEMENT, State.ENDORSED, Step.REVISE) is State.DRAFT
    assert {state for (state, step) in LEARNING_AGREEMENT if step is Step.ENDORSE} == {State.ACCEPTED}


@pytest.mark.parametrize("step", list(Step))
def test_every_step_has_a_remedy(step):
    assert str(REMEDIES[step])
