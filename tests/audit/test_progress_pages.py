"""The page that shows a student's progress towards both degrees, and the same answer as JSON."""

import pytest

from tests.graduates import COMING, ONE_SIDED, READY, SHORT
from tests.graduates.browsing import words

KINDS = ("official", "projected", "planned")


@pytest.mark.parametrize("language", ["en", "zh_Hans", "es"])
def test_every_student_s_progress_can_be_read_in_every_language(offices, language):
    reader = offices.reader("north")
    reader.set_cookie("language", language)

    for student in map(offices.student, (READY, SHORT, COMING, ONE_SIDED)):
        assert [reader.get(f"/students/{student}/progress?include={kind}").status_code for kind in KINDS] == [200] * 3


def test_a_short_student_is_told_what_is_missing_and_why(offices):
    page = words(offices.reader("south").get(f"/students/{offices.student(SHORT)}/progress"))

    assert "6 of 12" in page
    assert "Optional" in page
    assert "University Master in Data Science" in page


def test_the_projected_audit_says_that_it_is_one(offices):
    reader, student = offices.reader("advisor"), offices.student(COMING)

    official = words(reader.get(f"/students/{student}/progress"))
    projected = words(reader.get(f"/students/{student}/progress?include=projected"))

    assert "6 of 12" in official
    assert "12 of 12" in projected
    assert "Projected: as if all that is in progress were passed" in projected


def test_an_audit_of_a_kind_that_there_is_not_is_refused_in_words(offices):
    answer = offices.reader("north").get(f"/students/{offices.student()}/progress?include=wishful")

    assert answer.status_code == 400
    assert "An audit is official, projected or planned" in words(answer)


@pytest.mark.parametrize(
    ("who", "status"),
    [("mei", 200), ("advisor", 200), ("north", 200), ("south", 200), ("ines", 404), ("elsewhere", 404)],
)
def test_progress_is_for_the_student_the_advisor_and_both_registrars(offices, who, status):
    reader, student = offices.reader(who), offices.student()

    assert reader.get(f"/students/{student}/progress").status_code == status
    assert reader.get(f"/students/{student}/progress.json").status_code == status


def test_the_answer_as_json_is_written_as_the_specification_says(offices):
    reader, student = offices.reader("mei"), offices.student()

    answer = reader.get(f"/students/{student}/progress.json").get_json()

    assert answer["include"] == "official"
    assert answer["joint_shortfall_ects"] == "0"
    assert {degree: verdict["met"] for degree, verdict in answer["degrees"].items()} == {"north": True, "south": True}
    assert answer["degrees"]["south"]["claims"]["algebra/1"] == "basic"
    assert answer["shared"]["ects"] == "12"
