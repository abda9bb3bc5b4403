"""On which databases is a cohort measured? New ones: the demonstration, with any number of copies of its students."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

import config
from dualdegree import create_app
from dualdegree.bench.workloads.crowd import copy_students
from dualdegree.core.refusal import Refusal
from dualdegree.db import db

POSTGRES = "postgresql://127.0.0.1:5432/test"
ANSWERS = ("latest_audit", "audit_result", "job", "cohort_run")
"""The tables that are emptied between two measurements."""
PROGRAM = "from dualdegree.cli import main; main()"

Environment = Mapping[str, str]


def environment_of(url: str, folder: Path) -> Environment:
    """What the program is told for a database at ``url``, or for SQLite in the folder without one."""
    return {"DATABASE_URL": url, "DUALDEGREE_INSTANCE": str(folder), "BROKER_URL": "", "JOB_LEASE_SECONDS": "5"}


def begin(environment: Environment, *arguments: str) -> subprocess.Popen[bytes]:
    """``dualdegree`` with these arguments, as a process that leads a group of its own and tells nothing."""
    return subprocess.Popen(  # noqa: S603 - nothing of it comes from outside
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def filled(environment: Environment, students: int) -> Flask:
    """An application on a database with the demonstration and that many copies of its students, nobody audited."""
    if begin(environment, "demo", "--load-only").wait():
        raise Refusal("The demonstration could not be loaded, so nothing was measured; the line above says why.")
    app = create_app(config.from_environment(environment))
    with app.app_context(), db.engine.begin() as connection:
        copy_students(connection, students)
    forget_answers(app)
    return app


def forget_answers(app: Flask) -> None:
    """As if nobody had been audited and no run had been started."""
    with app.app_context(), db.engine.begin() as connection:
        for table in ANSWERS:
            connection.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 - the names are ours


@contextlib.contextmanager
def schema() -> Iterator[str | None]:
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
