"""What do all steps of a request share? One at a time, on the page as it was read, told to everybody concerned."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.approval import REQUEST, State, Step
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes import service as programmes
from dualdegree.programmes.institutions.procedures import DAYS, Decider, Recognitions
from dualdegree.programmes.texts import profile_of
from dualdegree.records.models import Student
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.notices import announce
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
    after: Mapping[str, Any] | None = None,
) -> None:
    """Put the request into its new state, say when the next step is due, and tell history and people."""
    request.state, request.since = state, at
    request.due_on = _due(session, request, state, at)
    for course in request.courses:
        course.follow(request)
    session.flush()
    values = {"student": request.student.subject, "degree": request.degree, "state": state, **(after or {})}
    concerned = [enrolment.institution_id for enrolment in request.student.enrolments]
    tell(session, actor, request.subject, act, concerned=concerned, at=at, reason=reason, after=values)
    announce(session, actor, request, act, at, delegated=is_delegated(session, request.institution_id))


def _due(session: orm.Session, request: RecognitionRequest, state: State, at: dt.datetime) -> dt.date | None:
    period = DUE.get(state)
    if period is None:
        return None
    where = request.partner_id if state is State.ENDORSED else request.institution_id
    own = programmes.institution(session, where)
    rules = profile_of(own).recognition if own.profile else None
    return at.date() + dt.timedelta(days=(rules.days if rules else DAYS)[period])


def outdate(session: orm.Session, student: Student) -> None:
    """Whatever was judged of this student is out of date. Call with the enrolments locked."""
    for enrolment in student.enrolments:
        enrolment.revision += 1
    session.flush()
