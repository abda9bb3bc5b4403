"""Students are audited from a terminal, one or all, and the answers are kept."""

import json

import sqlalchemy as sa

from dualdegree.audit.models import AuditResult
from dualdegree.records.models import Enrolment
from tests.graduates import COMING, SHORT


def test_one_student_is_found_by_the_number_of_either_university(terminal, filled):
    by_north, by_south = (terminal("audit", "--student", number) for number in ("N102", "S202"))

    assert by_north == by_south
    assert by_north.out == (
        "N102  Otieno, Achieng: north met (15 of 15 credits counted), "
        "south not met (30 of 36 ECTS counted; open: Optional)\n"
    )


def test_all_students_are_audited_in_order(terminal, filled):
    ran = terminal("audit", "--all")

    assert ran.status == 0
    assert [line.split()[0] for line in ran.lines] == ["N101", "N102", "N103", "N104", "N105", "N106"]


def test_answers_are_kept(terminal, filled):
    terminal("audit", "--all")
    terminal("audit", "--all")

    assert filled(lambda graduates: graduates.session.scalar(sa.select(sa.func.count(AuditResult.id)))) == 6


def test_json_is_one_object_a_line_as_the_specification_writes_it(terminal, filled):
    answers = [json.loads(line) for line in terminal("audit", "--all", "--json").lines]

    assert [answer["numbers"].get("north.example") for answer in answers][:2] == ["N101", "N102"]
    assert {answer["include"] for answer in answers} == {"official"}
    assert answers[1]["joint_shortfall_ects"] == "6"
    assert {name: degree["met"] for name, degree in answers[1]["degrees"].items()} == {"north": True, "south": False}


def test_what_is_in_progress_is_included_when_asked_for(terminal, filled):
    (line,) = terminal("audit", "--student", COMING, "--include", "projected").lines

    assert line.endswith("north met (15 of 15 credits counted), south met (36 of 36 ECTS counted)")
    assert terminal("audit", "--student", COMING, "--include", "wishful").status == 2


def test_an_unknown_number_is_named(terminal, filled):
    ran = terminal("audit", "--student", "N999")

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "dualdegree: No register has the student number N999.\n"


def test_a_number_of_two_students_is_not_guessed(terminal, filled):
    def same(graduates):
        graduates.session.scalars(sa.select(Enrolment).where(Enrolment.number == "S206")).one().number = SHORT

    filled(same)

    ran = terminal("audit", "--student", SHORT)

    assert ran.status == 2
    assert "The registers give the number N102 to different students" in ran.err


def test_one_student_or_all_must_be_named(terminal):
    assert terminal("audit").status == 2
    assert terminal("audit", "--all", "--student", "N101").status == 2


def test_whom_no_curriculum_binds_is_told(terminal, filled):
    def unbind(graduates):
        graduates.student("N104").enrolments[0].curriculum_version = None

    filled(unbind)

    assert "No curriculum binds this student yet" in terminal("audit", "--student", "N104").err
    assert len(terminal("audit", "--all").lines) == 5
