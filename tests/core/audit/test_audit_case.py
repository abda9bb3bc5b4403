"""Which cases are read, and which are refused, with file, line and key."""

import textwrap
from decimal import Decimal
from pathlib import Path

import pytest

from dualdegree.core.audit import audit
from dualdegree.core.audit.case.reading import read_case, write_case
from dualdegree.core.audit.facts import Status
from dualdegree.core.audit.rules import AttemptsPolicy, Select
from dualdegree.core.source.reading import SourceError

CASES = Path(__file__).parents[3].parent / "shared" / "spec" / "cases"

DEGREES = """\
degrees:
  - id: buaa
    institution: buaa.edu.cn
    ects_per_credit: "1.5"
    requirements:
      id: root
      kind: all
      parts:
        - {id: core, kind: credits, at_least: "5", select: {tag: core}}
        - {id: thesis, kind: courses, at_least: 1, select: {tag: thesis}, waivable: false}
  - id: upv
    institution: upv.es
    requirements:
      id: root
      kind: all
      parts:
        - {id: electives, kind: credits, at_least: "6", select: {tag: elective}}
        - {id: here, kind: credits, at_least: "3", select: {origin: native}, overlay: true, within: electives}
        - {id: one, kind: choose, at_least: 1, parts: [{id: b2, kind: milestone, milestone: b2}]}
"""
RECORD = """\
record:
  - {id: a1, institution: buaa.edu.cn, course: GA1, credits: "2", status: passed, grade: "85", tags: [core]}
  - {id: a2, institution: buaa.edu.cn, course: GA2, credits: "3", status: failed, grade: "40", tags: [core]}
  - {id: u1, institution: upv.es, course: "33501", credits: "3", status: passed, grade: "8.0", tags: [elective]}
"""
GRANTED = """\
recognitions:
  - {id: r1, degree: upv, from: [a1], grants: [{id: g1, course: "33510", credits: "3", tags: [elective]}]}
"""
BY = "by: dean, reason: illness, on: 2026-09-01"


def refusal(text):
    with pytest.raises(SourceError) as caught:
        read_case(text, "case.yaml")
    return str(caught.value)


def exception(words):
    return DEGREES + RECORD + GRANTED + f"exceptions:\n  - {{{words}, {BY}}}\n"


def one_degree(requirement, **more):
    keys = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return f"degrees:\n  - id: upv\n    institution: upv.es\n    requirements: {requirement}\n{keys}record: []\n"


def test_a_case_says_what_it_says():
    case = read_case(DEGREES + RECORD + GRANTED + "agreement: {shared_credits: {at_most: 4}}\n", "case.yaml")

    buaa, upv = case.degrees
    assert (buaa.ects_per_credit, buaa.attempts) == (Decimal("1.5"), AttemptsPolicy.BEST)
    assert upv.requirements.parts[1].within == "electives"
    assert upv.requirements.parts[1].line == 18
    assert case.record[1].status is Status.FAILED
    assert case.recognitions[0].sources == ("a1",)
    assert case.shared_credits.at_most == 4
    assert case.include == (Status.PASSED,)


def test_a_case_that_is_written_reads_back_equal():
    text = (
        DEGREES
        + RECORD
        + GRANTED
        + textwrap.dedent(
            """\
            title: {en: A case, zh_Hans: 一例}
            include: [passed, in_progress]
            agreement: {shared_credits: {at_most: "4.5", exempt_tags: [thesis]}}
            milestones: [{milestone: b2, institution: upv.es, value: "2"}, {milestone: b2}]
            exceptions:
              - {kind: waive, degree: buaa, requirement: core, by: dean, reason: illness, on: 2026-09-01}
              - {kind: reduce, degree: upv, requirement: electives, at_least: "3", by: dean, reason: x, on: 2026-09-01}
            previous: {upv: {g1: electives, u1: uncounted}, buaa: {a1: free}}
            conferred: {buaa: {a1: core}}
            """
        )
    )
    case = read_case(text, "case.yaml")

    assert read_case(write_case(case), "again.json") == case


