"""Which members are in a conflict, and how often is asked before that is known?"""

from itertools import islice

import pytest

from dualdegree.bench.workloads.binding import binding_cases
from dualdegree.core.audit.allocate import best, met_by
from dualdegree.core.audit.allocate.effort import Effort, Untrusted
from dualdegree.core.audit.blocking import conflict
from dualdegree.core.audit.problem.posing import pose

SEED = 12


@pytest.fixture(scope="module")
def blocked():
    """Cases that cannot be met, though each of their members can."""
    posed = [pose(case) for case in islice(binding_cases("shared", 24, SEED), 24)]
    return [each for each in posed if met_by(each.problem, Effort()) is None and not alone(each)]


def holds(posed, members):
    return met_by(posed.restricted(members), Effort()) is not None


def alone(posed):
    return [member for member in posed.members() if member.node is not None and not holds(posed, [member])]


def dropped_one_by_one(posed):
    """The conflict by its definition: each member is dropped in turn, unless the rest then holds."""
    members = left = posed.members()
    for member in members:
        rest = [other for other in left if other is not member]
        if not holds(posed, rest):
            left = rest
    return left


def names(blocking):
    return (
        {(degree, node) for degree, nodes in blocking.nodes.items() for node in nodes},
        set(blocking.limits),
        blocking.shared_credits,
    )


def names_of(posed, members):
    ids = [side.degree.id for side in posed.sides]
    return (
        {(ids[member.side], member.node) for member in members if member.node is not None},
        {f"{ids[member.side]}/{member.limit}" for member in members if member.limit is not None},
        any(member.side is None for member in members),
    )


def test_it_is_what_dropping_one_member_after_the_other_leaves(blocked):
    assert blocked
    for posed in blocked:
        blocking = conflict(posed, best(posed.problem).choice, lambda problem: met_by(problem, Effort()))

        assert names(blocking) == names_of(posed, dropped_one_by_one(posed))


def test_hardly_more_is_asked_than_once_for_each_member(blocked):
    for posed in blocked:
        asked = []

        def counted(problem, asked=asked):
            asked.append(problem)
            return met_by(problem, Effort())

        conflict(posed, best(posed.problem).choice, counted)

        assert len(asked) <= len(posed.members()) * 3 // 2


def test_what_cannot_be_settled_leaves_every_member_in_it(blocked):
    def refuse(_):
        raise Untrusted

    posed = blocked[0]
    known = best(posed.problem).choice

    blocking = conflict(posed, known, refuse)

    assert names(blocking) == names_of(posed, posed.members())
