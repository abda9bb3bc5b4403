"""What keeps a recognition from being granted: excluded kinds, more than was earned, limits of every group above."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dualdegree.core.audit.case.reading import read_case
from dualdegree.core.audit.facts import Grant, Recognition
from dualdegree.core.audit.granting import earned_ects, granted_ects, objections

CASE = """\
degrees:
  - id: north
    institution: n.example
    ects_per_credit: "2"
    requirements: {id: root, kind: credits, at_least: "10", select: {}}
  - id: south
    institution: s.example
    requirements:
      id: root
      kind: all
      parts:
        - {id: core, kind: credits, at_least: "12", select: {tag: core}}
        - id: optional
          kind: all
          parts:
            - {id: speciality, kind: credits, at_least: "12", select: {tag: special}}
            - {id: openly, kind: credits, at_least: "6", select: {tag: [special, open]}}
    limits:
      - {id: half, select: {origin: recognised}, at_most_percent: "50", of: "36", clause: art. 5}
      - {id: outside, select: {tag: experience}, at_most: "5.4", clause: art. 10.5}
      - {id: electives, select: {origin: recognised}, at_most: "9", within: optional}
      - {id: two, select: {tag: open, origin: recognised}, at_most: "1", unit: courses}
record:
  - {id: a1, institution: n.example, course: N1, credits: "3", status: passed, grade: "80", tags: [plain]}
  - {id: a2, institution: n.example, course: N2, credits: "5", status: passed, grade: "80", ects: "12"}
  - {id: a3, institution: n.example, course: N3, credits: "8", status: passed, grade: "80"}
recognitions:
  - {id: r1, degree: south, from: [a1], grants: [{id: g1, credits: "6", tags: [special]}]}
"""


@pytest.fixture(scope="module")
def case():
    return read_case(CASE, "case")


def recognition(*grants, source="a2"):
    granted = tuple(
        Grant(id=f"new{at}", credits=Decimal(size), tags=tuple(tags)) for at, (size, *tags) in enumerate(grants)
    )
    return Recognition(id="new", degree="south", sources=(source,), grants=granted)


def said(case, new, excluded=()):
    return [str(objection) for objection in objections(case, new, excluded)]


def test_what_fits_meets_no_objection(case):
    assert said(case, recognition(("12", "core"))) == []


def test_credits_are_worth_what_was_agreed_else_the_ratio_of_where_they_were_sat(case):
    assert [earned_ects(attempt, case.degrees) for attempt in case.record] == [6, 12, 16]
    assert granted_ects(case.recognitions[0], case.degrees, lambda _course, _credits: None) == 6
    assert granted_ects(case.recognitions[0], case.degrees, lambda _course, _credits: Decimal(10)) == 10


def test_a_course_is_not_granted_for_less_than_the_ects_agreed_for_it(case):
    new = recognition(("12", "core"))

    refused = objections(case, new, (), lambda _course, _credits: Decimal(13))

    assert [str(objection) for objection in refused] == [
        "13 ECTS would be granted for 12 ECTS earned; name more of what was studied, or another course."
    ]


def test_more_than_was_earned_is_not_granted(case):
    assert said(case, recognition(("12.5", "core"))) == [
        "12.5 ECTS would be granted for 12 ECTS earned; grant at most 12 credits.",
        "“half” allows 18 credits and these would make 18.5; grant at most 12 more (art. 5).",
    ]


def test_a_share_of_the_degree_counts_what_is_recognised_already(case):
    assert said(case, recognition(("13", "core"), source="a3")) == [
        "“half” allows 18 credits and these would make 19; grant at most 12 more (art. 5)."
    ]


def test_a_limit_of_a_group_holds_for_whatever_serves_only_leaves_below_it(case):
    # 6 of the speciality are there; these 4.5 could serve either leaf of the group and none beside it.
    assert said(case, recognition(("4.5", "special"))) == [
        "“electives” allows 9 credits and these would make 10.5; grant at most 3 more (electives)."
    ]


def test_what_could_serve_another_group_as_well_does_not_weigh_on_the_limit(case):
    assert said(case, recognition(("4.5", "special", "core"))) == []


def test_a_limit_of_courses_counts_grants(case):
    assert said(case, recognition(("1", "open"), ("1", "open"))) == [
        "“two” allows 1 courses and these would make 2; grant at most 1 more (two)."
    ]


def test_experience_is_held_to_its_own_limit(case):
    assert said(case, recognition(("6", "experience"))) == [
        "“outside” allows 5.4 credits and these would make 6; grant at most 5.4 more (art. 10.5)."
    ]


@pytest.mark.parametrize(("excluded", "new"), [("thesis", ("6", "thesis")), ("plain", ("6", "core"))])
def test_an_excluded_kind_is_never_recognised_on_either_side(case, excluded, new):
    spent = replace(case, recognitions=())

    (objection,) = said(spent, recognition(new, source="a1"), (excluded,))

    assert f"never recognises what is marked “{excluded}”" in objection


def test_a_limit_that_is_broken_already_refuses_only_what_weighs_on_it(case):
    broken = replace(
        case,
        recognitions=(replace(case.recognitions[0], grants=(Grant(id="g1", credits=Decimal(10), tags=("special",)),)),),
    )

    assert said(broken, recognition(("6", "core"))) == []
