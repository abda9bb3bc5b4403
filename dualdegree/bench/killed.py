"""Is a cohort audited completely when the run is killed with -9 in the middle and resumed, nothing lost or doubled?

``dualdegree bench killed --students 100000`` is the whole trial: it fills a new database, starts
``dualdegree audit --all --workers 2``, kills it and its workers when half is done, resumes it, and counts.
"""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from dualdegree.audit.cohorts import service as cohorts
from dualdegree.audit.cohorts.models import CohortRun
from dualdegree.audit.models import AuditResult, LatestAudit
from dualdegree.bench.workloads.filling import begin, environment_of, filled
from dualdegree.core.acts import Act
from dualdegree.db import db, reading
from dualdegree.events import Event
from dualdegree.records.models import Enrolment

STUDENTS = 3000
WORKERS = "2"
LOOK_SECONDS = 0.1
ACT = Act.COHORT_AUDIT_STARTED


def run(students: int = STUDENTS) -> dict[str, float]:
    """The figures of the group ``killed``. Raises ``RuntimeError`` when an answer is lost or doubled."""
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of("", Path(folder))
        app = filled(environment, students)
        events_before = _events(app)
        first = begin(environment, "audit", "--all", "--workers", WORKERS)
        killed_at = _kill_in_the_middle(app, first)
        begun = time.perf_counter()
        if begin(environment, "audit", "--all", "--resume", "--workers", WORKERS).wait():
            raise RuntimeError("the resumed run did not end well")
        figures = {"killed.done_when_killed": killed_at, "killed.resumed_seconds": time.perf_counter() - begun}
        figures |= _counted(app) | {"killed.history_rows": _events(app) - events_before}
    if figures["killed.lost"] or figures["killed.doubled"]:
        raise RuntimeError(f"answers were lost or doubled: {figures}")
    return figures


def _kill_in_the_middle(app: Flask, process: subprocess.Popen[bytes]) -> int:
    """Kill the process and its workers without a word as soon as half is done; how many students were done then."""
    while process.poll() is None:
        far = _progress(app)
        if far is not None and far.done * 2 >= far.students:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return far.done
        time.sleep(LOOK_SECONDS)
    raise RuntimeError("the run ended before it could be killed; take more students")


def _progress(app: Flask) -> cohorts.Progress | None:
    with app.app_context(), reading() as session:
        runs = cohorts.runs(session)
        return cohorts.progress(session, runs)[runs[0].id] if runs else None


def _counted(app: Flask) -> dict[str, float]:
    """Whose answer is not there, and how many there are too many, by the tables and by the run's own count."""
    with app.app_context(), reading() as session:
        bound = sa.select(Enrolment.student_id).where(Enrolment.curriculum_version_id.is_not(None)).distinct()
        students = session.scalar(sa.select(sa.func.count()).select_from(bound.subquery())) or 0
        answers = session.scalar(sa.select(sa.func.count(AuditResult.id))) or 0
        latest = session.scalar(sa.select(sa.func.count(sa.distinct(LatestAudit.student_id)))) or 0
        (only,) = session.scalars(sa.select(CohortRun)).all()
        far = cohorts.progress(session, [only])[only.id]
    return {
        "killed.students": students,
        "killed.lost": students - latest + far.students - far.done,
        "killed.doubled": max(0, answers - students) + max(0, far.stored - answers),
    }


def _events(app: Flask) -> int:
    """How often the history tells that a run was started: once to each institution."""
    with app.app_context(), db.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count(Event.id)).where(Event.act == ACT)) or 0
