"""Does the engine answer the specification's own cases as their comments say?"""

from decimal import Decimal
from pathlib import Path

from dualdegree.core.audit import audit
from dualdegree.core.audit.answer import Answer, Because, Blocking, Shared
from dualdegree.core.audit.case.reading import read_case

CASES = Path(__file__).parent / "cases"


def answer(name: str) -> Answer:
    return audit(read_case((CASES / f"{name}.yaml").read_text(encoding="utf-8"), name))


def test_the_course_that_two_requirements_want_goes_where_it_is_needed():
    verdict = answer("greedy-trap")

    assert verdict.joint_shortfall_ects == 0
    assert verdict.degrees["upv"].met
    assert verdict.degrees["upv"].claims == {"a1": "first", "a2": "analysis", "a3": "analysis"}
    assert verdict.blocking is None


def test_meeting_one_degree_goes_before_lacking_less_in_both():
    verdict = answer("home-first")

    assert (verdict.degrees["buaa"].met, verdict.degrees["buaa"].met_alone) == (True, True)
    assert (verdict.degrees["upv"].met, verdict.degrees["upv"].met_alone) == (False, False)
    assert verdict.joint_shortfall_ects == verdict.degrees["upv"].shortfall_ects == 6
    assert verdict.degrees["upv"].not_counted == {"g1": Because(because="shared_credits")}
    assert verdict.blocking == Blocking(nodes={"upv": ("electives",)})


def test_three_courses_do_not_fill_four_places():
    verdict = answer("one-short")

    assert verdict.joint_shortfall_ects == 3
    assert verdict.blocking == Blocking(nodes={"upv": ("left", "right")})


def test_one_thesis_counts_in_both_degrees_and_is_exempt():
    verdict = answer("one-thesis")

    assert verdict.degrees["buaa"].met
    assert verdict.degrees["upv"].met
    assert verdict.shared == Shared(ects=Decimal(0), at_most=Decimal(6), works=(), exempt=("w1",))


def test_a_limit_leaves_one_grant_out_and_blocks_the_total():
    verdict = answer("residency-and-limit")

    assert verdict.joint_shortfall_ects == Decimal("1.5")
    assert verdict.degrees["upv"].not_counted == {"g2": Because(because="limit", of=("upv/recognised",))}
    assert verdict.blocking == Blocking(nodes={"upv": ("total",)}, limits=("upv/recognised",))


def test_what_may_be_shared_is_what_fits_the_agreement():
    verdict = answer("shared-cap")

    assert verdict.joint_shortfall_ects == 0
    assert (verdict.shared.ects, verdict.shared.works) == (Decimal(3), ("a1",))
    assert verdict.degrees["upv"].not_counted == {"g2": Because(because="shared_credits")}


def test_a_course_needed_in_the_core_is_missed_in_the_speciality():
    verdict = answer("sub-minimum")

    assert verdict.joint_shortfall_ects == Decimal("1.5")
    assert verdict.degrees["upv"].claims["s2"] == "core"
    assert verdict.degrees["upv"].requirements["speciality"].got == Decimal("4.5")


def test_seminars_of_one_term_count_once_and_the_core_has_a_mean_of_its_own():
    answered = answer("different-terms")

    degree = answered.degrees["upv"]
    assert answered.joint_shortfall_ects == 4
    assert degree.requirements["seminars"].got == 1
    assert not degree.requirements["core-mean"].met
    assert degree.limits["subjects"].used == 6
    assert degree.limits["subjects"].by == {"CS": 6, "MA": 6, "SE": 6}
    assert degree.not_counted == {"m3": Because(because="limit", of=("upv/subjects",))}


def test_half_of_the_speciality_is_asked_for_and_practice_is_added_to_the_total_up_to_a_ceiling():
    answered = answer("majority")

    requirements = answered.degrees["upv"].requirements
    assert answered.joint_shortfall_ects == 3
    assert (requirements["half"].met, requirements["half"].needed) == (True, 6)
    assert (requirements["total"].met, requirements["total"].got) == (True, Decimal("16.5"))
    assert answered.blocking == Blocking(nodes={"upv": ("seminar",)})
