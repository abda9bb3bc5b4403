"""How far has a request come, whom does it wait for, and who is told of each step?"""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import orm

from dualdegree.core.acts import SENTENCES, Act
from dualdegree.core.approval import State
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message
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
    State.WITHDRAWN: ("void", Message("Withdrawn")),
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


def announce(
    session: orm.Session, actor: Actor, request: RecognitionRequest, act: Act, at: dt.datetime, *, delegated: bool
) -> None:
    """Tell the student, and everybody who may act next, in the transaction of the step."""
    state = State(request.state)
    approver = Role.ADVISOR if delegated else Role.REGISTRAR
    acting: Mapping[State, tuple[str, Role]] = {
        State.SUBMITTED: (request.institution_id, Role.ADVISOR),
        State.ENDORSED: (request.partner_id, Role.ADVISOR),
        State.CONFIRMED: (request.institution_id, approver),
        State.APPEALED: (request.institution_id, approver),
        State.GRANTED: (request.institution_id, Role.REGISTRAR),
        State.PARTLY_GRANTED: (request.institution_id, Role.REGISTRAR),
    }
    news = _news(request, act)
    inform(session, actor, news, institution=request.institution_id, at=at, people=[request.student.person_id])
    if state in acting:
        where, role = acting[state]
        inform(session, actor, news, institution=where, at=at, roles=[role])


def _news(request: RecognitionRequest, act: Act) -> News:
    state = State(request.state)
    words: dict[str, object] = {"number": str(request.id), "act": SENTENCES[act], "state": STATES[state][1]}
    body = Message("Request for recognition %(number)s. Now: %(state)s.", words)
    if state in WAITS_FOR and request.due_on is not None:
        words |= {"whom": WAITS_FOR[state], "due": request.due_on}
        body = Message(
            "Request for recognition %(number)s. Now: %(state)s. It waits for %(whom)s; due on %(due)s.", words
        )
    elif state is State.REFUSED and request.appeal_until is not None:
        words |= {"until": request.appeal_until}
        body = Message(
            "Request for recognition %(number)s. Now: %(state)s. Its page says why, and how to appeal until %(until)s.",
            words,
        )
    return News(
        about=request.subject,
        act=f"{act}:{request.revision}",
        subject=Message("%(act)s (request %(number)s)", {"act": SENTENCES[act], "number": str(request.id)}),
        body=body,
        link=request.link,
    )
