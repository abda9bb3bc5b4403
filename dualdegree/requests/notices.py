"""How far has a request come, whom does it wait for, and who is told of each step?"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import SENTENCES, Act
from dualdegree.core.approval import State
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message, Text
from dualdegree.programmes.informing import News, inform
from dualdegree.requests.models import RecognitionRequest

STATES: Mapping[State, tuple[str, Message]] = {
    State.DRAFT: ("neutral", Message("Draft")),
    State.SUBMITTED: ("pending", Message("Submitted")),
    State.RETURNED: ("partial", Message("Sent back, to be mended")),
    State.ENDORSED: ("pending", Message("Endorsed")),
    State.CONFIRMED: ("pending", Message("Confirmed by the partner")),
    State.GRANTED: ("partial", Message("Granted: to be entered")),
    State.PARTLY_GRANTED: ("partial", Message("Granted in part: to be entered")),
    State.REFUSED: ("unmet", Message("Refused")),
    State.APPEALED: ("pending", Message("Appealed against")),
    State.ENTERED: ("met", Message("Entered: applied by every audit")),
    State.WITHDRAWN: ("void", Message("No longer pursued")),
    State.CLOSED: ("void", Message("Closed")),
}
"""Each state of a request as a shape and a word."""

WAITS_FOR: Mapping[State, Message] = {
    State.DRAFT: Message("the student, who submits it"),
    State.RETURNED: Message("the student, who mends it"),
    State.SUBMITTED: Message("an advisor of the recognising degree"),
    State.ENDORSED: Message("an advisor of the partner"),
    State.CONFIRMED: Message("whoever decides"),
    State.APPEALED: Message("whoever decides, but nobody who decided before"),
    State.GRANTED: Message("a registrar, who enters it"),
    State.PARTLY_GRANTED: Message("a registrar, who enters it"),
}
"""Whom a request waits for in each state in which somebody is to act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What happened to a request: the act, whose office acted, and what the request is about, by name."""

    act: Act
    acting: str
    """The institution in whose name it is told."""
    courses: tuple[Text | str, ...]
    delegated: bool
    """Whether advisors decide on it."""


def announce(session: orm.Session, actor: Actor, request: RecognitionRequest, step: Happened, at: dt.datetime) -> None:
    """Tell the student, and everybody who may act next, in the transaction of the step."""
    state = State(request.state)
    approver = Role.ADVISOR if step.delegated else Role.REGISTRAR
    next_: Mapping[State, tuple[str, Role]] = {
        State.SUBMITTED: (request.institution_id, Role.ADVISOR),
        State.ENDORSED: (request.partner_id, Role.ADVISOR),
        State.CONFIRMED: (request.institution_id, approver),
        State.APPEALED: (request.institution_id, approver),
        State.GRANTED: (request.institution_id, Role.REGISTRAR),
        State.PARTLY_GRANTED: (request.institution_id, Role.REGISTRAR),
    }
    news, sender = _news(request, step), step.acting
    student = [request.student.person_id]
    inform(session, actor, news, institution=request.institution_id, at=at, people=student, sender=sender)
    if state in next_:
        where, role = next_[state]
        inform(session, actor, news, institution=where, at=at, roles=[role], sender=sender)


def _news(request: RecognitionRequest, step: Happened) -> News:
    """What stays true however the request goes on: the state of the day is said to whoever reads it."""
    words: dict[str, object] = {
        "act": SENTENCES[step.act],
        "number": str(request.id),
        "student": request.student.full_name,
        "courses": step.courses,
    }
    body = Message("Request for recognition %(number)s of %(student)s: %(courses)s. %(act)s.", words)
    if request.state == State.REFUSED and request.appeal_until is not None:
        words |= {"until": request.appeal_until}
        body = Message(
            "Request for recognition %(number)s of %(student)s: %(courses)s. %(act)s. Its page says why, and how to "
            "appeal until %(until)s.",
            words,
        )
    return News(
        about=request.subject,
        act=f"{step.act}:{request.revision}",
        subject=Message("%(act)s: %(student)s, request %(number)s", words),
        body=body,
        link=request.link,
    )


def today(session: orm.Session, subjects: Iterable[str]) -> Mapping[str, Message]:
    """How far the requests among these subjects have come by now, in a sentence each; one statement."""
    numbers = [int(number) for kind, _, number in (about.partition(":") for about in subjects) if kind == "request"]
    row = RecognitionRequest
    query = sa.select(row.id, row.state, row.due_on).where(row.id.in_(numbers)).order_by(row.id)
    return {f"request:{id_}": _standing(State(state), due) for id_, state, due in session.execute(query)}


def _standing(state: State, due: dt.date | None) -> Message:
    words: dict[str, object] = {"state": STATES[state][1]}
    if state not in WAITS_FOR or due is None:
        return Message("Today: %(state)s.", words)
    words |= {"whom": WAITS_FOR[state], "due": due}
    return Message("Today: %(state)s. It waits for %(whom)s; due on %(due)s.", words)
