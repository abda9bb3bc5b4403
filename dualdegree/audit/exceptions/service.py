"""Who asks for an exception, who decides on it, and who enters it? Nobody takes two of these steps."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.audit.dossiers import dossier
from dualdegree.audit.exceptions.notices import tell_of_exception
from dualdegree.audit.exceptions.rules import AskedException, check, rules_of
from dualdegree.audit.models import OPEN, ExceptionRequest
from dualdegree.core.acts import Act
from dualdegree.core.approval import EXCEPTION, State, Step, refuse_impossible_day
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, Refusal, Repeated
from dualdegree.core.text import Message, Text
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.institutions.profile import Decider, Exceptions
from dualdegree.programmes.texts import day_at
from dualdegree.records.models import Student
from dualdegree.stakes import Changed
from dualdegree.workflow import take


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDecision:
    """What was decided, why, and on which day; ``minute`` is the number under which a body keeps it."""

    granted: bool
    reason: str
    on: dt.date
    minute: str = ""


def request_of(session: orm.Session, exception_id: int) -> ExceptionRequest:
    """The exception; raises ``Absent``."""
    row = session.get(ExceptionRequest, exception_id)
    if row is None:
        raise Absent("There is no such exception.")
    return row


def ask(
    session: orm.Session, actor: Actor, student: Student, asked: AskedException, at: dt.datetime
) -> ExceptionRequest:
    """Ask for an exception for a student whom one advises.

    Raises ``Refusal`` for what cannot be made and where a reason is missing, ``Conflict`` when the same is asked for
    or entered already, and ``NotAllowed``.
    """
    require(actor, Permission.ASK_EXCEPTION, student.policy_subject())
    if not asked.reason.strip():
        raise Refusal("Say why the exception is needed; the reason is shown wherever it applies.", about="reason")
    # Of two that ask for the same at once, one sees the other.
    lock(session, student)
    held = dossier(session, student)
    check(held, asked.as_core())
    institution = next(side for side in held.sides if side.curriculum.degree.id == asked.degree).curriculum.institution
    rules_of(session, institution)
    _refuse_repeat(session, actor, student, asked)
    request = ExceptionRequest(
        student=student,
        institution_id=institution,
        degree=asked.degree,
        kind=asked.kind.value,
        requirement=asked.requirement,
        item=asked.item,
        at_least=asked.at_least,
        reason=asked.reason.strip(),
        state=State.REQUESTED.value,
        asked_by=actor.person_id,
        asked_at=at,
    )
    session.add(request)
    session.flush()
    _tell(session, actor, request, Act.EXCEPTION_ASKED_FOR, at, reason=request.reason)
    return request


def decide(
    session: orm.Session,
    actor: Actor,
    request: ExceptionRequest,
    decision: ExceptionDecision,
    *,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Grant or refuse, as the institution's profile says who may; ``seen`` is the revision that was read.

    Raises ``Conflict`` when it was decided or withdrawn meanwhile, ``Refusal`` where reason, minute or another person
    is missing, and ``NotAllowed``.
    """
    rules = rules_of(session, request.institution_id)
    delegated = rules.decided_by is Decider.ADVISOR
    require(actor, Permission.DECIDE_EXCEPTION, request.deciding_subject(delegated=delegated))
    state = take(session, actor, request, EXCEPTION, Step.GRANT if decision.granted else Step.REFUSE, seen=seen)
    _refuse_incomplete(decision, delegated=delegated)
    asked_on, today = (day_at(session, request.institution_id, moment) for moment in (request.asked_at, at))
    refuse_impossible_day(decision.on, asked_on=asked_on, today=today)
    request.state, request.decided_by, request.decided_on = state, actor.person_id, decision.on
    request.body = _decider(rules, actor)
    request.minute = decision.minute.strip() or None
    act = Act.EXCEPTION_GRANTED if decision.granted else Act.EXCEPTION_REFUSED
    _tell(session, actor, request, act, at, reason=decision.reason.strip())


def enter(session: orm.Session, actor: Actor, request: ExceptionRequest, *, seen: int | None, at: dt.datetime) -> None:
    """Let every audit apply what was granted.

    Raises ``Conflict``, ``Refusal`` when it no longer fits, and ``NotAllowed``.
    """
    require(actor, Permission.ENTER_EXCEPTION, of_institutions(request.institution_id))
    state = take(session, actor, request, EXCEPTION, Step.ENTER, seen=seen)
    check(dossier(session, request.student), request.as_core())
    request.state, request.entered_by = state, actor.person_id
    _raise_revision(session, request)
    _tell(session, actor, request, Act.EXCEPTION_ENTERED, at)
    _tell_stakes(session, actor, request, Act.EXCEPTION_ENTERED, at)


