"""Is the plan the cheapest that finishes both degrees, and does it say when there is none?"""

import json
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualdegree.core.audit import audit
from dualdegree.core.audit.facts import Attempt, Grant, Recognition, Status
from dualdegree.core.audit.plan.case import plan_as_json, read_plan_case
from dualdegree.core.audit.plan.program import solver as plan_solver
from dualdegree.core.audit.plan.search import OfferedCourse, Possible, Unfinished, plan
from dualdegree.core.source.reading import SourceError

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
    outcome = planned()

    assert outcome.offers == {"2027-1": ("o1", "o2")}
    assert outcome.added_ects == 6
    assert all(degree.met for degree in outcome.answer.degrees.values())


def test_a_milestone_still_to_come_is_listed():
    assert planned().milestones == {"buaa": ("b2",)}
    assert planned(more="milestones: [{milestone: b2}]").milestones == {}


def milestones_of(requirement, reached=""):
    """The milestones still to come for a degree that asks for this besides nothing."""
    case = "degrees: [{id: upv, institution: upv.es, requirements: %s}]\nrecord: []\noffers: []\nmilestones: [%s]"
    return plan(read_plan_case(case % (requirement, reached), "case.yaml")).milestones.get("upv")


def milestone(id_, at_least=""):
    return f"{{id: {id_}, kind: milestone, milestone: {id_.rstrip('0123456789')}{at_least}}}"


def parted(id_, *parts, kind="all"):
    return f"{{id: {id_}, kind: {kind}, parts: [{', '.join(parts)}]}}"


def one_of(id_, *parts):
    return parted(id_, *parts, kind="choose, at_least: 1")


TWO = parted("a", milestone("defence"), milestone("practice"))


@pytest.mark.parametrize(
    "parts", [(TWO, milestone("thesis")), (milestone("thesis"), TWO), (milestone("thesis"), TWO, milestone("book"))]
)
def test_of_alternatives_the_one_with_the_fewest_milestones_is_still_to_come(parts):
    assert milestones_of(one_of("root", *parts)) == ("thesis",)


def test_of_alternatives_the_one_that_is_half_reached_is_still_to_come():
    other = parted("b", milestone("thesis"), milestone("book"))
    assert milestones_of(one_of("root", other, TWO), "{milestone: practice}") == ("defence",)


def test_a_milestone_that_serves_two_choices_is_better_than_two_milestones():
    first = one_of("first", milestone("book"), milestone("thesis1"))
    second = one_of("second", milestone("talk"), milestone("thesis2"))
    assert milestones_of(parted("root", first, second)) == ("thesis1", "thesis2")


def test_of_one_milestone_the_lowest_value_is_still_to_come():
    high, low = milestone("exam7", ", at_least: 7"), milestone("exam5", ", at_least: 5")
    assert milestones_of(one_of("root", high, low)) == ("exam5",)


def test_no_milestone_is_still_to_come_where_the_alternative_is_a_course_that_is_there():
    none = "{id: none, kind: credits, at_least: 0, select: {}}"
    assert milestones_of(one_of("root", milestone("thesis"), none)) is None


def test_what_may_not_be_shared_is_not_planned_to_be():
    outcome = planned(shared=0)

    assert outcome.offers == {"2027-1": ("o1", "o3")}
    assert outcome.added_ects == 9


def test_a_term_holds_only_so_much():
    assert planned(more="term_limit_ects: 3").offers == {"2027-1": ("o2",), "2027-2": ("o1",)}


def test_the_attempts_planned_in_the_record_count_only_where_the_case_includes_them():
    outcome = planned(more="include: [passed, planned]")

    assert outcome.offers == {"2027-1": ("o3",)}
    assert outcome.added_ects == 6


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
    outcome = plan(read_plan_case(done % {"shared": 30, "more": ""}, "case.yaml"))

    assert (outcome.offers, outcome.added_ects) == ({}, 0)


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


