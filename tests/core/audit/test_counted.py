"""How much of a degree is counted, of how much that is required, and does no credit stand twice in the figure?"""

from dataclasses import replace
from decimal import Decimal
from textwrap import dedent

import pytest
from hypothesis import given

from dualdegree.core.audit import audit
from dualdegree.core.audit.case.reading import read_case
from dualdegree.core.audit.explain.counted import counted
from dualdegree.core.audit.facts import Status
from dualdegree.core.audit.rules import All, Courses, Credits, nodes
from tests.core.audit.small_cases import small_cases
from tests.demo.cases import case_of, students

PASSED = "{{id: {0}, institution: upv.es, course: {0}, credits: {1}, status: {3}, grade: 7, tags: [{2}]}}"
TOTALS = """
- {id: core, kind: credits, at_least: 30, select: {tag: core}, title: {en: Core}}
- {id: electives, kind: credits, at_least: 60, select: {tag: elective}, title: {en: Electives}}
- {id: here, kind: credits, at_least: 30, select: {origin: native}, overlay: true, title: {en: Studied here}}
- {id: total, kind: credits, at_least: 120, select: {}, overlay: true, title: {en: All credits}}
- {id: english, kind: milestone, milestone: b2, title: {en: English}}
"""


def figure(parts, *record, exceptions="[]", ratio=1):
    """The figure of one degree with these parts, what is in progress beside it."""
    rows = "".join(f"  - {row}\n" for row in record) or "  []\n"
    indented = "".join(f"        {line}\n" for line in dedent(parts).strip().splitlines())
    head = f"degrees:\n  - id: upv\n    institution: upv.es\n    ects_per_credit: {ratio}\n"
    text = f"{head}    requirements:\n      id: root\n      kind: all\n      parts:\n{indented}record:\n{rows}"
    case = read_case(f"{text}exceptions: {exceptions}\n", "case.yaml")
    return counted(case, case.degrees[0], audit(case), audit(with_progress(case)))


def with_progress(case):
    return replace(case, include=(Status.PASSED, Status.IN_PROGRESS))


def course(id_, size, tag, status="passed"):
    return PASSED.format(id_, size, tag, status)


def test_what_a_total_asks_again_is_counted_once():
    shown = figure(TOTALS, course("c1", 18, "core"), course("e1", 15, "elective"))

    assert (shown.counted, shown.required) == (33, 120)
    assert str(shown.words) == "33 of 120 ECTS counted; open: Core, Electives, English"


def test_what_is_in_progress_stands_beside_it():
    shown = figure(TOTALS, course("c1", 33, "core"), course("e1", "25.5", "elective", "in_progress"))

    assert (shown.counted, shown.coming) == (33, Decimal("25.5"))
    assert str(shown.figure) == "33 of 120 ECTS counted, 25.5 more in progress"


def test_rules_without_a_total_are_summed_over_what_cannot_share_a_course():
    shown = figure(
        """
        - {id: core, kind: credits, at_least: 12, select: {tag: core}}
        - {id: seminars, kind: courses, at_least: 2, credits_each: 3, select: {tag: seminar}}
        - {id: hard, kind: credits, at_least: 6, select: {tag: core, level_at_least: 7}, overlay: true, within: core}
        """,
        course("c1", 18, "core"),
        course("s1", 4, "seminar"),
    )

    assert (shown.counted, shown.required) == (15, 18)
    assert str(shown.words) == "15 of 18 ECTS counted; open: seminars, hard"


def test_a_total_over_a_part_stands_beside_what_it_refuses():
    shown = figure(
        """
        - {id: core, kind: credits, at_least: 12, select: {tag: core}}
        - {id: courses, kind: credits, at_least: 24, select: {not: {tag: [practice, thesis]}}, overlay: true}
        - {id: practice, kind: credits, at_least: 6, select: {tag: practice}}
        """,
        course("c1", 9, "core"),
        course("p1", 6, "practice"),
        ratio="1.5",
    )

    assert (shown.counted, shown.required) == (15, 30)
    assert str(shown.figure) == "15 of 30 credits counted"


def test_of_alternatives_the_nearest_is_required():
    shown = figure(
        """
        - {id: either, kind: choose, at_least: 1, title: {en: Placement or project}, parts: [
            {id: placement, kind: credits, at_least: 30, select: {tag: practice}},
            {id: project, kind: credits, at_least: 12, select: {tag: project}}]}
        """,
        course("p1", 6, "project"),
    )

    assert str(shown.words) == "6 of 12 ECTS counted; open: Placement or project"


def test_nothing_more_is_required_of_what_was_waived():
    waived = "[{kind: waive, degree: upv, requirement: both, by: B, reason: R, on: '2026-01-01'}]"
    parts = """
    - {id: core, kind: credits, at_least: 12, select: {tag: core}}
    - {id: both, kind: all, parts: [
        {id: a, kind: credits, at_least: 6, select: {tag: a}}, {id: b, kind: milestone, milestone: m}]}
    """

    assert str(figure(parts, course("c1", 6, "core"), exceptions=waived).words) == "6 of 12 ECTS counted; open: core"


def test_a_reduced_total_is_what_it_was_reduced_to():
    reduced = "[{kind: reduce, degree: upv, requirement: total, at_least: 100, by: B, reason: R, on: '2026-01-01'}]"

    assert figure(TOTALS, course("c1", 30, "core"), exceptions=reduced).required == 100


@given(small_cases())
def test_no_more_is_counted_than_is_required_and_no_more_than_the_degree_counts(case):
    answer, projected = audit(case), audit(with_progress(case))

    for degree in case.degrees:
        shown = counted(case, degree, answer, projected)
        assert 0 <= shown.counted <= shown.counted + shown.coming <= shown.required
        assert shown.counted == shown.required or not answer.degrees[degree.id].met
        assert shown.open or shown.required > shown.counted or answer.degrees[degree.id].met


@pytest.mark.parametrize("number", sorted(students()))
def test_of_every_student_of_the_demonstration_the_figure_adds_up(number):
    case = case_of(number)
    answer, projected = audit(case), audit(with_progress(case))

    for degree in case.degrees:
        shown, outcomes = counted(case, degree, answer, projected), answer.degrees[degree.id].requirements
        whole = next(node for node in nodes(degree.requirements) if node.id == "total")
        assert isinstance(whole, Credits)
        assert isinstance(degree.requirements, All)
        assert shown.required == whole.at_least
        assert shown.counted == min(outcomes["total"].got or 0, whole.at_least)
        assert shown.counted == shown.required or not shown.met
        groups = [node for node in nodes(degree.requirements) if isinstance(node, Credits | Courses)]
        assert sum(outcomes[group.id].got or 0 for group in groups if not group.overlay) <= (outcomes["total"].got or 0)
