"""What rests on a confirmed import, so that it cannot be taken back? Each by a name."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.days import day_in
from dualdegree.core.text import Message
from dualdegree.db import Base
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import profile_of
from dualdegree.records.importing.planning import chunks
from dualdegree.records.importing.taking_back.reach import OWNED, Touched, TouchedEnrolment, key_of, students_of
from dualdegree.records.importing.tracing import RowKey
from dualdegree.records.models import Enrolment, ImportBatch, ImportedRow, Student
from dualdegree.stakes import Ground, Stake

LINK = "student_id"
"""The column by which an enrolment is linked with the partner's: a link is taken back by its own act."""
OWN = frozenset(
    {
        "attempt",
        "register_recognition",
        "milestone_held",
        "enrolment",
        "link_proposal",
        "search_word",
        "state_entry",
        "student_join",
        "link_undoing",
    }
)
"""The tables of this office that name a student or an enrolment."""
NOT_TRACED = Message(
    "This file was confirmed before the system kept what a file changes, so that the state before it is not known."
)
LATER = Message("%(file)s, confirmed on %(day)s, which changed the same again: take that back first")
RESULTS = Message("%(file)s, confirmed on %(day)s, with results of these students: take that back first")
OTHER_RESULTS = Message("results of these students from before the system kept what a file changes")
CHANGED = Message("a change of %(number)s that was made since, not by a file")
LINKED = Message("the link of %(number)s with %(partner)s in the partner's register: undo the link first")
OTHER = Message("what another office has entered about the student since")


def resting_on(session: orm.Session, batch: ImportBatch, touched: Touched) -> tuple[Stake, ...]:
    """Everything that rests on the import, of later files first."""
    if not touched.rows:
        return (_nobodys("not-traced", NOT_TRACED),)
    later, again = _later_files(session, batch)
    ground = Ground(
        students=students_of(touched.sides.values()),
        leaving=touched.leaving,
        added=touched.attempts(added=True),
        changed=touched.attempts(added=False),
        since=cast("dt.datetime", batch.confirmed_at),
    )
    return (
        *later,
        *_results(session, batch, touched),
        *_changed_since(touched, again),
        *_links(session, touched),
        *stakes.resting(session, ground),
        *_unnamed(session, touched),
    )


def _nobodys(key: str, what: Message) -> Stake:
    return Stake(student=0, name={}, key=key, what=what, in_force=False)


def _whose(side: TouchedEnrolment, key: str, what: Message) -> Stake:
    return Stake(student=side.student, name=side.name, key=key, what=what, in_force=False)


def _later_files(session: orm.Session, batch: ImportBatch) -> tuple[list[Stake], set[RowKey]]:
    """The later files that touched the same rows, and which rows those are."""
    own, other = orm.aliased(ImportedRow), orm.aliased(ImportedRow)
    query = (
        sa.select(ImportBatch.id, ImportBatch.filename, ImportBatch.confirmed_at, other.row_table, other.row_id)
        .join(other, other.batch_id == ImportBatch.id)
        .join(own, sa.and_(own.row_table == other.row_table, own.row_id == other.row_id))
        .where(own.batch_id == batch.id, ImportBatch.id > batch.id, ImportBatch.taken_back_at.is_(None))
        .order_by(ImportBatch.id)
    )
    rows = session.execute(query).all()
    files = {row.id: row for row in rows}
    where = session.get_one(Institution, batch.institution_id)
    named = [_file(where, row.id, row.filename, row.confirmed_at, LATER) for row in files.values()]
    return named, {(row.row_table, row.row_id) for row in rows}


def _file(where: Institution, batch: int, filename: str, at: dt.datetime | None, words: Message) -> Stake:
    day = day_in(cast("dt.datetime", at), profile_of(where).time_zone)
    return _nobodys(f"import:{batch}", Message(words.id, {"file": filename, "day": day}))


def _results(session: orm.Session, batch: ImportBatch, touched: Touched) -> Iterator[Stake]:
    """The files, named or not, by which students whom this one enrolled have results."""
    enrolments = touched.added(Enrolment)
    files: dict[int | None, tuple[str, dt.datetime | None]] = {}
    for table in OWNED if enrolments else ():
        for some in chunks(enrolments):
            files.update(_files_of(session, table, some))
    where = session.get_one(Institution, batch.institution_id)
    for number, (filename, at) in sorted(files.items(), key=lambda known: known[0] or 0):
        yield _nobodys("results", OTHER_RESULTS) if number is None else _file(where, number, filename, at, RESULTS)


