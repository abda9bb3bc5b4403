"""Is the plan the cheapest that finishes both degrees, and does it say when there is none?"""

import json
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualdegree.core.audit import audit
from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.audit.plan import plan
from dualdegree.core.audit.plan_case import plan_as_json, read_plan_case
from dualdegree.core.audit.source import SourceError

CASE = """
agreement: {shared_credits: {at_most: %(shared)s}}
degrees:
  - id: buaa
    institution: buaa.edu.cn
    ects_per_credit: 1.5
    requirements:
      id: root
      kind: all
      parts: [{id: core, kind: credits, at_least: 4, select: {tag: core}}, {id: b2, kind: milestone, milestone: b2}]
  - id: upv
    institution: upv.es
    requirements: {id: root, kind: all, parts: [{id: electives, kind: credits, at_least: 6, select: {tag: elective}}]}
record:
  - {id: a1, institution: buaa.edu.cn, course: GA1, credits: 2, status: passed, grade: 85, tags: [core]}
  - {id: a2, institution: buaa.edu.cn, course: GA2, credits: 2, status: planned, tags: [core]}
offers:
  - {id: o1, institution: buaa.edu.cn, course: GA3, credits: 2, tags: [core], terms: ["2027-2", "2027-1"],
     recognised_as: [{degree: upv, course: "33501", credits: 3, tags: [elective]}]}
  - {id: o2, institution: upv.es, course: "33502", credits: 3, tags: [elective], terms: ["2027-1"]}
  - {id: o3, institution: upv.es, course: "33503", credits: 6, tags: [elective], terms: ["2027-1"]}
  - {id: o4, institution: buaa.edu.cn, course: GA1, credits: 1, tags: [core], terms: ["2027-1"]}
%(more)s
"""


def planned(shared=30, more=""):
    return plan(read_plan_case(CASE % {"shared": shared, "more": more}, "case.yaml"))


def test_a_course_that_serves_both_degrees_is_cheapest():
    found = planned()

    assert found.offers == {"2027-1": ("o1", "o2")}
    assert found.added_ects == 6
    assert all(degree.met for degree in found.answer.degrees.values())


def test_a_milestone_still_to_come_is_listed():
    assert planned().milestones == {"buaa": ("b2",)}
    assert planned(more="milestones: [{milestone: b2}]").milestones == {}


def test_what_may_not_be_shared_is_not_planned_to_be():
    found = planned(shared=0)

    assert found.offers == {"2027-1": ("o1", "o3")}
    assert found.added_ects == 9


def test_a_term_holds_only_so_much():
    assert planned(more="term_limit_ects: 3").offers == {"2027-1": ("o2",), "2027-2": ("o1",)}


def test_the_attempts_planned_in_the_record_count_only_where_the_case_includes_them():
    found = planned(more="include: [passed, planned]")

    assert found.offers == {"2027-1": ("o3",)}
    assert found.added_ects == 6


def test_without_any_plan_it_says_why():
    blocked = plan(
        read_plan_case((CASE % {"shared": 0, "more": ""}).replace("at_least: 6", "at_least: 60"), "case.yaml")
    )
    result = plan_as_json(blocked, "case.yaml")
    assert (result["offers"], result["added_ects"]) == (None, None)
    assert result["blocking"] == {"upv": ["electives"]}


def test_too_narrow_terms_are_the_reason_where_all_courses_would_do():
    result = plan_as_json(planned(more="term_limit_ects: 2"), "case.yaml")

    assert result["offers"] is None
    assert result["blocking"] == {"term_limit_ects": True}


def test_a_finished_student_needs_nothing():
    done = CASE.replace("at_least: 4", "at_least: 2").replace("at_least: 6", "at_least: 0")
    found = plan(read_plan_case(done % {"shared": 30, "more": ""}, "case.yaml"))

    assert (found.offers, found.added_ects) == ({}, 0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["2027-1"]}\n  - {id: o3', "[]}\n  - {id: o3", "case.yaml:20: offers[1].terms: name at least one term"),
        ("id: o2", "id: a1", 'case.yaml:20: offers[1].id: "a1" is already used; choose another'),
        ('"33502"', '"33503"', "case.yaml:21: offers[2].course: this course is offered twice"),
        ("degree: upv", "degree: buaa", "case.yaml:19: offers[0].recognised_as[0].degree: the course is sat where"),
        ("degree: upv", "degree: uab", 'case.yaml:19: offers[0].recognised_as[0].degree: "uab" is not known here'),
        ("offers:", "offer:", "case.yaml:17: offer: this key is not known here"),
    ],
)
def test_an_offer_that_is_not_sound_is_refused(old, new, said):
    with pytest.raises(SourceError) as caught:
        read_plan_case((CASE % {"shared": 30, "more": ""}).replace(old, new, 1), "case.yaml")
    assert str(caught.value).startswith(said)


SIZES = st.sampled_from(["2", "3", "4.5"])


@settings(max_examples=12)
@given(
    st.lists(st.tuples(SIZES, st.booleans(), st.sampled_from(["", "2", "4.5"])), min_size=1, max_size=3),
    st.sampled_from([0, 3, 9]),
)
def test_no_other_set_of_offers_is_cheaper(rows, shared):
    found = plan(read_plan_case(_text(rows, shared, range(len(rows))), "case.yaml"))

    costs = [
        sum((Decimal(rows[number][0]) for number in chosen), Decimal(0))
        for size in range(len(rows) + 1)
        for chosen in combinations(range(len(rows)), size)
        if _finishes(rows, shared, chosen)
    ]
    assert (found.offers is None) == (not costs)
    assert found.offers is None or found.added_ects == min(costs)


DEGREES = """
degrees:
  - {id: da, institution: a, requirements: {id: r, kind: credits, at_least: 4, select: {tag: x}}}
  - {id: db, institution: b, requirements: {id: r, kind: credits, at_least: 2, select: {tag: x}}}
"""


def _text(rows, shared, chosen):
    offers = [
        {
            "id": f"o{number}",
            "institution": "a" if here else "b",
            "course": f"C{number}",
            "credits": size,
            "tags": ["x"],
            "terms": ["t1"],
            "recognised_as": [{"degree": "db" if here else "da", "credits": granted, "tags": ["x"]}] if granted else [],
        }
        for number, (size, here, granted) in enumerate(rows)
        if number in chosen
    ]
    agreement = f"agreement: {{shared_credits: {{at_most: {shared}}}}}"
    return f"{DEGREES}{agreement}\nrecord: []\noffers: {json.dumps(offers)}\n"


def _finishes(rows, shared, chosen):
    """Whether both degrees are met with exactly these courses, by the engine itself."""
    planned = read_plan_case(_text(rows, shared, chosen), "case.yaml")
    record = tuple(
        Attempt(
            id=offer.id,
            institution=offer.institution,
            course=offer.course,
            credits=offer.credits,
            status=Status.PASSED,
            tags=offer.tags,
        )
        for offer in planned.offers
    )
    recognitions = tuple(recognition for offer in planned.offers for recognition in offer.recognitions)
    answer = audit(replace(planned.case, record=record, recognitions=recognitions))
    return answer.joint_shortfall_ects == 0
