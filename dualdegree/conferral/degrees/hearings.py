"""How is somebody heard before a degree is refused to them, or taken back? Notice, statement or waiver, and the end."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.conferral.degrees.notices import tell_dropped, tell_heard, tell_notice
from dualdegree.conferral.degrees.service import conferring_of, way_at
from dualdegree.conferral.models import Hearing
from dualdegree.core.acts import Act
from dualdegree.core.conferral.refusals import HearingState, HearingStep, after_step, refuse_early_closing
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.db import lock
from dualdegree.history import marking_own_repeats, tell
from dualdegree.programmes.texts import day_at
from dualdegree.records.models import Student
from dualdegree.workflow import refuse_nobody


def hearing_of(session: orm.Session, hearing_id: int) -> Hearing:
    """The procedure; raises ``Absent``."""
    hearing = session.get(Hearing, hearing_id)
    if hearing is None:
        raise Absent("There is no such procedure.")
    return hearing


def notify(
    session: orm.Session, actor: Actor, student: Student, *, institution: str, grounds: str, at: dt.datetime
) -> Hearing:
    """Give the student notice that the degree may be refused, or taken back, and for which grounds.

    Raises ``Refusal`` without grounds, or where the institution's profile does not say how it refuses; ``Conflict``
    while another procedure is open.
    """
    require(actor, Permission.RECORD_GRADUATION, of_institutions(institution))
    lock(session, student)
    way = way_at(session, student, institution, at)
    rules = conferring_of(way).refusal
    if rules is None:
        raise Refusal(
            "The profile of your institution does not say under which law it refuses degrees; write it there, under "
            "conferral."
        )
    if not grounds.strip():
        raise Refusal("Say for which grounds; the student reads them.", about="grounds")
    if way.hearing is not None:
        raise Conflict("Notice has been given already; that procedure comes to its end first.")
    refuse_nobody(actor)
    hearing = Hearing(
        student_id=student.id,
        institution_id=institution,
        grounds=grounds.strip(),
        legal_basis=rules.legal_basis,
        appeal_body=rules.appeal_body,
        appeal_days=rules.appeal_days,
        notified_at=at,
        notified_by=actor.person_id,
        until=day_at(session, institution, at) + dt.timedelta(days=rules.hearing_days),
    )
    session.add(hearing)
    session.flush()
    _tell(session, actor, hearing, Act.REFUSAL_NOTIFIED, at, reason=hearing.grounds)
    tell_notice(session, actor, hearing, at)
    return hearing


def speak(
    session: orm.Session, actor: Actor, hearing: Hearing, statement: str, *, seen: int | None, at: dt.datetime
) -> None:
    """Keep what the person says: entered by themselves, or by a registrar who heard or received it."""
    if not statement.strip():
        raise Refusal("Write what is to be heard, or say that nothing will be said.", about="statement")
    require(actor, Permission.BE_HEARD, hearing.policy_subject())
    hearing.state = _take(session, actor, hearing, HearingStep.SPEAK, seen)
    hearing.statement = statement.strip()
    _tell(session, actor, hearing, Act.REFUSAL_HEARD, at)
    tell_heard(session, actor, hearing, at)


def waive(session: orm.Session, actor: Actor, hearing: Hearing, *, seen: int | None, at: dt.datetime) -> None:
    """The person says that they will not speak. Raises ``Refusal`` for anybody else."""
    if actor.person_id != hearing.student.person_id:
        raise Refusal("Only the person can say that they will not speak; wait for the end of the time.")
    hearing.state = _take(session, actor, hearing, HearingStep.WAIVE, seen)
    _tell(session, actor, hearing, Act.REFUSAL_HEARD, at)
    tell_heard(session, actor, hearing, at)


def close_hearing(session: orm.Session, actor: Actor, hearing: Hearing, *, seen: int | None, at: dt.datetime) -> None:
    """The time is over and nothing was said. Raises ``Conflict`` before that."""
    require(actor, Permission.RECORD_GRADUATION, of_institutions(hearing.institution_id))
    state = _take(session, actor, hearing, HearingStep.CLOSE_HEARING, seen)
    refuse_early_closing(hearing.until, day_at(session, hearing.institution_id, at))
    hearing.state = state
    _tell(session, actor, hearing, Act.REFUSAL_HEARD, at)


def drop(
    session: orm.Session, actor: Actor, hearing: Hearing, reason: str, *, seen: int | None, at: dt.datetime
) -> None:
    """Let the procedure go: the degree is decided on as any other. Raises ``Refusal`` without a reason."""
    require(actor, Permission.RECORD_GRADUATION, of_institutions(hearing.institution_id))
    if not reason.strip():
        raise Refusal("Say why; the reason stays in the history.", about="reason")
    hearing.state = _take(session, actor, hearing, HearingStep.DROP, seen)
    _tell(session, actor, hearing, Act.REFUSAL_DROPPED, at, reason=reason.strip())
    tell_dropped(session, actor, hearing, at)


def hearings_of(session: orm.Session, student: Student, institution: str) -> list[Hearing]:
    """Every procedure of this student there, newest first."""
    own = (Hearing.student_id == student.id, Hearing.institution_id == institution)
    return list(session.scalars(sa.select(Hearing).where(*own).order_by(Hearing.id.desc())))


def _take(session: orm.Session, actor: Actor, hearing: Hearing, step: HearingStep, seen: int | None) -> str:
    lock(session, hearing)
    with marking_own_repeats(session, actor, hearing.student.subject):
        if seen is not None and hearing.revision != seen:
            raise Conflict("It has changed since you opened the page; read it again.")
        return after_step(HearingState(hearing.state), step).value


def _tell(session: orm.Session, actor: Actor, hearing: Hearing, act: Act, at: dt.datetime, *, reason: str = "") -> None:
    """Only the institution's own history tells of it: the partner is not concerned before a session decides."""
    session.flush()
    facts = {"institution": hearing.institution_id, "until": hearing.until.isoformat()}
    concerned = [hearing.institution_id]
    tell(session, actor, hearing.student.subject, act, concerned=concerned, at=at, reason=reason, after=facts)
