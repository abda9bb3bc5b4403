"""How is a session prepared as a draft, looked at with all that it would do, and closed once?"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.conferral.degrees.service import conferring_at
from dualdegree.conferral.models import Award, ConferralSession, SessionEntry
from dualdegree.conferral.ways import DegreeWay, ways_at
from dualdegree.core.acts import Act
from dualdegree.core.conferral.numbers import doubled, next_number, plain_number
from dualdegree.core.conferral.sessions import EntryWanted, SessionResult, objections, refuse_impossible_session
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.text import Message, Text
from dualdegree.db import lock
from dualdegree.history import marking_own_repeats, tell
from dualdegree.programmes.institutions.conferring import Conferring
from dualdegree.programmes.texts import day_at
from dualdegree.records.models import Enrolment, Student
from dualdegree.workflow import refuse_nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWanted:
    """Under which number the body keeps its minute, on which day it sat, and how the degrees were taught."""

    minute: str
    on: dt.date
    modality: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """One entry of a session as its preview shows it; ``way`` is None where no curriculum binds the student by now."""

    entry: SessionEntry
    way: DegreeWay | None
    objections: tuple[Message, ...]


def session_of(session: orm.Session, session_id: int) -> ConferralSession:
    """The session; raises ``Absent``."""
    row = session.get(ConferralSession, session_id)
    if row is None:
        raise Absent("There is no such session.")
    return row


def sessions_at(institution: str) -> sa.Select[ConferralSession]:
    """The sessions of an institution's body, newest first."""
    row = ConferralSession
    query = sa.select(row).where(row.institution_id == institution).options(orm.selectinload(row.entries))
    return query.order_by(row.on.desc(), row.id.desc())


def draft(
    session: orm.Session, actor: Actor, institution: str, wanted: SessionWanted, at: dt.datetime
) -> ConferralSession:
    """Begin a session as a draft, which decides nothing. Raises ``Refusal`` at the value that is wrong."""
    require(actor, Permission.HOLD_SESSION, of_institutions(institution))
    conferring = conferring_at(session, institution)
    _require_sound(session, institution, conferring, wanted, at)
    refuse_nobody(actor)
    row = ConferralSession(
        institution_id=institution,
        body=conferring.body,
        minute=wanted.minute.strip(),
        on=wanted.on,
        modality=wanted.modality or None,
        drafted_by=actor.person_id,
        drafted_at=at,
    )
    session.add(row)
    session.flush()
    facts = {"minute": row.minute, "on": row.on.isoformat()}
    tell(session, actor, row.subject, Act.SESSION_DRAFTED, concerned=[institution], at=at, after=facts)
    return row


def enter(
    session: orm.Session,
    actor: Actor,
    row: ConferralSession,
    wanted: Mapping[int, EntryWanted | None],
    *,
    seen: int | None,
) -> None:
    """Put down what is to be decided on these students, None for nothing; whoever is not named stays as they are.

    Raises ``Conflict`` once it is closed or has changed, ``Refusal`` for a student of another institution and for a
    number that two of them have.
    """
    require(actor, Permission.HOLD_SESSION, row.policy_subject())
    take_draft(session, actor, row, seen)
    entries = {entry.student_id: entry for entry in row.entries}
    _refuse_strangers(session, row, wanted)
    for student, decision in wanted.items():
        entry = entries.get(student)
        if decision is None:
            if entry is not None:
                row.entries.remove(entry)
            continue
        if entry is None:
            entry = SessionEntry(student_id=student, institution_id=row.institution_id)
            row.entries.append(entry)
        entry.result, entry.number = decision.result.value, plain_number(decision.number)
        entry.reason = decision.reason.strip()
    # What stands in its entries is part of the draft that others have read.
    orm.attributes.flag_modified(row, "minute")
    session.flush()


def discard(session: orm.Session, actor: Actor, row: ConferralSession, *, seen: int | None, at: dt.datetime) -> None:
    """Take a draft away. Raises ``Conflict`` once it is closed."""
    require(actor, Permission.HOLD_SESSION, row.policy_subject())
    take_draft(session, actor, row, seen)
    facts = {"minute": row.minute, "on": row.on.isoformat()}
    tell(session, actor, row.subject, Act.SESSION_DISCARDED, concerned=[row.institution_id], at=at, after=facts)
    session.delete(row)
    session.flush()


def preview(session: orm.Session, row: ConferralSession, at: dt.datetime) -> tuple[EntryShown, ...]:
    """Each entry with everything that keeps it from being decided so, by the students' names."""
    students = [entry.student_id for entry in row.entries]
    known = ways_at(session, row.institution_id, students, at)
    taken = _taken(session, row)
    twice = doubled([entry.number for entry in row.entries])
    shown = [_shown(row, entry, known.get(entry.student_id), taken, twice) for entry in row.entries]
    return tuple(sorted(shown, key=lambda line: (line.entry.student.family_name, line.entry.student.given_name)))


