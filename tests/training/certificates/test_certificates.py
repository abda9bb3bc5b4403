"""A certificate is handed in once, seen by whom it concerns, and counts once a registrar has seen the original."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from dualdegree.core.approval import State
from dualdegree.core.policy import NotAllowed, Role
from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal, Repeated
from dualdegree.messages.models import Notice
from dualdegree.records.models import MilestoneHeld
from dualdegree.training.certificates import listing
from dualdegree.training.certificates import service as certificates
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.training.certificates.world import ENGLISH, ask_for_certificates

TODAY = NOW.date()


@pytest.fixture
def world(graduates):
    ask_for_certificates(graduates)
    return graduates


def handed_in(world, certificate=ENGLISH, who="mei"):
    return certificates.hand_in(world.session, world.actor(who), world.student(), certificate, NOW)


def held(world, milestone="b2"):
    side = next(side for side in world.student().enrolments if side.institution_id == SOUTH)
    query = sa.select(MilestoneHeld).where(MilestoneHeld.enrolment_id == side.id, MilestoneHeld.milestone == milestone)
    return world.session.scalars(query).one_or_none()


def test_a_certificate_waits_where_its_language_is_asked_for_and_of_its_number_the_end_is_kept(world):
    row = handed_in(world)

    assert [(decision.institution_id, decision.state) for decision in row.decisions] == [(SOUTH, State.REQUESTED)]
    assert row.number_end == "4711"
    addresses = world.session.scalars(sa.select(Notice.email).where(Notice.about == row.subject)).all()
    assert sorted(addresses) == ["second-registrar@south.example", "south@people.example"]


def test_the_same_certificate_twice_is_refused_at_its_number_and_changes_nothing(world):
    row = handed_in(world)

    with pytest.raises(Repeated) as refused:
        handed_in(world, replace(ENGLISH, number_end="xx4711", issuer="CAMBRIDGE "))

    assert refused.value.about == "number"
    assert certificates.certificates_of(world.session, world.student()) == [row]


def test_confirmed_it_counts_from_the_day_on_which_it_was_issued(world):
    decision = handed_in(world).decisions[0]

    certificates.confirm(world.session, world.actor("south"), decision, on=TODAY, seen=decision.revision, at=NOW)

    assert decision.state == State.ENTERED
    assert held(world).achieved_on == dt.date(2025, 10, 15)


def test_an_expired_certificate_is_not_counted_where_it_has_to_be_valid(world):
    decision = handed_in(world).decisions[0]
    late = dt.date(2027, 10, 16)

    with pytest.raises(Refusal) as refused:
        certificates.confirm(world.session, world.actor("south"), decision, on=late, seen=decision.revision, at=NOW)

    assert "It expired on 2027-10-15 and has to be valid on 2027-10-16" in str(refused.value)
    assert refused.value.about == "on"


def test_a_level_below_the_least_is_said_and_cannot_be_confirmed(world):
    decision = handed_in(world, replace(ENGLISH, level="B1")).decisions[0]

    with pytest.raises(Refusal, match="B1 is below B2"):
        certificates.confirm(world.session, world.actor("south"), decision, on=TODAY, seen=decision.revision, at=NOW)


def test_the_partner_sees_it_and_does_not_confirm_it(world):
    decision = handed_in(world).decisions[0]

    with pytest.raises(NotAllowed):
        certificates.confirm(world.session, world.actor("north"), decision, on=TODAY, seen=decision.revision, at=NOW)


def test_a_registrar_enters_a_certificate_and_confirms_what_they_have_seen(world):
    decision = handed_in(world, who="south").decisions[0]

    certificates.confirm(world.session, world.actor("south"), decision, on=TODAY, seen=decision.revision, at=NOW)

    assert decision.state == State.ENTERED


def test_a_decision_on_an_old_page_is_refused(world):
    decision = handed_in(world).decisions[0]
    seen = decision.revision
    certificates.refuse(world.session, world.actor("south"), decision, reason="Unreadable.", seen=seen, at=NOW)

    with pytest.raises(Conflict):
        certificates.confirm(world.session, world.actor("south"), decision, on=TODAY, seen=seen, at=NOW)


def test_a_refused_certificate_can_be_handed_in_again(world):
    decision = handed_in(world).decisions[0]
    certificates.refuse(
        world.session, world.actor("south"), decision, reason="Unreadable.", seen=decision.revision, at=NOW
    )

    assert handed_in(world).time == 2


def test_a_lifted_confirmation_leaves_what_the_register_says(world):
    decision = handed_in(world).decisions[0]
    south = world.actor("south")
    certificates.confirm(world.session, south, decision, on=TODAY, seen=decision.revision, at=NOW)

    certificates.lift(world.session, south, decision, reason="Forged.", seen=decision.revision, at=NOW)

    assert held(world).achieved_on == dt.date(2025, 6, 30)
    assert decision.state == State.WITHDRAWN


def test_only_whoever_handed_it_in_withdraws_it(world):
    decision = handed_in(world).decisions[0]

    with pytest.raises(Refusal, match="Only whoever handed"):
        certificates.take_back(world.session, world.actor("south"), decision, seen=decision.revision, at=NOW)
    certificates.take_back(world.session, world.actor("mei"), decision, seen=decision.revision, at=NOW)

    assert decision.state == State.WITHDRAWN


def test_nobody_confirms_their_own_certificate(world):
    mei = world.actor("mei")
    both = replace(mei, roles=mei.roles | {(Role.REGISTRAR, SOUTH)})
    decision = handed_in(world).decisions[0]

    with pytest.raises(NeedsAnother):
        certificates.confirm(world.session, both, decision, on=TODAY, seen=decision.revision, at=NOW)


def test_what_expires_is_listed_by_its_day_for_whoever_watches_deadlines(world):
    decision = handed_in(world).decisions[0]
    certificates.confirm(world.session, world.actor("south"), decision, on=TODAY, seen=decision.revision, at=NOW)

    assert listing.expiries(world.session, SOUTH, dt.date(2027, 10, 14)) == ()
    assert [row.expires_on for row in listing.expiries(world.session, SOUTH, dt.date(2027, 10, 15))] == [
        dt.date(2027, 10, 15)
    ]
    assert listing.expiries(world.session, NORTH, dt.date(2027, 10, 15)) == ()
