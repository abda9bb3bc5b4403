"""How does the very state before an import come back? What it added is taken away, what it changed is put back."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.refusal import Conflict
from dualdegree.db import Base
from dualdegree.programmes.models import CourseOffer
from dualdegree.records.importing.people.identity import settle
from dualdegree.records.importing.planning import chunks
from dualdegree.records.importing.taking_back.reach import TABLES, Touched, key_of
from dualdegree.records.importing.taking_back.resting import LINK
from dualdegree.records.importing.tracing import values_of
from dualdegree.records.models import (
    Enrolment,
    ImportedRow,
    LinkProposal,
    LinkUndoing,
    SearchWord,
    Student,
    StudentJoin,
)
from dualdegree.records.searching import index


def restore(session: orm.Session, touched: Touched) -> None:
    """Put every row back as it was. Raises ``Conflict`` when something that nobody has named still refers to one."""
    for name, table in TABLES.items():
        rows = [row for row in touched.rows if row.row_table == name]
        if table is Student:
            _restore_students(session, touched, rows)
        else:
            _put_back(session, table, [row for row in rows if row.before is not None and row.after is not None])
            _return(session, table, [row for row in rows if row.after is None])
            _take_away(session, table, [row.row_id for row in rows if row.before is None])
    session.expire_all()
    _settle(session, touched)


def _put_back(session: orm.Session, table: type[Base], rows: Sequence[ImportedRow]) -> None:
    for row in rows:
        before = {name: value for name, value in (row.before or {}).items() if name != LINK}
        if before:
            _write(session, sa.update(table).where(table.__table__.c.id == row.row_id).values(_named(table, before)))


def _named(table: type[Base], stored: dict[str, object]) -> dict[Any, Any]:
    columns = table.__table__.c
    return {columns[name]: value for name, value in values_of(table, stored).items()}


def _write(session: orm.Session, statement: sa.Update | sa.Delete) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})


def _return(session: orm.Session, table: type[Base], rows: Sequence[ImportedRow]) -> None:
    """Write rows again that the import took away, which only files of offers do; what is offered again is there."""
    every = [values_of(table, row.before or {}) for row in rows]
    offer = CourseOffer
    offered = {tuple(row) for row in session.execute(sa.select(offer.institution_id, offer.course, offer.term))}
    gone = [row for row in every if (row["institution_id"], row["course"], row["term"]) not in offered]
    if gone:
        new = [{name: value for name, value in row.items() if name != "id"} for row in gone]
        session.execute(sa.insert(table), new)


def _take_away(session: orm.Session, table: type[Base], ids: Sequence[int]) -> None:
    for some in chunks(ids):
        if table is Enrolment:
            proposals = sa.or_(LinkProposal.enrolment_id.in_(some), LinkProposal.named_id.in_(some))
            _write(session, sa.delete(LinkProposal).where(proposals))
        _delete(session, sa.delete(table).where(table.__table__.c.id.in_(some)))


def _delete(session: orm.Session, statement: sa.Delete) -> None:
    try:
        with session.begin_nested():
            _write(session, statement)
    except sa.exc.IntegrityError as error:
        raise Conflict(
            "Something that was entered about these students since rests on this import, so that it cannot be taken "
            "back; nothing has been changed."
        ) from error


def _restore_students(session: orm.Session, touched: Touched, rows: Sequence[ImportedRow]) -> None:
    """Take away whom nobody enrols any more; give back the account that a student had, unless it has changed since."""
    new = {row.row_id for row in rows if row.before is None}
    for some in chunks(sorted(new | touched.leaving)):
        still = set(session.scalars(sa.select(Enrolment.student_id).where(Enrolment.student_id.in_(some))))
        alone = [number for number in some if number not in still]
        stakes.forget_derived(session, alone)
        _write(session, sa.delete(SearchWord).where(SearchWord.student_id.in_(alone)))
        _write(session, sa.delete(LinkUndoing).where(LinkUndoing.joined_id.in_(alone)))
        past = sa.or_(StudentJoin.kept_id.in_(alone), StudentJoin.gone_id.in_(alone))
        _write(session, sa.delete(StudentJoin).where(past))
        _delete(session, sa.delete(Student).where(Student.id.in_(alone)))
    for row in rows:
        if row.before and row.after and touched.now.get(key_of(row)) == {**touched.now[key_of(row)], **row.after}:
            _put_back(session, Student, [row])


def _settle(session: orm.Session, touched: Touched) -> None:
    """Let the students' own rows say what the registers' words come to now, and what was judged of them be anew."""
    ids = sorted({side.student for side in touched.sides.values()})
    roster = any(row.row_table == Enrolment.__tablename__ for row in touched.rows)
    for some in chunks(ids):
        for student in session.scalars(sa.select(Student).where(Student.id.in_(some)).order_by(Student.id)):
            if roster and student.enrolments:
                settle(student)
            for enrolment in student.enrolments:
                if roster or enrolment.id in touched.sides:
                    enrolment.revision += 1
        session.flush()
    if roster:
        index(session, ids)