def test_every_kind_of_select_reads_back_equal():
    select = (
        "{course: [GA*, 'X?'], tag: t, level_at_least: 7, language: [en, es], institution: upv.es, origin: native, "
        "min_grade: 5.5, any: [{tag: a}, {}], all: [], not: {tag: []}}"
    )
    case = read_case(one_degree(f"{{id: r, kind: credits, at_least: 1, select: {select}}}"), "case.yaml")

    assert read_case(write_case(case), "again.json") == case
    assert case.degrees[0].requirements.select.not_ == Select(any=())


def test_a_limit_may_be_a_share():
    limits = "[{id: third, select: {}, at_most_percent: 33.33, of: 90.5}]"
    case = read_case(one_degree("{id: r, kind: all, parts: []}", limits=limits), "case.yaml")

    assert case.degrees[0].limits[0].at_most == Decimal("30.16365")
    assert read_case(write_case(case), "again.json") == case


def leaf(more, kind="credits", least="6"):
    return one_degree(f"{{id: r, kind: {kind}, at_least: {least}, select: {{}}{more}}}")


def limit(words):
    return one_degree("{id: r, kind: all, parts: []}", limits=f"[{{id: l, select: {{}}, {words}}}]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "case.yaml:1: keys with values are expected here"),
        ("record: []", "case.yaml:1: degrees: this key is missing; add it"),
        ("degrees: []\nrecord: []", "case.yaml:1: degrees: a case has one degree or two, not 0"),
        (DEGREES + RECORD + "extra: 1", "case.yaml:24: extra: this key is not known here; known are degrees, record"),
        (DEGREES + "record: {}", "case.yaml:20: record: a list is expected here"),
        (DEGREES.replace("id: upv", "id: buaa") + "record: []", 'case.yaml:11: degrees[1].id: "buaa" is already used'),
        (DEGREES.replace("id: upv", "id: limits") + "record: []", 'case.yaml:11: degrees[1].id: "limits" cannot be'),
        (
            DEGREES.replace("upv.es", "buaa.edu.cn") + "record: []",
            "case.yaml:12: degrees[1].institution: the other degree is at this institution too",
        ),
        (DEGREES.replace('"1.5"', '"0"') + "record: []", "case.yaml:4: degrees[0].ects_per_credit: this must be more"),
        (DEGREES.replace("id: thesis", "id: core") + "record: []", "case.yaml:10: degrees[0].requirements.parts[1].id: "),
        (
            DEGREES.replace("within: electives", "within: nobody") + "record: []",
            'case.yaml:18: degrees[1].requirements.parts[1].within: no requirement of this degree has the id "nobody"',
        ),
        (DEGREES.replace("choose, at_least: 1", "choose, at_least: 2") + "record: []", "case.yaml:19: degrees[1].requ"),
        (DEGREES.replace("kind: choose", "kind: pick") + "record: []", "case.yaml:19: degrees[1].requirements.parts[2].kind"),
        (leaf("", least="x"), 'case.yaml:4: degrees[0].requirements.at_least: "x" is not a number of credits; write'),
        (leaf("", least="-1"), 'case.yaml:4: degrees[0].requirements.at_least: "-1" is not'),
        (leaf("", least="1e2"), 'case.yaml:4: degrees[0].requirements.at_least: "1e2" is not'),
        (leaf("", least="4.505"), 'case.yaml:4: degrees[0].requirements.at_least: "4.505" is not'),
        (leaf("", least="9" * 99), "case.yaml:4: degrees[0].requirements.at_least: "),
        (leaf("", kind="courses", least="1.5"), 'case.yaml:4: degrees[0].requirements.at_least: "1.5" is not a whole'),
        (leaf(", credits_each: 0", kind="courses"), "case.yaml:4: degrees[0].requirements.credits_each: this must be"),
        (leaf(", credits_each: 3"), "case.yaml:4: degrees[0].requirements.credits_each: this key is not known here"),
        (leaf(", within: r"), "case.yaml:4: degrees[0].requirements.within: only an overlay looks within another"),
        (leaf(", overlay: yes"), 'case.yaml:4: degrees[0].requirements.overlay: "yes" is neither true nor false'),
        (leaf("").replace("id: r", "id: free"), 'case.yaml:4: degrees[0].requirements.id: "free" cannot be the id'),
        (leaf("").replace("select: {}", "select: {tags: x}"), "case.yaml:4: degrees[0].requirements.select.tags: this"),
        (leaf("").replace("select: {}", "select: {origin: x}"), "case.yaml:4: degrees[0].requirements.select.origin: "),
        (
            leaf("").replace("select: {}", "select: {min_grade: 5, ungraded_pass: true}"),
            "case.yaml:4: degrees[0].requirements.select.ungraded_pass: this key is not known here",
        ),
        (limit("at_most: 1, unit: hours"), 'case.yaml:5: degrees[0].limits[0].unit: "hours" is not known here'),
        (limit("at_most: 1.5, unit: courses"), "case.yaml:5: degrees[0].limits[0].at_most: "),
        (limit("at_most_percent: 10"), "case.yaml:5: degrees[0].limits[0].of: this key is missing"),
        (limit("at_most: 1, of: 10"), "case.yaml:5: degrees[0].limits[0].of: this key is not known here"),
        (limit("at_most_percent: 10, of: 10, unit: courses"), "case.yaml:5: degrees[0].limits[0].at_most_percent: "),
        (limit("at_most: 1, within: x"), "case.yaml:5: degrees[0].limits[0].within: no requirement of this degree has"),
        (DEGREES + RECORD.replace("id: u1", "id: a1"), 'case.yaml:23: record[2].id: "a1" is already used on line 21'),
        (DEGREES + RECORD.replace("status: failed", "status: gone"), 'case.yaml:22: record[1].status: "gone" is not'),
        (DEGREES + RECORD.replace('"85"', '"A"'), 'case.yaml:21: record[0].grade: "A" is not a number'),
        (DEGREES + RECORD.replace("id: a1", 'id: ""'), "case.yaml:21: record[0].id: a name is expected here"),
        (DEGREES + RECORD + GRANTED.replace("g1", "a2"), 'case.yaml:25: recognitions[0].grants[0].id: "a2" is already'),
        (DEGREES + RECORD + GRANTED.replace("upv", "uab"), 'case.yaml:25: recognitions[0].degree: no degree has the id "uab"'),
        (DEGREES + RECORD + GRANTED.replace("[a1]", "[a9]"), "case.yaml:25: recognitions[0].from[0]: no attempt of the"),
        (DEGREES + RECORD + GRANTED.replace("[a1]", "[]"), "case.yaml:25: recognitions[0].from: a recognition rests on"),
        (DEGREES + RECORD + GRANTED.replace("[a1]", "[u1]"), 'case.yaml:25: recognitions[0].from[0]: "u1" was sat where'),
        (
            DEGREES + RECORD + GRANTED + "  - {id: r2, degree: upv, from: [a1], grants: []}",
            'case.yaml:26: recognitions[1].from[0]: "a1" is already recognised into degree upv (recognitions[0].from[0])',
        ),
        (DEGREES + RECORD + GRANTED + "  - {id: r1, degree: upv, from: [a2], grants: []}", "case.yaml:26: recognitions[1].id"),
        (DEGREES + RECORD + "include: passed", "case.yaml:24: include: a list is expected here"),
        (DEGREES + RECORD + "agreement: {shared: 1}", "case.yaml:24: agreement.shared: this key is not known here"),
        (DEGREES + RECORD + "agreement: {shared_credits: {}}", "case.yaml:24: agreement.shared_credits.at_most: this key"),
        (DEGREES + RECORD + "previous: {upv: {a1: free}}", 'case.yaml:24: previous.upv.a1: degree upv has no item "a1"'),
        (DEGREES + RECORD + "previous: {upv: {u1: here}}", 'case.yaml:24: previous.upv.u1: "here" is no exclusive req'),
        (DEGREES + RECORD + "previous: {uab: {}}", 'case.yaml:24: previous.uab: no degree has the id "uab"'),
        (DEGREES + RECORD + "conferred: {upv: {u1: uncounted}}", "case.yaml:24: conferred.upv.u1: "),
        (exception("kind: forgive, degree: upv"), "case.yaml:27: exceptions[0].kind: "),
        (exception("kind: waive, degree: upv"), "case.yaml:27: exceptions[0].requirement: this key is missing"),
        (exception("kind: waive, degree: uab, requirement: x"), "case.yaml:27: exceptions[0].degree: no degree"),
        (exception("kind: waive, degree: upv, requirement: x"), "case.yaml:27: exceptions[0].requirement: no requirement"),
        (exception("kind: waive, degree: upv, requirement: one, item: u1"), "case.yaml:27: exceptions[0].item: this key"),
        (exception("kind: waive, degree: buaa, requirement: thesis"), "case.yaml:27: exceptions[0].requirement: “thesis” can neither be waived"),
        (exception("kind: reduce, degree: upv, requirement: electives, at_least: 6"), "case.yaml:27: exceptions[0].at_least: a"),
        (exception("kind: reduce, degree: upv, requirement: root, at_least: 6"), "case.yaml:27: exceptions[0].requirement: "),
        (exception("kind: reduce, degree: upv, requirement: b2, at_least: 6"), "case.yaml:27: exceptions[0].requirement: "),
        (exception("kind: substitute, degree: upv, requirement: one, item: u1"), "case.yaml:27: exceptions[0].requirement: "),
        (exception("kind: pin, degree: upv, requirement: here, item: u1"), "case.yaml:27: exceptions[0].requirement: "),
        (exception("kind: exclude, degree: upv, item: u9"), "case.yaml:27: exceptions[0].item: no attempt or grant has"),
        (exception("kind: waive, degree: upv, requirement: one").replace("reason: illness, ", ""), "case.yaml:27: exceptions[0].rea"),
    ],
    ids=lambda value: value[-60:],
)  # fmt: skip
def test_what_is_not_a_case_is_refused_at_its_place(text, said):
    assert refusal(text).startswith(said)


