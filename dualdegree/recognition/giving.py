"""Which version of the equivalences was a student given, and how does one come to another? Only by a decision.

Whoever is in the programme while a version is in force was given that one. When another comes into force they keep
theirs, which is then written down; until that moment nothing needs to be.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor
from dualdegree.db import Instant
from dualdegree.history import tell
from dualdegree.programmes.approving import in_force
from dualdegree.recognition.models import EquivalenceVersion, GivenEquivalences
from dualdegree.recognition.notices import tell_moved
from dualdegree.records.importing.planning import chunks
from dualdegree.records.models import Enrolment, Student
from dualdegree.stakes import Changed

MOVED = Act.EQUIVALENCES_OF_STUDENTS_CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalenceDecision:
    """What was decided: to which version, why, by which minute, at which institution it was made."""

    version: EquivalenceVersion
    reason: str
    minute: str
    institution: str


def given(session: orm.Session, students: Mapping[int, str]) -> Mapping[int, EquivalenceVersion | None]:
    """The version that binds each of these students, by id; ``students`` holds the programme of each."""
    table = GivenEquivalences
    kept = {
        row.student_id: row.version
        for row in session.scalars(
            sa.select(table).where(table.student_id.in_(list(students))).options(orm.joinedload(table.version))
        )
    }
    held = {programme: in_force(session, EquivalenceVersion, programme) for programme in sorted(set(students.values()))}
    return {student: kept.get(student) or held[programme] for student, programme in students.items()}


def open_to(session: orm.Session, programme_id: str) -> Sequence[EquivalenceVersion]:
    """The versions to which students can be moved: those that are or were in force, the last first."""
    table = EquivalenceVersion
    query = sa.select(table).where(table.programme_id == programme_id, table.in_force_from.is_not(None))
    return session.scalars(query.order_by(table.in_force_from.desc(), table.id.desc())).all()


def keep(session: orm.Session, held: EquivalenceVersion, at: dt.datetime) -> None:
    """Write down that everybody in the programme keeps ``held``, who has not been given another version before."""
    table = GivenEquivalences
    known = sa.select(table.student_id).where(table.student_id == Student.id).correlate(Student).exists()
    rows = sa.select(
        Student.id,
        sa.literal(held.institution_id),
        sa.literal(held.id),
        sa.literal(at, Instant()),
        sa.literal(""),
    ).where(Student.programme_id == held.programme_id, sa.not_(known))
    columns = ("student_id", "institution_id", "version_id", "since", "minute")
    session.execute(sa.insert(table).from_select(columns, rows))


def numbers(session: orm.Session, programme_id: str) -> Mapping[int, int]:
    """How many students each version binds, by its id; those without a row are bound to the one in force."""
    table = GivenEquivalences
    query = (
        sa.select(table.version_id, sa.func.count())
        .select_from(Student)
        .outerjoin(table, table.student_id == Student.id)
        .where(Student.programme_id == programme_id)
        .group_by(table.version_id)
    )
    held = in_force(session, EquivalenceVersion, programme_id)
    counts: dict[int, int] = {}
    for version, number in session.execute(query):
        bound = version or (held.id if held else 0)
        counts[bound] = counts.get(bound, 0) + number
    return counts


def bind(
    session: orm.Session,
    actor: Actor,
    decided: EquivalenceDecision,
    held: Mapping[int, EquivalenceVersion | None],
    at: dt.datetime,
) -> None:
    """Bind students to another version, and tell both institutions; ``held`` is what binds each of them now, by id.

    Whoever calls holds the row of the version in force, and knows that both institutions have decided it.
    """
    students, table = sorted(held), GivenEquivalences
    for some in chunks(students):
        session.execute(sa.delete(table).where(table.student_id.in_(some)))
    session.add_all(
        table(
            student_id=student,
            institution_id=decided.institution,
            version=decided.version,
            since=at,
            minute=decided.minute,
        )
        for student in students
    )
    session.flush()
    _tell_bound(session, actor, decided, held, at)
    tell_moved(session, actor, decided.version, students, by=decided.institution, at=at)
    where, whose = decided.version.parties, frozenset(students)
    stakes.changed(session, Changed(act=MOVED, actor=actor, at=at, institutions=where, students=whose))


def _tell_bound(
    session: orm.Session,
    actor: Actor,
    decided: EquivalenceDecision,
    held: Mapping[int, EquivalenceVersion | None],
    at: dt.datetime,
) -> None:
    """Several students are named by their numbers, as batches name whom they touched: so each one's history has it."""
    was = {student: version.version if version else "" for student, version in held.items()}
    now, after = decided.version.version, {"minute": decided.minute}
    if len(held) == 1:
        ((student, version),) = was.items()
        subject, before, after = f"student:{student}", {"version": version}, {**after, "version": now}
    else:
        numbered = _numbers(session, sorted(held))
        subject, before = decided.version.subject, {number: was[student] for number, student in numbered}
        after = {**after, "version": now, "students": str(len(held)), **dict.fromkeys(before, now)}
    tell(
        session, actor, subject, MOVED,
        concerned=decided.version.parties, at=at, reason=decided.reason, before=before, after=after,
    )  # fmt: skip


def binds(session: orm.Session, held: EquivalenceVersion) -> sa.ColumnElement[bool]:
    """Whether ``held`` binds a student, in SQL beside an outer join of ``GivenEquivalences``: by a row or without."""
    table, current = GivenEquivalences, in_force(session, EquivalenceVersion, held.programme_id)
    named = table.version_id == held.id
    return named | table.version_id.is_(None) if current is not None and current.id == held.id else named


def _numbers(session: orm.Session, students: Sequence[int]) -> list[tuple[str, int]]:
    """What the registers call these students, each number with whose it is."""
    row = Enrolment
    return [
        (number, student)
        for some in chunks(students)
        for number, student in session.execute(
            sa.select(row.number, row.student_id).where(row.student_id.in_(some)).order_by(row.number)
        )
    ]
