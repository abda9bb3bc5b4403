"""Is an answer told in words that follow from it?"""

import pytest
from hypothesis import given

from dualdegree import writing
from dualdegree.core.audit import audit
from dualdegree.core.audit.case.reading import read_case
from dualdegree.core.audit.explain.explanation import explain
from dualdegree.core.audit.explain.words import selected
from dualdegree.core.audit.rules import Select
from tests.core.audit.small_cases import small_cases

UPV = """
degrees:
  - id: upv
    institution: upv.es
    requirements:
      id: root
      kind: all
      parts:
"""


def explained(requirements, record="", **more):
    rows = "".join(f"  - {{institution: upv.es, {row}}}\n" for row in record.strip().splitlines() if row)
    parts = "".join(f"        - {{{row.strip()}}}\n" for row in requirements.strip().splitlines())
    keys = "".join(f"{key}: {value}\n" for key, value in more.items() if key != "limits")
    limits = f"    limits: {more['limits']}\n" if "limits" in more else ""
    text = f"{UPV}{parts}{limits}record:{' []' if not rows else ''}\n{rows}{keys}"
    case = read_case(text, "case.yaml")
    return explain(case, audit(case))


def requirement(explanation, id_):
    return next(node for node in explanation.degrees[0].requirements if node.id == id_)


def course(explanation, id_):
    return [str(words) for line in explanation.degrees[0].courses if line.item == id_ for words in line.says]


def passed(id_, credits_, tags):
    return f"id: {id_}, course: {id_.upper()}, credits: {credits_}, status: passed, grade: 7, tags: [{tags}]"


def test_more_than_is_asked_for_is_said_as_more():
    explanation = explained("id: electives, kind: credits, at_least: 3, select: {tag: a}", passed("c1", 4, "a"))

    assert str(requirement(explanation, "electives").stands) == "4 credits; 3 are asked for"


def test_what_is_missing_of_a_figure_is_said_with_its_unit():
    explanation = explained(
        "id: electives, kind: courses, at_least: 2, select: {tag: a}, credits_each: 4", passed("c1", 4, "a")
    )

    assert str(requirement(explanation, "electives").stands) == "1 of 2 courses"


def test_a_total_names_the_courses_that_stand_in_no_group():
    explanation = explained(
        """
        id: core, kind: credits, at_least: 4, select: {tag: a}
        id: total, kind: credits, at_least: 6, overlay: true, select: {}
        """,
        f"{passed('c1', 4, 'a')}\n{passed('c2', 2, 'b')}",
    )

    total = requirement(explanation, "total")
    assert [str(words) for words in total.serves] == ["C1: 4 credits", "C2: 2 credits"]
    assert [str(words) for words in total.sum] == ["Counted in totals alone, in no group of its own: C2."]


def test_a_requirement_says_what_it_asks_with_the_rules_beside_its_number():
    explanation = explained(
        """
        id: electives, kind: credits, at_least: 12, select: {tag: elective, min_grade: 6}, title: {en: Electives}
        id: special, kind: courses, at_least: 1, select: {tag: [a, b]}, overlay: true, within: electives
        """,
        passed("c1", 6, "elective, a"),
        limits="[{id: l, select: {level_at_least: 7}, at_most: 6, within: electives}]",
    )

    electives = requirement(explanation, "electives")
    assert str(electives.asks) == "At least 12 credits of: courses (marked elective, with a grade of at least 6)."
    assert [str(rule) for rule in electives.also] == [
        "Of these: “special” – At least 1 course of: courses (marked a or b).",
        "At most 6 credits may serve “Electives” of: courses (at level 7 or above).",
    ]
    assert [str(name) for name in electives.serves] == ["C1: 6 credits"]
    assert str(electives.missing) == "Missing: 6 credits."
    assert [str(rule) for rule in requirement(explanation, "special").also] == [
        "Only what serves “Electives” is looked at."
    ]


