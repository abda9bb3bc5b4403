"""A file that is said to be the whole register: what the record holds and the file lacks is reported, never deleted."""

import io

import pytest
import sqlalchemy as sa

from dualdegree.records import importing
from dualdegree.records.models import Enrolment, RegisteredAttempt
from tests.conftest import NOW
from tests.programmes.papers import NORTH
from tests.records.registers import CHEN_IN_NORTH, NORTH_GRADES, NORTH_ROSTER, with_chen
from tests.records.test_pages import N1, pages

__all__ = ["pages"]

N2 = "N100,陈㛃,N2,群论,Groups,2,32,80,20241,"
AGAIN = N1.replace(",85,20241", ",90,20242")
LI = CHEN_IN_NORTH.replace("N100,S100,陈㛃,Chen,Jie", "N101,,李岩,Li,Yan")


@pytest.fixture
def registers(backend, session):
    return with_chen(backend, session)


def lacking(registers, kind, content, *, whole=True):
    batch = importing.offer(
        registers.session, kind, NORTH, "a.csv", content.encode(), actor=registers.actor(NORTH), at=NOW, whole=whole
    )
    report = importing.from_json(batch.report)
    return [(row.subject, row.what, row.held, row.given) for row in report.absent]


def test_a_course_that_the_file_lacks_is_reported(registers):
    registers.north_grades(N1, N2)

    assert lacking(registers, "grades", f"{NORTH_GRADES}{N1}\n") == [("N100", "N2", 1, 0)]


def test_an_attempt_of_several_at_a_course_is_reported_by_number(registers):
    registers.north_grades(N1.replace(",85,", ",52,"), AGAIN)

    assert lacking(registers, "grades", f"{NORTH_GRADES}{AGAIN}\n") == [("N100", "N1", 2, 1)]


def test_a_rejected_row_is_not_called_missing(registers):
    registers.north_grades(N1, N2)

    assert lacking(registers, "grades", f"{NORTH_GRADES}{N1}\n{N2.replace(',80,', ',180,')}\n") == []


def test_a_student_whom_the_roster_lacks_is_reported(registers):
    registers.take("roster", NORTH, NORTH_ROSTER + LI)

    assert lacking(registers, "roster", NORTH_ROSTER + CHEN_IN_NORTH) == [("N101", "", 1, 0)]


def test_a_milestone_is_known_by_the_registers_word(registers):
    head = "学号,里程碑,数值,日期\n"
    registers.take("milestones", NORTH, f"{head}N100,专业实践月数,4,\nN100,答辩,,2025-06-01\n")

    assert lacking(registers, "milestones", f"{head}N100,专业实践月数,4,\n") == [("N100", "defence", 1, 0)]


def test_a_part_of_the_register_lacks_nothing(registers):
    registers.north_grades(N1, N2)

    assert lacking(registers, "grades", f"{NORTH_GRADES}{N1}\n", whole=False) == []


def test_confirming_a_whole_register_deletes_nothing(registers):
    registers.north_grades(N1, N2)
    content = f"{NORTH_GRADES}{N1.replace(',85,', ',86,')}\n".encode()
    batch = importing.offer(
        registers.session, "grades", NORTH, "a.csv", content, actor=registers.actor(NORTH), at=NOW, whole=True
    )

    importing.confirm(registers.session, registers.actor(NORTH), batch, NOW)

    held = sa.select(RegisteredAttempt.course, RegisteredAttempt.grade_as_given).join(Enrolment).order_by("course")
    assert registers.session.execute(held).all() == [("N1", "86"), ("N2", "80")]
    assert batch.report["absent"] == [{"subject": "N100", "what": "N2", "held": 1, "given": 0}]


def test_the_page_lists_what_a_whole_register_lacks(pages):
    pages.registers.north_grades(N1, N2)
    pages.session.commit()
    file = (io.BytesIO(f"{NORTH_GRADES}{N1}\n".encode()), "a.csv")

    where = pages.registrar.post("/imports/new", data={"kind": "grades", "file": file, "whole": "y"}).location

    page = pages.registrar.get(where).text
    assert "In the record and not in this file" in page
    assert "Rows that the file lacks" in page
