"""What has changed since a registrar signed, in sentences."""

import datetime as dt

from dualdegree.core.changes import changes
from dualdegree.core.text import Country


def state(*, record=(), milestones=(), holder=None, courses=()):
    printed = {"holder": holder or {"family_name": "Deng"}, "degrees": [], "courses": list(courses)}
    return {"audit": {"record": list(record), "milestones": list(milestones)}, "transcript": {"value": printed}}


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
    assert said(state(), state(milestones=[{"milestone": "defence"}])) == ["The milestone defence is new."]


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


def test_a_recognition_is_called_by_its_courses():
    before, after = state(record=[attempt("a1", "85")]), state(record=[attempt("a1", "85")])
    after["audit"]["recognitions"] = [
        {"id": "request:1", "from": ["a1"], "grants": [{"id": "request:1/1", "title": {"en": "Algebra"}}]}
    ]

    assert said(before, after) == ["The recognition of Matrices as Algebra is new."]


def test_a_milestone_is_called_as_its_rules_call_it():
    before, after = state(), state(milestones=[{"institution": "upv.es", "milestone": "b2"}])
    rules = [{"institution": "upv.es", "words": {"b2": {"en": "Spanish, level B2"}}}]
    before["audit"]["degrees"] = after["audit"]["degrees"] = rules

    assert said(before, after) == ["The milestone Spanish, level B2 is new."]


def test_a_field_that_has_no_word_is_not_called_by_its_key():
    before, after = state(record=[{**attempt("a1", "85"), "ungraded": "false"}]), state(record=[attempt("a1", "85")])

    assert said(before, after) == [
        "Matrices (GA1, 2026/2027 term 1): a detail that this list has no word for has changed."
    ]


def test_a_day_is_kept_as_a_day_for_each_reader_to_say():
    before, after = state(holder={"birth_date": "2001-03-14"}), state(holder={"birth_date": "2001-03-15"})

    (change,) = changes(before, after)

    assert change.params["after"] == dt.date(2001, 3, 15)


def test_a_nationality_is_kept_as_a_country_for_each_reader_to_say():
    before, after = state(holder={"nationality": "ES"}), state(holder={"nationality": "CN"})

    (change,) = changes(before, after)

    assert change.params["after"] == Country("CN")


def test_a_recognition_is_told_by_its_courses_and_by_the_name_of_the_group_and_never_by_a_key():
    rules = [{"id": "south", "institution": "south.example", "words": {"elective": {"en": "Electives"}}}]
    entry = {"id": "request:3", "from": ["a1"], "grants": [{"id": "request:3#1", "tags": ["elective"]}]}
    before, after = state(record=[attempt("a1", "85")]), state(record=[attempt("a1", "85")])
    before["audit"] |= {"degrees": rules}
    after["audit"] |= {"degrees": rules, "recognitions": [entry]}

    assert said(before, after) == ["The recognition of Matrices as Electives is new."]
