"""Learning agreements: two lists, versions, the student's acceptance of each, approval by both sides."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dualdegree.audit.dossiers import dossier
from dualdegree.core.approval import State
from dualdegree.core.policy import NotAllowed, Permission, may
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.learning_agreements import service as stays
from dualdegree.learning_agreements.content import Stay, Study, total
from dualdegree.learning_agreements.doubts import warnings
from dualdegree.programmes.models import CourseOffer
from dualdegree.requests.desk.queue import stays_waiting_for
from dualdegree.requests.wanted import Wish
from tests.graduates import LATER
from tests.people import NOW
from tests.programmes.papers import NORTH
from tests.requests import Desk

STAY = Stay(
    degree="south",
    begins="2027-1",
    studied=(Study(course="N6", term="2027-1"), Study(course="N4", term="2027-2")),
    recognised=(Wish(course=None, tag="optional", credits=Decimal(6)),),
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


def reads(desk, agreement):
    people = ("advisor", "approver", "confirmer", "endorser", "ines", "mei", "north", "south")
    return [who for who in people if may(desk.actor(who), Permission.SEE_RECOGNITION, agreement.policy_subject())]


def in_force(desk, stay=STAY):
    agreement = written(desk, stay)
    step(desk, stays.accept, "mei", agreement)
    step(desk, stays.endorse, "endorser", agreement)
    step(desk, stays.confirm, "confirmer", agreement)
    return agreement


def test_it_is_in_force_when_the_student_and_both_sides_have_agreed(desk):
    agreement = in_force(desk)

    assert (agreement.state, agreement.number) == (State.IN_FORCE, 1)
    assert (total(agreement.studied), total(agreement.recognised)) == (5, 6)


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

    with pytest.raises(Refusal, match="an earlier step of this yourself"):
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
        (replace(STAY, studied=(Study(course="N6", term="2026-1"),)), "the term 2026-1 is not one of the stay"),
        (replace(STAY, recognised=(Wish(course="S7", tag=None, credits=Decimal(1)),)), "S7 is not in the recognising"),
        (
            replace(STAY, studied=(Study(course="N3", term="2027-1"),)),
            "Graphs was passed in 2024/2025 term 2 already; choose another",
        ),
        (
            replace(STAY, recognised=(Wish(course="S4", tag=None, credits=Decimal(6)),)),
            "Vision is passed or recognised in this degree already",
        ),
        (
            replace(STAY, recognised=(Wish(course="S1", tag=None, credits=Decimal(6)),)),
            "Algebra is passed or recognised in this degree already",
        ),
        (
            replace(STAY, recognised=(Wish(course=None, tag="optional", credits=Decimal("10.5")),)),
            "10.5 ECTS would be recognised for 10 ECTS studied",
        ),
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


def test_while_the_partner_has_not_said_what_it_teaches_a_version_bears_a_doubt(desk):
    agreement = written(desk)

    doubts = warnings(desk.session, dossier(desk.session, desk.mei), agreement)

    assert [str(doubt).partition(";")[0] for doubt in doubts] == [
        "The partner has not said yet what it teaches in 2027/2028 term 1",
        "The partner has not said yet what it teaches in 2027/2028 term 2",
    ]


def test_a_course_that_is_not_on_offer_in_its_term_is_refused_with_the_term_in_which_it_is(desk):
    for course, term in (("N6", "2027-1"), ("N3", "2027-2"), ("N4", "2028-1")):
        desk.session.add(CourseOffer(institution_id=NORTH, course=course, term=term))
    desk.session.flush()

    with pytest.raises(Refusal, match="Optimisation is not on offer in 2027/2028 term 2; it is in: 2028/2029 term 1"):
        written(desk)
    maps = replace(STAY, studied=STAY.studied[:1], recognised=(Wish(course=None, tag="optional", credits=Decimal(4)),))
    assert written(desk, maps).state == State.DRAFT


def test_a_draft_is_for_the_student_and_its_writer_and_an_accepted_version_for_whose_turn_it_is(desk):
    agreement = written(desk)
    readers = [reads(desk, agreement)]
    for do, who in ((stays.accept, "mei"), (stays.endorse, "endorser")):
        step(desk, do, who, agreement)
        readers.append(reads(desk, agreement))

    assert readers[0] == ["mei"]
    assert set(readers[1]) == {"advisor", "approver", "endorser", "mei", "north", "south"}
    assert set(readers[2]) == {"advisor", "confirmer", "endorser", "mei", "north", "south"}
