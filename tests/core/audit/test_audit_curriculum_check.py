"""What is found in a curriculum before any student meets it."""

import pytest

from dualdegree.core.curricula.curriculum import read_curriculum
from dualdegree.core.curricula.findings import check_curriculum

HEAD = """\
curriculum: upv-ai
institution: upv.es
programme: ai
version: "2026"
title: {en: Artificial intelligence}
admission: {from: 2026-1}
courses:
  - {code: A1, title: {en: One}, credits: 6, tags: [core], level: 7}
  - {code: A2, title: {en: Two}, credits: 6, tags: [core]}
  - {code: B1, title: {en: Three}, credits: 3, tags: [elective], language: en}
  - {code: B2, title: {en: Four}, credits: 3, tags: [elective, lab], repeatable: true}
degree:
  id: upv
  institution: upv.es
  limits: [%s]
  requirements:
    id: root
    kind: all
    parts:
"""


def findings(*requirements, limits=""):
    rows = "".join(f"      - {{{row}}}\n" for row in requirements)
    curriculum = read_curriculum(HEAD % limits + rows, "file.yaml")
    return [
        f"{finding.line} {finding.rule} {finding.severity}: {finding.says}" for finding in check_curriculum(curriculum)
    ]


def test_a_sound_curriculum_has_no_findings():
    assert (
        findings(
            "id: core, kind: credits, at_least: 12, select: {tag: core}",
            "id: electives, kind: courses, at_least: 3, select: {tag: elective}",
            "id: total, kind: credits, at_least: 21, select: {}, overlay: true",
            "id: mean, kind: average, at_least: 7, select: {tag: core}",
            "id: defence, kind: milestone, milestone: defence",
            limits="{id: labs, select: {tag: lab}, at_most: 6}",
        )
        == []
    )


@pytest.mark.parametrize(
    ("requirement", "finding"),
    [
        (
            "id: core, kind: credits, at_least: 18, select: {tag: core}",
            "20 core refused: it asks for 18 credits, and all listed courses that can serve it come to 12 credits",
        ),
        (
            "id: core, kind: courses, at_least: 3, select: {tag: core}",
            "20 core refused: it asks for 3 courses, and all listed courses that can serve it come to 2 courses",
        ),
        (
            "id: high, kind: courses, at_least: 2, select: {level_at_least: 7}",
            "20 high refused: it asks for 2 courses, and all listed courses that can serve it come to 1 course",
        ),
        (
            "id: both, kind: courses, at_least: 1, select: {tag: core, language: en}",
            "20 both refused: it asks for 1 course, and all listed courses that can serve it come to 0 courses",
        ),
        (
            "id: mean, kind: average, at_least: 7, select: {tag: core, language: en}",
            "20 mean refused: no listed course counts for this average",
        ),
        (
            "id: one, kind: choose, at_least: 1, parts: [{id: x, kind: credits, at_least: 99, select: {tag: core}}]",
            "20 one refused: only 0 of its parts can be met, and it asks for 1",
        ),
        ("id: none, kind: all, parts: []", "20 none warning: it has no parts and asks for nothing"),
        ("id: none, kind: courses, at_least: 0, select: {}", "20 none warning: it asks for nothing: at_least is 0"),
        ("id: c, kind: credits, at_least: 3, select: {tag: [core, x]}", '20 c warning: no listed course has the tag "x"'),
        ("id: c, kind: credits, at_least: 3, select: {course: [A*, C1]}", '20 c warning: no listed course has the code "C1"'),
        ("id: c, kind: credits, at_least: 3, select: {not: {course: Z*}}", '20 c warning: no listed course has the code "Z*"'),
    ],
    ids=lambda value: value[:40],
)  # fmt: skip
def test_a_requirement_that_the_courses_do_not_bear_is_found(requirement, finding):
    assert finding in findings(requirement)


def test_a_way_that_is_closed_is_a_warning_while_another_is_open():
    lines = findings(
        "id: one, kind: choose, at_least: 1, parts: [{id: x, kind: credits, at_least: 99, select: {tag: core}}, "
        "{id: y, kind: credits, at_least: 6, select: {tag: core, level_at_least: 7}}]"
    )

    assert [line.split(":")[0] for line in lines] == ["20 x warning"]


def test_what_can_be_recognised_or_repeated_is_not_called_missing():
    assert findings("id: c, kind: credits, at_least: 12, select: {origin: recognised, tag: core}") == []
    assert findings("id: c, kind: courses, at_least: 50, select: {tag: lab}") == []
    assert findings("id: c, kind: credits, at_least: 12, select: {tag: core, min_grade: 9, institution: x}") == []


def test_two_requirements_for_the_same_courses_are_found():
    lines = findings(
        "id: a, kind: credits, at_least: 6, select: {tag: [core, elective]}",
        "id: b, kind: credits, at_least: 6, select: {tag: [elective, core]}",
    )

    assert lines == ["21 b warning: it selects the same courses as “a” on line 20; a course serves only one"]


