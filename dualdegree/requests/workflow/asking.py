"""What may a student do with a request: write it, submit it, take it back, appeal against what was decided?"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier
from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.core.acts import Act
from dualdegree.core.approval import REQUEST, State, Step, after
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Refusal
from dualdegree.db import lock
from dualdegree.programmes.texts import day_at
from dualdegree.recognition.models import outside_json
from dualdegree.records.models import Student
from dualdegree.requests.judging.objections import partner_of, refuse_troubles, side_of
from dualdegree.requests.models import WAITING, RecognitionRequest, RequestedCourse
from dualdegree.requests.wanted import WantedRecognition, key_of, wanted_by
from dualdegree.requests.workflow.steps import begin, finish, rules_of, spared


def requests_of(session: orm.Session, student: Student) -> Sequence[RecognitionRequest]:
    """Everything that this student asked for, in any state, newest first."""
    return session.scalars(
        sa.select(RecognitionRequest)
        .where(RecognitionRequest.student_id == student.id)
        .order_by(RecognitionRequest.id.desc())
    ).all()


def draft(
    session: orm.Session, actor: Actor, student: Student, wanted: WantedRecognition, at: dt.datetime
) -> RecognitionRequest:
    """Write a request, without submitting it yet.

    Raises ``Refusal`` for what could not be granted or is asked for already, and ``NotAllowed``.
    """
    require(actor, Permission.ASK_RECOGNITION, student.policy_subject())
    # Of two that ask for the same at once, one sees the other.
    lock(session, student)
    dossier = dossier_of(session, student)
    _check(session, dossier, wanted)
    request = RecognitionRequest(
        student=student,
        institution_id=side_of(dossier, wanted.degree).curriculum.institution,
        partner_id=partner_of(dossier, wanted.degree),
        state=State.DRAFT.value,
        since=at,
        asked_by=actor.person_id,
        granted=[],
        originals=[],
        working=[],
        grading_tables=[],
    )
    _write(request, dossier, wanted)
    _refuse_repeat(session, request)
    session.add(request)
    session.flush()
    return request


def revise(
    session: orm.Session, actor: Actor, request: RecognitionRequest, wanted: WantedRecognition, *, seen: int | None
) -> None:
    """Mend what is a draft or was sent back. Raises ``Refusal``, ``Conflict`` and ``NotAllowed``."""
    require(actor, Permission.ASK_RECOGNITION, request.policy_subject())
    request.state = begin(session, actor, request, Step.REVISE, seen)
    dossier = dossier_of(session, request.student)
    if wanted.degree != request.degree:
        raise Refusal("A request stays in its degree; withdraw it and write another.")
    _check(session, dossier, wanted)
    _write(request, dossier, wanted)
    _refuse_repeat(session, request)
    session.flush()


def submit(
    session: orm.Session, actor: Actor, request: RecognitionRequest, *, seen: int | None, at: dt.datetime
) -> None:
    """Hand the request in. Raises ``Refusal`` outside the institution's periods, ``Conflict`` and ``NotAllowed``."""
    require(actor, Permission.ASK_RECOGNITION, request.policy_subject())
    state = begin(session, actor, request, Step.SUBMIT, seen)
    rules = rules_of(session, request.institution_id)
    if not rules.takes(day_at(session, request.institution_id, at)):
        periods = tuple(f"{window.first} – {window.last}" for window in rules.windows)
        raise Refusal("Requests are taken only in these periods of the year: %(periods)s.", {"periods": periods})
    _check(session, dossier_of(session, request.student), wanted_by(request))
    request.submitted_at = at
    finish(session, actor, request, state=state, act=Act.REQUEST_SUBMITTED, at=at)