@pytest.mark.parametrize(
    ("select", "words"),
    [
        ("{}", "any course"),
        ("{course: [A, B, C]}", "courses (with the code A, B or C)"),
        ("{language: en, origin: native}", "courses (taught in en, sat at this university)"),
        ("{origin: recognised, institution: x}", "courses (sat at x, recognised from elsewhere)"),
        ("{any: [{tag: a}, {tag: b, level_at_least: 7}]}", "courses ((marked a) or (marked b, at level 7 or above))"),
        ("{all: [{tag: a}, {tag: b}]}", "courses (marked a, marked b)"),
        ("{not: {tag: thesis}}", "courses (without courses (marked thesis))"),
        ("{tag: []}", "courses (none whatever)"),
    ],
)
def test_every_selection_is_said_in_words(select, words):
    explanation = explained(f"id: r, kind: credits, at_least: 1, select: {select}")

    assert str(requirement(explanation, "r").asks) == f"At least 1 credit of: {words}."


def test_milestones_averages_and_choices_say_what_is_open():
    explanation = explained(
        """
        id: pick, kind: choose, at_least: 1, parts: [{id: b2, kind: milestone, milestone: b2, at_least: 5}]
        id: mean, kind: average, at_least: 8, select: {}
        id: points, kind: average, of: points, at_least: 3, select: {}
        """,
        passed("c1", 6, "x"),
    )

    assert str(requirement(explanation, "pick").asks) == "At least 1 of these 1 parts."
    assert str(requirement(explanation, "pick").missing) == "Open: b2."
    assert str(requirement(explanation, "b2").asks) == "The milestone “b2” with at least 5."
    assert str(requirement(explanation, "mean").missing) == "The mean is 7."
    assert str(requirement(explanation, "points").missing) == "No course with a figure and credits is there yet."


def test_each_course_says_where_it_counts_or_why_it_serves_nothing():
    explanation = explained(
        """
        id: core, kind: credits, at_least: 6, select: {tag: core}
        id: total, kind: credits, at_least: 6, select: {}, overlay: true
        """,
        "\n".join(
            (
                passed("c1", 6, "core"),
                passed("c2", 6, "core"),
                passed("c3", 6, "other"),
                passed("c4", 3, "capped"),
                passed("c5", 6, "core"),
                "id: c6, course: C6, credits: 6, status: failed",
                "id: c7, course: C1, credits: 6, status: passed, grade: 5",
            )
        ),
        limits="[{id: cap, select: {tag: capped}, at_most: 1}]",
        exceptions="[{kind: exclude, degree: upv, item: c5, by: dean, reason: fraud, on: 2026-09-01}]",
    )

    assert course(explanation, "c1") == ["Counts for “core”.", "Counts towards: total."]
    assert course(explanation, "c2") == [
        "Counted among all credits; what it could serve is met by other courses: core.",
        "Counts towards: total.",
    ]
    assert course(explanation, "c3") == ["Counted, without a requirement of its own.", "Counts towards: total."]
    assert course(explanation, "c4") == ["Not counted, because it would exceed: cap."]
    assert course(explanation, "c5") == [
        "Not counted, because it is excluded (decided by dean on 2026-09-01: fraud).",
    ]
    assert course(explanation, "c6") == ["Failed."]
    assert course(explanation, "c7") == ["Another attempt at this course stands."]


def test_a_requirement_that_is_not_full_is_not_said_to_do_without_a_course():
    explanation = explained(
        "id: electives, kind: credits, at_least: 9, select: {tag: elective}",
        "\n".join((passed("c1", 6, "elective"), passed("c2", 6, "elective"))),
        limits="[{id: one, select: {}, at_most: 1, unit: courses, within: electives}]",
    )

    assert course(explanation, "c2")[0] == (
        "Counted, without a requirement of its own; in electives it would exceed a limit, or leave no less missing in all."
    )


def test_an_alternative_that_is_not_needed_is_said_to_be_so():
    explanation = explained(
        "id: either, kind: choose, at_least: 1, parts: [{id: one, kind: milestone, milestone: m}, "
        "{id: other, kind: credits, at_least: 6, select: {}}]",
        passed("c1", 6, "x"),
    )

    assert requirement(explanation, "one").needless
    assert not requirement(explanation, "other").needless
    unmet = explained("id: one, kind: milestone, milestone: m")
    assert not requirement(unmet, "one").needless


