"""Does a plan keep to calendars, places, prerequisites and means, and is its answer what somebody would count by hand?"""

import json
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualdegree.core.audit.check.recount import Mismatch
from dualdegree.core.audit.plan.case import plan_as_json, read_plan_case
from dualdegree.core.audit.plan.check import check_terms, refusal
from dualdegree.core.audit.plan.search import Left, plan
from dualdegree.core.source.reading import SourceError

SHARED_FILES = Path(__file__).parents[4] / "shared" / "found" / "plan"


def course(id_, *terms, credits_="6", place="es", **more):
    return {
        "id": id_, "institution": place, "course": id_, "credits": credits_, "tags": [place], "terms": terms, **more,
    }  # fmt: skip


def degree(place="es", at_least="12", ratio="1", more=()):
    core = {"id": "core", "kind": "credits", "at_least": at_least, "select": {"tag": place}}
    requirements = {"id": "root", "kind": "all", "parts": [core, *more]}
    return {"id": place, "institution": place, "ects_per_credit": ratio, "requirements": requirements}


def answered(*offers, degrees=None, record=(), **more):
    case = {"degrees": degrees or [degree()], "record": list(record), "offers": list(offers), **more}
    return plan_as_json(plan(read_plan_case(json.dumps(case), "case")), "case")


def seen(name, **more):
    path = SHARED_FILES / name
    if not path.exists():
        pytest.skip("../shared/found is not there")
    return plan_as_json(plan(read_plan_case(json.dumps({**json.loads(path.read_text()), **more}), name)), name)


# What faults were seen on


def test_what_is_planned_already_fills_its_term():
    result = seen("load-of-the-record.json")

    assert result["offers"] == {"2027-1": ["n1"], "2027-2": ["n3"]}
    assert result["terms"]["2027-1"]["load_ects"] == "30"


def test_two_calendars_take_one_full_term_at_one_time():
    result = seen("two-calendars.json", same_terms=[["2027-1", "2027-A"], ["2027-2", "2027-B"]])

    assert {term: own["load_ects"] for term, own in result["terms"].items()} == {"2027-1": "30", "2027-2": "30"}


def test_a_course_of_a_year_burdens_both_of_its_terms():
    path = SHARED_FILES / "year-long.json"
    if not path.exists():
        pytest.skip("../shared/found is not there")
    case = json.loads(path.read_text())
    case["offers"][0]["spans"] = 2

    result = plan_as_json(plan(read_plan_case(json.dumps(case), "case")), "case")

    assert {term: own["load_ects"] for term, own in result["terms"].items()} == {"2027-1": "30", "2027-2": "12"}


def test_a_mean_that_is_short_is_listed_with_the_mean_that_is_needed():
    assert seen("average-short.json")["means"] == {"es": {"gpa": "7.5"}}


def test_a_mean_is_planned_with_the_grade_that_courses_to_come_bring():
    assert seen("average-short.json", assume_grade={"es.edu": "7.5"})["means"] == {}
    blocked = seen("average-short.json", assume_grade={"es.edu": "7.4"})
    assert (blocked["offers"], blocked["blocking"]) == (None, {"assume_grade": True})


def test_the_earliest_end_goes_first_where_it_is_preferred():
    assert seen("end-or-work.json")["offers"] == {"2028-2": ["late"]}
    assert seen("end-or-work.json", prefer="end")["offers"] == {"2027-1": ["early"]}


def test_courses_of_one_place_only_are_taken_in_a_term():
    result = seen("mobility.json", one_place=True)

    assert sorted(len(offers) for offers in result["offers"].values()) == [2, 2]
    assert {offer[0] for offer in result["offers"]["2027-1"]} in ({"e"}, {"c"})


# Each key by a case of its own


def test_a_course_begins_after_what_it_requires():
    second = course("b", "1", "2", requires=["a"])

    assert answered(course("a", "1", "2"), second)["offers"] == {"1": ["a"], "2": ["b"]}
    assert answered(course("a", "2"), course("b", "1", "2", requires=["a"]))["blocking"] == {"requires": True}


def test_one_of_a_list_is_enough_and_what_is_passed_needs_no_term():
    passed = {"id": "p", "institution": "es", "course": "p", "credits": "6", "status": "passed", "term": "0"}

    result = answered(course("b", "1", requires=[["x", "p"]]), course("c", "1"), record=[passed])

    assert result["offers"] == {"1": ["b", "c"]}


def test_a_course_goes_together_with_another():
    with_lab = course("a", "1", "2", together=["lab"])

    assert answered(with_lab, course("lab", "2"))["offers"] == {"2": ["a", "lab"]}


def test_a_thesis_comes_after_so_much_work():
    thesis = course("thesis", "1", "2", "3", after_ects="12")

    result = answered(course("a", "1"), course("b", "2"), thesis, degrees=[degree(at_least="18")])

    assert result["offers"] == {"1": ["a"], "2": ["b"], "3": ["thesis"]}


