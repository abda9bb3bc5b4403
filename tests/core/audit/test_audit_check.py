"""Does the checker bear out every true answer, and find whatever is false in one?"""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from dualdegree.core.audit import audit
from dualdegree.core.audit.answer import Because, Blocking, Moved, Outcome, Used
from dualdegree.core.audit.case.answers import as_json, from_json
from dualdegree.core.audit.case.reading import read_case, write_case
from dualdegree.core.audit.check.certificate import Mismatch, check
from dualdegree.core.source.reading import SourceError
from tests.core.audit.small_cases import small_cases

CASE = """
agreement: {shared_credits: {at_most: 4}}
degrees:
  - id: buaa
    institution: buaa.edu.cn
    ects_per_credit: 1.5
    requirements: {id: root, kind: all, parts: [{id: core, kind: credits, at_least: 5, select: {tag: core}}]}
  - id: upv
    institution: upv.es
    requirements:
      id: root
      kind: all
      parts:
        - {id: electives, kind: credits, at_least: 12, select: {tag: elective}}
        - {id: here, kind: courses, at_least: 1, select: {origin: native}, overlay: true}
        - {id: b2, kind: milestone, milestone: b2}
        - {id: mean, kind: average, at_least: 7, select: {}}
    limits: [{id: recognised, select: {origin: recognised}, at_most: 6}]
record:
  - {id: a1, institution: buaa.edu.cn, course: GA1, credits: 2, status: passed, grade: 85, tags: [core]}
  - {id: a2, institution: buaa.edu.cn, course: GA2, credits: 3, status: passed, grade: 78, tags: [core]}
  - {id: u1, institution: upv.es, course: "1", credits: 3, status: passed, grade: 8, tags: [elective]}
  - {id: u2, institution: upv.es, course: "2", credits: 3, status: passed, grade: 8, tags: [other]}
  - {id: u3, institution: upv.es, course: "3", credits: 3, status: passed, grade: 8, tags: [elective]}
  - {id: u4, institution: upv.es, course: "4", credits: 3, status: failed, grade: 2, tags: [elective]}
recognitions:
  - {id: r1, degree: upv, from: [a1], grants: [{id: g1, credits: 3, tags: [elective]}]}
  - {id: r2, degree: upv, from: [a2], grants: [{id: g2, credits: 4.5, tags: [elective]}]}
previous: {upv: {u1: free, u2: free}}
exceptions:
  - {kind: exclude, degree: upv, item: u3, by: dean, reason: cheating, on: 2026-09-01}
  - {kind: exclude, degree: upv, item: u4, by: dean, reason: cheating, on: 2026-09-01}
"""


@pytest.fixture
def case():
    return read_case(CASE, "case.yaml")


@pytest.fixture
def answer(case):
    audited = audit(case)
    check(case, audited)
    return audited


def mismatch(case, answer):
    with pytest.raises(Mismatch) as caught:
        check(case, answer)
    return str(caught.value)


def in_upv(answer, **changes):
    return replace(answer, degrees={**answer.degrees, "upv": replace(answer.degrees["upv"], **changes)})


def with_node(answer, node, **changes):
    upv = answer.degrees["upv"]
    return in_upv(answer, requirements={**upv.requirements, node: upv.requirements[node]._replace(**changes)})


def claiming(answer, item, place):
    upv = answer.degrees["upv"]
    claims = {**upv.claims, item: place}
    return in_upv(answer, claims=claims, not_counted={k: v for k, v in upv.not_counted.items() if k != item})


def test_the_answer_says_what_the_rules_say(answer):
    upv = answer.degrees["upv"]

    assert upv.claims == {"u1": "electives", "u2": "free", "g1": "electives"}
    assert upv.not_counted == {
        "g2": Because(because="limit", of=("upv/recognised",)),
        "u3": Because(because="excluded"),
    }
    assert answer.idle_exceptions == (1,)
    assert upv.shortfall_ects == 7
    assert answer.moved == (Moved(degree="upv", item="u1", origin="free", to="electives"),)


