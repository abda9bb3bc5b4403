"""What a register says beside a result: kept in the field's terms, and given to the law where it matters."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from dualdegree.core.records import RegisterMark
from dualdegree.core.source.reading import SourceError
from dualdegree.programmes.institutions.profile import read_profile
from dualdegree.records.models import RegisteredAttempt, RegisterRecognition
from tests.programmes.papers import NORTH
from tests.records.registers import PROFILES, with_chen


@pytest.fixture
def registers(backend, session):
    return with_chen(backend, session)


def north(grade, note):
    return f"N100,陈㛃,N1,矩阵理论,Matrices,3,48,{grade},20241,{note}"


def south(grade, label, character="Obligatoria"):
    return f"S100;Chen;Jie;S1;Matemáticas;6;2024/25;1;{grade};{label};{character}"


def kept(registers):
    attempt = registers.session.scalars(sa.select(RegisteredAttempt)).one()
    return attempt.status, attempt.grade, attempt.grade_as_given, attempt.marks


def test_a_resit_and_a_repeated_course_are_kept_with_the_attempt(registers):
    registers.north_grades(north("70", "补考，重修"))

    assert kept(registers) == ("passed", Decimal(70), "70", ["resit", "repeat"])


def test_a_mark_within_the_cell_of_the_grade_is_told_apart_from_it(registers):
    registers.north_grades(north("65（补考）", ""))

    assert kept(registers) == ("passed", Decimal(65), "65(补考)", ["resit"])


@pytest.mark.parametrize(("grade", "note", "given"), [("0", "违纪", "0"), ("违纪", "", "违纪"), ("", "违纪", "违纪")])
def test_what_failed_for_misconduct_is_failed(registers, grade, note, given):
    registers.north_grades(north(grade, note))

    assert kept(registers) == ("failed", None, given, ["misconduct"])


def test_misconduct_beside_a_passing_grade_is_refused(registers):
    (row,) = registers.north_grades(north("85", "违纪")).rejected

    assert str(row.reason) == "85 and 违纪 do not go together; ask the register."


@pytest.mark.parametrize(
    ("grade", "value", "given"), [("4,2", None, "4,2 Compensado"), ("", None, "Compensado"), ("5,0", Decimal(5), "5,0")]
)
def test_a_compensated_course_is_passed_and_bears_only_a_passing_grade(registers, grade, value, given):
    registers.south_grades(south(grade, "Compensado") if value is None else south(grade, "AP", "Compensada"))

    status, held, said, marks = kept(registers)
    assert (status, held, marks) == ("passed", value, ["compensated"])
    assert said.startswith(given)


def test_an_exempted_row_is_listed_under_its_kind(registers):
    preview = registers.north_grades(north("", "免修"))

    row = registers.session.scalars(sa.select(RegisterRecognition)).one()
    assert (row.mark, row.kind) == ("免修", "exempted")
    assert preview.listed[0].kind == "exempted"


def test_a_mark_that_comes_later_is_a_change(registers):
    registers.north_grades(north("70", ""))

    preview = registers.north_grades(north("70", "重修"))

    assert (preview.added, preview.changed) == (0, 1)
    assert preview.changes[0].after["marks"] == "repeat"


def test_marks_under_the_keys_of_before_are_understood():
    text = PROFILES[NORTH].replace(
        "    marks: {学分认定: recognised, 免修: exempted, 转学分: transferred, 补考: resit, 重修: repeat, 违纪: misconduct}\n"
        "    marks_in: [grade, note]\n",
        "    recognised: [免修, 学分认定]\n    recognised_in: [note]\n    values: {listing: {免修: exempted}}\n",
    )

    layout = read_profile(text, "institution.yaml").imports["grades"]

    assert layout.marks == {"免修": RegisterMark.EXEMPTED, "学分认定": RegisterMark.RECOGNISED}
    assert layout.marks_in == ("note",)


def test_a_mark_of_no_known_meaning_is_refused_by_line_and_key():
    with pytest.raises(SourceError, match="违纪"):
        read_profile(PROFILES[NORTH].replace("违纪: misconduct", "违纪: fraud"), "institution.yaml")
