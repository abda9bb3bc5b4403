"""A placement from its plan to what it counts in the audit, under the laws of two universities."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from dualdegree import stakes
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.training.checklist import ChecklistItem
from dualdegree.core.training.parties import TrainingParty
from dualdegree.records.models import MilestoneHeld, RegisteredAttempt
from dualdegree.training.mentors.service import end_appointment
from dualdegree.training.placements import certifying, planning, writing
from dualdegree.training.placements.standing import placements_at, standings, state_of
from tests.graduates import ONE_SIDED
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.training.world import BEFORE, FIRST, Training


@pytest.fixture
def training(graduates):
    return Training(graduates)


def side(training, row, where, at=NOW):
    return next(each for each in standings(training.session, [row], at)[row.id] if each.side.institution_id == where)


def months(training):
    query = sa.select(MilestoneHeld.value).where(MilestoneHeld.milestone == "practice_months")
    enrolled = [side.id for side in training.student.enrolments]
    return training.session.scalars(query.where(MilestoneHeld.enrolment_id.in_(enrolled))).all()


def certify(training, row, where, who):
    digest = stakes.digest_of(stakes.at_stake(training.session, [row.student_id]))
    return certifying.certify(training.session, training.actor(who), row, where, confirmed=digest, at=NOW)


def test_a_plan_is_approved_in_the_order_of_each_institution(training):
    row = training.plan()

    with pytest.raises(
        Conflict, match="waits for somebody else to approve it first: Mentor at the enterprise, Student"
    ):
        training.approve(row, "pau")
    training.approve(row, "mei", "pau", "rut", "north", "south")

    assert [each.next_approval for each in standings(training.session, [row], BEFORE)[row.id]] == [None, None]
    with pytest.raises(Conflict, match="Everybody has approved"):
        training.approve(row, "mei")


def test_whoever_approved_another_plan_is_asked_anew(training):
    row = training.plan()
    training.approve(row)

    planning.plan(
        training.session, training.actor("south"), training.student,
        training.wanted(place="Xàtiva"), at=BEFORE, placement=row, seen=row.revision,
    )  # fmt: skip

    assert side(training, row, SOUTH).next_approval is TrainingParty.STUDENT


def test_the_same_plan_again_changes_nothing(training):
    row = training.plan()
    training.approve(row)
    before = row.revision

    planning.plan(
        training.session, training.actor("south"), training.student, training.wanted(), at=NOW, placement=row, seen=None
    )

    assert row.revision == before


@pytest.mark.parametrize(
    ("changed", "about", "reason"),
    [
        ({"ends_on": dt.date(2026, 3, 1)}, "ends_on", "It would end on 2026-03-01, before it begins on 2026-03-02"),
        ({"starts_on": dt.date(2025, 12, 1)}, "agreement", "C-1 holds from 2026-01-01 to 2027-12-31"),
        ({"weekly_hours": Decimal(41)}, "weekly_hours", "41 hours a week are more than the 40"),
        ({"hours": Decimal(900)}, "hours", "do not fit into these weeks"),
        ({"plan": " "}, "plan", "Say what the student is going to do"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_place(training, changed, about, reason):
    with pytest.raises(Refusal, match=reason) as refused:
        training.plan(**changed)

    assert refused.value.about == about


def test_a_mentor_who_is_not_appointed_on_each_day_guides_nobody(training):
    (appointment,) = training.rut.appointments
    end_appointment(training.session, training.actor("south"), appointment, dt.date(2026, 5, 1), at=BEFORE)

    with pytest.raises(Refusal, match="Rut is not appointed as a mentor on every day from 2026-03-02 to 2026-06-30"):
        training.plan()


def test_two_full_placements_do_not_overlap(training):
    training.plan()

    with pytest.raises(Refusal, match="for 35 hours a week; together that would be more than 40"):
        training.plan(starts_on=dt.date(2026, 6, 1), ends_on=dt.date(2026, 7, 31), hours=Decimal(280))


def test_only_a_course_that_a_placement_can_pass_is_planned(training):
    sides = training.wanted().sides
    wrong = {**sides, SOUTH: planning.SidePlan(mentor=training.pau, course="S1")}

    with pytest.raises(Refusal, match="no such course that a placement could pass"):
        training.plan(sides=wrong)


def test_nobody_evaluates_before_the_end(training):
    row = training.plan()

    with pytest.raises(Refusal, match="lasts until 2026-06-30; it is evaluated from the day after"):
        training.evaluate(row, "pau", SOUTH, TrainingParty.UNIVERSITY_MENTOR, at=BEFORE, overall="8")


def test_each_mentor_evaluates_on_their_own_form_alone(training):
    row = training.plan()

    with pytest.raises(NotAllowed):
        training.evaluate(row, "rut", SOUTH, TrainingParty.UNIVERSITY_MENTOR, overall="8")
    with pytest.raises(Refusal, match="from 0 to 10") as refused:
        training.evaluate(
            row, "rut", SOUTH, TrainingParty.ENTERPRISE_MENTOR, technical="12", initiative="8", overall="9"
        )
    assert refused.value.about == "technical"


def test_the_academic_tutors_value_counts_and_the_enterprises_stands_beside_it(training):
    row = training.done_in_the_south()

    given = side(training, row, SOUTH).evaluation

    assert given.counts.overall == "8"
    assert [str(words) for _, words in given.beside] == ["It is 1.5 points above the value that counts."]


def test_one_placement_ends_for_the_south_and_not_yet_for_the_north(training):
    row = training.done_in_the_south()

    assert side(training, row, SOUTH).is_complete
    assert [line.rule.item for line in side(training, row, NORTH).open] == [
        ChecklistItem.SAFETY, ChecklistItem.SUMMARY, ChecklistItem.OPINIONS, ChecklistItem.PANEL,
    ]  # fmt: skip
    with pytest.raises(Refusal, match="Still open: Briefed on safety at work, Summary"):
        certifying.certificate_of(training.session, row, NORTH, at=NOW)


def test_what_is_certified_counts_as_a_course_here_and_as_months_there(training):
    before = months(training)
    row = training.done_in_the_north(training.done_in_the_south())

    certify(training, row, SOUTH, "south")
    certify(training, row, NORTH, "north")

    passed = training.session.scalars(sa.select(RegisteredAttempt).where(RegisteredAttempt.grade_as_given == "8")).all()
    assert [(row.course, row.term, row.credits, row.grade) for row in passed] == [
        ("S4", "2025-2", Decimal(6), Decimal(8))
    ]
    assert (before, months(training)) == ([Decimal(4)], [Decimal("3.9")])
    assert state_of(row, standings(training.session, [row], NOW)[row.id], NOW.date()) == "certified"


def test_what_is_certified_is_certified_once_and_nothing_is_written_into_it(training):
    row = training.done_in_the_south()
    certify(training, row, SOUTH, "south")

    with pytest.raises(Conflict, match="is certified already"):
        certify(training, row, SOUTH, "south")
    with pytest.raises(Conflict, match="has certified this placement"):
        training.approve(row, "mei")


def test_a_certificate_says_what_is_signed_or_issued_before_it_is_given(training, graduates):
    graduates.sign()
    row = training.done_in_the_south()

    with pytest.raises(stakes.Unconfirmed, match="Read what was signed"):
        certifying.certify(training.session, training.actor("south"), row, SOUTH, confirmed="", at=NOW)

    certify(training, row, SOUTH, "south")
    assert row.side(SOUTH).is_certified


def test_a_certificate_that_is_withdrawn_takes_what_it_yielded_out_of_the_record(training):
    row = training.done_in_the_north(training.done_in_the_south())
    certify(training, row, NORTH, "north")

    certifying.withdraw_certificate(training.session, training.actor("north"), row, NORTH, "A wrong panel.", at=NOW)

    assert months(training) == [Decimal(4)]


def test_what_is_not_passed_enters_no_record(training):
    row = training.done_in_the_south()
    training.evaluate(row, "pau", SOUTH, TrainingParty.UNIVERSITY_MENTOR, overall="4.9")

    with pytest.raises(Refusal, match="The placement is not passed"):
        certify(training, row, SOUTH, "south")


def test_the_student_writes_for_weeks_that_have_begun_and_mentors_read_them(training):
    row, mei, rut = training.plan(), training.actor("mei"), training.actor("rut")

    writing.write(training.session, mei, row, "log", "2026-W10", words="Began.", at=NOW)
    with pytest.raises(Refusal, match="for a week of the placement that has begun"):
        writing.write(training.session, mei, row, "log", "2026-W50", words="Later.", at=NOW)
    with pytest.raises(Refusal, match="has not written it yet"):
        writing.read(training.session, rut, row, "read", "2026-03", words="", at=NOW)
    writing.write(training.session, mei, row, "report", "2026-03", words="March.", at=NOW)
    writing.read(training.session, rut, row, "read", "2026-03", words="", at=NOW)
    with pytest.raises(Conflict, match="A mentor has read this already"):
        writing.write(training.session, mei, row, "report", "2026-03", words="Another March.", at=NOW)


def test_only_a_day_that_has_come_is_ticked_off_and_only_by_the_own_registrar(training):
    row = training.plan()

    with pytest.raises(Refusal, match="This day has not come yet"):
        training.tick(row, SOUTH, ChecklistItem.SOCIAL_SECURITY, dt.date(2027, 1, 1))
    with pytest.raises(NotAllowed):
        writing.tick(
            training.session, training.actor("north"), row, SOUTH, item=ChecklistItem.SOCIAL_SECURITY, on=FIRST, at=NOW
        )


def test_a_placement_that_does_not_take_place_says_why(training):
    row = training.plan()

    planning.withdraw(training.session, training.actor("mei"), row, "The plant closed.", seen=None, at=BEFORE)

    assert state_of(row, (), BEFORE.date()) == "withdrawn"
    with pytest.raises(Conflict, match="was withdrawn"):
        training.approve(row, "mei")


def test_a_student_of_one_university_trains_for_that_one(graduates):
    training = Training(graduates, ONE_SIDED)

    with pytest.raises(Refusal, match="The student is not enrolled there"):
        planning.plan(training.session, training.actor("north"), training.student, training.wanted(), at=BEFORE)


def test_a_list_of_placements_asks_as_often_as_for_one(training, counted):
    training.plan()
    for_a_single_placement = _asked_for_a_list(training, counted, 1)
    training.plan(starts_on=dt.date(2026, 8, 3), ends_on=dt.date(2026, 9, 4), hours=Decimal(100))

    assert _asked_for_a_list(training, counted, 2) == for_a_single_placement


def _asked_for_a_list(training, counted, length):
    training.session.flush()
    training.session.expire_all()
    with counted() as statements:
        rows = training.session.scalars(placements_at(SOUTH)).unique().all()
        known = standings(training.session, rows, NOW)
        assert [bool(row.student.full_name and row.enterprise.names) for row in rows] == [True] * length
        assert all(known.values())
    return len(statements)