def test_any_false_figure_of_a_node_is_named(case, answer):
    assert mismatch(case, with_node(answer, "electives", got=9)).startswith("degrees.upv.requirements.electives.got: ")
    assert mismatch(case, with_node(answer, "electives", needed=6)).startswith(
        "degrees.upv.requirements.electives.needed"
    )
    assert mismatch(case, with_node(answer, "electives", met=True)).startswith("degrees.upv.requirements.electives.met")
    assert mismatch(case, with_node(answer, "here", items=("u1",))).startswith("degrees.upv.requirements.here.items")
    assert mismatch(case, with_node(answer, "b2", met=True)).startswith("degrees.upv.requirements.b2.met")
    assert mismatch(case, with_node(answer, "mean", met=False)).startswith("degrees.upv.requirements.mean.met")


def test_any_false_figure_of_a_degree_is_named(case, answer):
    assert mismatch(case, in_upv(answer, met=True)).startswith("degrees.upv.met: the answer says true")
    assert mismatch(case, in_upv(answer, shortfall_ects=0)).startswith("degrees.upv.shortfall_ects: ")
    assert mismatch(case, in_upv(answer, limits={})).startswith("degrees.upv.limits: ")
    used = {"recognised": Used(used=0, at_most=6)}
    assert mismatch(case, in_upv(answer, limits=used)).startswith("degrees.upv.limits.recognised.used: ")
    assert mismatch(case, in_upv(answer, requirements={"root": Outcome(met=False)})).startswith(
        "degrees.upv.requirements"
    )


def test_any_false_reason_is_named(case, answer):
    upv = answer.degrees["upv"]
    full = {"u2": Because(because="full", of=("electives",))}
    shared = {**upv.not_counted, "g2": Because(because="shared_credits")}
    assert mismatch(case, in_upv(answer, free=full)).startswith("degrees.upv.free.u2.because: the answer says full")
    assert mismatch(case, in_upv(answer, not_counted=shared)).startswith("degrees.upv.not_counted.g2.because: ")
    assert mismatch(case, in_upv(answer, not_counted={})).startswith("degrees.upv.not_counted: ")


def test_what_is_met_together_is_met_alone(case, answer):
    buaa = replace(answer.degrees["buaa"], met_alone=False)
    false = replace(answer, degrees={**answer.degrees, "buaa": buaa})

    assert mismatch(case, false).startswith("degrees.buaa.met_alone: the answer says false")


def test_a_proven_answer_leaves_nothing_out_without_need(case, answer):
    upv = answer.degrees["upv"]
    claims = {item: place for item, place in upv.claims.items() if item != "u2"}
    kept_out = {**upv.not_counted, "u2": Because(because="previous")}
    here = {"here": upv.requirements["here"]._replace(got=1, items=("u1",))}
    requirements = {**upv.requirements, **here}
    needless = in_upv(answer, claims=claims, free={}, not_counted=kept_out, requirements=requirements)
    moved = (*answer.moved, Moved(degree="upv", item="u2", origin="free", to="uncounted"))

    assert mismatch(case, replace(needless, moved=moved)).startswith("degrees.upv.not_counted.u2: ")
    check(case, replace(needless, moved=moved, proven=False))


def test_a_list_that_names_something_twice_is_refused(case, answer):
    assert mismatch(case, replace(answer, moved=answer.moved * 2)).startswith(
        "moved: the answer says one of them twice"
    )
    idle = replace(answer, idle_exceptions=answer.idle_exceptions * 2)
    assert mismatch(case, idle).startswith("idle_exceptions: the answer says one of them twice")


def test_any_false_joint_figure_is_named(case, answer):
    assert mismatch(case, replace(answer, joint_shortfall_ects=0)).startswith("joint_shortfall_ects: ")
    assert mismatch(case, replace(answer, moved=())).startswith("moved: ")
    assert mismatch(case, replace(answer, idle_exceptions=())).startswith("idle_exceptions: ")
    assert mismatch(case, replace(answer, shared=replace(answer.shared, ects=0))).startswith("shared.ects: ")
    assert mismatch(case, replace(answer, shared=replace(answer.shared, works=()))).startswith("shared.works: ")
    assert mismatch(case, replace(answer, degrees={})).startswith("degrees: ")


