"""Which rows did an import touch, how do they stand now, and whose are they?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.text import Text
from dualdegree.db import Base
from dualdegree.programmes.models import CourseOffer
from dualdegree.records.importing.planning import chunks
from dualdegree.records.importing.tracing import RowKey, StoredRow, rows_present
from dualdegree.records.models import (
    Enrolment,
    ImportBatch,
    ImportedRow,
    MilestoneHeld,
    RegisteredAttempt,
    RegisterRecognition,
    Student,
    full_name,
    reference,
)
from dualdegree.records.standing.models import StateEntry

OWNED: tuple[type[Base], ...] = (RegisteredAttempt, RegisterRecognition, MilestoneHeld)
"""The tables whose rows belong to an enrolment."""
TABLES: Mapping[str, type[Base]] = {
    RegisteredAttempt.__tablename__: RegisteredAttempt,
    RegisterRecognition.__tablename__: RegisterRecognition,
    MilestoneHeld.__tablename__: MilestoneHeld,
    StateEntry.__tablename__: StateEntry,
    Enrolment.__tablename__: Enrolment,
    Student.__tablename__: Student,
    CourseOffer.__tablename__: CourseOffer,
}
"""Every table that imports write, what is taken away first before what it refers to."""


@dataclass(frozen=True, slots=True)
class TouchedEnrolment:
    """An enrolment that an import touched, with its student's name."""

    student: int
    number: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """The rows of one import in their order, how each stands now, and the enrolments that they belong to, by id."""

    rows: tuple[ImportedRow, ...]
    now: Mapping[RowKey, StoredRow]
    sides: Mapping[int, TouchedEnrolment]

    def enrolment(self, row: ImportedRow) -> int | None:
        """The id of the enrolment that the row is or belongs to; None for a student or an offer."""
        if row.row_table == Enrolment.__tablename__:
            return row.row_id
        return cast("int | None", self.whole(row).get("enrolment_id"))

    def whole(self, row: ImportedRow) -> StoredRow:
        """Everything that is known of the row."""
        return {**(row.before or {}), **(row.after or {}), **self.now.get(key_of(row), {})}

    def side(self, row: ImportedRow) -> TouchedEnrolment | None:
        """Whose the row is."""
        return self.sides.get(self.enrolment(row) or 0)

    def added(self, table: type[Base]) -> tuple[int, ...]:
        """The ids of the rows of this table that the import added."""
        return tuple(row.row_id for row in self.rows if row.row_table == table.__tablename__ and row.before is None)

    @property
    def leaving(self) -> frozenset[int]:
        """The students whom the import enrolled."""
        return frozenset(self.sides[number].student for number in self.added(Enrolment) if number in self.sides)

    def attempts(self, *, added: bool) -> frozenset[tuple[int, str]]:
        """The attempts that it added, or those that it changed: student and reference."""
        rows = (row for row in self.rows if row.row_table == RegisteredAttempt.__tablename__)
        return frozenset(
            (side.student, _reference(self.whole(row)))
            for row in rows
            if (row.before is None) is added and (side := self.side(row)) is not None
        )


def touched_rows(session: orm.Session, batch: ImportBatch) -> Touched:
    """What the import touched. A fixed number of queries for each few hundred rows."""
    query = sa.select(ImportedRow).where(ImportedRow.batch_id == batch.id).order_by(ImportedRow.id)
    rows = tuple(session.scalars(query))
    now: dict[RowKey, StoredRow] = {}
    for name, table in TABLES.items():
        ids = [row.row_id for row in rows if row.row_table == name]
        now.update(rows_present(session, table, ids))
    first = Touched(rows=rows, now=now, sides={})
    enrolments = {first.enrolment(row) for row in rows} - {None}
    return Touched(rows=rows, now=now, sides=_sides(session, sorted(cast("set[int]", enrolments))))


def key_of(row: ImportedRow) -> RowKey:
    """The row that it tells of."""
    return row.row_table, row.row_id


def _sides(session: orm.Session, enrolments: Sequence[int]) -> dict[int, TouchedEnrolment]:
    columns = (Enrolment.id, Enrolment.student_id, Enrolment.number)
    names = (Student.family_name, Student.given_name, Student.han_name)
    sides = {}
    for some in chunks(enrolments):
        for row in session.execute(sa.select(*columns, *names).join(Enrolment.student).where(Enrolment.id.in_(some))):
            name = full_name(row.family_name, row.given_name, row.han_name)
            sides[row.id] = TouchedEnrolment(student=row.student_id, number=row.number, name=name)
    return sides


def students_of(sides: Iterable[TouchedEnrolment]) -> frozenset[int]:
    """Whose record it is."""
    return frozenset(side.student for side in sides)


def _reference(row: StoredRow) -> str:
    return reference(row["institution_id"], row["course"], row["term"], row["sitting"])