def test_a_term_holds_so_many_courses():
    result = answered(course("a", "1", "2"), course("b", "1", "2"), term_limit_courses="1")

    assert sorted(result["offers"]) == ["1", "2"]


def test_limits_may_be_of_an_institution_or_of_a_term():
    offers = [course("a", "1", "2"), course("b", "1", "2")]

    assert sorted(answered(*offers, term_limit_ects={"1": "6", "2": "6"})["offers"]) == ["1", "2"]
    assert sorted(answered(*offers, term_limit_ects={"es": "6"})["offers"]) == ["1", "2"]


TWO = [degree(), degree("cn", "8", "1.5")]
ABROAD = [course("e1", "1", "2"), course("e2", "1", "2"), course("c1", "1", "2", credits_="8", place="cn")]


def test_a_term_that_is_spent_away_holds_courses_of_there_only():
    assert answered(*ABROAD, degrees=TWO, away={"1": "cn"})["offers"] == {"1": ["c1"], "2": ["e1", "e2"]}


def test_a_remote_course_can_be_taken_from_elsewhere():
    remote = [ABROAD[0], {**ABROAD[1], "remote": "true"}, ABROAD[2]]

    assert answered(*remote, degrees=TWO, away={"1": "cn"})["offers"] == {"1": ["c1", "e2"], "2": ["e1"]}


def test_one_of_the_stays_is_chosen():
    stays = [{"institution": "cn", "terms": ["1"]}, {"institution": "cn", "terms": ["2"]}]
    offers = [course("e1", "2"), course("e2", "2"), ABROAD[2]]

    result = answered(*offers, degrees=TWO, stays=stays)

    assert result["stay"] == {"institution": "cn", "terms": ["1"]}
    assert result["offers"] == {"1": ["c1"], "2": ["e1", "e2"]}


def test_a_plan_ends_by_its_last_term():
    assert answered(course("a", "1"), course("b", "3"), end_by="2")["blocking"] == {"end_by": True}
    assert answered(course("a", "1", spans=2), course("b", "1"), end_by="1")["blocking"] == {"end_by": True}


def test_a_failed_course_is_offered_again():
    failed = {"id": "f", "institution": "es", "course": "a", "credits": "6", "status": "failed", "term": "0"}

    assert answered(course("a", "1"), course("b", "1"), record=[failed])["offers"] == {"1": ["a", "b"]}


def test_the_answer_says_what_each_course_serves_and_what_could_stand_in_its_place():
    result = answered(course("a", "1"), course("b", "1"), course("c", "2"), course("d", "1", credits_="9"))

    assert result["courses"]["a"] == {"term": "1", "serves": {"es": {"a": "core"}}}
    assert result["alternatives"] == {}
    assert answered(course("a", "1"), course("b", "1"), course("c", "1"))["alternatives"] == {"a": ["c"], "b": ["c"]}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"same_terms": [["1"]]}, "same_terms[0]: name at least two terms that are one time"),
        ({"same_terms": [["1", "A"], ["A", "2"]]}, 'same_terms[1][0]: "A" stands here a second time'),
        ({"term_limit_ects": {"x": "30"}}, 'term_limit_ects.x: "x" is neither an institution nor a term'),
        ({"away": {"1": "x"}}, 'away.1: "x" is not known here'),
        ({"stays": [{"institution": "es", "terms": []}]}, "stays[0].terms: name at least one term"),
        ({"prefer": "grades"}, 'prefer: "grades" is not known here; known are work, end'),
        ({"assume_grade": {"x": "7"}}, 'assume_grade.x: no degree is at home at "x"'),
        ({"offers": [course("a", "1", spans=0)]}, "offers[0].spans: a course runs over 1 to 12 terms, not 0"),
        ({"offers": [course("a", "1", requires=["a"])]}, "offers[0].requires: a course does not go before itself"),
        ({"offers": [course("a", "1", requires=[[]])]}, "offers[0].requires[0]: name at least one course"),
    ],
)
def test_a_key_that_is_not_sound_is_refused_with_its_place_and_remedy(more, said):
    case = {"degrees": [degree()], "record": [], "offers": [course("a", "1")], **more}

    with pytest.raises(SourceError) as caught:
        read_plan_case(json.dumps(case), "case")

    assert said in str(caught.value)


def test_a_plan_that_breaks_a_rule_is_an_internal_error():
    case = {"degrees": [degree()], "record": [], "offers": [course("a", "1"), course("b", "1")], "term_limit_ects": "6"}
    planned = read_plan_case(json.dumps(case), "case")

    with pytest.raises(Mismatch, match="12 ECTS in a term of 6"):
        check_terms(planned, {"a": "1", "b": "1"}, {})


def test_whoever_watches_a_search_may_leave_it():
    offers = [course(f"o{n}", "1", "2", "3", credits_=str(3 + n % 4)) for n in range(40)]
    case = {"degrees": [degree(at_least="71")], "record": [], "offers": offers, "term_limit_ects": "25"}

    with pytest.raises(Left):
        plan(read_plan_case(json.dumps(case), "case"), lambda _: False)


