"""How many students a second are audited, from the database to the stored answer, and at what cost?"""

import contextlib
import datetime as dt
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

import config
from dualdegree import create_app
from dualdegree.audit import cohorts
from dualdegree.audit.cases import dossiers
from dualdegree.audit.service import Include
from dualdegree.bench.crowd import copy_students
from dualdegree.core.audit import audit
from dualdegree.core.audit.facts import Case
from dualdegree.core.policy import operator
from dualdegree.db import db, reading, transaction
from dualdegree.jobs import local
from dualdegree.jobs.performing import perform_next
from dualdegree.records.models import Student

STUDENTS = 3000
CASES = 400
"""How many cases are computed without a database, to compare two workers with one."""
POSTGRES = "postgresql://127.0.0.1:5432/test"
ANSWERS = ("latest_audit", "audit_result", "job", "cohort_run")
"""The tables that are emptied between two measurements."""


def run(students: int = STUDENTS) -> dict[str, float]:
    """The figures of the group ``cohort``; those of PostgreSQL only where it answers."""
    with tempfile.TemporaryDirectory() as folder:
        app = _filled("", Path(folder), students)
        figures = _alone(app)
        one, two = (_stored(app, workers) for workers in (1, 2))
        figures["cohort.sqlite.per_second"] = one
        figures["cohort.stored.two_workers_ratio"] = two / one
        figures["cohort.compute.two_workers_ratio"] = _computed(app)
        with _schema() as url:
            if url:
                figures["cohort.postgres.per_second"] = _stored(_filled(url, Path(folder), students), 1)
    return figures


def _filled(url: str, folder: Path, students: int) -> Flask:
    """An application on a database with the demonstration and that many copies of its students."""
    environment = {"DATABASE_URL": url, "DUALDEGREE_INSTANCE": str(folder), "BROKER_URL": ""}
    program = "from dualdegree.cli import main; main()"
    subprocess.run(  # noqa: S603 - nothing of it comes from outside
        [sys.executable, "-c", program, "demo", "--load-only"],
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    app = create_app(config.from_environment(environment))
    with app.app_context(), db.engine.begin() as connection:
        copy_students(connection, students)
    return app


def _start(app: Flask) -> int:
    """Forget every answer and start a run over everybody; its number."""
    with app.app_context():
        with db.engine.begin() as connection:
            for table in ANSWERS:
                connection.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 - the names are ours
        with transaction() as session:
            actor = operator("buaa.edu.cn", "upv.es")
            return cohorts.start(session, actor, institution=None, include=Include.OFFICIAL, at=_now()).id


def _stored(app: Flask, workers: int) -> float:
    """Students a second from the start of the run to the last stored answer."""
    number = _start(app)
    local.work_in_processes(app, workers, batch=f"cohort:{number}")
    with app.app_context(), reading() as session:
        done = cohorts.progress(session, [cohorts.run_of(session, number)])[number]
    if done.state is not cohorts.State.DONE or done.last_done_at is None:
        raise RuntimeError(f"run {number} ended as {done.state.value}: {', '.join(done.failures)}")
    return done.done / (done.last_done_at - done.working_since).total_seconds()


def _alone(app: Flask) -> dict[str, float]:
    """Statements of one chunk, and what the process grows by after the first fifth of the chunks."""
    number, counted, sizes = _start(app), [], []
    with app.app_context():
        engine = db.engine
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement))
    while perform_next(app, batch=f"cohort:{number}"):
        counted.append(len(statements))
        sizes.append(_megabytes())
        statements.clear()
    # The last chunk is a small one, and what the first does once is not what a chunk costs.
    return {
        "cohort.statements_per_chunk": max(counted[1:-1] or counted),
        "cohort.memory_growth_mb": round(sizes[-1] - sizes[len(sizes) // 5], 1),
    }


def _computed(app: Flask) -> float:
    """How much faster two processes compute the same cases than one does."""
    with app.app_context(), reading() as session:
        ids = session.scalars(sa.select(Student.id).order_by(Student.id.desc()).limit(CASES)).all()
        cases = [dossier.case for dossier in dossiers(session, ids).values()]
    one = _seconds([cases])
    return one / _seconds([cases[::2], cases[1::2]])


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


@contextlib.contextmanager
def _schema() -> Iterator[str | None]:
    """The address of a schema of this run's own on PostgreSQL; None where PostgreSQL does not answer."""
    address = config.database_url(os.environ.get("BENCH_DATABASE_URL", POSTGRES), Path())
    engine, name = sa.create_engine(address, poolclass=sa.NullPool), f"dualdegree_bench_{os.getpid()}"
    try:
        with engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema(name))
    except sa.exc.OperationalError:
        yield None
        return
    try:
        yield f"{address}?options=-csearch_path%3D{name}"
    finally:
        with engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(name, cascade=True))
        engine.dispose()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
