"""How much work is an audit, and what is said when it could not be done? Counted in states and solves, never in time."""

import gc
from itertools import islice

import pytest
from highspy import Highs

from dualdegree.bench.workloads.binding import FAMILIES, binding_cases
from dualdegree.bench.workloads.hard import hard_cases
from dualdegree.bench.workloads.students import Stage, students
from dualdegree.core.audit import audit
from dualdegree.core.audit.allocate import best
from dualdegree.core.audit.allocate import effort as working
from dualdegree.core.audit.allocate.effort import MOST_WORK, Effort, Untrusted, work_for
from dualdegree.core.audit.allocate.solving import solve_whole
from dualdegree.core.audit.allocate.together import best as together
from dualdegree.core.audit.allocate.together import whole
from dualdegree.core.audit.problem.posing import pose
from dualdegree.core.audit.problem.whole_numbers import figures

SEED = 1986


@pytest.fixture(scope="module")
def realistic():
    return list(students(24, SEED))


@pytest.fixture(scope="module")
def hard():
    return [student.case for student in islice(hard_cases(8, SEED), 8)]


def effort(case):
    return best(pose(case).problem).effort


def test_most_finished_students_need_neither_prices_nor_the_solver(realistic):
    finished = [effort(student.case) for student in realistic if student.stage is Stage.FINISHED]

    assert sum(student.prices == student.solves == 0 for student in finished) >= len(finished) - 1


def test_half_of_the_finished_and_the_short_are_settled_without_any_search(realistic):
    late = [effort(student.case) for student in realistic if student.stage is not Stage.EARLY]

    assert sum(student.states == 0 for student in late) >= len(late) / 2


def test_no_realistic_student_takes_many_states(realistic):
    assert max(effort(student.case).states for student in realistic) < 2_000


def test_a_hard_case_takes_few_solves_and_is_proven(hard):
    efforts = [effort(case) for case in hard]

    assert max(each.solves for each in efforts) <= 2
    assert all(each.is_proven for each in efforts)


def test_what_the_limits_of_both_degrees_cost_is_added_so_that_one_program_meets_it(hard):
    tight = effort(hard[1])

    # Asked with few cuts, and where that comes to no end once more.
    assert tight.solves <= 2
    assert tight.is_proven


def test_the_same_case_takes_the_same_work_again(hard):
    assert effort(hard[1]) == effort(hard[1])


def test_an_answer_is_not_called_proven_when_the_solver_contradicts_itself(hard, monkeypatch):
    def refuse(*_, **__):
        raise Untrusted

    monkeypatch.setattr(whole.Whole, "solve", refuse)

    answers = [audit(case) for case in hard]

    assert not all(answer.proven for answer in answers)


def test_where_the_solver_comes_to_no_end_the_best_that_it_saw_is_the_answer(hard, monkeypatch):
    problem = pose(hard[3]).problem
    exact = sum(figures(problem, best(problem).choice).lacks)
    solve = whole.Whole.solve

    def stopped(self):
        self.best = solve(self)
        raise Untrusted

    monkeypatch.setattr(whole.Whole, "solve", stopped)

    allocation = best(problem)

    assert not allocation.effort.is_proven
    assert sum(figures(problem, allocation.choice).lacks) == exact


def test_the_work_of_an_audit_is_counted_and_used_up(hard, monkeypatch):
    assert 0 < effort(hard[3]).work < MOST_WORK
    monkeypatch.setattr(working, "MOST_WORK", 20_000)

    assert not audit(hard[3]).proven


def test_what_one_audit_had_no_work_left_for_the_next_one_finds(hard, monkeypatch):
    exact = audit(hard[3])
    with monkeypatch.context() as little:
        little.setattr(working, "MOST_WORK", 20_000)
        audit(hard[3])

    assert audit(hard[3]) == exact


def test_no_integer_program_is_begun_when_the_work_is_spent():
    with pytest.raises(Untrusted):
        solve_whole(Highs(), Effort(most_work=10, work=10))


def test_larger_audits_may_be_more_work():
    assert work_for(300) == MOST_WORK < work_for(301)


def test_what_is_not_proven_keeps_every_limit(hard, monkeypatch):
    def refuse(*_, **__):
        raise Untrusted

    problem = pose(hard[1]).problem
    monkeypatch.setattr(whole.Whole, "solve", refuse)

    allocation = best(problem)

    assert not allocation.effort.is_proven
    assert figures(problem, allocation.choice) is not None


@pytest.mark.parametrize("family", FAMILIES)
def test_who_dives_comes_to_the_figures_of_the_integer_program(family, monkeypatch):
    problems = [pose(case).problem for case in binding_cases(family, 6, SEED)]
    dived = [figures(problem, best(problem).choice).order for problem in problems]
    monkeypatch.setattr(together, "STATES", 0)
    monkeypatch.setattr(together, "FREE_STATES", 0)

    asked = [figures(problem, best(problem).choice).order for problem in problems]

    assert dived == asked


def test_two_of_three_students_at_the_shared_limit_need_no_integer_program():
    efforts = [effort(case) for case in binding_cases("shared", 30, SEED)]

    assert sum(own.solves == 0 for own in efforts) >= 20


def test_a_search_for_garbage_is_put_off_only_while_an_audit_lasts(realistic):
    audit(realistic[0].case)

    assert gc.isenabled()
