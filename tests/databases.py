"""Which databases does a test run on? SQLite in a file and PostgreSQL in a schema of the worker's own, both migrated."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

import config
from dualdegree import db as database
from dualdegree import events
from dualdegree.accounts import models as accounts
from dualdegree.audit import models as audit
from dualdegree.audit.cohorts import models as runs
from dualdegree.conferral import models as conferral
from dualdegree.deadlines import models as deadlines
from dualdegree.jobs import models as jobs
from dualdegree.messages import models as messages
from dualdegree.programmes import models as programmes
from dualdegree.recognition import models as recognition
from dualdegree.recognition.choices import models as choices
from dualdegree.recognition.moves import models as moves
from dualdegree.records import models as records
from dualdegree.records.entered import models as entered
from dualdegree.records.standing import models as standing
from dualdegree.requests import models as decisions
from dualdegree.titles import models as titles
from dualdegree.training.certificates import models as certificates
from dualdegree.training.enterprises import models as enterprises
from dualdegree.training.mentors import models as mentors
from dualdegree.training.placements import models as placements
from dualdegree.training.theses import models as theses
from dualdegree.web.guard import repeats

POSTGRES = config.database_url(os.environ.get("TEST_DATABASE_URL", "postgresql://127.0.0.1:5432/test"), Path())
TABLES = (
    events,
    jobs,
    messages,
    accounts,
    programmes,
    records,
    entered,
    enterprises,
    mentors,
    placements,
    standing,
    recognition,
    choices,
    moves,
    audit,
    runs,
    decisions,
    certificates,
    theses,
    conferral,
    deadlines,
    titles,
    repeats,
)
"""Whoever migrates must know every table, whether or not the test at hand uses it."""
BACKENDS = ("sqlite", "postgresql")
FILLED = """\
SELECT format('%%s.%%s', relnamespace::regnamespace, relname) FROM pg_class
WHERE relnamespace = %(schema)s::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""
RESTART = """\
SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences
WHERE schemaname = '{schema}' AND last_value IS NOT NULL
"""


def required(what: str, reason: str) -> None:
    """Skip for want of ``what``; in CI, where everything must be there, fail."""
    if os.environ.get("DUALDEGREE_REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is required here: {reason}")
    pytest.skip(f"{what} is missing: {reason}")


class SQLite:
    """A migrated file, copied afresh for each test."""

    def __init__(self, folder: Path) -> None:
        self.pristine = folder / "pristine.db"
        self.file = folder / "test.db"
        self.url = f"sqlite:///{self.pristine}"
        migrate(self.url)
        self.url = f"sqlite:///{self.file}"
        self.kept, self.builders = {}, {}

    def reset(self) -> None:
        for suffix in ("-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.pristine, self.file)


class PostgreSQL:
    """A migrated schema of this worker's own, emptied for each test."""

    def __init__(self, worker: str) -> None:
        self.schema = f"dualdegree_{worker}_{os.getpid()}"
        kept = (events.Event.__tablename__, conferral.DocumentChange.__tablename__)
        self.history = {f"{self.schema}.{name}" for name in kept}
        self.url = f"{POSTGRES}?options=-csearch_path%3D{self.schema}%20-csynchronous_commit%3Doff"
        self.owner = sa.create_engine(POSTGRES, poolclass=sa.NullPool)
        try:
            with self.owner.begin() as connection:
                connection.exec_driver_sql(f"CREATE SCHEMA {self.schema}")
        except sa.exc.OperationalError as error:
            required("PostgreSQL", f"{POSTGRES} did not answer ({str(error.orig).splitlines()[0]})")
        migrate(self.url)
        self.tables = [f"{self.schema}.{table.name}" for table in reversed(database.Base.metadata.sorted_tables)]
        self.kept, self.builders = {}, {}

    def reset(self) -> None:
        # Truncating every table makes its files anew, which takes a second; most are empty, and the rest hold little.
        with self.owner.begin() as connection:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            filled = {table for (table,) in connection.exec_driver_sql(FILLED, {"schema": self.schema})}
            # Nobody may delete history, not even here.
            emptying = [f"TRUNCATE {table}" for table in sorted(self.history & filled)]
            emptying += [f"DELETE FROM {table}" for table in self.tables if table in filled - self.history]
            connection.exec_driver_sql(";".join([*emptying, RESTART.format(schema=self.schema)]))

    def drop(self) -> None:
        with self.owner.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {self.schema} CASCADE")
        self.owner.dispose()


def bare_app(url: str) -> Flask:
    """An application with nothing but the database: what services need."""
    app = Flask("dualdegree")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["MIGRATIONS"] = str(config.MIGRATIONS)
    app.config["IDENTITY_SECRET"] = "a secret for tests only"
    database.init_app(app)
    return app


def migrate(url: str) -> None:
    """Bring the database at ``url`` to head."""
    with bare_app(url).app_context():
        upgrade()
        database.db.engine.dispose()


def every_backend(folder: Path, worker: str) -> Iterator[dict[str, SQLite | PostgreSQL]]:
    """The backends made so far in this worker; a test asks for the one it needs."""
    ready: dict[str, SQLite | PostgreSQL] = {}
    yield ready
    if isinstance(ready.get("postgresql"), PostgreSQL):
        ready["postgresql"].drop()


def backend(ready: dict[str, SQLite | PostgreSQL], name: str, folder: Path, worker: str) -> SQLite | PostgreSQL:
    """The backend of this name, migrated once per worker."""
    if name not in ready:
        ready[name] = SQLite(folder) if name == "sqlite" else PostgreSQL(worker)
    return ready[name]