def test_one_requirement_is_reduced_once():
    text = exception("kind: reduce, degree: upv, requirement: electives, at_least: 3")
    again = text + text.splitlines()[-1]

    assert refusal(again) == "case.yaml:28: exceptions[1].requirement: this requirement is reduced twice; keep one"


def test_a_pin_needs_a_leaf_that_selects_its_item_or_has_a_substitute():
    pin = "kind: pin, degree: buaa, requirement: thesis, item: a1"
    text = exception(pin).replace("tags: [thesis], waivable: false", "x")
    assert refusal(text).startswith('case.yaml:27: exceptions[0].requirement: "thesis" does not select "a1"')

    open_thesis = text.replace(", waivable: false", "")
    substitute = f"  - {{kind: substitute, degree: buaa, requirement: thesis, item: a1, {BY}}}\n"
    assert len(read_case(open_thesis + substitute, "case.yaml").exceptions) == 2


def test_a_pin_of_an_item_that_does_not_stand_is_idle_and_not_an_error():
    assert read_case(exception("kind: pin, degree: buaa, requirement: thesis, item: a2"), "case.yaml").exceptions


@pytest.mark.skipif(not CASES.is_dir(), reason="the specification's cases are not on this machine")
@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_specifications_own_cases_read_back_equal(path):
    case = read_case(path.read_bytes(), path.name)

    assert read_case(write_case(case), "again.json") == case


def test_a_grade_with_as_many_decimals_as_a_program_writes_is_read_exactly():
    text = """
    degrees:
      - {id: d, institution: a.edu, requirements: {id: mean, kind: average, at_least: "7.333333333333333", select: {}}}
    record: [{id: a1, institution: a.edu, course: C, credits: 3, status: passed, grade: "7.3333333333333334"}]
    """

    assert audit(read_case(text, "case.yaml")).degrees["d"].met
    with pytest.raises(SourceError, match="at most nine before the point and thirty after"):
        read_case(text.replace("7.3333333333333334", "7." + "3" * 31), "case.yaml")
