"""What the joint transcript of a student would print, issued or not."""

import datetime as dt
from decimal import Decimal

import pytest

from dualdegree.core.transcript import RequirementsMet
from dualdegree.programmes import service as programmes
from tests.graduates import ALSO_READY, COMING, READY, SHORT, UNTITLED
from tests.programmes.papers import NORTH, SOUTH

NEW_YEAR = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
"""Still New Year's Eve in São Paulo, already New Year's Day in Nairobi."""


def printed(graduates, *number):
    return graduates.standing(*number).state.content


def test_names_and_numbers_are_those_of_the_registers(graduates):
    holder = printed(graduates).holder

    assert (holder.family_name, holder.given_names, holder.han_name) == ("Lin", "Mei", "林梅")
    assert [(row.institution, row.number) for row in holder.numbers] == [(NORTH, "N101"), (SOUTH, "S201")]


def test_each_degree_has_one_total_in_its_own_unit_and_in_ects(graduates):
    north, south = printed(graduates).degrees

    assert (north.total, north.ects) == (Decimal(15), Decimal(30))
    assert (south.total, south.ects) == (Decimal(36), Decimal(36))


def test_a_recognised_course_is_worth_the_ects_that_were_agreed_for_it(graduates):
    version = next(
        row for row in programmes.curriculum_versions(graduates.session, ["double"]) if row.institution_id == NORTH
    )
    version.text = version.text.replace("code: N4,", 'code: N4, ects: "7",')
    version.digest = "with agreed ECTS"
    graduates.session.flush()

    north, _south = printed(graduates).degrees

    assert (north.total, north.ects) == (Decimal(15), Decimal(31))  # 12 credits by the ratio, and 7 ECTS


@pytest.mark.parametrize("number", [READY, ALSO_READY, UNTITLED])
def test_what_was_passed_here_and_what_is_recognised_make_the_total(graduates, number):
    content = printed(graduates, number)

    for degree in content.degrees:
        passed = [course for course in content.courses if course.institution == degree.institution and course.counts]
        parts = [part for grant in content.recognitions if grant.degree == degree.id for part in grant.targets]
        assert degree.total == sum(item.credits for item in (*passed, *parts))


def test_what_is_in_progress_is_not_marked_as_recognised(graduates):
    graduates.changed("grades", SOUTH, "S201;S3", "8,0;2025.1", "cursando;2025.1")

    courses = {course.code: course for course in printed(graduates).courses}

    assert courses["N1"].recognised
    assert not courses["S3"].recognised


def test_the_mean_is_of_the_graded_courses_sat_there(graduates):
    north, south = printed(graduates).degrees

    assert north.mean.value == Decimal("85.92")  # (3·85 + 2·78 + 2·90 + 5·88) / 12
    assert south.mean.value == Decimal("8.28")  # (6·7.5 + 6·8 + 6·9.1 + 12·8.4) / 30, half up
    assert set(north.mean.method) == {"zh_Hans", "en", "es"}


def test_a_grade_is_printed_as_the_register_wrote_it_and_converted(graduates):
    courses = {course.code: course for course in printed(graduates).courses}

    assert (courses["S4"].grade, courses["S4"].converted) == ("9,1", "92.8")
    assert (courses["N1"].grade, courses["N1"].converted) == ("85", "8.1")


def test_a_failed_course_is_printed_without_a_conversion(graduates):
    vision = next(course for course in printed(graduates, SHORT).courses if course.code == "S4")

    assert (vision.grade, vision.converted, vision.status) == ("3,0", None, "failed")


def test_a_course_in_progress_is_printed_without_a_grade(graduates):
    vision = next(course for course in printed(graduates, COMING).courses if course.code == "S4")

    assert (vision.converted, vision.status) == (None, "in_progress")


def test_recognitions_name_what_was_sat_what_it_gave_and_by_which_table(graduates):
    recognitions = {row.id: row for row in printed(graduates).recognitions}

    algebra = recognitions["algebra"]
    assert [part.code for part in (*algebra.sources, *algebra.targets)] == ["N1", "S1"]
    assert (algebra.degree, algebra.grade) == ("south", "8.1")
    assert algebra.decision == {
        "zh_Hans": "课程对应，1 版",
        "en": "Equivalences, version 1",
        "es": "Equivalencias, versión 1",
    }
    assert [part.title["es"] for part in algebra.targets] == ["Álgebra"]


def test_what_a_register_lists_as_exempted_is_listed_apart(graduates):
    (entry,) = printed(graduates, ALSO_READY).register_entries

    assert (entry.code, entry.listing, entry.credits) == ("N4", "exempted", Decimal(3))
    assert entry.title == {"zh_Hans": "优化", "en": "Optimisation", "es": "Optimización"}


def test_work_that_both_degrees_count_is_told_with_its_limit(graduates):
    shared = printed(graduates).shared

    assert (shared.ects, shared.at_most) == (Decimal(12), Decimal(18))


def test_a_title_that_nobody_approved_is_not_made_up(graduates):
    maps = next(course for course in printed(graduates, UNTITLED).courses if course.code == "N6")

    assert maps.title == {"zh_Hans": "地图学", "en": "Maps"}


def test_the_words_of_both_universities_are_their_profiles(graduates):
    content = printed(graduates)

    assert [institution.name["en"] for institution in content.institutions] == [
        "Northlake University",
        "Southhill University",
    ]
    assert content.programme["es"] == "Doble título en ciencia de datos"
    assert (content.agreement["en"], content.agreement_version) == ("Double degree in data science", "1")
    assert [degree.award["en"] for degree in content.degrees] == [
        "Master of Science (Data Science)",
        "University Master in Data Science",
    ]


def test_the_day_since_which_the_requirements_are_met_is_that_of_each_institution(graduates):
    graduates.standing(COMING, NEW_YEAR - dt.timedelta(days=9))
    graduates.changed("grades", SOUTH, "S203;S4", "cursando", "9,0")

    north, south = graduates.standing(COMING, NEW_YEAR).state.content.degrees

    assert north.requirements_met == RequirementsMet(on=dt.date(2027, 1, 1))
    assert south.requirements_met == RequirementsMet(on=dt.date(2026, 12, 31))


def test_requirements_that_no_audit_saw_unmet_may_have_been_met_earlier(graduates):
    north, south = printed(graduates).degrees

    assert north.requirements_met == RequirementsMet(on=dt.date(2026, 11, 23), or_earlier=True)
    assert (north.met, south.met) == (True, True)


def test_there_is_no_day_while_a_requirement_is_not_met(graduates):
    north, south = printed(graduates, SHORT).degrees

    assert (north.met, north.requirements_met) == (False, None)
    assert (south.met, south.requirements_met) == (False, None)
