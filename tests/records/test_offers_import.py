"""Does a file of courses on offer say what can be taken when, and is everything else rejected where it stands?"""

import pytest

from dualdegree.programmes.offers import offered_terms
from tests import keeping
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import Registers, counts

NORTH_HEADER = "课程代码,课程名称,开课学期\n"
SOUTH_HEADER = "Código;Asignatura;Curso académico;Semestre\n"


@pytest.fixture
def registers(backend, session):
    return keeping.again(backend, "offers", session, Registers)


def north(registers, *rows, **options):
    return registers.take("offers", NORTH, NORTH_HEADER + "".join(f"{row}\n" for row in rows), **options)


def south(registers, *rows):
    return registers.take("offers", SOUTH, SOUTH_HEADER + "".join(f"{row}\n" for row in rows))


def offered(registers, where=NORTH):
    return {course: terms for (_, course), terms in offered_terms(registers.session, [where]).items()}


def test_each_register_names_terms_in_its_own_way(registers):
    assert counts(north(registers, "N1,矩阵,20271、20272", "N2,群,20271")) == (3, 0, 0, 0)
    assert counts(south(registers, "S1;Matemáticas;2027/28;A, B", "S2;Álgebra;2027/28;B")) == (3, 0, 0, 0)

    assert offered(registers) == {"N1": ("2027-1", "2027-2"), "N2": ("2027-1",)}
    assert offered(registers, SOUTH) == {"S1": ("2027-1", "2027-2"), "S2": ("2027-2",)}


def test_the_same_file_again_changes_nothing(registers):
    north(registers, "N1,矩阵,20271")

    assert counts(north(registers, "N1,矩阵,20271")) == (0, 0, 1, 0)


def test_a_file_is_the_whole_list_of_the_terms_that_it_names(registers):
    north(registers, "N1,矩阵,20271", "N2,群,20271", "N2,群,20272")

    preview = north(registers, "N1,矩阵,20271")

    assert counts(preview) == (0, 1, 1, 0)
    assert [(change.subject, change.what, change.after) for change in preview.changes] == [
        ("N2", "2027-1", {"offer": "withdrawn"})
    ]
    assert offered(registers) == {"N1": ("2027-1",), "N2": ("2027-2",)}


def test_nothing_is_withdrawn_by_a_file_with_rejected_rows(registers):
    north(registers, "N1,矩阵,20271", "N2,群,20271")

    preview = north(registers, "N1,矩阵,20271", "N2x,群,20271")

    assert counts(preview) == (0, 0, 1, 1)
    assert str(preview.warnings[-1]).startswith("Because rows are rejected, no offer is withdrawn.")
    assert offered(registers) == {"N1": ("2027-1",), "N2": ("2027-1",)}


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("N7,无,20271", "课程代码", "No published curriculum of the institution has this course."),
        (",无,20271", "课程代码", "This cell is empty"),
        ("N1,矩阵,", "开课学期", "Name at least one term"),
        ("N1,矩阵,20274", "开课学期", "This is not a term. Write it like 20261."),
        ("N1,矩阵,20391", "开课学期", "The term 2039-1 is too far ahead; correct the year."),
        ("N1,矩阵,20271、20271", "课程代码", "Another line already offers this course in the term 2027-1."),
    ],
)
def test_what_cannot_be_is_left_out_in_words(registers, row, column, reason):
    (rejected,) = north(registers, row).rejected

    assert (rejected.line, rejected.column) == (2, column)
    assert str(rejected.reason).startswith(reason)


def test_a_half_of_the_year_must_be_one_of_the_profile(registers):
    (rejected,) = south(registers, "S1;Matemáticas;2027/28;C").rejected

    assert rejected.column == "Semestre"
    assert str(rejected.reason) == "This half of the year is not known. The profile knows: A, B."


def test_a_second_line_for_the_same_course_and_term_is_rejected(registers):
    (rejected,) = north(registers, "N1,矩阵,20271", "N1,矩阵,20271").rejected

    assert rejected.line == 3


def test_a_course_that_nobody_can_plan_any_more_is_taken_with_a_remark(registers):
    preview = north(registers, "N1,矩阵,20251")

    assert counts(preview) == (1, 0, 0, 0)
    assert str(preview.remarks[0].reason) == "Nobody can plan this course any more: no term to come is named."
