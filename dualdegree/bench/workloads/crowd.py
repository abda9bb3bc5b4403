"""Where do a hundred thousand students come from? The demonstration's, copied with other results, always the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import sqlalchemy as sa

from dualdegree.records.models import Enrolment, MilestoneHeld, RegisteredAttempt, Student

AT_ONCE = 500
TABLES = (Student, Enrolment, RegisteredAttempt, MilestoneHeld)
"""In the order in which rows may be written."""
FAILED = 0.03
"""Which share of the passed attempts a copy has failed, so that copies differ from one another."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One student of the demonstration with both enrolments, as rows."""

    student: Row
    enrolments: tuple[Row, ...]
    attempts: tuple[Row, ...]
    milestones: tuple[Row, ...]


def copy_students(connection: sa.Connection, number: int, seed: int = 1) -> None:
    """Add ``number`` copies of those students who are in both registers and bound to both curricula."""
    patterns = _patterns(connection)
    ids = {table: _first_free(connection, table) for table in TABLES}
    random = Random(seed)  # noqa: S311 - a seeded workload
    for start in range(0, number, AT_ONCE):
        rows: dict[Any, list[Row]] = {table: [] for table in TABLES}
        for copy in range(start, min(start + AT_ONCE, number)):
            for table, row in _copied(patterns[copy % len(patterns)], copy, ids, random):
                rows[table].append(row)
        for table in TABLES:
            connection.execute(sa.insert(table), rows[table])
    if connection.dialect.name == "postgresql":
        for table, following in ids.items():
            connection.execute(
                sa.text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                {"name": table.__tablename__, "last": following - 1},
            )


def _copied(pattern: Pattern, copy: int, ids: dict[Any, int], random: Random) -> Iterator[tuple[Any, Row]]:
    student = _take(ids, Student)
    yield Student, {**pattern.student, "id": student, "person_id": None}
    for enrolment in pattern.enrolments:
        mine = _take(ids, Enrolment)
        number = {"number": f"{enrolment['number']}-{copy}", "partner_number": None}
        yield Enrolment, {**enrolment, **number, "id": mine, "student_id": student, "advisor_id": None}
        for attempt in (row for row in pattern.attempts if row["enrolment_id"] == enrolment["id"]):
            failed = attempt["status"] == "passed" and random.random() < FAILED
            result = {"status": "failed"} if failed else {}
            yield RegisteredAttempt, {**attempt, **result, "id": _take(ids, RegisteredAttempt), "enrolment_id": mine}
        for held in (row for row in pattern.milestones if row["enrolment_id"] == enrolment["id"]):
            yield MilestoneHeld, {**held, "id": _take(ids, MilestoneHeld), "enrolment_id": mine}


def _take(ids: dict[Any, int], table: Any) -> int:
    ids[table] += 1
    return ids[table] - 1


def _first_free(connection: sa.Connection, table: Any) -> int:
    return int(connection.scalar(sa.select(sa.func.coalesce(sa.func.max(table.id), 0))) or 0) + 1


def _patterns(connection: sa.Connection) -> Sequence[Pattern]:
    bound = (
        sa.select(Enrolment.student_id)
        .where(Enrolment.curriculum_version_id.is_not(None))
        .group_by(Enrolment.student_id)
        .having(sa.func.count() == 2)
    )
    patterns = []
    for student in _rows(connection, Student, Student.id.in_(bound)):
        enrolments = _rows(connection, Enrolment, Enrolment.student_id == student["id"])
        ids = [enrolment["id"] for enrolment in enrolments]
        patterns.append(
            Pattern(
                student=student,
                enrolments=enrolments,
                attempts=_rows(connection, RegisteredAttempt, RegisteredAttempt.enrolment_id.in_(ids)),
                milestones=_rows(connection, MilestoneHeld, MilestoneHeld.enrolment_id.in_(ids)),
            )
        )
    return patterns


def _rows(connection: sa.Connection, table: Any, which: sa.ColumnElement[bool]) -> tuple[Row, ...]:
    query = sa.select(table.__table__).where(which).order_by(table.id)
    return tuple(dict(row) for row in connection.execute(query).mappings())
