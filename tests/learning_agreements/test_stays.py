"""Learning agreements: two lists, versions, the student's acceptance of each, approval by both sides."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dualdegree.core.approval import State
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.learning_agreements import service as stays
from dualdegree.learning_agreements.content import Stay, Study, total
from dualdegree.requests.desk.queue import stays_waiting_for
from dualdegree.requests.wanted import Wish
from tests.graduates import LATER
from tests.people import NOW
from tests.requests import Desk

STAY = Stay(
    degree="south",
    begins="2027-1",
    studied=(Study(course="N3", term="2027-1"), Study(course="N6", term="2027-2")),
    recognised=(Wish(course="S4", tag=None, credits=Decimal(6)),),
)
MORE = replace(STAY, recognised=(*STAY.recognised, Wish(course=None, tag="optional", credits=Decimal(2))))


@pytest.fixture
def desk(graduates) -> Desk:
    return Desk(graduates)


def written(desk, stay=STAY, by="mei", at=NOW):
    return stays.write(desk.session, desk.actor(by), desk.mei, stay, at)


def step(desk, do, who, agreement, **more):
    do(desk.session, desk.actor(who), agreement, seen=agreement.revision, at=LATER, **more)


def waits_for(desk, agreement):
    people = ("advisor", "approver", "confirmer", "endorser", "mei", "south")
    return [who for who in people if agreement in stays_waiting_for(desk.session, desk.actor(who))]


def in_force(desk, stay=STAY):
    agreement = written(desk, stay)
    step(desk, stays.accept, "mei", agreement)
    step(desk, stays.endorse, "endorser", agreement)
    step(desk, stays.confirm, "confirmer", agreement)
    return agreement


def test_it_is_in_force_when_the_student_and_both_sides_have_agreed(desk):
    agreement = in_force(desk)

    assert (agreement.state, agreement.number) == (State.IN_FORCE, 1)
    assert (total(agreement.studied), total(agreement.recognised)) == (4, 6)


def test_every_version_needs_the_student_s_acceptance(desk):
    agreement = written(desk)

    with pytest.raises(Conflict, match="does not wait for an endorsement"):
        step(desk, stays.endorse, "endorser", agreement)


def test_a_change_is_another_version_and_the_old_one_stays_in_force_meanwhile(desk):
    old = in_force(desk)
    new = written(desk, MORE)
    step(desk, stays.accept, "mei", new)

    assert (old.state, new.number, stays.in_force(desk.session, new)) == (State.IN_FORCE, 2, old)
    step(desk, stays.endorse, "endorser", new)
    step(desk, stays.confirm, "confirmer", new)
    assert (old.state, new.state) == (State.REPLACED, State.IN_FORCE)


def test_another_version_takes_the_place_of_one_that_is_only_proposed(desk):
    first = written(desk)

    second = written(desk, MORE)

    assert (first.state, second.state) == (State.WITHDRAWN, State.DRAFT)


def test_the_same_text_again_is_the_same_version(desk):
    assert written(desk) is written(desk)


def test_an_advisor_may_write_it_and_then_not_approve_it(desk):
    desk.mei.enrolments[1].advisor_id = desk.actor("endorser").person_id
    desk.session.flush()
    agreement = written(desk, by="endorser")
    step(desk, stays.accept, "mei", agreement)

    with pytest.raises(Refusal, match="an earlier step of this learning agreement yourself"):
        step(desk, stays.endorse, "endorser", agreement)
    step(desk, stays.endorse, "approver", agreement)
    assert agreement.state == State.ENDORSED


def test_a_version_waits_for_the_advisors_whose_approval_is_next(desk):
    agreement = written(desk)
    waits = [waits_for(desk, agreement)]
    for do, who in ((stays.accept, "mei"), (stays.endorse, "endorser"), (stays.confirm, "confirmer")):
        step(desk, do, who, agreement)
        waits.append(waits_for(desk, agreement))

    assert waits == [[], ["approver", "endorser"], ["advisor", "confirmer"], []]


@pytest.mark.parametrize("who", ["endorser", "advisor", "south"])
def test_only_the_student_accepts(desk, who):
    agreement = written(desk)

    with pytest.raises(NotAllowed):
        step(desk, stays.accept, who, agreement)


def test_what_is_sent_back_has_a_reason_and_is_written_anew(desk):
    agreement = written(desk)
    step(desk, stays.accept, "mei", agreement)
    step(desk, stays.send_back, "endorser", agreement, reason="Name the second term.")

    assert (agreement.state, agreement.reason) == (State.RETURNED, "Name the second term.")
    assert written(desk, MORE).number == 2


@pytest.mark.parametrize(
    ("stay", "reason"),
    [
        (replace(STAY, studied=()), "Name at least one course to be studied"),
        (replace(STAY, studied=(Study(course="X1", term="2027-1"),)), "X1 is not taught by the partner"),
        (replace(STAY, studied=(Study(course="N3", term="2026-1"),)), "the term 2026-1 is not one of the stay"),
        (replace(STAY, recognised=(Wish(course="S7", tag=None, credits=Decimal(1)),)), "S7 is not in the recognising"),
        (replace(STAY, begins="2001-1"), "before the student was admitted; the earliest term is 2024-1"),
        (replace(STAY, begins="soon"), '"soon" is not a term'),
    ],
)
def test_a_stay_names_what_both_curricula_have(desk, stay, reason):
    with pytest.raises(Refusal, match=reason):
        written(desk, stay)


def test_a_stale_page_changes_nothing(desk):
    agreement = written(desk)
    seen = agreement.revision
    step(desk, stays.accept, "mei", agreement)

    with pytest.raises(Conflict, match="has changed since you opened the page"):
        stays.withdraw(desk.session, desk.actor("mei"), agreement, seen=seen, at=LATER)
