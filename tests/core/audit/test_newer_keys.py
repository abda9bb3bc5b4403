"""How are the keys of 2026-11-28 read, and what is refused with its line and key?"""

import json

import pytest

from dualdegree.core.audit import audit
from dualdegree.core.audit.case.answers import as_json, from_json
from dualdegree.core.audit.case.reading import read_case, write_case
from dualdegree.core.source.reading import SourceError

HEAD = """\
degrees:
  - id: d
    institution: es.edu
    requirements:
      id: root
      kind: all
      parts:
        - {id: block, kind: credits, at_least: 6, select: {}}
        - {%s}
record:
  - {id: a1, institution: es.edu, course: A 1, credits: 3, status: passed, grade: 8, term: 2026-1, tags: [x, y]}
  - {id: a2, institution: es.edu, course: B 1, credits: 3, status: passed, ungraded_pass: true}
"""


def refused(node):
    with pytest.raises(SourceError) as caught:
        read_case(HEAD % node, "case.yaml")
    return str(caught.value)


def test_an_item_that_two_selects_of_a_ceiling_take_is_named():
    ceilings = "at_most_from: [{select: {tag: x}, at_most: 3}, {select: {tag: y}, at_most: 3}]"

    assert refused(f"id: t, kind: credits, at_least: 3, overlay: true, select: {{}}, {ceilings}") == (
        "case.yaml:9: degrees[0].requirements.parts[1].at_most_from[1].select: "
        'an earlier select here takes "a1" too; an item belongs to one'
    )


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        ("id: t, kind: courses, at_least: 1, select: {}, distinct: week", 'distinct: "week" is no kind of value'),
        ("id: t, kind: credits, at_least: 1, select: {}, at_most_from: []", "at_most_from: only an overlay adds"),
        ("id: t, kind: credits, at_least_percent: 50, select: {}", "at_least_percent: a share is of what serves"),
        (
            "id: t, kind: credits, at_least_percent: 101, select: {}, overlay: true, within: t",
            "at_least_percent: a share is at most 100 percent",
        ),
        (
            "id: t, kind: credits, at_least: 1, at_least_percent: 50, select: {}",
            "at_least: write at_least or at_least_percent, and not both",
        ),
        ('id: t, kind: courses, at_least: 1, select: {}, distinct: ":"', 'distinct: ":" is no kind of value'),
        ("id: t, kind: average, at_least: 5, select: {}, within: none", "within: no requirement of this degree has"),
        ("id: t, kind: courses, at_least: 1, select: {graded: maybe}", 'graded: "maybe" is neither true nor false'),
        (
            "id: t, kind: courses, at_least: 1, select: {}, overlay: true, distinct: term, at_most_from: []",
            "distinct: different values are counted, or no more than so many are added",
        ),
    ],
)
def test_what_is_no_such_rule_is_refused_by_its_key(node, reason):
    assert reason in refused(node)


def test_a_limit_on_courses_without_a_grade_counts_those_without_a_grade():
    text = (HEAD % "id: t, kind: milestone, milestone: b2").replace(
        "    institution: es.edu\n    req",
        "    institution: es.edu\n    limits: [{id: l, select: {graded: false}, at_most: 1, unit: courses, "
        "per: subject}]\n    req",
    )
    case = read_case(text, "case.yaml")
    answer = audit(case)

    written = as_json(answer, "case.yaml")
    assert written["degrees"]["d"]["limits"] == {"l": {"used": "1", "at_most": "1", "by": {"B": "1"}}}
    assert read_case(write_case(case), "case.json") == case


def test_an_answer_with_values_reads_back():
    text = (HEAD % "id: t, kind: courses, at_least: 2, select: {}, overlay: true, distinct: term").replace(
        "    institution: es.edu\n    req",
        "    institution: es.edu\n    limits: [{id: l, select: {}, at_most: 3, per: subject}]\n    req",
    )
    answer = audit(read_case(text, "case.yaml"))

    assert from_json(json.dumps(as_json(answer, "case.yaml")), "result.json") == answer
