"""The picture of where each credit went: what it says of a graduate, of one who is short, and in every language."""

import re

import pytest

from dualdegree.audit.dossiers import dossier
from dualdegree.audit.progress.picture.tracing import trace
from dualdegree.audit.service import Include, audit_of
from dualdegree.core.audit.explain.explanation import explain
from tests.graduates import COMING, ONE_SIDED, READY, SHORT
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH

NAMES = {NORTH: {"en": "North"}, SOUTH: {"en": "South"}}


def traced(graduates, number=READY, include=Include.OFFICIAL):
    audit = audit_of(graduates.session, dossier(graduates.session, graduates.student(number)), include, NOW)
    case = audit.question.case
    return audit.answer, trace(case, audit.answer, explain(case, audit.answer), NAMES)


def test_every_claim_of_both_degrees_is_a_ribbon_as_wide_as_its_ects(graduates):
    answer, trace = traced(graduates)

    own = {(ribbon.course, ribbon.spot) for ribbon in trace.both.ribbons}
    for degree, said in answer.degrees.items():
        natives = {course.key for course in trace.both.courses} & said.claims.keys()
        assert {(item, f"{degree}/{said.claims[item]}") for item in natives} <= own
    assert all(ribbon.ects > 0 for ribbon in trace.both.ribbons)


def test_a_recognised_course_leads_from_its_own_side_to_the_other_degree(graduates):
    answer, trace = traced(graduates)

    side = {course.key: course.side for course in trace.both.courses}
    spot = {spot_placed.key: spot_placed.side for spot_placed in trace.both.spots}
    across = [ribbon for ribbon in trace.both.ribbons if side[ribbon.course] != spot[ribbon.spot]]
    assert {ribbon.course.split("/")[1] for ribbon in across} == {"N1", "S3"}
    assert {ribbon.spot.split("/")[0] for ribbon in across} == set(answer.degrees)


def test_what_counts_in_both_degrees_is_drawn_and_said_as_shared(graduates):
    answer, trace = traced(graduates)

    shared = {ribbon.course for ribbon in trace.both.ribbons if ribbon.tone == "shared"}
    noted = {row.name.params["code"] for rows in trace.rows for row in rows if row.note}
    assert bool(shared) is bool(answer.shared.works or answer.shared.exempt)
    assert {course.split("/")[1] for course in shared} == noted


def test_a_course_that_serves_nothing_stands_apart_with_its_reason(graduates):
    _, trace = traced(graduates, SHORT)

    led = {ribbon.course for ribbon in trace.both.ribbons}
    idle = [course for course in trace.both.courses if course.key not in led]
    assert [str(course.note) for course in idle] == ["Failed."]


def test_the_table_has_every_course_once(graduates):
    _, trace = traced(graduates)

    assert sum(map(len, trace.rows)) == len(trace.both.courses)


def test_who_studies_at_one_university_has_one_side(graduates):
    _, trace = traced(graduates, ONE_SIDED)

    assert len(trace.both.heads) == len(trace.each) == 1


@pytest.mark.parametrize("language", ["en", "zh_Hans", "es"])
def test_the_picture_opens_in_every_language(offices, language):
    reader = offices.reader("advisor")
    reader.set_cookie("language", language)

    for student in map(offices.student, (READY, SHORT, COMING, ONE_SIDED)):
        for kind in Include:
            assert reader.get(f"/students/{student}/picture?include={kind}").status_code == 200


def test_the_picture_says_which_audit_it_shows_and_is_reached_from_the_progress(offices):
    reader, student = offices.reader("advisor"), offices.student(COMING)

    page = reader.get(f"/students/{student}/picture?include=projected")

    assert "Projected: as if all that is in progress were passed" in words(page)
    assert f"/students/{student}/picture" in reader.get(f"/students/{student}/progress").text


def test_the_picture_has_a_title_a_description_and_no_inline_style(offices):
    page = offices.reader("advisor").get(f"/students/{offices.student()}/picture").text

    pictures = re.findall(r"<svg class=\"drawing\".*?</svg>", page, re.DOTALL)
    assert len(pictures) == 3
    assert all("<title id=" in picture and "<desc id=" in picture for picture in pictures)
    assert " style=" not in page
