"""What awaits this person, and how do their students stand? What each start page gathers."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.service import Audit, Include, audits
from dualdegree.conferral import service as conferral
from dualdegree.core.conferral.gate import BoardStage
from dualdegree.recognition.moves.models import EquivalenceMove
from dualdegree.recognition.moves.service import awaiting
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.standing.states import EnrolmentStanding, near_the_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A registrar's start page: how many students are how far, whom the institution keeps waiting, what is void."""

    stages: Mapping[BoardStage, int]
    awaiting: tuple[conferral.ConferralStanding, ...]
    void: tuple[conferral.ConferralStanding, ...]
    moves: tuple[EquivalenceMove, ...]
    """The moves of students to other equivalences that the institution has to decide."""
    near_the_end: tuple[EnrolmentStanding, ...]
    """Whose longest duration is nearly or wholly over."""


def office(session: orm.Session, institution: str, at: dt.datetime) -> Office:
    """What awaits the registrars of ``institution``."""
    standings = conferral.standings(session, conferral.students_of(session, institution), at).values()
    return Office(
        stages=Counter(standing.stage for standing in standings),
        awaiting=tuple(standing for standing in standings if institution in standing.awaits),
        void=tuple(standing for standing in standings if any(not seen.valid for seen in standing.sign_offs.values())),
        moves=tuple(awaiting(session, institution)),
        near_the_end=near_the_end(session, institution, at),
    )


def own_student(session: orm.Session, person: int) -> Student | None:
    """The student whom the person is, if any."""
    return session.scalar(sa.select(Student).where(Student.person_id == person))


def advisees(session: orm.Session, person: int, at: dt.datetime) -> Sequence[tuple[Audit, Audit]]:
    """The official and the projected audit of every student whom the person advises, those furthest away first."""
    ids = session.scalars(sa.select(Enrolment.student_id).where(Enrolment.advisor_id == person)).all()
    known = dossiers(session, ids)
    official = audits(session, known.values(), Include.OFFICIAL, at)
    projected = audits(session, known.values(), Include.PROJECTED, at)
    pairs = [(official[student], projected[student]) for student in known]
    return sorted(pairs, key=lambda pair: (-pair[0].answer.joint_shortfall_ects, pair[0].question.student))


def progress(session: orm.Session, student: Student, at: dt.datetime) -> tuple[Audit, Audit] | None:
    """The student's own official and projected audit; None while no curriculum binds them."""
    known = dossiers(session, [student.id])
    if student.id not in known:
        return None
    official = audits(session, known.values(), Include.OFFICIAL, at)[student.id]
    return official, audits(session, known.values(), Include.PROJECTED, at)[student.id]
