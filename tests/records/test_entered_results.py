"""Results that this system recorded itself: they enter the record once, and no register's file loses or doubles them."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from dualdegree.core.acts import Act
from dualdegree.core.refusal import Conflict
from dualdegree.events import history
from dualdegree.records.entered import service as entered
from dualdegree.records.entered.registers import disagreements
from dualdegree.records.entered.service import CoursePassed, MilestoneReached
from dualdegree.records.models import MilestoneHeld, RegisteredAttempt
from dualdegree.records.service import student_numbered
from tests.conftest import NOW
from tests.programmes.papers import NORTH
from tests.records.registers import counts, with_chen

HEADER = "学号,里程碑,数值,日期\n"
HALF = MilestoneReached(
    milestone="practice_months", value=Decimal(6), achieved_on=dt.date(2026, 6, 30), adds=True
)  # fmt: skip
N1 = CoursePassed(course="N1", term="2025-1", credits=Decimal(3), grade_as_given="90", grade=Decimal(90))


@pytest.fixture
def registers(backend, session):
    return with_chen(backend, session)


def enrolment(registers):
    student = student_numbered(registers.session, "N100")
    return next(side for side in student.enrolments if side.institution_id == NORTH)


def enter(registers, result, source="placement:1"):
    return entered.enter(registers.session, registers.actor(NORTH), enrolment(registers), source, result, at=NOW)


def withdraw(registers, source="placement:1"):
    actor, side = registers.actor(NORTH), enrolment(registers)
    return entered.withdraw(registers.session, actor, side, source, at=NOW, reason="It was another student's.")


def months(registers, *rows, **options):
    return registers.take("milestones", NORTH, HEADER + "".join(f"{row}\n" for row in rows), **options)


def held(registers):
    table = MilestoneHeld
    return registers.session.execute(sa.select(table.milestone, table.value, table.achieved_on)).all()


def attempts(registers):
    table = RegisteredAttempt
    rows = sa.select(table.course, table.term, table.status, table.grade_as_given).order_by(table.term)
    return registers.session.execute(rows).all()


def test_a_milestone_enters_the_record_and_puts_what_was_judged_out_of_date(registers):
    before = enrolment(registers).revision

    enter(registers, HALF)

    assert held(registers) == [("practice_months", Decimal(6), dt.date(2026, 6, 30))]
    assert enrolment(registers).revision == before + 1


def test_the_same_again_changes_nothing(registers):
    enter(registers, HALF)
    before = enrolment(registers).revision

    enter(registers, HALF)

    assert enrolment(registers).revision == before


def test_months_of_several_placements_are_added_up(registers):
    enter(registers, HALF)
    later = MilestoneReached(
        milestone="practice_months", value=Decimal("5.5"), achieved_on=dt.date(2026, 3, 1), adds=True
    )

    enter(registers, later, "placement:2")

    assert held(registers) == [("practice_months", Decimal("11.5"), dt.date(2026, 6, 30))]
    assert withdraw(registers) == 1
    assert held(registers) == [("practice_months", Decimal("5.5"), dt.date(2026, 3, 1))]


def test_a_register_that_says_it_otherwise_is_reported_and_does_not_win(registers):
    enter(registers, HALF)

    preview = months(registers, "N100,专业实践月数,5,2026-06-30")

    assert counts(preview) == (0, 0, 1, 0)
    assert "other content: 6; the file says 5" in str(preview.remarks[0].reason)
    assert held(registers) == [("practice_months", Decimal(6), dt.date(2026, 6, 30))]
    assert [row.register_says for row in disagreements(registers.session, NORTH)] == [
        {"value": "5", "achieved_on": "2026-06-30"}
    ]


def test_a_register_that_says_the_same_is_taken_without_a_word(registers):
    enter(registers, HALF)

    preview = months(registers, "N100,专业实践月数,6,2026-06-30")

    assert (counts(preview), preview.remarks) == ((0, 0, 1, 0), ())
    assert disagreements(registers.session, NORTH) == []


def test_what_the_register_had_told_comes_back_when_the_result_is_withdrawn(registers):
    months(registers, "N100,专业实践月数,5,2026-06-30")
    enter(registers, HALF)

    assert withdraw(registers) == 1

    assert held(registers) == [("practice_months", Decimal(5), dt.date(2026, 6, 30))]
    assert withdraw(registers) == 0


def test_a_course_passed_here_is_not_passed_again_by_the_register(registers):
    enter(registers, N1)

    preview = registers.north_grades("N100,陈㛃,N1,数值分析,Numerical Analysis,3,48,85,20241,")

    assert counts(preview) == (0, 0, 1, 0)
    assert "2025-1, 90" in str(preview.remarks[0].reason)
    assert attempts(registers) == [("N1", "2025-1", "passed", "90")]


def test_a_failed_sitting_before_it_is_an_attempt_of_its_own(registers):
    enter(registers, N1)

    preview = registers.north_grades("N100,陈㛃,N1,数值分析,Numerical Analysis,3,48,40,20241,")

    assert counts(preview) == (1, 0, 0, 0)
    assert [row.status for row in attempts(registers)] == ["failed", "passed"]


def test_what_the_register_already_had_as_passed_is_taken_over_and_given_back(registers):
    registers.north_grades("N100,陈㛃,N1,数值分析,Numerical Analysis,3,48,85,20241,")

    enter(registers, N1)

    assert attempts(registers) == [("N1", "2025-1", "passed", "90")]
    withdraw(registers)
    assert attempts(registers) == [("N1", "2024-1", "passed", "85")]


def test_two_sources_do_not_pass_one_course(registers):
    enter(registers, N1)

    with pytest.raises(Conflict, match="already stands in the record as the course N1"):
        enter(registers, N1, "thesis:1")


def test_the_history_of_both_institutions_tells_of_it(registers):
    enter(registers, HALF)
    withdraw(registers)

    acts = [event.act for event in history(registers.session, enrolment(registers).student.subject)]

    assert acts.count(Act.RESULT_ENTERED) == acts.count(Act.RESULT_TAKEN_OUT) == 2