def withdraw(
    session: orm.Session, actor: Actor, request: RecognitionRequest, *, seen: int | None, at: dt.datetime
) -> None:
    """Take back a request, or an appeal, that is not decided. Raises ``Conflict`` and ``NotAllowed``."""
    require(actor, Permission.ASK_RECOGNITION, request.policy_subject())
    appealed = request.state == State.APPEALED
    # The part that is entered stays in effect.
    step = Step.DROP if appealed and request.recognition is not None else Step.WITHDRAW
    state = begin(session, actor, request, step, seen)
    act = Act.APPEAL_WITHDRAWN if appealed else Act.REQUEST_WITHDRAWN
    finish(session, actor, request, state=state, act=act, at=at)


def appeal(
    session: orm.Session,
    actor: Actor,
    request: RecognitionRequest,
    *,
    words: str,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Ask that somebody else decides anew.

    Raises ``Refusal`` after the deadline, a second time, without words or where nothing was refused, ``Conflict`` and
    ``NotAllowed``.
    """
    require(actor, Permission.ASK_RECOGNITION, request.policy_subject())
    state = begin(session, actor, request, Step.APPEAL, seen)
    if not words.strip():
        raise Refusal("Say why the decision should be another; whoever decides anew reads it.", about="reason")
    refuse_late_appeal(request, day_at(session, request.institution_id, at))
    request.decided_before_by = request.decided_by
    finish(session, actor, request, state=state, act=Act.APPEAL_LODGED, at=at, reason=words.strip())


def refuse_late_appeal(request: RecognitionRequest, today: dt.date) -> None:
    """Raise ``Refusal`` unless the decision can still be appealed against."""
    if request.reason is None:
        raise Refusal("Everything that was asked for is granted; there is nothing to appeal against.")
    if request.decided_before_by is not None:
        raise Refusal("An appeal has been decided; what remains is outside this office, as the decision says.")
    if request.appeal_until is None or today > request.appeal_until:
        raise Refusal("The time to appeal ended on %(until)s.", {"until": request.appeal_until})


def is_open_to_appeal(request: RecognitionRequest, today: dt.date) -> bool:
    """Whether the student may appeal against the decision today."""
    try:
        after(REQUEST, State(request.state), Step.APPEAL)
        refuse_late_appeal(request, today)
    except Refusal:
        return False
    return True


def _check(session: orm.Session, dossier: Dossier, wanted: WantedRecognition) -> None:
    refuse_troubles(dossier, wanted, "", spared(session, side_of(dossier, wanted.degree).curriculum.institution))


def _write(request: RecognitionRequest, dossier: Dossier, wanted: WantedRecognition) -> None:
    request.degree, request.kind = wanted.degree, wanted.kind.value
    request.sources = list(dict.fromkeys(wanted.sources))
    request.outside = outside_json(wanted.outside)
    request.targets = [wish.as_json() for wish in wanted.targets]
    request.target_key = key_of(wanted.targets)
    request.words, request.mobility = wanted.words.strip(), wanted.mobility.strip()
    sat = {attempt.id: attempt.course for attempt in dossier.case.record}
    courses = sorted({sat[source] for source in request.sources})
    known = {course.course: course for course in request.courses}
    request.courses = [
        known.get(course) or RequestedCourse(institution_id=request.partner_id, course=course) for course in courses
    ]


def _refuse_repeat(session: orm.Session, request: RecognitionRequest) -> None:
    """One attempt waits in at most one request for a degree."""
    open_states = [State.DRAFT, State.RETURNED, *WAITING]
    query = sa.select(RecognitionRequest).where(
        RecognitionRequest.student_id == request.student.id,
        RecognitionRequest.degree == request.degree,
        RecognitionRequest.state.in_(open_states),
    )
    with session.no_autoflush:
        others = [other for other in session.scalars(query.order_by(RecognitionRequest.id)) if other.id != request.id]
    for other in others:
        if set(other.sources) & set(request.sources):
            raise Refusal(
                "A course of this request is asked for already in request %(number)s; withdraw or mend that one.",
                {"number": str(other.id)},
                about="sources",
            )
