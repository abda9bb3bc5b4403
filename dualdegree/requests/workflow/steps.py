"""What do all steps of a request share? One at a time, on the page as it was read, told to everybody concerned."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.approval import REQUEST, State, Step
from dualdegree.core.policy import Actor, Subject
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes import service as programmes
from dualdegree.programmes.institutions.procedures import DAYS, Decider, Recognitions
from dualdegree.programmes.texts import day_at, profile_of
from dualdegree.records.models import Student
from dualdegree.requests.list_rows import show
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.notices import Happened, announce
from dualdegree.workflow import take

DUE: Mapping[State, str] = {
    State.SUBMITTED: "endorse",
    State.ENDORSED: "confirm",
    State.CONFIRMED: "decide",
    State.APPEALED: "decide",
    State.GRANTED: "enter",
    State.PARTLY_GRANTED: "enter",
}
"""Which of the profile's periods runs in a state."""


def request_of(session: orm.Session, request_id: int) -> RecognitionRequest:
    """The request; raises ``Absent``."""
    request = session.get(RecognitionRequest, request_id)
    if request is None:
        raise Absent("There is no such request.")
    return request


def rules_of(session: orm.Session, institution: str) -> Recognitions:
    """How the institution decides on recognition; raises ``Refusal`` when its profile does not say."""
    own = programmes.institution(session, institution)
    rules = profile_of(own).recognition if own.profile else None
    if rules is None:
        raise Refusal(
            "The profile of %(institution)s does not say who decides on recognition; its registrar can add that.",
            {"institution": own.names},
        )
    return rules


def spared(session: orm.Session, institution: str) -> tuple[str, ...]:
    """The excluded kinds that the institution recognises when they were done in mobility."""
    own = programmes.institution(session, institution)
    return profile_of(own).equivalences.in_mobility if own.profile else ()


def is_delegated(session: orm.Session, institution: str) -> bool:
    """Whether the institution lets its advisors decide; it does not where its profile is silent."""
    own = programmes.institution(session, institution)
    rules = profile_of(own).recognition if own.profile else None
    return rules is not None and rules.decided_by is Decider.ADVISOR


def reading_subject(session: orm.Session, request: RecognitionRequest) -> Subject:
    """What decides who reads it: whether it is handed in, whose advisors it waits for, and who had a hand in it."""
    awaits = {
        State.SUBMITTED: request.institution_id,
        State.ENDORSED: request.partner_id,
        **dict.fromkeys((State.CONFIRMED, State.APPEALED), request.institution_id),
    }.get(State(request.state))
    decided = request.state in {State.CONFIRMED, State.APPEALED}
    if decided and not is_delegated(session, request.institution_id):
        awaits = None
    return request.policy_subject().as_paper(
        handed_in=request.submitted_at is not None, awaits=awaits, hands=(taker for _, taker in request.hands)
    )


def begin(session: orm.Session, actor: Actor, request: RecognitionRequest, step: Step, seen: int | None) -> State:
    """The state that the step leads to, with the row and the student's enrolments locked until the transaction ends.

    Raises as ``workflow.take`` does.
    """
    state = take(session, actor, request, REQUEST, step, seen=seen)
    lock_credits(session, request.student)
    return state


def lock_credits(session: orm.Session, student: Student) -> None:
    """Let nobody else spend this student's credits before the transaction ends; always in one order."""
    for enrolment in student.enrolments:
        lock(session, enrolment)


def finish(
    session: orm.Session,
    actor: Actor,
    request: RecognitionRequest,
    *,
    state: State,
    act: Act,
    at: dt.datetime,
    reason: str = "",
    acting: str = "",
    after: Mapping[str, Any] | None = None,
) -> None:
    """Put the request into its new state, say when the next step is due, and tell history and people.

    ``acting`` is the institution whose office took the step, where that is not the recognising one.
    """
    request.state, request.since = state, at
    request.due_on = _due(session, request, state, at)
    for course in request.courses:
        course.follow(request)
    session.flush()
    values = {"student": request.student.subject, "degree": request.degree, "state": state, **(after or {})}
    concerned = [enrolment.institution_id for enrolment in request.student.enrolments]
    tell(session, actor, request.subject, act, concerned=concerned, at=at, reason=reason, after=values)
    (shown,) = show(session, [request.id], day_at(session, request.institution_id, at))
    happened = Happened(
        act=act,
        acting=acting or request.institution_id,
        courses=tuple(named.title for named in shown.sources),
        delegated=is_delegated(session, request.institution_id),
    )
    announce(session, actor, request, happened, at)


def _due(session: orm.Session, request: RecognitionRequest, state: State, at: dt.datetime) -> dt.date | None:
    period = DUE.get(state)
    if period is None:
        return None
    where = request.partner_id if state is State.ENDORSED else request.institution_id
    own = programmes.institution(session, where)
    rules = profile_of(own).recognition if own.profile else None
    return day_at(session, where, at) + dt.timedelta(days=(rules.days if rules else DAYS)[period])


def outdate(session: orm.Session, student: Student) -> None:
    """Whatever was judged of this student is out of date. Call with the enrolments locked."""
    student.outdate()
    session.flush()