def withdraw(
    session: orm.Session, actor: Actor, request: ExceptionRequest, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Take back what one asked for oneself, before it is entered. Raises ``Conflict`` and ``Refusal``."""
    if actor.person_id != request.asked_by:
        raise Refusal("Only whoever asked for an exception can withdraw it.")
    _refuse_without_reason(reason)
    request.state = take(session, actor, request, EXCEPTION, Step.WITHDRAW, seen=seen)
    _tell(session, actor, request, Act.EXCEPTION_WITHDRAWN, at, reason=reason.strip())


def lift(
    session: orm.Session, actor: Actor, request: ExceptionRequest, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Let no audit apply an entered exception any more. Raises ``Conflict``, ``Refusal`` and ``NotAllowed``."""
    require(actor, Permission.ENTER_EXCEPTION, of_institutions(request.institution_id))
    _refuse_without_reason(reason)
    request.state = take(session, actor, request, EXCEPTION, Step.LIFT, seen=seen)
    _raise_revision(session, request)
    _tell(session, actor, request, Act.EXCEPTION_LIFTED, at, reason=reason.strip())
    _tell_stakes(session, actor, request, Act.EXCEPTION_LIFTED, at)


def exceptions_of(session: orm.Session, student: Student) -> Sequence[ExceptionRequest]:
    """Everything that was asked for this student, in any state, newest first."""
    row = ExceptionRequest
    return session.scalars(sa.select(row).where(row.student_id == student.id).order_by(row.id.desc())).all()


def open_at(institution: str) -> sa.Select[ExceptionRequest]:
    """What waits for somebody of the institution, oldest first."""
    row = ExceptionRequest
    return sa.select(row).where(row.institution_id == institution, row.state.in_(OPEN)).order_by(row.id)


def asked_by(actor: Actor) -> sa.Select[ExceptionRequest]:
    """What this person has asked for, newest first."""
    row = ExceptionRequest
    return sa.select(row).where(row.asked_by == actor.person_id).order_by(row.id.desc())


def precedents(session: orm.Session, request: ExceptionRequest) -> Sequence[ExceptionRequest]:
    """What the institution decided on the same kind of exception from the same requirement before, newest first."""
    row = ExceptionRequest
    query = sa.select(row).where(
        row.id != request.id,
        row.institution_id == request.institution_id,
        row.degree == request.degree,
        row.kind == request.kind,
        row.requirement.is_not_distinct_from(request.requirement),
        row.decided_by.is_not(None),
    )
    return session.scalars(query.order_by(row.id.desc()).limit(10)).all()


def _refuse_incomplete(decision: ExceptionDecision, *, delegated: bool) -> None:
    if not delegated and not decision.minute.strip():
        raise Refusal("Give the number of the minute in which the body's decision stands.", about="minute")
    if not decision.granted and not decision.reason.strip():
        raise Refusal("Say why it is refused; whoever asked reads it.", about="reason")


def _refuse_without_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("Say why; the reason stays in the history.", about="reason")


def _refuse_repeat(session: orm.Session, actor: Actor, student: Student, asked: AskedException) -> None:
    same = [
        row
        for row in exceptions_of(session, student)
        if row.state in {*OPEN, State.ENTERED}
        and (row.kind, row.degree, row.requirement, row.item)
        == (asked.kind, asked.degree, asked.requirement, asked.item)
    ]
    if same:
        said = Message("The same exception is asked for or entered already (number %(id)s).", {"id": str(same[0].id)})
        raise Repeated(said) if same[0].asked_by == actor.person_id else Conflict(said)


def _decider(rules: Exceptions, actor: Actor) -> Text:
    return rules.body if rules.decided_by is Decider.BODY else {"en": actor.name}


def _raise_revision(session: orm.Session, request: ExceptionRequest) -> None:
    """Whatever was judged of this student is out of date."""
    for enrolment in request.student.enrolments:
        if enrolment.institution_id == request.institution_id:
            lock(session, enrolment)
            enrolment.revision += 1
    session.flush()


def _tell(
    session: orm.Session, actor: Actor, request: ExceptionRequest, act: Act, at: dt.datetime, *, reason: str = ""
) -> None:
    session.flush()
    facts = {
        "student": request.student.subject,
        "degree": request.degree,
        "kind": request.kind,
        "requirement": request.requirement,
        "item": request.item,
        "at_least": None if request.at_least is None else str(request.at_least),
        "minute": request.minute,
        "state": request.state,
    }
    concerned = [enrolment.institution_id for enrolment in request.student.enrolments]
    tell(
        session, actor, request.subject, act, concerned=concerned, at=at, reason=reason,
        after={key: value for key, value in facts.items() if value is not None},
    )  # fmt: skip
    tell_of_exception(session, actor, request, act, at)


def _tell_stakes(session: orm.Session, actor: Actor, request: ExceptionRequest, act: Act, at: dt.datetime) -> None:
    """What was signed or issued may say something else than the record now."""
    whose, where = frozenset({request.student_id}), (request.institution_id,)
    stakes.changed(session, Changed(act=act, actor=actor, at=at, institutions=where, students=whose))
