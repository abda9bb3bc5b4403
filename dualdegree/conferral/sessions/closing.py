"""What does a session change when it is closed? Every decision is written at once, or none."""

import datetime as dt
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.audit.models import ConferredDegree
from dualdegree.conferral.degrees.service import award_at
from dualdegree.conferral.models import ConferralSession, Hearing, SessionEntry
from dualdegree.conferral.sessions.notices import tell_decided
from dualdegree.conferral.sessions.service import EntryShown, preview, take_draft
from dualdegree.conferral.ways import DegreeWay
from dualdegree.core.acts import Act
from dualdegree.core.audit.case.reading import write_case
from dualdegree.core.audit.facts import Case
from dualdegree.core.conferral.refusals import HearingState, HearingStep, after_step
from dualdegree.core.conferral.sessions import NEEDS_HEARING, SessionResult
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.texts import day_at
from dualdegree.records.models import Student
from dualdegree.stakes import Changed

ACTS = {
    SessionResult.CONFERRED: Act.DEGREE_CONFERRED,
    SessionResult.REFUSED: Act.DEGREE_REFUSED,
    SessionResult.POSTPONED: Act.DEGREE_POSTPONED,
    SessionResult.CORRECTED: Act.DEGREE_CORRECTED,
    SessionResult.ANNULLED: Act.DEGREE_ANNULLED,
}


def close(session: orm.Session, actor: Actor, row: ConferralSession, *, seen: int | None, at: dt.datetime) -> None:
    """Let everything that the draft says be decided: at once, for good, and told to whom it concerns.

    Raises ``Conflict`` when it was closed or changed meanwhile, ``Refusal`` that names every student who is in the way.
    """
    require(actor, Permission.HOLD_SESSION, row.policy_subject())
    take_draft(session, actor, row, seen)
    if not row.entries:
        raise Refusal("The session decides on nobody yet; put down a result for at least one student.")
    # Whoever signs off or records something for one of these students waits, always in one order.
    for entry in sorted(row.entries, key=lambda entry: entry.student_id):
        lock(session, entry.student)
    shown = preview(session, row, at)
    said = tuple(message for line in shown for message in line.objections)
    if said:
        raise Conflict(Message("The session cannot be closed like this. %(objections)s", {"objections": said}))
    for line in shown:
        _decide(session, actor, row, line, at)
    row.closed_by, row.closed_at = actor.person_id or None, at
    session.flush()
    facts = {"minute": row.minute, "on": row.on.isoformat()}
    tell(session, actor, row.subject, Act.SESSION_CLOSED, concerned=[row.institution_id], at=at, after=facts)
    # Last of all: what was signed or issued is compared with what the record says by now.
    students = frozenset(entry.student_id for entry in row.entries)
    change = Changed(act=Act.SESSION_CLOSED, actor=actor, at=at, institutions=(row.institution_id,), students=students)
    stakes.changed(session, change)


def _decide(session: orm.Session, actor: Actor, row: ConferralSession, line: EntryShown, at: dt.datetime) -> None:
    entry, way = line.entry, line.way
    if way is None:
        raise TypeError("Whoever is bound by no curriculum was refused.")
    result = SessionResult(entry.result)
    student = entry.student
    number = way.award.certificate_number if way.award else None
    hearing = way.hearing
    match result:
        case SessionResult.CONFERRED:
            _confer(session, row, entry, way)
        case SessionResult.CORRECTED:
            _correct(session, row, entry)
        case SessionResult.ANNULLED:
            _annul(session, row, entry)
        case SessionResult.REFUSED | SessionResult.POSTPONED:
            pass
    if result in NEEDS_HEARING and hearing is not None:
        _end(session, row, hearing, at)
    before = {"number": number} if number and number != entry.number else {}
    after = {
        "institution": row.institution_id, "minute": row.minute, "on": row.on.isoformat(), "number": entry.number,
    }  # fmt: skip
    tell(
        session, actor, student.subject, ACTS[result], concerned=_concerned(student, row, result), at=at,
        reason=entry.reason, before=before, after={key: value for key, value in after.items() if value},
    )  # fmt: skip
    tell_decided(session, actor, row, entry, hearing=hearing if result in NEEDS_HEARING else None, at=at)


def _concerned(student: Student, row: ConferralSession, result: SessionResult) -> list[str]:
    """A degree that is conferred, corrected or taken back changes the other degree's audit; the rest is its own."""
    if result in (SessionResult.REFUSED, SessionResult.POSTPONED):
        return [row.institution_id]
    return [enrolment.institution_id for enrolment in student.enrolments]


def _confer(session: orm.Session, row: ConferralSession, entry: SessionEntry, way: DegreeWay) -> None:
    award = award_at(session, entry.student, row.institution_id)
    award.conferred_on, award.session_id = row.on, row.id
    award.certificate_number, award.modality = entry.number or None, row.modality
    version = way.side.enrolment.curriculum_version_id
    if version is None:
        raise TypeError("Whom a curriculum binds has a version.")
    degree = way.side.curriculum.degree.id
    session.add(
        ConferredDegree(
            student_id=entry.student_id,
            institution_id=row.institution_id,
            degree=degree,
            curriculum_version_id=version,
            conferred_on=row.on,
            claims=dict(way.audit.answer.degrees[degree].claims),
            case=write_case(_as_file(way)),
        )
    )
    _raise_revisions(session, entry.student)


def _as_file(way: DegreeWay) -> Case:
    """The case as a file has it: without what its curricula call things, and what was conferred before."""
    case = way.audit.question.case
    degrees = tuple(replace(degree, words={}) for degree in case.degrees)
    return replace(case, degrees=degrees, conferred={})


def _correct(session: orm.Session, row: ConferralSession, entry: SessionEntry) -> None:
    award = award_at(session, entry.student, row.institution_id)
    award.certificate_number, award.modality = entry.number or None, row.modality or award.modality
    session.flush()


def _annul(session: orm.Session, row: ConferralSession, entry: SessionEntry) -> None:
    award = award_at(session, entry.student, row.institution_id)
    award.conferred_on = award.certificate_number = award.modality = award.session_id = None
    held = ConferredDegree
    own = (held.student_id == entry.student_id, held.institution_id == row.institution_id)
    session.execute(sa.delete(held).where(*own))
    _raise_revisions(session, entry.student)


def _end(session: orm.Session, row: ConferralSession, hearing: Hearing, at: dt.datetime) -> None:
    hearing.state = after_step(HearingState(hearing.state), HearingStep.DECIDE).value
    hearing.session_id = row.id
    told_on = day_at(session, row.institution_id, at)
    hearing.appeal_until = told_on + dt.timedelta(days=hearing.appeal_days)
    session.flush()


def _raise_revisions(session: orm.Session, student: Student) -> None:
    """Whatever was judged of this student is out of date, in both degrees."""
    for enrolment in student.enrolments:
        lock(session, enrolment)
        enrolment.revision += 1
    session.flush()
