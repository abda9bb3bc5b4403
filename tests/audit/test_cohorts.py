"""Cohorts: every student audited in chunks, stopped, continued, started once; each answer kept once."""

import datetime as dt
import gc

import pytest
import sqlalchemy as sa
from flask import current_app

from dualdegree.audit.cohorts import service as cohorts
from dualdegree.audit.cohorts import tasks
from dualdegree.audit.cohorts.service import RunState
from dualdegree.audit.models import AuditResult, LatestAudit
from dualdegree.audit.service import Include
from dualdegree.core.policy import NotAllowed, operator
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.events import Event
from dualdegree.jobs import performing
from dualdegree.jobs.models import Job
from tests import counting
from tests.graduates import LATER, NOW
from tests.programmes.papers import NORTH, SOUTH

OFFICIAL = Include.OFFICIAL
EVERYBODY = operator("elsewhere.example", NORTH, SOUTH)


@pytest.fixture
def cohort(graduates):
    """The graduates, and workers who know the task."""
    app = current_app._get_current_object()
    app.config["CLOCK"] = lambda: LATER
    performing.init_app(app, tasks.TASKS)
    graduates.app = app
    return graduates


def started(cohort, actor=EVERYBODY, institution=None, chunk=2, at=NOW):
    run = cohorts.start(cohort.session, actor, institution=institution, include=OFFICIAL, at=at, chunk=chunk)
    cohort.session.commit()
    return run


def work(cohort, jobs=100):
    """Let a worker do so many jobs; how many there were."""
    cohort.session.commit()
    done = 0
    while done < jobs and performing.perform_next(cohort.app):
        done += 1
    return done


def far(cohort, run):
    cohort.session.expire_all()
    return cohorts.progress(cohort.session, [run])[run.id]


def kept(cohort, table=AuditResult):
    return cohort.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_every_student_is_audited_and_each_answer_kept_once(cohort):
    run = started(cohort)

    assert work(cohort) == 3
    end = far(cohort, run)
    assert (end.state, end.done, end.students, end.stored, end.without_curriculum) == (RunState.DONE, 6, 6, 6, 0)
    assert (kept(cohort), kept(cohort, LatestAudit)) == (6, 6)


def test_a_run_over_whoever_is_up_to_date_computes_nothing(cohort):
    started(cohort)
    work(cohort)
    again = started(cohort, at=LATER)

    work(cohort)

    assert (far(cohort, again).done, far(cohort, again).stored) == (6, 0)
    assert kept(cohort) == 6


def test_only_whose_record_has_changed_is_audited_again(cohort):
    started(cohort)
    work(cohort)
    cohort.changed("grades", NORTH, "N101,N2", ",78,", ",79,")
    again = started(cohort, at=LATER)

    work(cohort)

    assert far(cohort, again).stored == 1


def test_a_registrar_audits_the_students_of_the_own_institution(cohort):
    run = started(cohort, cohort.registrar(SOUTH), SOUTH)

    work(cohort)

    assert far(cohort, run).done == run.students == 5
    with pytest.raises(NotAllowed):
        started(cohort, cohort.registrar(SOUTH), NORTH)


def test_a_run_is_told_once_to_each_institution_concerned(cohort):
    run = started(cohort)
    work(cohort)

    events = cohort.session.scalars(sa.select(Event).where(Event.subject == run.batch).order_by(Event.id)).all()

    assert [event.institution_id for event in events] == ["elsewhere.example", NORTH, SOUTH]
    assert {event.act for event in events} == {"cohort audit started"}


def test_a_second_run_over_the_same_students_is_refused_and_names_the_first(cohort):
    run = started(cohort)
    work(cohort, jobs=1)

    with pytest.raises(Conflict, match=f"Run {run.id} is auditing these students already: 2 of 6 are done"):
        started(cohort, cohort.registrar(NORTH), NORTH)
    cohort.session.rollback()

    assert kept(cohort, Job) == 3
    assert [run_row.id for run_row in cohorts.runs(cohort.session)] == [run.id]


def test_a_run_is_stopped_and_goes_on_where_it_was(cohort):
    run = started(cohort)
    work(cohort, jobs=1)
    cohorts.stop(cohort.session, EVERYBODY, run, LATER)

    assert work(cohort) == 0
    assert (far(cohort, run).state, far(cohort, run).done) == (RunState.STOPPED, 2)

    cohorts.resume(cohort.session, EVERYBODY, run, LATER)
    assert work(cohort) == 2
    assert (far(cohort, run).state, far(cohort, run).done, kept(cohort)) == (RunState.DONE, 6, 6)


def test_what_is_finished_can_neither_be_stopped_nor_go_on(cohort):
    run = started(cohort)
    work(cohort)

    with pytest.raises(Conflict, match="nothing left that could be stopped"):
        cohorts.stop(cohort.session, EVERYBODY, run, LATER)
    with pytest.raises(Conflict, match="is finished; start a new one"):
        cohorts.resume(cohort.session, EVERYBODY, run, LATER)


def test_without_students_there_is_nothing_to_start(session):
    with pytest.raises(Refusal, match="no student to audit"):
        cohorts.start(session, operator(), institution=None, include=OFFICIAL, at=NOW)


def test_a_student_whose_audit_breaks_keeps_nobody_else_from_theirs(cohort, monkeypatch):
    victim, whole = cohort.student("N102").id, tasks.answers

    def breaks(session, dossiers, include, at):
        listed = list(dossiers)
        if any(audit_row.student.id == victim for audit_row in listed):
            raise ArithmeticError("a figure is wrong")
        return whole(session, listed, include, at)

    monkeypatch.setattr(tasks, "answers", breaks)
    run = started(cohort, chunk=10)
    work(cohort)

    end = far(cohort, run)
    assert (end.state, end.done, end.stored) == (RunState.DONE, 6, 5)
    assert end.broken == {str(victim): "ArithmeticError: a figure is wrong"}


def test_garbage_is_looked_for_again_after_a_chunk_even_when_one_breaks(cohort, monkeypatch):
    seen = []

    def refuse(*_):
        seen.append(gc.isenabled())
        raise ValueError("broken")

    monkeypatch.setattr(tasks, "dossiers", refuse)
    started(cohort)
    work(cohort, jobs=1)

    assert seen
    assert not any(seen)
    assert gc.isenabled()


def test_a_chunk_of_many_costs_as_many_statements_as_a_chunk_of_few(cohort):
    cohort.more(9)
    started(cohort, chunk=5)
    work(cohort, jobs=1)

    costs = []
    for _ in range(2):
        with counting.counting(cohort.session.get_bind()) as statements:
            assert work(cohort, jobs=1) == 1
        costs.append(len(statements))

    assert costs[0] == costs[1]


def test_how_fast_it_goes_and_how_long_it_takes_follow_from_what_is_done(cohort):
    run = started(cohort, at=LATER - dt.timedelta(seconds=10))
    assert far(cohort, run).per_second(LATER) is None

    work(cohort, jobs=2)

    end = far(cohort, run)
    assert (str(end.per_second(LATER)), end.left(LATER)) == ("0.4", dt.timedelta(seconds=5))
    assert not end.is_forgotten(LATER)
    assert end.is_forgotten(LATER + dt.timedelta(minutes=1))