def proposed_numbers(session: orm.Session, row: ConferralSession, students: Sequence[int]) -> Mapping[int, str]:
    """A number for each of these students that follows the highest known one; "" where none can be told."""
    pattern = conferring_at(session, row.institution_id).certificate
    if pattern is None:
        return {}
    known = [*_numbers(session, row.institution_id), *(entry.number for entry in row.entries)]
    proposed = {}
    for student in students:
        number = next_number(pattern, known, row.on.year)
        known.append(number)
        proposed[student] = number
    return proposed


def _require_sound(
    session: orm.Session, institution: str, conferring: Conferring, wanted: SessionWanted, at: dt.datetime
) -> None:
    if not wanted.minute.strip():
        raise Refusal("Give the number of the minute in which the body's decisions stand.", about="minute")
    refuse_impossible_session(wanted.on, today=day_at(session, institution, at))
    same = (ConferralSession.institution_id == institution, ConferralSession.minute == wanted.minute.strip())
    if session.scalar(sa.select(sa.exists().where(*same))):
        words = {"minute": wanted.minute.strip()}
        raise Conflict(
            Message("A session under the minute %(minute)s is there already; open it, or correct the number.", words),
            about="minute",
        )
    modalities = conferring.modalities
    if modalities is None:
        if wanted.modality:
            raise Refusal("Your institution's profile names no modality of teaching; leave it out.", about="modality")
        return
    if wanted.modality and wanted.modality not in modalities.names:
        raise Refusal("Choose one of the modalities that your institution's profile names.", about="modality")
    if not wanted.modality and modalities.printed_from is not None and wanted.on >= modalities.printed_from:
        raise Refusal(
            Message(
                "Diplomas print how the degree was taught since %(day)s; choose it.", {"day": modalities.printed_from}
            ),
            about="modality",
        )


def take_draft(session: orm.Session, actor: Actor, row: ConferralSession, seen: int | None) -> None:
    """Lock the draft as it was read. Raises ``Conflict`` once it is closed, or when somebody has changed it."""
    lock(session, row)
    with marking_own_repeats(session, actor, row.subject):
        if row.is_closed:
            raise Conflict("The session is closed, and what it decided stands; correct it by a later session.")
        if seen is not None and row.revision != seen:
            raise Conflict("Somebody else has changed this draft since you opened the page; read it again.")


def _refuse_strangers(session: orm.Session, row: ConferralSession, students: Iterable[int]) -> None:
    ids = list(students)
    here = sa.select(Enrolment.student_id).where(
        Enrolment.institution_id == row.institution_id, Enrolment.student_id.in_(ids)
    )
    if set(ids) - set(session.scalars(here)):
        raise Absent("A session decides on students of its own institution only.")


def _taken(session: orm.Session, row: ConferralSession) -> Mapping[str, tuple[int, Text]]:
    """Whose the numbers are that the entries want: the student's id and name, by number."""
    numbers = [entry.number for entry in row.entries if entry.number]
    query = (
        sa.select(Award.certificate_number, Student)
        .join(Student, Student.id == Award.student_id)
        .where(Award.institution_id == row.institution_id, Award.certificate_number.in_(numbers))
    )
    owners: dict[str, tuple[int, Text]] = {}
    for number, student in session.execute(query):
        owners[number or ""] = (student.id, student.full_name)
    return owners


def _numbers(session: orm.Session, institution: str) -> Sequence[str]:
    column = Award.certificate_number
    query = sa.select(column).where(Award.institution_id == institution, column.is_not(None))
    return [number for number in session.scalars(query.order_by(column)) if number]


def _shown(
    row: ConferralSession,
    entry: SessionEntry,
    way: DegreeWay | None,
    taken: Mapping[str, tuple[int, Text]],
    twice: str | None,
) -> EntryShown:
    if row.is_closed:
        return EntryShown(entry=entry, way=way, objections=())
    if way is None:
        named = {"student": entry.student.full_name}
        unbound = Message("%(student)s is bound by no curriculum any more; take the student out.", named)
        return EntryShown(entry=entry, way=None, objections=(unbound,))
    owner = taken.get(entry.number)
    candidate = way.candidate(owner[1] if owner is not None and owner[0] != entry.student_id else None)
    wanted = EntryWanted(result=SessionResult(entry.result), number=entry.number, reason=entry.reason)
    said = list(objections(wanted, candidate, way.rules, row.on))
    if twice is not None and entry.number == twice:
        words = {"student": entry.student.full_name, "number": entry.number}
        said.append(Message("%(student)s: another entry of this session has the number %(number)s, too.", words))
    return EntryShown(entry=entry, way=way, objections=tuple(said))