def test_a_slip_in_a_key_of_plans_is_answered_with_the_keys_of_plans():
    with pytest.raises(SourceError, match=r"title, offers, same_terms, term_limit_ects, .* assume_grade$"):
        read_plan_case((CASE % {"shared": 30, "more": ""}).replace("offers:", "offer:", 1), "case.yaml")


SIZES = st.sampled_from(["2", "3", "4.5"])


@settings(max_examples=12)
@given(
    st.lists(st.tuples(SIZES, st.booleans(), st.sampled_from(["", "2", "4.5"])), min_size=1, max_size=3),
    st.sampled_from([0, 3, 9]),
)
def test_no_other_set_of_offers_is_cheaper(rows, shared):
    outcome = plan(read_plan_case(_text(rows, shared, range(len(rows))), "case.yaml"))

    costs = [
        sum((Decimal(rows[number][0]) for number in chosen), Decimal(0))
        for size in range(len(rows) + 1)
        for chosen in combinations(range(len(rows)), size)
        if _finishes(rows, shared, chosen)
    ]
    assert (outcome.offers is None) == (not costs)
    assert outcome.offers is None or outcome.added_ects == min(costs)


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


def _offer(number, here, size, term, work):
    return OfferedCourse(
        id=f"o{number}",
        institution="a" if here else "b",
        course=f"C{number}",
        credits=Decimal(size),
        terms=(term,),
        tags=("x",),
        work=work or None,
    )


def _recognised(number, sources, credits_, *, unless=(), after=()):
    into = "db" if sources[0].institution == "a" else "da"
    recognition = Recognition(
        id=f"r{number}",
        degree=into,
        sources=tuple(offer.id for offer in sources),
        grants=(Grant(id=f"g{number}", credits=Decimal(credits_), tags=("x",), ungraded_pass=True),),
    )
    return Possible(recognition=recognition, unless=tuple(unless), after=tuple(after))


def _cost(chosen):
    """What the order of plans compares: work, one work counted once; courses; the last term."""
    works = {}
    for offer in chosen:
        key = offer.work or offer.id
        works[key] = max(works.get(key, Decimal(0)), offer.credits)
    return sum(works.values(), Decimal(0)), len(chosen), max((offer.terms[0] for offer in chosen), default="")


def _suffices(planned, chosen):
    taken, there = {offer.id for offer in chosen}, {}
    for other in planned.possible:
        if (
            taken >= set(other.recognition.sources)
            and not taken & set(other.unless)
            and not there.keys() & set(other.after)
        ):
            there[other.recognition.id] = other.recognition
    record = tuple(
        Attempt(
            id=offer.id,
            institution=offer.institution,
            course=offer.course,
            credits=offer.credits,
            status=Status.PASSED,
            tags=offer.tags,
            work=offer.work,
        )
        for offer in chosen
    )
    case = replace(planned.case, record=record, recognitions=tuple(there.values()))
    return audit(case).joint_shortfall_ects == 0


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(SIZES, st.booleans(), st.sampled_from(["t1", "t2"]), st.sampled_from(["", "", "w"])),
        min_size=2,
        max_size=5,
    ),
    st.data(),
)
def test_the_plan_is_first_in_its_order_with_recognitions_that_stand_in_each_others_way(rows, data):
    offers = [_offer(number, here, size, term, work) for number, (size, here, term, work) in enumerate(rows)]
    possible = []
    for number in range(data.draw(st.integers(0, 3))):
        where = data.draw(st.sampled_from("ab"))
        home = [offer for offer in offers if offer.institution == where]
        if not home:
            continue
        sources = data.draw(st.lists(st.sampled_from(home), min_size=1, max_size=2, unique_by=lambda offer: offer.id))
        away = [offer.id for offer in offers if offer.institution != sources[0].institution]
        unless = data.draw(st.lists(st.sampled_from(away), max_size=1)) if away else []
        before = [other.recognition.id for other in possible]
        after = data.draw(st.lists(st.sampled_from(before), max_size=1)) if before else []
        possible.append(_recognised(number, sources, data.draw(SIZES), unless=unless, after=after))
    text = DEGREES + "agreement: {shared_credits: {at_most: 6}}\nrecord: []\noffers: []\n"
    planned = replace(read_plan_case(text, "case.yaml"), offers=tuple(offers), possible=tuple(possible))

    outcome = plan(planned)

    every = (chosen for size in range(len(offers) + 1) for chosen in combinations(offers, size))
    least = min((_cost(chosen) for chosen in every if _suffices(planned, chosen)), default=None)
    assert outcome.is_proven
    if least is None:
        assert outcome.offers is None
    else:
        ids = {id_ for own in outcome.offers.values() for id_ in own}
        assert _cost([offer for offer in offers if offer.id in ids]) == least
        assert outcome.added_ects == least[0]


