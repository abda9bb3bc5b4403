"""How do two students turn out to be one person? Everything that is kept about the younger row moves to the older."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.db import Base
from dualdegree.records.importing.people.identity import PERSON, settle
from dualdegree.records.models import Enrolment, Student, StudentJoin


def person(student: Student) -> dict[str, str]:
    """What the record says of the person now, as the history keeps it."""
    return {name: str(getattr(student, name) or "") for name in PERSON}


def join(session: orm.Session, first: Student, second: Student) -> Student:
    """Make one student of two who are enrolled at different institutions; the older row stays, with either account.

    Of two accounts the older row's opens the record; the other is remembered, as all that an undoing must know.
    Whatever was judged of either is out of date afterwards.
    """
    kept, gone = sorted((first, second), key=lambda student: student.id)
    came = [enrolment.id for enrolment in gone.enrolments]
    accounts = kept.person_id, gone.person_id
    gone.person_id = None
    session.flush()
    kept.person_id = accounts[0] or accounts[1]
    for enrolment in tuple(gone.enrolments):
        enrolment.student = kept
    session.flush()
    _move(session, gone.id, kept.id)
    session.add(
        StudentJoin(
            kept_id=kept.id, gone_id=gone.id, enrolments=came, kept_account=accounts[0], gone_account=accounts[1]
        )
    )
    session.expire(gone)
    session.expire(kept, ["enrolments"])
    settle(kept)
    kept.outdate()
    session.flush()
    return kept


def _move(session: orm.Session, gone: int, kept: int) -> None:
    """Let every other table that names the one student name the other, whichever office keeps it.

    Where a table may hold a thing only once for each student, what the older row has stays.
    """
    for table in Base.metadata.sorted_tables:
        if table.name in {Enrolment.__tablename__, StudentJoin.__tablename__}:
            continue
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            if key.column.table.name == Student.__tablename__:
                move_rows(session, key.parent, gone, kept)


def move_rows(
    session: orm.Session, column: sa.Column[Any], gone: int, kept: int, *, which: sa.ColumnElement[bool] | None = None
) -> None:
    """Let the rows whose ``column`` names the one student (of these ``which``) name the other.

    A row that the other has already stays behind.
    """
    named = sa.and_(column == gone, sa.true() if which is None else which)
    try:
        with session.begin_nested():
            session.execute(sa.update(column.table).where(named).values({column.name: kept}))
    except sa.exc.IntegrityError:
        # One of the rows is there twice: each is moved by itself, so that only the double one stays behind.
        _move_each(session, column, named, kept)


def _move_each(session: orm.Session, column: sa.Column[Any], named: sa.ColumnElement[bool], kept: int) -> None:
    keys = tuple(column.table.primary_key)
    for row in session.execute(sa.select(*keys).where(named).order_by(*keys)).all():
        itself = sa.and_(*(key == value for key, value in zip(keys, row, strict=True)))
        try:
            with session.begin_nested():
                session.execute(sa.update(column.table).where(itself).values({column.name: kept}))
        except sa.exc.IntegrityError:
            continue
