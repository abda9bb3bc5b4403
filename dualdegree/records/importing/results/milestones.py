"""What would a file of milestones change? Each row against the roster and what the record already holds."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.credit import figure
from dualdegree.core.text import Message
from dualdegree.records.entered.registers import MILESTONE, RecordedHere
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.rows import MilestoneRow, Refused
from dualdegree.records.importing.outcome import RowChange
from dualdegree.records.importing.planning import (
    UNKNOWN_STUDENT,
    Enrolled,
    Findings,
    ImportPlan,
    ReadFile,
    RowsOf,
    chunks,
    enrolled,
    raise_revisions,
    write_rows,
)
from dualdegree.records.models import MilestoneHeld

NEEDS = Needs(all_of=("student_number", "milestone"))

IN_FUTURE = Message("This day has not come yet.")
REPEATED = Message("Another line already tells of this milestone of this student.")

Key = tuple[int, str]
"""Enrolment and milestone."""


def plan(session: orm.Session, source: ReadFile) -> ImportPlan:
    """What the file would do to the milestones of this institution's students."""
    findings = Findings(source)
    rows = list(findings.typed_rows(MilestoneRow))
    students = enrolled(session, source.institution.id, sorted({typed.student_number for _, typed in rows}))
    held = _held(session, students)
    here = RecordedHere(session, MILESTONE, (student.id for student in students.values()))
    seen: set[Key] = set()
    inserts, updates, touched = [], [], set()
    for row, typed in rows:
        try:
            key = _key(typed, students, seen, source)
        except Refused as refused:
            findings.refuse(refused, row)
            continue
        seen.add(key)
        values = _values(typed, source)
        if here.milestone(key):
            findings.unchanged += 1
            if difference := here.difference(key, values):
                findings.remark(Refused(difference, "milestone"), row)
            continue
        before = held.get(key)
        if before is None:
            inserts.append(
                {
                    "enrolment_id": key[0],
                    "institution_id": source.institution.id,
                    "milestone": typed.milestone,
                    **values,
                }
            )
        elif all(before[name] == value for name, value in values.items()):
            findings.unchanged += 1
            continue
        else:
            updates.append({"id": before["id"], **values})
        change = RowChange(
            line=row.line,
            subject=typed.student_number,
            what=typed.milestone,
            before=_words(before) if before else {},
            after=_words(values),
        )
        findings.changes.append(change)
        touched.add(key[0])

    def apply(into: orm.Session) -> None:
        write_rows(into, MilestoneHeld, inserts, updates)
        here.keep(into)
        raise_revisions(into, sorted(touched))

    reach = (RowsOf(MilestoneHeld, MilestoneHeld.enrolment_id.in_, sorted(touched)),)
    return ImportPlan(preview=findings.preview(), idle=not touched and here.is_idle, apply=apply, reach=reach)


def _key(typed: MilestoneRow, students: Mapping[str, Enrolled], seen: set[Key], source: ReadFile) -> Key:
    student = students.get(typed.student_number)
    if student is None:
        raise Refused(UNKNOWN_STUDENT, "student_number")
    if typed.date is not None and typed.date > source.today:
        raise Refused(IN_FUTURE, "date")
    # A language certificate may be older than the admission.
    if typed.date is not None and typed.date < student.birth_date:
        raise Refused(
            Message("The student was born after this day, on %(date)s.", {"date": student.birth_date.isoformat()}),
            "date",
        )
    key = student.id, typed.milestone
    if key in seen:
        raise Refused(REPEATED, "milestone")
    return key


def _held(session: orm.Session, students: Mapping[str, Enrolled]) -> dict[Key, Mapping[str, Any]]:
    table = MilestoneHeld
    rows: dict[Key, Mapping[str, Any]] = {}
    for some in chunks(sorted(student.id for student in students.values())):
        query = sa.select(table.id, table.enrolment_id, table.milestone, table.value, table.achieved_on).where(
            table.enrolment_id.in_(some)
        )
        rows.update({(row["enrolment_id"], row["milestone"]): row for row in session.execute(query).mappings()})
    return rows


def _values(typed: MilestoneRow, source: ReadFile) -> dict[str, Any]:
    """The columns that the file has; what it says nothing of stays as it is."""
    columns = {"value": ("value", typed.value), "date": ("achieved_on", typed.date)}
    return dict(columns[field] for field in columns if field in source.table.headers)


def _words(values: Mapping[str, Any]) -> dict[str, str]:
    value, day = values.get("value"), values.get("achieved_on")
    return {"value": "" if value is None else figure(value), "achieved on": day.isoformat() if day else ""}