def test_a_claim_that_the_rules_do_not_allow_is_named(case, answer):
    assert mismatch(case, claiming(answer, "u4", "free")).endswith("say that the item does not exist")
    assert mismatch(case, claiming(answer, "u1", "here")).endswith("say that there is no such exclusive leaf")
    assert mismatch(case, claiming(answer, "u2", "electives")).endswith("say that this leaf does not take it")
    assert mismatch(case, claiming(answer, "u3", "electives")).endswith("say that it is excluded from the degree")
    assert mismatch(case, claiming(answer, "g2", "free")).startswith("degrees.upv.limits.recognised.used: ")


def test_a_pin_that_is_not_followed_is_named(case, answer):
    pin = "  - {kind: pin, degree: upv, requirement: electives, item: u1, by: dean, reason: x, on: 2026-09-01}\n"
    pinned = read_case(CASE + pin, "case.yaml")

    assert mismatch(pinned, claiming(answer, "u1", "free")).endswith("say that it is pinned to electives")


def test_more_shared_credits_than_agreed_are_named(answer):
    case = read_case(CASE.replace("at_most: 4}", "at_most: 2}"), "case.yaml")

    assert mismatch(case, answer).startswith("shared.ects: the answer says at most 2")


def test_a_conferred_degree_stands_as_it_was_given(answer):
    case = read_case(CASE + "conferred: {upv: {u1: free, g1: free, g2: free}}\n", "case.yaml")

    check(case, audit(case))
    assert mismatch(case, answer).endswith("say conferred as free")


@given(small_cases())
def test_every_answer_of_the_engine_is_borne_out(case):
    check(case, audit(case))


@given(small_cases())
def test_every_case_and_answer_reads_back_equal(case):
    answer = audit(case)

    assert read_case(write_case(case), "case.json") == case
    assert from_json(json.dumps(as_json(answer, "case.yaml")), "result.json") == answer


def test_a_result_is_written_as_the_specification_prints_it(answer):
    result = as_json(answer, "case.yaml")

    assert list(result) == [
        "case", "joint_shortfall_ects", "proven", "elapsed_ms", "degrees", "shared", "moved", "idle_exceptions", "blocking",
    ]  # fmt: skip
    assert result["joint_shortfall_ects"] == "7"
    assert isinstance(result["elapsed_ms"], float)
    upv = result["degrees"]["upv"]
    assert list(upv) == [
        "met", "met_alone", "shortfall_ects", "requirements", "limits", "claims", "free", "not_counted",
    ]  # fmt: skip
    assert upv["requirements"]["root"] == {"met": False}
    assert upv["requirements"]["electives"] == {"met": False, "got": "6", "needed": "12", "items": ["g1", "u1"]}
    assert upv["limits"] == {"recognised": {"used": "3", "at_most": "6"}}
    assert upv["free"] == {"u2": {"because": "unselected"}}
    assert upv["not_counted"]["g2"] == {"because": "limit", "of": ["upv/recognised"]}
    assert result["shared"] == {"ects": "3", "at_most": "4", "works": ["a1"], "exempt": []}
    assert result["moved"] == [{"degree": "upv", "item": "u1", "from": "free", "to": "electives"}]
    assert result["blocking"] == {"upv": ["electives"]}


def test_a_result_that_is_none_is_refused_with_its_line():
    with pytest.raises(SourceError) as caught:
        from_json('{\n"case": "x"}', "result.json")
    assert str(caught.value) == "result.json:1: degrees: this key is missing; add it"


@pytest.mark.parametrize(
    ("blocking", "said"),
    [
        (None, "blocking: the answer says that nothing blocks, its claims and the case say that a rule blocks"),
        (Blocking(nodes={}), "at least one"),
        (Blocking(nodes={"upv": ("electives", "electives")}), "each of them once"),
        (Blocking(nodes={"upv": ("root",)}), "upv has no such member"),
        (Blocking(nodes={"upv": ("core",)}), "upv has no such member"),
        (Blocking(nodes={}, limits=("buaa/recognised",)), "buaa has no such member"),
    ],
)
def test_a_conflict_names_rules_that_could_block_and_is_there_when_a_degree_is_not_met(case, answer, blocking, said):
    with pytest.raises(Mismatch, match=said):
        check(case, replace(answer, blocking=blocking))
