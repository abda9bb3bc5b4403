"""A plan that was found by a long search is shown again without another, and a search tells how far it is."""

import json

import pytest

from dualdegree.core.audit.plan.case import read_plan_case
from dualdegree.core.audit.plan.program.progress import SearchStage
from dualdegree.core.audit.plan.search import plan
from dualdegree.core.audit.plan.stored import as_stored, fingerprint, from_stored

CASE = """
degrees:
  - id: north
    institution: n
    requirements: {id: all, kind: credits, at_least: 12, select: {}}
  - id: south
    institution: s
    requirements: {id: own, kind: credits, at_least: 6, select: {}}
record: []
term_limit_ects: %s
offers:
  - {id: a, institution: n, course: A, credits: 6, terms: [2027-1]}
  - {id: b, institution: n, course: B, credits: 6, terms: [2027-1]}
  - {id: c, institution: s, course: C, credits: 6, terms: [2027-1, 2027-2]}
"""


def case(limit):
    return read_plan_case(CASE % limit, "file.yaml")


@pytest.mark.parametrize("limit", [12, 18, 6], ids=["two terms", "one term", "no plan"])
def test_a_plan_that_was_stored_reads_as_it_was_found(limit):
    searched = plan(case(limit))

    stored = json.loads(json.dumps(as_stored(searched)))

    assert from_stored(case(limit), stored) == searched


def test_another_limit_is_another_question():
    assert fingerprint(case(12)) == fingerprint(case(12)) != fingerprint(case(18))


def test_whoever_watches_reads_what_is_made_least_and_between_which_figures_it_is():
    seen = []

    plan(case(12), lambda progress: seen.append(progress) or True)

    assert {progress.stage for progress in seen} == {SearchStage.WORK, SearchStage.END, SearchStage.EARLY}
    assert {progress.best for progress in seen if progress.stage is SearchStage.WORK} <= {None, 18}
    assert all(progress.least is None or progress.least <= 18 for progress in seen)
