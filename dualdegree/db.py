"""How does a request meet the database? The handle, the typed base, the exact column, one transaction per request."""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import Flask, has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, orm
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from dualdegree.core.credit import figure
from dualdegree.core.refusal import Collision, Conflict
from dualdegree.core.text import Message

APPLICATION_ROLE = "dualdegree_app"
"""The PostgreSQL role that every transaction of the application takes on. It owns no table."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Exact(TypeDecorator[Decimal]):
    """Credits and grades, exact on both databases: NUMERIC on PostgreSQL, plain decimal text on SQLite (never REAL)."""

    impl = sa.Numeric(12, 4)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(sa.Numeric(12, 4) if dialect.name == "postgresql" else sa.String(16))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else figure(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(figure(Decimal(value)))


class Instant(TypeDecorator[dt.datetime]):
    """A moment in UTC, aware on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("A moment without a time zone is not a moment.")
        return value if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value if value is None or value.tzinfo is not None else value.replace(tzinfo=dt.UTC)


class Base(orm.DeclarativeBase):
    """Every table of the application."""

    registry = orm.registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            Decimal: Exact(),
            dt.datetime: Instant(),
            Mapping[str, str]: sa.JSON(),
            Mapping[str, Any]: sa.JSON(),
            list[str]: sa.JSON(),
            list[Any]: sa.JSON(),
        },
    )


db = SQLAlchemy(model_class=Base)


def init_app(app: Flask) -> None:
    """Plug the database into the application. Pages commit when their view returns: see ``web.pages``."""
    # What a statement was given is somebody's data, and no log or traceback may print it.
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True, "hide_parameters": True})
    db.init_app(app)
    Migrate(app, db, directory=app.config.get("MIGRATIONS", "migrations"))
    with app.app_context():
        prepare(db.engine)


def prepare(engine: sa.Engine) -> None:
    """Make SQLite a database one can rely on: foreign keys, WAL, waiting for the other writer."""
    if engine.dialect.name != "sqlite" or getattr(engine, "_dualdegree_prepared", False):
        return

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin event below opens every transaction
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # SQLite has one writer: whoever will write says so at once and waits, instead of being refused later.
        reads = has_request_context() and request.method in {"GET", "HEAD", "OPTIONS"}
        reads = reads or connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    engine._dualdegree_prepared = True  # type: ignore[attr-defined]  # noqa: SLF001


CHANGED = Message("The record changed while you were working on it. Open it again, look, and decide anew.")
COLLIDED = Message(
    "You or somebody else did the same or something related at this very moment, and only one of both can hold. "
    "Nothing has been changed by this one; look how it stands now, and send it again if it is still needed."
)
AT_ONCE = frozenset({
    *("23505", "23503", "40001", "40P01"),
    *("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY"),
})  # fmt: skip
"""What PostgreSQL and SQLite say when two changes exclude each other: twice the same, a row gone, each waiting for the
other."""


def at_once(error: sa.exc.DBAPIError) -> bool:
    """Whether the database refused a change only because of another one: the same again may be right a moment later."""
    problem = error.orig
    return (getattr(problem, "sqlstate", None) or getattr(problem, "sqlite_errorname", None)) in AT_ONCE


@contextmanager
def colliding(session: orm.Session, about: str = "") -> Iterator[None]:
    """Let the block change something, whole or not at all.

    Raises ``Collision``, about this value, when a constraint excludes it beside another change of this very moment, and
    ``Conflict`` when a row has changed or gone since it was read.
    """
    try:
        with session.begin_nested():
            yield
    except sa.exc.DBAPIError as error:
        if not at_once(error):
            raise
        raise Collision(COLLIDED, about=about) from error
    except orm.exc.StaleDataError as error:
        raise Conflict(CHANGED) from error


def lock(session: orm.Session, row: object) -> None:
    """Wait until nobody else is changing this row, then have it and everything else read anew, as it stands by then.

    Whoever decides by what a row says locks it first: what was read before may have been changed while this waited.
    Rows that only refer to it may still be written. SQLite has one writer, who waited before reading anything.
    Raises ``Conflict`` when the row has gone.
    """
    try:
        if session.connection().dialect.name == "postgresql":
            session.flush()
            session.expire_all()
        session.refresh(row, with_for_update={"of": type(row), "key_share": True})
    except sa.exc.InvalidRequestError as gone:
        if sa.inspect(row).persistent:
            raise Conflict("It was taken away while you were looking at it; open the list again.") from gone
        raise


# ``SET LOCAL ROLE`` and the institution in one statement: every page begins with it.
_BECOME = sa.text("SELECT set_config('role', :role, true), set_config('app.institution', :institution, true)")
_ACT_FOR = sa.text("SELECT set_config('app.institution', :institution, true)")


@event.listens_for(orm.Session, "after_begin")
def _become_the_application(session: orm.Session, _transaction: Any, connection: sa.Connection) -> None:
    """On PostgreSQL every transaction runs as a role that owns nothing, for the institution that acts."""
    if connection.dialect.name != "postgresql" or session.info.get("as_owner"):
        return
    connection.execute(_BECOME, {"role": APPLICATION_ROLE, "institution": session.info.get("institution") or ""})


def act_for(session: orm.Session, institution: str | None) -> None:
    """Let this session's transactions act for ``institution``: what row-level security will compare."""
    session.info["institution"] = institution
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        session.execute(_ACT_FOR, {"institution": institution or ""})


@contextmanager
def transaction() -> Iterator[orm.Session]:
    """One unit of work outside a request: commits when the block ends, rolls back when it raises."""
    try:
        yield db.session()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        db.session.remove()


@contextmanager
def reading() -> Iterator[orm.Session]:
    """One look at the database outside a request: on SQLite it waits for no writer and keeps none waiting."""
    try:
        session = db.session()
        session.connection(execution_options={"reads": True})
        yield session
    finally:
        db.session.rollback()
        db.session.remove()