# Brute force


def _schedules(offers):
    """Every set of offers with every way to put them into their terms."""
    for size in range(len(offers) + 1):
        for chosen in combinations(offers, size):
            for terms in product(*(offer["terms"] for offer in chosen)):
                yield chosen, {offer["id"]: term for offer, term in zip(chosen, terms, strict=True)}


def _meets(chosen, degrees):
    """These degrees ask for credits of one tag each, and no course has both."""
    got = {
        d["id"]: sum(float(offer["credits"]) for offer in chosen if offer["institution"] == d["id"]) for d in degrees
    }
    return all(got[d["id"]] >= float(d["requirements"]["parts"][0]["at_least"]) for d in degrees)


def _cost(chosen, begun, prefer):
    work = sum(float(offer["credits"]) * (1.5 if offer["institution"] == "cn" else 1) for offer in chosen)
    end = max((int(begun[offer["id"]]) + int(offer.get("spans", 1)) - 1 for offer in chosen), default=0)
    return (end, work, len(chosen)) if prefer == "end" else (work, len(chosen), end)


@st.composite
def small_cases(draw):
    names = ["a", "b", "c", "d"][: draw(st.integers(2, 4))]
    offers = []
    for name in names:
        others = [other for other in names if other != name]
        more = draw(
            st.sampled_from(
                [
                    {},
                    {},
                    {"spans": "2"},
                    {"remote": "true"},
                    {"after_ects": "5"},
                    {"requires": [others[0]]},
                    {"together": [others[-1]]},
                    {"requires": [others]},
                ]
            )
        )
        terms = draw(st.lists(st.sampled_from(["1", "2", "3"]), min_size=1, max_size=3, unique=True))
        size, place = draw(st.sampled_from(["3", "4", "6"])), draw(st.sampled_from(["es", "cn"]))
        offers.append(course(name, *sorted(terms), credits_=size, place=place, **more))
    keys = {
        "term_limit_ects": st.sampled_from(["7", "9", {"es": "6"}, {"1": "6"}]),
        "term_limit_courses": st.just("1"),
        "one_place": st.just("true"),
        "away": st.just({"1": "cn"}),
        "stays": st.just([{"institution": "cn", "terms": ["1", "2"]}, {"institution": "es", "terms": ["2"]}]),
        "end_by": st.just("2"),
        "prefer": st.just("end"),
        "same_terms": st.just([["2", "3"]]),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(keys)), max_size=3, unique=True))
    held = {"id": "h", "institution": "es", "course": "h", "credits": "2", "status": "planned", "term": "1"}
    record = [held] if draw(st.booleans()) else []
    degrees = [
        degree(at_least=draw(st.sampled_from(["0", "3", "7"]))),
        degree("cn", draw(st.sampled_from(["0", "4"])), "1.5"),
    ]
    # Every term is named, so that what runs on beyond its term runs into the next.
    return {
        "degrees": degrees, "record": record, "offers": offers, "end_by": "3", **{key: draw(keys[key]) for key in chosen},
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(small_cases())
def test_no_other_schedule_is_cheaper_and_none_that_keeps_to_the_case_is_missed(case):
    planned = read_plan_case(json.dumps(case), "case")
    outcome = plan(planned)
    result = plan_as_json(outcome, "case")

    same = {"3": "2"} if "same_terms" in case else {}
    costs = [
        _cost(chosen, {offer: same.get(term, term) for offer, term in begun.items()}, case.get("prefer"))
        for chosen, begun in _schedules(case["offers"])
        if _meets(chosen, case["degrees"]) and refusal(planned, begun) is None
    ]

    assert (result["offers"] is None) == (not costs)
    if costs:
        begun = {offer: term for term, offers in result["offers"].items() for offer in offers}
        chosen = [offer for offer in case["offers"] if offer["id"] in begun]
        own = _cost(chosen, {offer: same.get(term, term) for offer, term in begun.items()}, case.get("prefer"))
        assert own == min(costs)
    else:
        assert result["blocking"]


@settings(max_examples=20, deadline=None)
@given(small_cases())
def test_each_alternative_keeps_to_the_case_and_meets_the_degrees(case):
    planned = read_plan_case(json.dumps(case), "case")
    result = plan_as_json(plan(planned), "case")
    begun = {offer: term for term, offers in (result["offers"] or {}).items() for offer in offers}

    for offer, others in result["alternatives"].items():
        for other in others:
            rest = {id_: term for id_, term in begun.items() if id_ != offer}
            terms = next(course_["terms"] for course_ in case["offers"] if course_["id"] == other)
            assert any(refusal(planned, {**rest, other: term}) is None for term in terms)
            assert _meets([c for c in case["offers"] if c["id"] in {*rest, other}], case["degrees"])
