"""Which entered exceptions would a new version of a curriculum leave without the node that they rest on?"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import ExceptionRequest
from dualdegree.core.approval import State
from dualdegree.core.audit.case.fitting import node_of, not_waivable
from dualdegree.core.curricula.curriculum import Curriculum, read_curriculum
from dualdegree.core.refusal import Conflict
from dualdegree.core.text import Message
from dualdegree.records.models import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """An entered exception that the new version could not apply, and why not."""

    exception: ExceptionRequest
    reason: Message


def orphans(
    session: orm.Session, new: Curriculum | str | bytes, *, students: Iterable[int] | None = None
) -> tuple[Orphan, ...]:
    """The institution's entered exceptions in this programme that the new version would orphan, oldest first.

    ``students``: only theirs, for a decision that moves some students to the version. One query, whatever the number.
    Raises ``SourceError`` for a text that is no curriculum.
    """
    value = new if isinstance(new, Curriculum) else read_curriculum(new, "curriculum")
    table = ExceptionRequest
    query = (
        sa.select(table)
        .join(Student, Student.id == table.student_id)
        .where(table.institution_id == value.institution, table.state == State.ENTERED)
        .where(Student.programme_id == value.programme)
        .order_by(table.id)
        .options(orm.contains_eager(table.student))
    )
    if students is not None:
        query = query.where(table.student_id.in_(list(students)))
    unfit = ((row, _reason(row, value)) for row in session.scalars(query))
    return tuple(Orphan(exception=row, reason=reason) for row, reason in unfit if reason is not None)


def refuse_orphans(
    session: orm.Session, new: Curriculum | str | bytes, *, students: Iterable[int] | None = None
) -> None:
    """Raise ``Conflict`` while the new version would orphan an exception: lift it, or keep the node."""
    if orphaned := orphans(session, new, students=students):
        words = {
            "students": tuple(orphan.exception.student.full_name for orphan in orphaned),
            "reason": orphaned[0].reason,
        }
        raise Conflict(
            "This version would leave entered exceptions without what they rest on (%(students)s). %(reason)s "
            "Keep the requirement under its id, or lift the exceptions first.",
            words,
        )


def _reason(row: ExceptionRequest, value: Curriculum) -> Message | None:
    asked = row.as_core()
    if asked.degree != value.degree.id:
        return Message("The version has no degree “%(id)s”.", {"id": asked.degree})
    if asked.requirement is None:
        return None
    node = node_of(value.degree, asked.requirement)
    if node is None:
        return Message("The version has no requirement “%(id)s”.", {"id": asked.requirement})
    if reason := not_waivable(asked.kind, node):
        return Message("In this version %(reason)s.", {"reason": reason})
    return None