def test_a_thesis_that_is_entered_in_both_registers_is_one_work():
    text = DEGREES + "agreement: {shared_credits: {at_most: 6}}\nrecord: []\noffers: []\n"
    both = [_offer(0, True, "4.5", "t1", "thesis"), _offer(1, False, "3", "t1", "thesis")]

    outcome = plan(replace(read_plan_case(text, "case.yaml"), offers=(*both, _offer(2, False, "2", "t1", ""))))

    assert outcome.offers == {"t1": ("o0", "o1")}
    assert outcome.added_ects == Decimal("4.5")


def test_a_work_is_shared_with_no_more_than_what_is_taken_of_it():
    offers = [_offer(0, True, "2", "t1", ""), _offer(1, True, "2", "t1", "w"), _offer(2, True, "4.5", "t1", "w")]
    text = DEGREES + "agreement: {shared_credits: {at_most: 6}}\nrecord: []\noffers: []\n"
    possible = (_recognised(0, offers[:2], "2"),)

    outcome = plan(replace(read_plan_case(text, "case.yaml"), offers=tuple(offers), possible=possible))

    assert outcome.offers == {"t1": ("o0", "o1")}
    assert outcome.added_ects == Decimal(4)


def test_where_there_is_no_plan_the_answer_is_that_of_what_comes_closest():
    blocked = planned(shared=0, more="").answer
    none = plan(read_plan_case((CASE % {"shared": 0, "more": ""}).replace("at_least: 6", "at_least: 60"), "case.yaml"))

    assert all(degree.met for degree in blocked.degrees.values())
    assert none.answer.degrees["buaa"].met
    assert none.answer.degrees["upv"].requirements["electives"].got == 9


def test_a_search_stopped_at_its_limit_of_work_says_so_and_guesses_nothing(monkeypatch):
    monkeypatch.setattr(plan_solver, "MOST_NODES", 0)

    with pytest.raises(Unfinished, match="none was found, and none was shown not to exist"):
        planned()


def test_a_plan_brings_two_areas_and_most_of_them_at_level_7():
    case = """
degrees:
  - id: upv
    institution: upv.es
    requirements:
      id: root
      kind: all
      parts:
        - {id: areas, kind: courses, at_least: 2, distinct: "area:", select: {}}
        - id: half
          kind: credits
          overlay: true
          within: areas
          at_least_percent: "60"
          select: {level_at_least: "7"}
record: []
offers:
  - {id: o1, institution: upv.es, course: A1, credits: "3", terms: ["2027-1"], tags: ["area:x"]}
  - {id: o2, institution: upv.es, course: A2, credits: "3", terms: ["2027-1"], tags: ["area:x"], level: "7"}
  - {id: o3, institution: upv.es, course: A3, credits: "6", terms: ["2027-1"], tags: ["area:y"], level: "7"}
  - {id: o4, institution: upv.es, course: A4, credits: "3", terms: ["2027-1"], tags: ["area:y"]}
"""
    outcome = plan(read_plan_case(case, "case.yaml"))

    assert outcome.offers == {"2027-1": ("o1", "o3")}
    assert outcome.alternatives == {"o1": ("o2",)}