def _files_of(
    session: orm.Session, table: type[Base], enrolments: Sequence[int]
) -> dict[int | None, tuple[str, dt.datetime | None]]:
    rows = table.__table__.c
    traced = sa.and_(ImportedRow.row_table == table.__tablename__, ImportedRow.row_id == rows.id)
    query = (
        sa.select(ImportBatch.id, ImportBatch.filename, ImportBatch.confirmed_at)
        .select_from(table)
        .outerjoin(ImportedRow, sa.and_(traced, ImportedRow.before.is_(sa.null())))
        .outerjoin(ImportBatch, sa.and_(ImportBatch.id == ImportedRow.batch_id, ImportBatch.taken_back_at.is_(None)))
        .where(rows.enrolment_id.in_(enrolments))
        .distinct()
    )
    return {row.id: (row.filename or "", row.confirmed_at) for row in session.execute(query)}


def _changed_since(touched: Touched, again: set[RowKey]) -> Iterator[Stake]:
    """Rows that are not any more what the import made of them, and that no later file accounts for."""
    names: dict[str, TouchedEnrolment] = {}
    for row in touched.rows:
        side = touched.side(row)
        if side is not None and key_of(row) not in again and _differs(touched, row):
            names.setdefault(side.number, side)
    for number, side in names.items():
        yield _whose(side, f"changed:{number}", Message(CHANGED.id, {"number": number}))


def _differs(touched: Touched, row: ImportedRow) -> bool:
    if row.row_table == Student.__tablename__ or row.after is None:
        # A student's own row is worked out of the enrolments, but for the account.
        return False
    now = touched.now.get(key_of(row))
    return now is None or any(now[name] != value for name, value in row.after.items() if name != LINK)


def _links(session: orm.Session, touched: Touched) -> Iterator[Stake]:
    """The links with the partner's register that were made since, and those of two records that the import joined."""
    held = {row.row_id: touched.sides[row.row_id] for row in touched.rows if _is_held(touched, row)}
    students = {side.student: side for side in held.values()}
    for some in chunks(sorted(students)):
        query = sa.select(Enrolment.id, Enrolment.student_id, Enrolment.number).where(Enrolment.student_id.in_(some))
        for row in session.execute(query.order_by(Enrolment.number)):
            if row.id not in held:
                side = students[row.student_id]
                words = {"number": side.number, "partner": row.number}
                yield _whose(side, f"link:{side.number}", Message(LINKED.id, words))


def _is_held(touched: Touched, row: ImportedRow) -> bool:
    """Whether the row is an enrolment that a link holds, if there is one: not one that came in linked."""
    if row.row_table != Enrolment.__tablename__ or row.row_id not in touched.sides:
        return False
    after, student = row.after or {}, touched.sides[row.row_id].student
    if row.before is None:
        return student in touched.added(Student) or after[LINK] != student
    return after.get(LINK) == student


def _unnamed(session: orm.Session, touched: Touched) -> Iterator[Stake]:
    """Students whom the import enrolled and of whom an office keeps something that it has not named."""
    sides = {number: touched.sides[number] for number in touched.added(Enrolment) if number in touched.sides}
    students = {side.student: side for side in sides.values()}
    known = OWN | stakes.known_tables()
    parts = [
        sa.select(column.label("whose"), sa.literal(target == Student.__tablename__).label("of_student"))
        for table in Base.metadata.sorted_tables
        if table.name not in known
        for key in table.foreign_keys
        if (target := key.column.table.name) in {Student.__tablename__, Enrolment.__tablename__}
        for column in [key.parent]
    ]
    for some in chunks(sorted(students)) if parts else ():
        named = [number for number, side in sides.items() if side.student in some]
        every = sa.union(*parts).subquery()
        here = sa.or_(
            sa.and_(every.c.of_student.is_(True), every.c.whose.in_(some)),
            sa.and_(every.c.of_student.is_(False), every.c.whose.in_(named)),
        )
        for whose, of_student in session.execute(sa.select(every.c.whose, every.c.of_student).where(here)):
            side = students[whose] if of_student else sides[whose]
            yield _whose(side, f"other:{side.number}", OTHER)
