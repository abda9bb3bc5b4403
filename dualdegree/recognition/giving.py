"""Which version of the equivalences was a student given, and how does one come to another? Only by a decision.

Whoever is in the programme while a version is in force was given that one. When another comes into force they keep
theirs, which is then written down; until that moment nothing needs to be.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import Instant, lock
from dualdegree.history import tell
from dualdegree.programmes.approving import in_force
from dualdegree.recognition.models import EquivalenceVersion, GivenEquivalences
from dualdegree.recognition.notices import tell_moved
from dualdegree.records.importing.planning import chunks
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.moving import MinuteMissing
from dualdegree.stakes import Changed

MOVED = Act.EQUIVALENCES_OF_STUDENTS_CHANGED
NO_REASON = Message("Say why; both institutions' histories keep the reason.")
NO_MINUTE = Message("Only a decision moves students to another version: give its minute number.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalenceDecision:
    """What was decided: to which version, why, by which minute, at which institution it was made.

    ``confirmed`` is the digest of what was at stake when somebody said yes to it: see ``stakes``.
    """

    version: EquivalenceVersion
    reason: str
    minute: str
    institution: str
    confirmed: str = ""


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
    _write(session, held, EquivalenceDecision(version=held, reason="", minute="", institution=held.institution_id), at)


def move(
    session: orm.Session, actor: Actor, student: Student, decided: EquivalenceDecision, *, seen: int, at: dt.datetime
) -> None:
    """Bind the student to another version, and tell both institutions; ``seen`` is the id of the version that was read.

    Raises ``NotAllowed``; ``Refusal`` without a reason or minute, or for a version that is not open;
    ``DocumentInForce`` while the student holds one, ``Unconfirmed`` unless what is at stake was confirmed; ``Conflict``
    when another version binds the student by now.
    """
    require(actor, Permission.MOVE_STUDENT, of_institutions(decided.institution))
    lock(session, student)
    held = given(session, {student.id: student.programme_id})[student.id]
    if (held.id if held else 0) != seen:
        raise Conflict("Another version binds the student by now; look at the effect again.")
    if decided.version not in open_to(session, student.programme_id) or decided.version.id == seen:
        raise Refusal("The student can only be moved to another version that is or was in force in the programme.")
    _refuse_undecided(decided)
    stakes.confirmed(session, [student.id], decided.confirmed)
    row = session.get(GivenEquivalences, student.id) or GivenEquivalences(student_id=student.id)
    row.version, row.institution_id = decided.version, decided.institution
    row.since, row.minute = at, decided.minute.strip()
    session.add(row)
    session.flush()
    tell(session, actor, student.subject, MOVED, **_facts(held, decided, at))
    tell_moved(session, actor, decided.version, [student.id], by=decided.institution, at=at)
    _tell_stakes(session, actor, decided, [student.id], at)


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


def move_all(
    session: orm.Session,
    actor: Actor,
    held: EquivalenceVersion,
    decided: EquivalenceDecision,
    *,
    seen: int,
    at: dt.datetime,
) -> int:
    """Bind everybody whom ``held`` binds to another version, but for the holders of a document in force.

    ``seen`` is how many ``held`` bound when that was read. Returns how many are moved. Raises as ``move`` does.
    """
    require(actor, Permission.MOVE_STUDENT, of_institutions(decided.institution))
    # Whoever approves a version or moves students meets the others at its row.
    lock(session, held)
    if decided.version not in open_to(session, held.programme_id) or decided.version.id == held.id:
        raise Refusal("Students can only be moved to another version that is or was in force in the programme.")
    _refuse_undecided(decided)
    current = in_force(session, EquivalenceVersion, held.programme_id)
    everybody = bound(session, held)
    if len(everybody) != seen:
        raise Conflict("The version binds other students by now; read the numbers again.")
    moved = sorted(stakes.confirmed(session, everybody, decided.confirmed))
    staying = sorted(set(everybody).difference(moved))
    table = GivenEquivalences
    session.execute(
        sa.update(table)
        .where(table.version_id == held.id, table.student_id.not_in(staying))
        .values(
            version_id=decided.version.id,
            institution_id=decided.institution,
            since=at,
            minute=decided.minute.strip(),
        ),
        execution_options={"synchronize_session": False},
    )
    if current is not None and current.id == held.id:
        _write(session, held, decided, at, but=staying)
    session.expire_all()
    # Named by their numbers, as batches name whom they touched: so the history of each student has it.
    facts = _facts(held, decided, at, numbered=_numbers(session, moved))
    facts["after"]["students"] = str(len(moved))
    tell(session, actor, decided.version.subject, MOVED, **facts)
    tell_moved(session, actor, decided.version, moved, by=decided.institution, at=at)
    _tell_stakes(session, actor, decided, moved, at)
    return len(moved)


def _tell_stakes(
    session: orm.Session, actor: Actor, decided: EquivalenceDecision, moved: Collection[int], at: dt.datetime
) -> None:
    where = (decided.institution,)
    stakes.changed(session, Changed(act=MOVED, actor=actor, at=at, institutions=where, students=frozenset(moved)))


def bound(session: orm.Session, held: EquivalenceVersion) -> Sequence[int]:
    """The ids of the students whom ``held`` binds, in order: by a row of their own, or as the version in force."""
    table, current = GivenEquivalences, in_force(session, EquivalenceVersion, held.programme_id)
    named = table.version_id == held.id
    if current is not None and current.id == held.id:
        named |= table.version_id.is_(None)
    query = sa.select(Student.id).outerjoin(table, table.student_id == Student.id).where(named)
    return session.scalars(query.where(Student.programme_id == held.programme_id).order_by(Student.id)).all()


def _refuse_undecided(decided: EquivalenceDecision) -> None:
    if not decided.reason.strip():
        raise Refusal(NO_REASON)
    if not decided.minute.strip():
        raise MinuteMissing(NO_MINUTE)


def _write(
    session: orm.Session,
    held: EquivalenceVersion,
    decided: EquivalenceDecision,
    at: dt.datetime,
    *,
    but: Collection[int] = (),
) -> None:
    """A row for everybody in the programme who has none, ``but`` for these."""
    table = GivenEquivalences
    known = sa.select(table.student_id).where(table.student_id == Student.id).correlate(Student).exists()
    rows = sa.select(
        Student.id,
        sa.literal(decided.institution),
        sa.literal(decided.version.id),
        sa.literal(at, Instant()),
        sa.literal(decided.minute.strip()),
    ).where(Student.programme_id == held.programme_id, sa.not_(known), Student.id.not_in(but))
    columns = ("student_id", "institution_id", "version_id", "since", "minute")
    session.execute(sa.insert(table).from_select(columns, rows))


def _numbers(session: orm.Session, students: Sequence[int]) -> list[str]:
    """What the registers call these students."""
    number = sa.select(Enrolment.number)
    return [
        name
        for some in chunks(students)
        for name in session.scalars(number.where(Enrolment.student_id.in_(some)).order_by(Enrolment.number))
    ]


def _facts(
    held: EquivalenceVersion | None, decided: EquivalenceDecision, at: dt.datetime, *, numbered: Sequence[str] = ()
) -> dict[str, Any]:
    """What the history keeps of a decision, beside its actor and subject; ``numbered``: whom it moved at once."""
    was, now = held.version if held else "", decided.version.version
    return {
        "concerned": decided.version.parties,
        "at": at,
        "reason": decided.reason.strip(),
        "before": dict.fromkeys(("version", *numbered), was),
        "after": {"minute": decided.minute.strip()} | dict.fromkeys(("version", *numbered), now),
    }
