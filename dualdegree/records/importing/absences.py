"""What does the record hold that a file which is said to be the whole register lacks? Reported, never deleted."""

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.records.importing.files.plain_words import narrow, written_as
from dualdegree.records.importing.outcome import AbsentRow
from dualdegree.records.importing.planning import ReadFile
from dualdegree.records.models import Enrolment, MilestoneHeld, RegisteredAttempt, RegisterRecognition

Key = tuple[str, str]
"""A student's number, and the code of a course or milestone; "" for the student."""


def absences(session: orm.Session, source: ReadFile) -> tuple[AbsentRow, ...]:
    """By student and course, what the record holds more often than the file; nothing of offers.

    A rejected row counts as one that is there: it has to be mended, not missed.
    """
    held = _held(session, source)
    given = Counter(_given(source))
    return tuple(
        AbsentRow(subject=number, what=what, held=count, given=given[number, what])
        for (number, what), count in sorted(held.items())
        if count > given[number, what]
    )


def _given(source: ReadFile) -> Iterable[Key]:
    words = source.layout.values.get("milestone", {})
    for row in source.table.rows:
        number = narrow(row.cells.get("student_number", ""))
        match source.kind:
            case "grades":
                yield number, narrow(row.cells.get("course_code", ""))
            case "milestones":
                said = row.cells.get("milestone", "")
                yield number, written_as(said, words) or said
            case _:
                yield number, ""


def _held(session: orm.Session, source: ReadFile) -> Counter[Key]:
    here = Enrolment.institution_id == source.institution.id
    tables: dict[str, tuple[sa.Select[str, str], ...]] = {
        "roster": (sa.select(Enrolment.number, sa.literal("")).where(here),),
        "grades": (
            _of_students(RegisteredAttempt.course, RegisteredAttempt.enrolment_id).where(here),
            _of_students(RegisterRecognition.course, RegisterRecognition.enrolment_id).where(here),
        ),
        "milestones": (_of_students(MilestoneHeld.milestone, MilestoneHeld.enrolment_id).where(here),),
    }
    rows = (row for query in tables.get(source.kind, ()) for row in session.execute(query))
    return Counter((row[0], row[1]) for row in rows)


def _of_students(what: orm.InstrumentedAttribute[str], whose: orm.InstrumentedAttribute[int]) -> sa.Select[str, str]:
    return sa.select(Enrolment.number, what).where(whose == Enrolment.id)
