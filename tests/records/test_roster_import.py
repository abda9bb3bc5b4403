"""Rosters of two registers: who is who, in whatever order they come."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from dualdegree.accounts.models import Person, RoleHeld
from dualdegree.events import Event
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.searching import add_document
from dualdegree.records.service import students_of
from tests import keeping
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import (
    CHEN_IN_NORTH,
    CHEN_IN_SOUTH,
    NORTH_ROSTER,
    SOUTH_ROSTER,
    Registers,
    counts,
)

MARIA_IN_NORTH = "N200,S200,,GARCIA LOPEZ,MARIA,2001-05-06,西班牙,西班牙,20241,double,,\n"
MARIA_IN_SOUTH = "S200;N200;;García López;María;06/05/2001;España;Española;2024/25;double;;\n"


def with_a_side_for_spaniards(session):
    office = Registers(session)
    office.curriculum(
        "curriculum: north-side\ninstitution: north.example\nprogramme: double\nversion: '1s'\n"
        "title: {en: North's side}\nadmission: {from: '2024-1', routes: [spanish]}\n"
        "degree: {id: north, institution: north.example, requirements: {id: root, kind: credits, at_least: '3', select: {}}}\n"
        "courses: [{code: N1, title: {en: Matrices}, credits: '3'}]\n"
    )
    office.publish(NORTH, "1s")
    return office


@pytest.fixture
def registers(backend, session):
    return keeping.again(backend, "roster", session, with_a_side_for_spaniards)


def north(registers, *rows, **options):
    return registers.take("roster", NORTH, NORTH_ROSTER + "".join(rows), **options)


def south(registers, *rows, **options):
    return registers.take("roster", SOUTH, SOUTH_ROSTER + "".join(rows), **options)


def students(registers):
    """Each student who is enrolled anywhere, with the numbers."""
    enrolled = registers.session.scalars(sa.select(Student).where(Student.enrolments.any()).order_by(Student.id)).all()
    return [(student, [enrolment.number for enrolment in student.enrolments]) for student in enrolled]


def refusal(preview):
    (row,) = preview.rejected
    return row.line, row.column, str(row.reason)


def test_a_roster_creates_a_student_and_an_enrolment_bound_to_its_curriculum(registers):
    assert counts(north(registers, CHEN_IN_NORTH)) == (1, 0, 0, 0)

    ((student, numbers),) = students(registers)
    (enrolment,) = student.enrolments
    assert (student.han_name, student.family_name, student.given_name) == ("陈㛃", "Chen", "Jie")
    assert (student.birth_date, student.nationality, numbers) == (dt.date(2001, 3, 14), "CN", ["N100"])
    assert (enrolment.route, enrolment.admission_term) == ("chinese", "2024-1")
    assert enrolment.curriculum_version.version == "1"


@pytest.mark.parametrize("order", [(north, south), (south, north)])
def test_two_rosters_make_one_student_whichever_comes_first(registers, order):
    rows = {north: (CHEN_IN_NORTH, MARIA_IN_NORTH), south: (CHEN_IN_SOUTH, MARIA_IN_SOUTH)}

    for office in order:
        office(registers, *rows[office])

    ((chen, of_chen), (maria, of_maria)) = students(registers)
    assert (of_chen, of_maria) == (["N100", "S100"], ["N200", "S200"])
    assert (maria.family_name, maria.given_name, maria.nationality) == ("García López", "María", "ES")
    assert chen.han_name == "陈㛃"


def test_a_name_alone_joins_nobody(registers):
    north(registers, CHEN_IN_NORTH.replace("S100", ""))
    preview = south(registers, CHEN_IN_SOUTH.replace("N100", ""))

    assert [numbers for _, numbers in students(registers)] == [["N100"], ["S100"]]
    assert "Not linked with the partner's register: 1 of the students." in map(str, preview.warnings)


def test_a_number_that_comes_later_makes_two_students_one(registers):
    north(registers, CHEN_IN_NORTH)
    south(registers, CHEN_IN_SOUTH.replace("N100", ""))

    assert counts(south(registers, CHEN_IN_SOUTH)) == (0, 1, 0, 0)
    assert [numbers for _, numbers in students(registers)] == [["N100", "S100"]]


def test_a_number_that_is_linked_already_cannot_be_taken(registers):
    north(registers, CHEN_IN_NORTH)
    south(registers, CHEN_IN_SOUTH)

    moved = refusal(south(registers, CHEN_IN_SOUTH.replace("N100", "N101")))

    assert moved == (2, "Expediente socio", "This student is already linked with N100.")


def test_registers_that_name_different_numbers_are_not_linked(registers):
    north(registers, CHEN_IN_NORTH)
    south(registers, CHEN_IN_SOUTH.replace("N100", "N777"))

    assert [numbers for _, numbers in students(registers)] == [["N100"], ["S100"]]


def test_a_number_is_never_given_to_another_person(registers):
    north(registers, CHEN_IN_NORTH)

    line, column, reason = refusal(north(registers, "N100,,王伟,Wang,Wei,1999-01-01,中国,中国,20241,double,,\n"))

    assert (line, column) == (2, "出生日期")
    assert reason.startswith("Both the name and the birth date differ")


def test_the_same_roster_again_changes_nothing(registers):
    north(registers, CHEN_IN_NORTH)
    south(registers, CHEN_IN_SOUTH)

    assert counts(north(registers, CHEN_IN_NORTH)) == (0, 0, 1, 0)
    assert counts(south(registers, CHEN_IN_SOUTH)) == (0, 0, 1, 0)


def test_a_changed_name_raises_both_revisions(registers):
    north(registers, CHEN_IN_NORTH)
    south(registers, CHEN_IN_SOUTH)
    before = registers.session.scalars(sa.select(Enrolment.revision).order_by(Enrolment.id)).all()

    preview = north(registers, CHEN_IN_NORTH.replace("陈㛃", "陈洁"))

    (change,) = preview.changes
    assert (change.before, change.after) == ({"han_name": "陈㛃"}, {"han_name": "陈洁"})
    assert [str(remark.reason) for remark in preview.remarks] == ["The partner's register has another name, 陈㛃."]
    after = registers.session.scalars(sa.select(Enrolment.revision).order_by(Enrolment.id)).all()
    assert after == [revision + 1 for revision in before]


def test_a_corrected_birth_date_is_taken_with_a_remark(registers):
    north(registers, CHEN_IN_NORTH)
    south(registers, CHEN_IN_SOUTH)

    preview = north(registers, CHEN_IN_NORTH.replace("2001-03-14", "2001-03-15"))

    assert counts(preview) == (0, 1, 0, 0)
    assert [str(remark.reason) for remark in preview.remarks] == [
        "The partner's register has another birth date, 2001-03-14."
    ]


def test_accounts_and_advisors_are_linked_by_their_addresses(registers):
    chen = Person(email="jie.chen@x.example", name="陈㛃", password_hash="")
    advisor = Person(email="fang.liu@x.example", name="刘芳", password_hash="")
    registers.session.add_all([chen, advisor])
    registers.session.flush()
    registers.session.add(RoleHeld(person_id=chen.id, institution_id=NORTH, role="student"))
    registers.session.add(RoleHeld(person_id=advisor.id, institution_id=NORTH, role="advisor"))

    preview = north(registers, CHEN_IN_NORTH.replace(",,\n", ",Jie.Chen@x.example,fang.liu@x.example\n"))

    ((student, _),) = students(registers)
    assert (student.person_id, student.enrolments[0].advisor_id) == (chen.id, advisor.id)
    assert preview.remarks == ()
    after = json.loads(registers.session.scalars(sa.select(Event.after).order_by(Event.id.desc())).first())
    assert after == {
        "N100": {
            "account": f"person:{chen.id}",
            "admission_term": "2024-1",
            "advisor": f"person:{advisor.id}",
            "curriculum": "1",
            "partner_number": "S100",
            "route": "chinese",
        }
    }


def test_an_unknown_advisor_is_remarked_and_the_row_taken(registers):
    preview = north(registers, CHEN_IN_NORTH.replace(",,\n", ",,nobody@x.example\n"))

    assert counts(preview) == (1, 0, 0, 0)
    assert [remark.column for remark in preview.remarks] == ["导师邮箱"]


@pytest.mark.parametrize(
    ("family", "given"),
    [("Ｃｈｅｎ", "Ｊｉｅ"), ("C\u200bhen", "Jie\u2062"), ("Chén", "Jie\u200b\u0301")],
    ids=["full width", "hidden", "hidden before an accent"],
)
def test_a_name_is_kept_with_plain_letters_composed_and_without_what_nobody_sees(registers, family, given):
    north(registers, CHEN_IN_NORTH.replace("Chen,Jie", f"{family},{given}"))

    ((student, _),) = students(registers)
    kept = (student.family_name, student.given_name)
    assert kept in {("Chen", "Jie"), ("Chén", "Jié")}


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (CHEN_IN_NORTH.replace("2001-03-14", "14.3.2001"), "出生日期", "This is not a date"),
        (CHEN_IN_NORTH.replace("2001-03-14", "2001-02-30"), "出生日期", "This is not a date"),
        (CHEN_IN_NORTH.replace("2001-03-14", "2101-03-14"), "出生日期", "The birth date lies in the future"),
        (CHEN_IN_NORTH.replace(",中国,中国,", ",火星,中国,"), "国籍", "This nationality is not known."),
        (
            CHEN_IN_NORTH.replace(",中国,中国,", ",中国,月球,"),
            "招生途径",
            "This word is not known. The profile knows: 中国",
        ),
        (CHEN_IN_NORTH.replace("20241", "20231"), "入学学期", "No published curriculum takes admissions of 2023-1"),
        (CHEN_IN_NORTH.replace("20241", "20291"), "入学学期", "The term 2029-1 has not begun."),
        (
            CHEN_IN_NORTH.replace("double", "triple"),
            "项目代码",
            "Which programme? Write its code; the institution teaches double.",
        ),
        (CHEN_IN_NORTH.replace("Chen,", ","), "姓（护照）", "This cell is empty"),
        (CHEN_IN_NORTH.replace("陈㛃", "陈\ue5f1"), "姓名", "This holds a character of nobody's alphabet"),
        (CHEN_IN_NORTH.replace("N100", "=N100"), "学号", "This cell begins like a formula."),
    ],
)
def test_what_a_roster_cannot_mean_is_left_out_in_words(registers, row, column, reason):
    _, where, why = refusal(north(registers, row))

    assert where == column
    assert why.startswith(reason)
    assert students(registers) == []


def test_a_student_stands_once_in_a_roster(registers):
    assert refusal(north(registers, CHEN_IN_NORTH, CHEN_IN_NORTH))[2] == "Another line already tells of this student."


def test_two_students_cannot_share_one_number_at_the_partner(registers):
    south(registers, CHEN_IN_SOUTH.replace("N100", ""))

    preview = north(registers, CHEN_IN_NORTH, CHEN_IN_NORTH.replace("N100", "N101"))

    assert refusal(preview) == (3, "外方学号", "Another line already links S100.")


def test_every_fault_of_a_row_is_named(registers):
    preview = north(registers, CHEN_IN_NORTH.replace("Chen,", ",").replace("2001-03-14", "x"))

    assert [row.column for row in preview.rejected] == ["姓（护照）", "出生日期"]


def test_the_number_of_queries_does_not_grow_with_the_students(registers, counted):
    many = [CHEN_IN_NORTH.replace("100", str(number)) for number in range(100, 130)]
    north(registers, *many)
    registers.session.expunge_all()

    with counted() as of_one:
        north(registers, many[0])
    registers.session.expunge_all()
    with counted() as of_all:
        north(registers, *many)

    assert len(of_all) == len(of_one)


@pytest.mark.parametrize("words", ["Nunez", "nunez peiro", "NÚÑEZ", "n300", "300", "maria.nunez@", "maria"])
def test_a_student_is_found_without_accents_and_by_the_address(registers, words):
    maria = Person(email="Maria.Nunez@x.example", name="María", password_hash="")
    registers.session.add(maria)
    registers.session.flush()
    registers.session.add(RoleHeld(person_id=maria.id, institution_id=NORTH, role="student"))
    north(
        registers,
        CHEN_IN_NORTH,
        "N300,,,Núñez Peiró,María,2001-05-06,西班牙,西班牙,20241,double,Maria.Nunez@x.example,\n",
    )

    shown = registers.session.scalars(students_of(NORTH, words=words)).all()

    assert [student.family_name for student in shown] == ["Núñez Peiró"]


def test_a_student_is_found_by_the_serial_of_a_document_also_after_the_next_roster(registers):
    north(registers, CHEN_IN_NORTH)
    ((student, _),) = students(registers)
    add_document(registers.session, student.id, "DD-2026-0017")

    north(registers, CHEN_IN_NORTH.replace("陈㛃", "陈洁"))

    assert registers.session.scalars(students_of(NORTH, words="dd-2026-0017")).all() == [student]
    assert registers.session.scalars(students_of(NORTH, words="㛃")).all() == []
