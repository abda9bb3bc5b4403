"""What does a registrar do with a decision: enter it, so that audits apply it; lift it; close what was refused?"""

import datetime as dt

from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.core.acts import Act
from dualdegree.core.approval import Step
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Refusal
from dualdegree.programmes.texts import day_at
from dualdegree.recognition.models import DecidedRecognition
from dualdegree.requests.judging.objections import refuse_troubles
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.wanted import wanted_by, wishes_of
from dualdegree.requests.workflow.steps import begin, finish, outdate, spared
from dualdegree.stakes import Changed


def enter(
    session: orm.Session, actor: Actor, request: RecognitionRequest, *, seen: int | None, at: dt.datetime
) -> None:
    """Let every audit apply what was granted, in place of what an appeal overturned.

    It is held against the record, the ledger and the limits once more. Raises ``Conflict``, ``Refusal`` and
    ``NotAllowed``.
    """
    require(actor, Permission.ENTER_RECOGNITION, request.subject_at(request.institution_id))
    state = begin(session, actor, request, Step.ENTER, seen)
    _check(session, request)
    request.recognition = _entered(session, request, at)
    request.entered_by = actor.person_id
    if request.appeal_until is not None:
        # Against a part one appeals once it is entered: what the registrar takes is not the student's time.
        decided, today = (day_at(session, request.institution_id, moment) for moment in (request.since, at))
        request.appeal_until += today - decided
    outdate(session, request.student)
    finish(session, actor, request, state=state, act=Act.RECOGNITION_ENTERED, at=at, after={"granted": request.granted})
    _tell_stakes(session, actor, request, Act.RECOGNITION_ENTERED, at)


def lift(
    session: orm.Session, actor: Actor, request: RecognitionRequest, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Let no audit apply it any more; its credits can be spent again. Raises as ``close`` does."""
    require(actor, Permission.ENTER_RECOGNITION, request.subject_at(request.institution_id))
    if not reason.strip():
        raise Refusal("Say why; the reason stays in the history.", about="reason")
    state = begin(session, actor, request, Step.LIFT, seen)
    if request.recognition is not None:
        request.recognition.lifted_at = at
    outdate(session, request.student)
    finish(session, actor, request, state=state, act=Act.RECOGNITION_LIFTED, at=at, reason=reason.strip())
    _tell_stakes(session, actor, request, Act.RECOGNITION_LIFTED, at)


def close(
    session: orm.Session, actor: Actor, request: RecognitionRequest, *, seen: int | None, at: dt.datetime
) -> None:
    """Close what was refused, once nobody can appeal any more. Raises ``Conflict``, ``Refusal`` and ``NotAllowed``."""
    require(actor, Permission.ENTER_RECOGNITION, request.subject_at(request.institution_id))
    state = begin(session, actor, request, Step.CLOSE, seen)
    today = day_at(session, request.institution_id, at)
    if request.decided_before_by is None and request.appeal_until is not None and today <= request.appeal_until:
        raise Refusal("The student can appeal until %(until)s; close it after that.", {"until": request.appeal_until})
    finish(session, actor, request, state=state, act=Act.REQUEST_CLOSED, at=at)


def _check(session: orm.Session, request: RecognitionRequest) -> None:
    wanted = wanted_by(request).only(wishes_of(request.granted))
    dossier = dossier_of(session, request.student)
    refuse_troubles(dossier, wanted, request.subject, spared(session, request.institution_id))


def _entered(session: orm.Session, request: RecognitionRequest, at: dt.datetime) -> DecidedRecognition:
    recognition = request.recognition
    if recognition is None:
        recognition = DecidedRecognition(
            key=request.subject,
            student_id=request.student_id,
            institution_id=request.institution_id,
            partner_id=request.partner_id,
            degree=request.degree,
            kind=request.kind,
            sources=request.sources,
            outside=request.outside,
            revision=0,
        )
        session.add(recognition)
    recognition.grants, recognition.decision, recognition.entered_at, recognition.lifted_at = (
        request.granted,
        request.by,
        at,
        None,
    )
    recognition.revision += 1
    session.flush()
    return recognition


def _tell_stakes(session: orm.Session, actor: Actor, request: RecognitionRequest, act: Act, at: dt.datetime) -> None:
    """What was signed or issued may say something else than the record now."""
    whose, where = frozenset({request.student_id}), (request.institution_id,)
    stakes.changed(session, Changed(act=act, actor=actor, at=at, institutions=where, students=whose))
