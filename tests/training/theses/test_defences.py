"""A defence is recorded by the minute of its committee, and meets both degrees once both registrars have entered it."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.training.defences import CommitteeMember, DefenceOutcome, Opinion, Votes
from dualdegree.core.training.progress import ThesisStage
from dualdegree.records.models import MilestoneHeld, RegisteredAttempt
from dualdegree.training.theses import reading
from dualdegree.training.theses.workflow import defending, entering, proposing
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.training.theses.world import COMMITTEE, HELD, REVIEW, SOUTHERN, Theses

SEPTEMBER = dt.date(2026, 9, 10)
FAILED = replace(
    HELD, on=SEPTEMBER, votes=Votes(in_favour=1, against=2), grades={}, again=True, corrections="Chapter 3."
)


@pytest.fixture
def world(graduates):
    return Theses(graduates)


def refusal_of(act, *given, **named):
    with pytest.raises(Refusal) as refused:
        act(*given, **named)
    return str(refused.value), refused.value.about


def enter(world, defence, who, where):
    entering.count(world.session, world.actor(who), defence, where, term="2026-1", seen=defence.thesis.revision, at=NOW)


def stages(world, thesis):
    return reading.standing(world.session, thesis).stages


def test_a_defence_before_its_stages_and_before_its_reviews_is_refused(world):
    thesis = world.proposed()
    world.review(thesis)

    assert refusal_of(world.defend, thesis)[0].startswith("“Defence” comes after “Topic”")
    early = replace(HELD, on=dt.date(2026, 11, 1))
    assert refusal_of(world.defend, thesis, early)[1] == "on"


@pytest.mark.parametrize(
    ("wrong", "about"),
    [
        ({"members": COMMITTEE[:2]}, "members"),
        ({"votes": Votes(in_favour=4, against=0)}, "in_favour"),
        ({"members": (*COMMITTEE[:2], CommitteeMember(name="amina odhiambo", affiliation="North"))}, "members"),
        ({"place": ""}, "place"),
        ({"on": dt.date(2026, 11, 25)}, "on"),
        ({"announced_on": dt.date(2026, 11, 19)}, "announced_on"),
        ({"grades": {}}, f"grade-{SOUTH}"),
        ({"grades": {SOUTH: "11"}}, f"grade-{SOUTH}"),
        ({"grades": {SOUTH: "3.0"}}, f"grade-{SOUTH}"),
        ({"votes": Votes(in_favour=1, against=2), "grades": {}, "again": True}, "corrections"),
    ],
)
def test_what_the_rules_of_one_university_do_not_allow_is_refused_at_its_field(world, wrong, about):
    thesis = world.reviewed()

    assert refusal_of(world.defend, thesis, replace(HELD, **wrong))[1] == about
    assert thesis.defences == []


def test_one_defence_serves_both_degrees_and_counts_once_each_registrar_has_entered_it(world):
    thesis = world.reviewed()
    defence = world.defend(thesis)
    assert stages(world, thesis) == {NORTH: ThesisStage.ENTRY, SOUTH: ThesisStage.ENTRY}

    enter(world, defence, "north", NORTH)
    enter(world, defence, "south", SOUTH)

    assert stages(world, thesis) == {NORTH: ThesisStage.COUNTED, SOUTH: ThesisStage.COUNTED}
    sides = {side.institution_id: side.id for side in world.student().enrolments}
    held = world.session.scalars(sa.select(MilestoneHeld).where(MilestoneHeld.enrolment_id == sides[NORTH]))
    assert {row.milestone: row.achieved_on for row in held}["defence"] == HELD.on
    course = sa.select(RegisteredAttempt).where(
        RegisteredAttempt.enrolment_id == sides[SOUTH], RegisteredAttempt.course == "S9"
    )
    assert [row.grade_as_given for row in world.session.scalars(course)] == ["9.0"]


def test_what_documents_say_of_a_thesis_is_what_was_entered(world):
    thesis = world.reviewed()
    defence = world.defend(thesis)
    assert entering.defended_by(world.session, world.student()) == {}

    enter(world, defence, "south", SOUTH)

    said = entering.defended_by(world.session, world.student())
    assert list(said) == [SOUTH]
    assert (said[SOUTH].grade, said[SOUTH].defended_on, said[SOUTH].title) == ("9.0", HELD.on, thesis.title)
    assert said[SOUTH].supervisors == ("Amina Odhiambo", "Paz Partner", "Rut Vidal")


def test_where_one_university_asks_for_a_defence_of_its_own_each_has_one(graduates):
    world = Theses(graduates, southern=SOUTHERN.replace("defence: shared", "defence: own"))
    thesis = world.reviewed()

    world.defend(thesis)
    assert stages(world, thesis) == {NORTH: ThesisStage.DEFENCE, SOUTH: ThesisStage.ENTRY}
    world.defend(thesis, who="north", where=NORTH)

    assert [row.institutions for row in thesis.defences] == [(SOUTH,), (NORTH,)]


def test_the_same_votes_can_pass_for_one_degree_and_not_for_the_other(world):
    thesis = world.reviewed()
    split = Votes(in_favour=1, against=0, abstained=2)

    defence = world.defend(thesis, replace(HELD, votes=split, again=True, corrections="Chapter 3."))

    assert {where: defence.outcome_at(where) for where in (NORTH, SOUTH)} == {
        NORTH: DefenceOutcome.TO_CORRECT,
        SOUTH: DefenceOutcome.PASSED,
    }
    with pytest.raises(Conflict):
        enter(world, defence, "north", NORTH)


def test_what_was_not_passed_is_corrected_and_defended_again_in_its_time(world):
    thesis = world.through_gates()
    world.review(thesis, replace(REVIEW, on=dt.date(2026, 9, 1)))
    first = world.defend(thesis, FAILED)
    assert stages(world, thesis)[NORTH] is ThesisStage.CORRECTIONS
    assert refusal_of(world.defend, thesis)[0].startswith("A supervisor has to confirm the corrections")

    defending.confirm_corrections(
        world.session, world.actor("partner"), first, on=dt.date(2026, 10, 1), seen=thesis.revision, at=NOW
    )
    assert refusal_of(world.defend, thesis, replace(HELD, on=dt.date(2026, 10, 9)))[1] == "on"
    second = world.defend(thesis)

    assert (first.number, second.number) == (1, 2)
    assert stages(world, thesis)[NORTH] is ThesisStage.ENTRY


def test_a_defence_is_recorded_once_however_often_it_is_sent(world):
    thesis = world.reviewed()
    seen = thesis.revision
    world.defend(thesis)

    with pytest.raises(Conflict):
        defending.record(world.session, world.actor("south"), thesis, SOUTH, HELD, seen=seen, at=NOW)

    assert len(thesis.defences) == 1


def test_a_review_by_a_supervisor_and_the_same_review_twice_are_refused(world):
    thesis = world.reviewed()

    assert refusal_of(world.review, thesis, replace(REVIEW, reviewer="Paz Partner"))[1] == "reviewer"
    assert refusal_of(world.review, thesis)[1] == "reviewer"
    world.review(thesis, replace(REVIEW, reviewer="Li Na", opinion=Opinion.UNFAVOURABLE))

    assert len(thesis.reviews) == 2


def test_only_a_registrar_of_the_university_enters_it_there_and_takes_it_out(world):
    thesis = world.reviewed()
    defence = world.defend(thesis)

    for who in ("north", "supervisor", "mei"):
        with pytest.raises(NotAllowed):
            enter(world, defence, who, SOUTH)
    enter(world, defence, "south", SOUTH)
    entering.discount(
        world.session, world.actor("south"), defence, SOUTH, reason="Plagiarism.", seen=thesis.revision, at=NOW
    )

    assert stages(world, thesis)[SOUTH] is ThesisStage.ENTRY


def test_an_embargo_has_an_end_and_a_reason(world):
    thesis = world.proposed()
    south = world.actor("south")

    def set_until(day, reason):
        proposing.embargo(world.session, south, thesis, until=day, reason=reason, seen=thesis.revision, at=NOW)

    assert refusal_of(set_until, dt.date(2026, 11, 23), "A patent.")[1] == "until"
    assert refusal_of(set_until, dt.date(2028, 1, 1), " ")[1] == "reason"
    set_until(dt.date(2028, 1, 1), "A patent.")

    assert thesis.embargo_until == dt.date(2028, 1, 1)
