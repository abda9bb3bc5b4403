"""Rosters with all that offices have: documents, former names, cohorts, fields, several advisors, and their mistakes."""

import json

import pytest
import sqlalchemy as sa

from dualdegree.db import Base
from dualdegree.records import importing
from dualdegree.records.models import Enrolment
from tests import keeping, people
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import NOW, Registers, counts

NUMBER, SPANISH = "110108200103140011", "X1234567L"
HEAD = "学号,外方学号,姓名,姓（护照）,名（护照）,出生日期,国籍,招生途径,入学学期,项目代码,导师邮箱,曾用名,证件号码,年级,专业方向\n"
ROW = "N100,,陈㛃,Chen,Jie,2001-03-14,中国,中国,20241,double,,Chan Kit,110108 20010314 0011,2024级,人工智能\n"


@pytest.fixture
def registers(backend, session):
    return keeping.again(backend, "rosters_in_full", session, Registers)


def north(registers, row=ROW, **options):
    return registers.take("roster", NORTH, HEAD + row, **options)


def enrolment(registers, number="N100"):
    return registers.session.scalars(sa.select(Enrolment).where(Enrolment.number == number)).one()


def everything_kept(session):
    session.flush()
    for table in Base.metadata.sorted_tables:
        for row in session.execute(sa.select(table)):
            yield from (json.dumps(value, default=str, ensure_ascii=False) for value in row)


def refusal(preview):
    (row,) = preview.rejected
    return row.column, row.value, str(row.reason)


def test_a_roster_keeps_cohort_field_former_name_and_of_a_document_its_hash_and_end(registers):
    assert counts(north(registers)) == (1, 0, 0, 0)

    side = enrolment(registers)
    assert (side.cohort, side.field, side.document_end) == ("2024级", "人工智能", "0011")
    assert len(side.document_hash) == 64
    assert side.person_as_told["other_names"] == "Chan Kit"
    assert counts(north(registers)) == (0, 0, 1, 0)


def test_the_number_of_a_document_is_kept_nowhere(registers):
    north(registers)
    north(registers, ROW.replace("110108 20010314 0011", "12"))
    batch = importing.offer(
        registers.session, "roster", NORTH, "r.csv", (HEAD + ROW.replace("Chen", "陈")).encode(),
        actor=registers.actor(NORTH), at=NOW,
    )  # fmt: skip
    wrong = importing.from_json(batch.report)
    importing.withdraw(registers.session, registers.actor(NORTH), batch)

    kept = [text for text in everything_kept(registers.session) if "20010314" in text or NUMBER in text]
    assert kept == []
    assert "····0011" in dict(wrong.rejected_lines)[2]


def test_a_row_with_too_few_cells_hides_every_long_number(registers):
    short = f"N100,陈㛃,Chen,Jie,{NUMBER}\n"

    preview = north(registers, short, confirm=False)

    assert NUMBER not in json.dumps(preview.as_json(), ensure_ascii=False)


def test_a_file_without_headings_does_not_quote_a_document(registers):
    text = f"N100,陈㛃,Chen,Jie,{NUMBER}\n".encode()

    batch = importing.offer(registers.session, "roster", NORTH, "r.csv", text, actor=registers.actor(NORTH), at=NOW)

    assert NUMBER not in json.dumps(batch.report)


def test_another_document_with_the_same_end_is_a_change(registers):
    north(registers)
    before = enrolment(registers).document_hash

    preview = north(registers, ROW.replace("110108", "110109"))

    assert counts(preview) == (0, 1, 0, 0)
    assert dict(preview.changes[0].after) == {"identity_document": "····0011*"}
    assert enrolment(registers).document_hash != before


def test_a_hidden_document_in_a_mended_file_changes_nothing_and_is_said(registers):
    north(registers)

    preview = north(registers, ROW.replace("110108 20010314 0011", "····0011"))

    assert counts(preview) == (0, 0, 1, 0)
    assert [str(row.reason)[:43] for row in preview.remarks] == ["Only the end of the document's number stand"]


def test_one_number_of_the_partners_is_not_given_to_two_of_ones_own(registers):
    north(registers, ROW.replace("N100,,", "N100,S100,"))

    preview = north(registers, ROW.replace("N100,,", "N101,S100,").replace("陈㛃,Chen", "李娜,Li"))

    column, value, reason = refusal(preview)
    assert (column, value) == ("外方学号", "S100")
    assert reason.startswith("This register has linked S100 with its own student N100 already")


def test_two_students_may_exchange_the_partners_numbers_within_one_file(registers):
    first, second = ROW.replace("N100,,", "N100,S100,"), ROW.replace("N100,,", "N101,S101,").replace("Jie", "Lan")
    north(registers, first + second)

    preview = north(registers, first.replace("S100", "S101") + second.replace("S101", "S100"))

    assert counts(preview) == (0, 2, 0, 0)


@pytest.mark.parametrize(
    ("wrong", "column", "beginning"),
    [
        (ROW.replace("陈㛃", "Chen Jie"), "姓名", "This is the name in Chinese characters."),
        (ROW.replace("Chen", "陈"), "姓（护照）", "This is the name as the passport writes it"),
        (ROW.replace("Jie", "Цзе"), "名（护照）", "This is the name as the passport writes it"),
    ],
)
def test_a_name_in_the_wrong_script_is_refused_at_its_cell(registers, wrong, column, beginning):
    at, _, reason = refusal(north(registers, wrong))

    assert at == column
    assert reason.startswith(beginning)


def test_of_several_advisors_the_own_one_is_taken(registers):
    own = people.person(registers.session, "fang@n.example", ("advisor", NORTH))
    people.person(registers.session, "neus@s.example", ("advisor", SOUTH))

    preview = north(registers, ROW.replace("double,,", "double,neus@s.example; fang@n.example,"))

    assert enrolment(registers).advisor_id == own.id
    assert [str(row.reason)[:27] for row in preview.remarks] == ["Of several advisors the fir"]


def test_a_grade_file_may_use_a_former_name(registers):
    north(registers)

    preview = registers.take(
        "grades", NORTH, "学号,姓名,课程代码,课程名称,学分,成绩,学年学期\nN100,Kit Chan,N1,矩阵,3,88,20241\n"
    )

    assert preview.rejected == ()
