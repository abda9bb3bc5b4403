"""How many students a second are audited, from the database to the stored answer, and at what cost?"""

import datetime as dt
import multiprocessing
import os
import tempfile
import time
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from dualdegree.audit.cohorts import service as cohorts
from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.rule_changes import effects as impact
from dualdegree.audit.rule_changes.effects import effects
from dualdegree.audit.rule_changes.proposals import bound, read_proposal
from dualdegree.audit.service import Include
from dualdegree.bench.statements import statements_of
from dualdegree.bench.workloads.filling import environment_of, filled, forget_answers, schema
from dualdegree.core.audit import audit
from dualdegree.core.audit.facts import Case
from dualdegree.core.policy import operator
from dualdegree.db import reading, transaction
from dualdegree.jobs import local
from dualdegree.jobs.performing import perform_next
from dualdegree.records.models import Student

STUDENTS = 3000
CASES = 400
"""How many cases are computed without a database, to compare two workers with one."""
CURRICULUM = resources.files("dualdegree") / "demo" / "upv" / "curriculum-2024.yaml"


def run(students: int = STUDENTS) -> dict[str, float]:
    """The figures of the group ``cohort``; those of PostgreSQL only where it answers."""
    with tempfile.TemporaryDirectory() as folder:
        app = filled(environment_of("", Path(folder)), students)
        figures = _alone(app)
        alone, both = (_stored(app, workers) for workers in (1, 2))
        figures["cohort.sqlite.per_second"] = alone
        figures["cohort.stored.two_workers_ratio"] = both / alone
        figures["cohort.compute.two_workers_ratio"] = _computed(app)
        figures |= _impact(app)
        with schema() as url:
            if url:
                on_postgres = filled(environment_of(url, Path(folder)), students)
                alone, both = (_stored(on_postgres, workers) for workers in (1, 2))
                figures["cohort.postgres.per_second"] = alone
                figures["cohort.postgres.two_workers_ratio"] = both / alone
    return figures


def _start(app: Flask) -> int:
    """Forget every answer and start a run over everybody; its number."""
    forget_answers(app)
    with app.app_context(), transaction() as session:
        actor = operator("buaa.edu.cn", "upv.es")
        return cohorts.start(session, actor, institution=None, include=Include.OFFICIAL, at=_now()).id


def _stored(app: Flask, workers: int) -> float:
    """Students a second from the start of the run to the last stored answer."""
    number = _start(app)
    local.work_in_processes(app, workers, batch=f"cohort:{number}")
    with app.app_context(), reading() as session:
        done = cohorts.progress(session, [cohorts.run_of(session, number)])[number]
    if done.state is not cohorts.RunState.DONE or done.last_done_at is None:
        raise RuntimeError(f"run {number} ended as {done.state.value}: {', '.join(done.failures)}")
    return done.done / (done.last_done_at - done.working_since).total_seconds()


def _alone(app: Flask) -> dict[str, float]:
    """Statements of one chunk, and what the process grows by after the first fifth of the chunks."""
    number, counted, sizes = _start(app), [], []
    with statements_of(app) as statements:
        while perform_next(app, batch=f"cohort:{number}"):
            counted.append(len(statements))
            sizes.append(_megabytes())
            statements.clear()
    # The last chunk is a small one, and what the first does once is not what a chunk costs.
    return {
        "cohort.statements_per_chunk": max(counted[1:-1] or counted),
        "cohort.memory_growth_mb": _growth(sizes),
    }


def _impact(app: Flask) -> dict[str, float]:
    """The same for reading whose result other rules would change; everybody's answer is kept by now."""
    changed = CURRICULUM.read_text(encoding="utf-8").replace('at_least: "27"', 'at_least: "31.5"')
    sizes: list[float] = []
    with app.app_context(), reading() as session, statements_of(app) as statements:
        proposal = read_proposal(session, changed.encode(), "curriculum.yaml")
        students = bound(session, proposal)
        begun = time.perf_counter()
        for number, _effect in enumerate(effects(session, proposal, students, _now()), start=1):
            if number % impact.CHUNK == 0:
                sizes.append(_megabytes())
        seconds = time.perf_counter() - begun
        chunks = -(-len(students) // impact.CHUNK)
    return {
        "cohort.impact.per_second": len(students) / seconds,
        "cohort.impact.statements_per_chunk": len(statements) / chunks,
        "cohort.impact.memory_growth_mb": _growth(sizes),
    }


def _growth(sizes: Sequence[float]) -> float:
    """What the process grows by after the first fifth of the chunks."""
    return round(sizes[-1] - sizes[len(sizes) // 5], 1)


def _computed(app: Flask) -> float:
    """How much faster two processes compute the same cases than one does."""
    with app.app_context(), reading() as session:
        ids = session.scalars(sa.select(Student.id).order_by(Student.id.desc()).limit(CASES)).all()
        cases = [dossier.case for dossier in dossiers(session, ids).values()]
    alone = _seconds([cases])
    return alone / _seconds([cases[::2], cases[1::2]])


def _seconds(shares: Sequence[Sequence[Case]]) -> float:
    processes = [multiprocessing.get_context("fork").Process(target=_compute, args=(share,)) for share in shares]
    begun = time.perf_counter()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return time.perf_counter() - begun


def _compute(cases: Sequence[Case]) -> None:
    for case in cases:
        audit(case)


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