def test_alternatives_of_which_one_is_needed_do_not_compete_for_courses():
    parts = (
        "{id: a, kind: credits, at_least: 6, select: {tag: core}}, {id: b, kind: courses, at_least: 1, "
        "select: {tag: core}}"
    )

    assert findings(f"id: c, kind: choose, at_least: 1, parts: [{parts}]") == []
    assert findings(f"id: c, kind: choose, at_least: 2, parts: [{parts}]") == [
        "20 b warning: it selects the same courses as “a” on line 20; a course serves only one"
    ]


def test_a_limit_that_never_binds_or_always_breaks_is_found():
    core = "id: core, kind: credits, at_least: 12, select: {tag: core}"
    courses = "id: core, kind: courses, at_least: 2, select: {tag: core}"

    assert findings(core, limits="{id: l, select: {tag: core}, at_most: 12}") == [
        "15 l warning: no listed course makes it bind: all that it selects come to 12 of 12",
    ]
    broken = "20 core refused: it asks for 12 credits, and the limit “l” always leaves at most 6 credits"
    assert findings(core, limits="{id: l, select: {tag: core}, at_most: 6}") == [broken]
    assert findings(core, limits="{id: l, select: {}, at_most: 6, within: core}") == [broken]
    assert findings(core, limits="{id: l, select: {}, at_most: 1, unit: courses, within: root}") == [broken]
    assert findings(courses, limits="{id: l, select: {tag: core}, at_most: 11}") == [
        "20 core refused: it asks for 2 courses, and the limit “l” always leaves at most 1 course",
    ]
    assert findings(core, limits="{id: l, select: {origin: recognised}, at_most: 6}") == []
    labs = "id: labs, kind: courses, at_least: 3, select: {tag: lab}"
    assert findings(labs, limits="{id: l, select: {}, at_most: 8}") == [
        "20 labs refused: it asks for 3 courses, and the limit “l” always leaves at most 2 courses",
    ]


def test_a_total_below_its_parts_is_found():
    assert findings(
        "id: core, kind: credits, at_least: 12, select: {tag: core}",
        "id: more, kind: courses, at_least: 2, select: {tag: elective}",
        "id: total, kind: credits, at_least: 15, select: {}, overlay: true",
    ) == ["22 total warning: the total of 15 credits is below its parts, which ask for 18 credits"]


def test_a_total_of_some_courses_is_compared_with_the_parts_that_it_counts_in_any_case():
    core = "id: core, kind: credits, at_least: 12, select: {tag: core}"
    more = "id: more, kind: courses, at_least: 2, select: {tag: elective}"

    assert findings(core, more, "id: total, kind: credits, at_least: 9, select: {tag: core}, overlay: true") == [
        "22 total warning: the total of 9 credits is below its parts, which ask for 12 credits",
    ]
    assert (
        findings(core, more, "id: hard, kind: credits, at_least: 6, select: {level_at_least: 7}, overlay: true") == []
    )


def test_requirements_that_the_courses_bear_one_by_one_but_not_together_are_refused():
    assert findings(
        "id: core, kind: credits, at_least: 12, select: {tag: core}",
        "id: other, kind: courses, at_least: 1, select: {course: [A1, A2]}",
    ) == ["20 core refused: all listed courses together are not enough for it beside: other"]


def test_a_limit_that_whole_courses_cannot_keep_is_refused_with_the_requirement():
    # Either course of 6 may be counted, but not both.
    assert findings(
        "id: core, kind: credits, at_least: 9, select: {tag: core}",
        limits="{id: most, select: {tag: core}, at_most: 11}",
    ) == ["20 core refused: all listed courses together are not enough for it beside: most"]


def test_what_a_repeated_course_may_serve_is_not_called_too_little_together():
    assert findings(
        "id: a, kind: credits, at_least: 6, select: {tag: [lab, none]}",
        "id: b, kind: credits, at_least: 6, select: {tag: lab}",
    ) == ['20 a warning: no listed course has the tag "none"']


def course_findings(*courses):
    rows = "".join(f"  - {{title: {{en: X}}, credits: 3, {course}}}\n" for course in courses)
    text = HEAD.replace("degree:\n", rows + "degree:\n") % "" + "      - {id: m, kind: milestone, milestone: defence}\n"
    return [f"{finding.rule}: {finding.says}" for finding in check_curriculum(read_curriculum(text, "file.yaml"))]


def test_a_course_may_require_what_is_listed():
    assert (
        course_findings("code: C1, requires: [[A1, A2]], together: [B1], after_ects: 60, spans: 2, remote: true") == []
    )


def test_a_required_course_that_is_not_listed_is_remarked():
    assert course_findings("code: C1, requires: [GA9]") == [
        'C1: it requires "GA9", which this curriculum does not list'
    ]


def test_courses_that_require_each_other_are_remarked():
    circle = "it requires itself by way of other courses: nobody can take it"

    assert course_findings("code: C1, requires: [C2]", "code: C2, requires: [[C1]]") == [
        f"C1: {circle}",
        f"C2: {circle}",
    ]


def test_courses_that_are_taken_together_go_in_no_circle():
    assert course_findings("code: C1, together: [C2]", "code: C2, together: [C1]") == []
