"""Which attempt stands, and what a record says of the others."""

from decimal import Decimal

import pytest

from dualdegree.core.records import (
    Record,
    RegisteredEntry,
    Standing,
    StudentRegister,
    academic_year,
    lines,
    that_stands,
)


def sat(id_, term, status="passed", grade=None, *, course="39001", sitting="1", repeatable=False):
    return RegisteredEntry(
        id=id_,
        institution="upv.es",
        course=course,
        title={"en": "Computer Vision"},
        term=term,
        sitting=sitting,
        credits=Decimal("4.5"),
        ects=Decimal("4.5"),
        status=status,
        grade=None if grade is None else Decimal(grade),
        mention=None,
        grade_as_given=grade or "",
        repeatable=repeatable,
    )


RETAKE = [sat("a1", "2025-1", grade="9.0"), sat("a2", "2026-1", grade="6.0")]


@pytest.mark.parametrize(("policy", "stands"), [("best", "a1"), ("latest", "a2"), ("first_pass", "a1")])
def test_which_of_two_passes_stands_is_the_degrees_policy(policy, stands):
    assert that_stands(RETAKE, policy).id == stands


@pytest.mark.parametrize("policy", ["best", "latest", "first_pass"])
def test_a_pass_goes_before_a_later_fail(policy):
    attempts = [sat("a1", "2025-1", grade="5.0"), sat("a2", "2026-1", "failed", "4.0")]

    assert that_stands(attempts, policy).id == "a1"


def test_between_equal_grades_the_later_term_stands_and_then_the_smaller_id():
    later = [sat("a1", "2025-1", grade="7.0"), sat("a2", "2025-2", grade="7.0")]
    together = [sat("a2", "2025-1", grade="7.0"), sat("a1", "2025-1", grade="7.0", sitting="2")]

    assert that_stands(later, "best").id == "a2"
    assert that_stands(together, "best").id == "a1"


def test_any_grade_goes_before_none():
    assert that_stands([sat("a1", "2025-1", grade="5.0"), sat("a2", "2026-1")], "best").id == "a1"


def test_a_failed_attempt_is_superseded_by_the_pass_that_followed():
    failed, passed = lines([sat("a1", "2025-1", "failed", "3.0"), sat("a2", "2025-2", grade="6.0")], "best")

    assert (failed.standing, failed.superseded_by, failed.time) == (Standing.SUPERSEDED, "a2", 1)
    assert (passed.standing, passed.superseded_by, passed.time) == (Standing.STANDS, None, 2)


def test_a_fail_without_a_pass_is_superseded_by_nothing():
    (line,) = lines([sat("a1", "2025-1", "absent")], "best")

    assert (line.standing, line.superseded_by) == (Standing.NOT_PASSED, None)


def test_a_retake_in_progress_leaves_the_pass_standing():
    passed, coming = lines([sat("a1", "2025-1", grade="5.0"), sat("a2", "2026-1", "in_progress")], "latest")

    assert (passed.standing, coming.standing) == (Standing.STANDS, Standing.COMING)


def test_attempts_at_a_repeatable_course_all_stand():
    attempts = [sat("a1", "2025-1", grade="7.0", repeatable=True), sat("a2", "2025-2", grade="6.0", repeatable=True)]

    assert [line.standing for line in lines(attempts, "best")] == [Standing.STANDS, Standing.STANDS]


def test_the_order_of_the_file_changes_nothing():
    attempts = [sat("a3", "2026-1", course="39002"), *RETAKE]

    assert lines(attempts, "best") == lines(attempts[::-1], "best")


@pytest.mark.parametrize(("term", "year"), [("2026-1", "2026-2027"), ("2026-3", "2026-2027"), ("1999", "1999")])
def test_the_first_part_of_a_term_is_the_academic_year(term, year):
    assert academic_year(term) == year


def test_a_register_is_read_by_academic_year_and_by_what_stands():
    register = StudentRegister(institution="upv.es", lines=lines(RETAKE, "best"))

    assert [(year, len(lines)) for year, lines in register.years().items()] == [("2025-2026", 1), ("2026-2027", 1)]
    assert [entry.id for entry in register.standing()] == ["a1"]
    assert register.entry("a2").term == "2026-1"


def test_a_student_who_is_not_enrolled_somewhere_has_an_empty_register_there():
    assert Record(registers=()).register("buaa.edu.cn").lines == ()
