"""A degree that is conferred stays as it was, and the other is judged by today's record."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dualdegree.core.audit import audit
from dualdegree.core.audit.case.reading import read_case, write_case
from dualdegree.core.audit.facts import Status
from dualdegree.core.curricula.conferred import ConferredClaims, as_conferred, facts_of

CASE = """
degrees:
  - id: south
    institution: south.example
    requirements:
      id: root
      kind: all
      parts:
        - {id: core, kind: credits, at_least: "6", select: {tag: core}}
        - {id: extra, kind: credits, at_least: "3", select: {tag: extra}}
        - {id: english, kind: milestone, milestone: b2}
  - id: north
    institution: north.example
    requirements:
      id: top
      kind: all
      parts:
        - {id: base, kind: credits, at_least: "4", select: {tag: base}}
        - {id: more, kind: credits, at_least: "2", select: {tag: more}}
record:
  - {id: n1, institution: north.example, course: N1, credits: "4", status: passed, grade: "90", term: "2024-1", tags: [base]}
  - {id: n2, institution: north.example, course: N2, credits: "2", status: passed, grade: "70", term: "2024-2", tags: [other]}
  - {id: s1, institution: south.example, course: S1, credits: "6", status: passed, grade: "8", term: "2024-1", tags: [core]}
recognitions:
  - {id: into-north, degree: north, from: [s1], grants: [{id: g1, credits: "2", tags: [more]}]}
  - {id: into-south, degree: south, from: [n2], grants: [{id: g2, credits: "3", tags: [extra]}]}
milestones:
  - {milestone: b2, institution: south.example}
"""
NOW = read_case(CASE, "case")


def conferred(case=NOW, degree="south"):
    """The degree as it is conferred on this record, through the text in which it is kept."""
    return ConferredClaims(
        degree=degree, case=read_case(write_case(case), "kept"), claims=audit(case).degrees[degree].claims
    )


def changed(attempt, **changes):
    return replace(NOW, record=tuple(replace(row, **changes) if row.id == attempt else row for row in NOW.record))


def verdicts(case):
    return {degree: (answer.met, dict(answer.claims)) for degree, answer in audit(case).degrees.items()}


def test_on_the_day_of_the_decision_nothing_but_the_claims_is_fixed():
    case = as_conferred(NOW, conferred())

    assert case == replace(NOW, conferred={"south": {"s1": "core", "g2": "extra"}})
    assert verdicts(case) == verdicts(NOW)


@pytest.mark.parametrize(
    "today",
    [
        changed("s1", grade=Decimal("5.5")),
        changed("s1", status=Status.FAILED, grade=Decimal(4)),
        changed("s1", credits=Decimal(3)),
        changed("n2", status=Status.FAILED, grade=Decimal(10)),
        replace(NOW, record=tuple(row for row in NOW.record if row.id != "n2"), recognitions=NOW.recognitions[:1]),
        replace(NOW, recognitions=NOW.recognitions[:1]),
        replace(NOW, milestones=()),
    ],
    ids=["another grade", "failed", "fewer credits", "source failed", "source gone", "lifted", "milestone gone"],
)
def test_whatever_changes_later_the_degree_stays_conferred_with_the_same_claims(today):
    kept = conferred()

    answer = audit(as_conferred(today, kept)).degrees["south"]

    assert answer.met
    assert answer.claims == kept.claims


def test_a_better_attempt_afterwards_moves_nothing():
    better = replace(next(row for row in NOW.record if row.id == "s1"), id="s1b", grade=Decimal(10), term="2026-1")
    today = replace(NOW, record=(*NOW.record, better))

    assert audit(as_conferred(today, conferred())).degrees["south"].claims == {"s1": "core", "g2": "extra"}


def test_the_other_degree_loses_what_rested_on_a_course_that_is_failed_by_now():
    today = changed("s1", status=Status.FAILED, grade=Decimal(4))

    answer = audit(as_conferred(today, conferred()))

    assert answer.degrees["south"].met
    assert not answer.degrees["north"].met
    assert answer.degrees["north"].claims == {"n1": "base", "n2": "free"}


def test_the_other_degree_keeps_what_rests_on_a_course_passed_anew():
    retaken = replace(next(row for row in NOW.record if row.id == "s1"), id="s1b", term="2026-1")
    today = replace(
        NOW,
        record=(retaken, *(row for row in NOW.record if row.id != "s1")),
        recognitions=(replace(NOW.recognitions[0], sources=("s1b",)), *NOW.recognitions[1:]),
    )

    assert verdicts(as_conferred(today, conferred()))["north"] == verdicts(NOW)["north"]


def test_the_other_degree_has_nothing_of_what_is_kept_for_the_conferred_one():
    today = changed("n2", status=Status.FAILED, grade=Decimal(10))

    answer = audit(as_conferred(today, conferred()))

    assert "n2" not in answer.degrees["north"].claims
    assert answer.shared.works == ("s1",)


def test_both_degrees_can_be_conferred_one_after_the_other():
    first = conferred()
    second = conferred(as_conferred(NOW, first), "north")
    today = replace(NOW, record=(), recognitions=(), milestones=())

    answer = audit(as_conferred(as_conferred(today, first), second))

    assert {degree: met for degree, (met, _) in verdicts(NOW).items()} == {"south": True, "north": True}
    assert all(answer.degrees[degree].met for degree in ("south", "north"))
    assert answer.degrees["north"].claims == second.claims


def test_what_a_degree_rests_on_can_be_laid_beside_what_it_rested_on():
    kept, today = conferred(), changed("n2", status=Status.FAILED)

    then, now = facts_of(kept.case, kept), facts_of(today, kept)

    assert [row.id for row in then.record] == ["n2", "s1"]
    assert then != now
    assert facts_of(changed("n1", grade=Decimal(61)), kept) == then