def test_a_conflict_of_two_degrees_says_whose_each_rule_is():
    case = read_case(
        """
        agreement: {shared_credits: {at_most: 0}}
        degrees:
          - {id: one, institution: a.es, title: {en: Master One},
             requirements: {id: a, kind: credits, at_least: 6, select: {}}}
          - {id: other, institution: b.es, title: {en: Master Two},
             requirements: {id: b, kind: credits, at_least: 6, select: {}}}
        record: [{id: c1, institution: a.es, course: C1, credits: 6, status: passed}]
        recognitions: [{id: r1, degree: other, from: [c1], grants: [{id: g1, credits: 6}]}]
        """,
        "case.yaml",
    )

    assert [str(member) for member in explain(case, audit(case)).members] == [
        "“a” (Master One): At least 6 credits of: any course.",
        "“b” (Master Two): At least 6 credits of: any course.",
        "Both degrees may share at most 0 ECTS.",
    ]


def test_too_few_courses_for_two_requirements_are_counted_out():
    explanation = explained(
        """
        id: left, kind: courses, at_least: 2, select: {tag: x}
        id: right, kind: courses, at_least: 2, select: {tag: x}
        """,
        "\n".join(passed(name, 3, "x") for name in ("c1", "c2", "c3")),
    )

    assert [str(sentence) for sentence in explanation.conflict] == [
        "left, right: 4 courses needed together, and all that could serve any of them come to 3 courses: C1, C2, C3.",
        "These cannot all hold with this record, though they could if any one of them were dropped:",
    ]
    assert [str(member) for member in explanation.members] == [
        "“left”: At least 2 courses of: courses (marked x).",
        "“right”: At least 2 courses of: courses (marked x).",
    ]


def test_a_requirement_that_fails_by_itself_is_the_conflict():
    explanation = explained("id: core, kind: credits, at_least: 6, select: {tag: core}", passed("c1", 3, "core"))

    assert [str(sentence) for sentence in explanation.conflict] == [
        "core: 6 credits needed, and all that could serve come to 3 credits: C1.",
        "“core” cannot be met with this record even by itself.",
        "Missing: 3 credits.",
    ]


def test_what_moved_says_from_where_to_where_and_because_of_what():
    explanation = explained(
        """
        id: core, kind: credits, at_least: 6, select: {tag: core}
        id: free_choice, kind: credits, at_least: 6, select: {}
        """,
        "\n".join((passed("c1", 6, "core"), passed("c2", 6, "other"))),
        previous="{upv: {c1: free_choice, c2: core}}",
    )

    assert [(str(move.says), str(move.because)) for move in explanation.moved] == [
        ("From “free_choice” to “core”.", "Left where it was, the degrees would lack more."),
        ("From “core” to “free_choice”.", "“core” does not take it any more."),
    ]


@given(small_cases())
def test_every_answer_can_be_told(case):
    answer = audit(case)
    explanation = explain(case, answer)

    assert bool(explanation.conflict) == (answer.blocking is not None)
    for degree in explanation.degrees:
        assert all(str(line.asks) and (line.met or str(line.missing)) for line in degree.requirements)
        assert all(str(words) for line in degree.courses for words in line.says)
    assert len(explanation.moved) == len(answer.moved)
    assert all(str(move.because) for move in explanation.moved)


@pytest.mark.parametrize(
    ("requirements", "verdict"),
    [
        ("id: total, kind: credits, at_least: 12, select: {}", "Not met: 0 of 12 ECTS counted; open: total."),
        ("id: english, kind: milestone, milestone: b2", "Not met: open: english."),
        (
            """
            id: total, kind: credits, at_least: 12, select: {}
            id: english, kind: milestone, milestone: b2
            id: defence, kind: milestone, milestone: defended
            id: mean, kind: average, at_least: 7, of: grade, select: {}
            """,
            "Not met: 0 of 12 ECTS counted; open: total, english, defence, mean.",
        ),
        (
            (
                "id: either, kind: choose, at_least: 1, parts: [{id: b2, kind: milestone, milestone: b2}, "
                "{id: courses, kind: credits, at_least: 6, select: {}}]"
            ),
            "Not met: open: either.",
        ),
    ],
)
def test_a_verdict_never_calls_an_open_milestone_or_average_credits(requirements, verdict):
    assert str(explained(requirements).degrees[0].verdict) == verdict


def test_a_selection_keeps_terms_languages_and_institutions_for_each_reader_to_say():
    select = Select(language=("en",), institution=("upv.es",), term_from="2024-1")

    said = selected(select, {})

    assert writing.said(said, "es", str, name_of={"upv.es": {"es": "Universitat Politècnica de València"}}.get) == (
        "courses (taught in inglés, sat at Universitat Politècnica de València, from 2024/2025 term 1 on)"
    )
