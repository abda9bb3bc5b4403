"""Each student of the demonstration is in the state that its README promises."""

import pytest

from dualdegree.core.audit import audit
from tests.demo.cases import case_of, students
from tests.demo.files import ROBOTICS

READY = [
    *(f"ZY24061{number:02d}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 17, 18, 19, 20, 26)),
]
UNDER_WAY = ("passed", "in_progress")


def verdicts(number, include=("passed",)):
    """Whether Beihang's degree is met, and whether UPV's is."""
    beihang, upv = audit(case_of(number, include)).degrees.values()
    return beihang.met, upv.met


def unmet(number, degree):
    """The leaves and milestones that are not met."""
    case = case_of(number)
    answer = audit(case).degrees[degree]
    return [id_ for id_, outcome in answer.requirements.items() if not outcome.met]


@pytest.mark.parametrize("number", READY)
def test_a_ready_student_meets_both_degrees(number):
    assert verdicts(number) == (True, True)


@pytest.mark.parametrize("number", sorted(set(students()) - set(READY)))
def test_nobody_else_meets_both(number):
    assert verdicts(number) != (True, True)


def test_one_withdrawn_course_leaves_beihang_two_credits_short():
    courses = audit(case_of("ZY2406111")).degrees["buaa"].requirements["courses_total"]

    assert verdicts("ZY2406111") == (False, True)
    assert courses.needed - (courses.got or 0) == 2


def test_only_the_shared_limit_keeps_a_student_short():
    answer = audit(case_of("ZY2406112"))

    assert not all(degree.met for degree in answer.degrees.values())
    assert all(degree.met_alone for degree in answer.degrees.values())
    assert answer.blocking.shared_credits


def test_a_subject_failed_twice_leaves_upv_s_compulsory_subjects_short():
    assert verdicts("ZY2406114") == (False, False)
    assert "core" in unmet("ZY2406114", "upv")


def test_without_english_beihang_is_met_and_upv_is_not():
    assert verdicts("ZY2406115") == (True, False)
    assert unmet("ZY2406115", "upv") == ["root", "english"]


def test_nine_months_of_practice_meet_upv_and_not_beihang():
    assert verdicts("ZY2406116") == (False, True)
    assert "practice_time" in unmet("ZY2406116", "buaa")


@pytest.mark.parametrize("number", ["ZY2406121", "ZY2406125"])
def test_what_is_in_progress_would_finish_both_degrees(number):
    assert verdicts(number, UNDER_WAY) == (True, True)


def test_a_deferred_examination_is_not_in_progress():
    assert verdicts("ZY2406122", UNDER_WAY) == (False, True)


def test_an_absence_leaves_electives_open_at_upv():
    assert verdicts("ZY2406123") == (False, False)


def test_an_exemption_gives_no_credits_in_the_foreign_language():
    assert verdicts("ZY2406124") == (False, True)
    assert "language" in unmet("ZY2406124", "buaa")


def test_a_course_counts_only_where_it_was_recognised():
    beihang = audit(case_of("ZY2406126")).degrees["buaa"]

    assert [reason.because for reason in beihang.not_counted.values()] == ["shared_credits"]


def test_shared_credits_of_a_ready_student_are_exactly_at_their_limit():
    shared = audit(case_of("ZY2406109")).shared

    assert shared.ects == shared.at_most == 54


def test_a_grade_below_the_equivalence_s_gives_no_recognition():
    passed_well = {recognition.id for recognition in case_of("ZY2406109").recognitions}
    just_passed = {recognition.id for recognition in case_of("ZY2406106").recognitions}

    assert "group-theory" in passed_well
    assert "group-theory" not in just_passed


@pytest.mark.parametrize("number", [f"ZY24071{number:02d}" for number in (1, 2, 3, 4, 9)])
def test_a_ready_student_of_robotics_meets_both_degrees(number):
    assert verdicts(number) == (True, True)


@pytest.mark.parametrize("number", sorted(set(students(ROBOTICS)) - {f"ZY24071{n:02d}" for n in (1, 2, 3, 4, 9)}))
def test_nobody_else_of_robotics_meets_both(number):
    assert verdicts(number) != (True, True)


def test_perception_failed_twice_leaves_the_compulsory_subjects_of_robotics_short():
    assert "core" in unmet("ZY2407105", "upv-robotics")


def test_the_thesis_in_progress_lacks_only_its_defence_beside_its_grades():
    assert unmet("ZY2407106", "upv-robotics") == ["root", "thesis", "total"]


def test_an_elective_that_beihang_has_not_recognised_leaves_two_credits_short():
    courses = audit(case_of("ZY2407108")).degrees["buaa-robotics"].requirements["courses_total"]

    assert verdicts("ZY2407108") == (False, True)
    assert courses.needed - (courses.got or 0) == 2
