"""What has changed since a registrar signed, in sentences."""

import pytest

from dualdegree.core.changes import changes

RULES = [{"id": "south", "words": {"defence": {"en": "Defence"}, "elective": {"en": "Electives"}}}]


def state(*, record=(), milestones=(), recognitions=(), holder=None, courses=()):
    printed = {"holder": holder or {"family_name": "Deng"}, "degrees": [], "courses": list(courses)}
    judged = {"record": list(record), "milestones": list(milestones), "recognitions": list(recognitions)}
    return {"audit": {**judged, "degrees": RULES}, "transcript": {"value": printed}}


def attempt(identifier, grade):
    return {"id": identifier, "course": "GA1", "term": "2026-1", "title": "Matrices", "grade": grade}


def said(before, after):
    return [str(change) for change in changes(before, after)]


def test_equal_states_have_no_changes():
    assert said(state(record=[attempt("a1", "85")]), state(record=[attempt("a1", "85")])) == []


def test_a_changed_grade_is_told_once_by_its_course():
    before = state(record=[attempt("a1", "85")], courses=[{"code": "GA1", "grade": "85"}])
    after = state(record=[attempt("a1", "88")], courses=[{"code": "GA1", "grade": "88"}])

    assert said(before, after) == ["Matrices (GA1, 2026/2027 term 1): grade was 85 and is now 88."]


def test_a_new_attempt_and_one_that_is_gone_are_told():
    before, after = state(record=[attempt("a1", "85")]), state(record=[attempt("a2", "60")])

    assert said(before, after) == [
        "Matrices (GA1, 2026/2027 term 1) is no longer there.",
        "Matrices (GA1, 2026/2027 term 1) is new.",
    ]


def test_a_milestone_that_was_reached_is_told():
    assert said(state(), state(milestones=[{"milestone": "defence"}])) == ["The milestone “Defence” is new."]


def test_a_result_is_told_by_the_word_for_it():
    before, after = ({**attempt("a1", "85"), "status": status} for status in ("in_progress", "passed"))

    assert said(state(record=[before]), state(record=[after])) == [
        "Matrices (GA1, 2026/2027 term 1): status was in progress and is now passed."
    ]


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ({"from": ["a1"], "grants": [{"tags": ["elective"]}]}, "of Matrices as Electives"),
        ({"from": ["a1"], "grants": [{"course": "39110"}]}, "of Matrices as 39110"),
        ({"from": [], "grants": [{"tags": ["elective"]}]}, "as Electives"),
    ],
)
def test_a_recognition_is_told_by_its_courses_and_never_by_a_key_of_the_system(entry, name):
    record = [attempt("a1", "85")]

    new = said(state(record=record), state(record=record, recognitions=[{"id": "request:3", **entry}]))

    assert new == [f"The recognition {name} is new."]


def test_a_corrected_name_is_told():
    before, after = state(holder={"han_name": "邓志强"}), state(holder={"han_name": "邓志钢"})

    assert said(before, after) == ["The holder: Chinese name was 邓志强 and is now 邓志钢."]


def test_a_change_of_print_alone_is_told_as_such():
    before, after = state(courses=[{"title": "A"}]), state(courses=[{"title": "B"}])

    assert said(before, after) == ["What the transcript prints of a course has changed."]


def test_whatever_else_differs_is_never_passed_over():
    before, after = state(), state()
    after["audit"]["title"] = "other"

    assert said(before, after) == ["What the audits read has changed."]
