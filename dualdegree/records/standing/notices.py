"""Who is told of a state that was entered, and of a hold? The partner learns no reason, and of a hold no kind."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.enrolment import WORDS, EnrolmentState
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message, Text
from dualdegree.history import tell
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.models import Institution
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.standing.models import Hold, StateEntry


def tell_state(
    session: orm.Session,
    actor: Actor,
    act: Act,
    enrolment: Enrolment,
    *,
    at: dt.datetime,
    reason: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write it into both histories, the reason into the own one alone: why somebody is on leave is nobody else's."""
    subject, own = enrolment.student.subject, enrolment.institution_id
    for side in sorted({row.institution_id for row in enrolment.student.enrolments}):
        why = reason if side == own else ""
        tell(session, actor, subject, act, concerned=[side], at=at, reason=why, before=before, after=after)


def inform_of_state(
    session: orm.Session, actor: Actor, enrolment: Enrolment, entry: StateEntry | None, at: dt.datetime
) -> None:
    """Tell the student, their advisors on both sides, and the partner's registrars; ``entry`` None: one was struck."""
    names = session.get_one(Institution, enrolment.institution_id).names
    words: dict[str, object] = {"institution": names, "number": enrolment.number}
    body = Message(
        "An entry on the enrolment of the student with the number %(number)s at %(institution)s was a mistake and has "
        "been struck.",
        words,
    )
    if entry is not None:
        words |= {"state": WORDS[EnrolmentState(entry.state)], "day": entry.since}
        body = Message("The student with the number %(number)s at %(institution)s, from %(day)s on: %(state)s.", words)
    student = enrolment.student
    news = News(
        about=student.subject,
        act=f"state:{enrolment.institution_id}:{enrolment.revision}",
        subject=Message("The state of an enrolment has changed"),
        body=body,
        link=f"/students/{student.id}/enrolment",
    )
    people = [student.person_id, *(side.advisor_id for side in student.enrolments)]
    inform(session, actor, news, institution=enrolment.institution_id, at=at, people=people)
    for side in student.enrolments:
        if side.institution_id != enrolment.institution_id:
            inform(
                session, actor, news, institution=side.institution_id, sender=enrolment.institution_id, at=at,
                roles=[Role.REGISTRAR],
            )  # fmt: skip


def tell_hold(
    session: orm.Session, actor: Actor, act: Act, hold: Hold, *, called: Text, at: dt.datetime, reason: str
) -> None:
    """Write it into both histories; what it is ``called`` and the reason into the own one alone."""
    own = hold.institution_id
    for side in sorted({row.institution_id for row in hold.student.enrolments}):
        mine = side == own
        kept = {"institution": own, **({"hold": dict(called)} if mine else {})}
        tell(
            session, actor, hold.student.subject, act, concerned=[side], at=at, reason=reason if mine else "",
            after=kept,
        )  # fmt: skip


def inform_of_hold(session: orm.Session, actor: Actor, hold: Hold, student: Student, at: dt.datetime) -> None:
    """Tell the student that a hold was placed or lifted; what it is stands on their page, not in a letter."""
    lifted = not hold.is_open
    news = News(
        about=student.subject,
        act=f"hold:{hold.id}:{'lifted' if lifted else 'placed'}",
        subject=Message("A hold has been lifted") if lifted else Message("A hold has been placed"),
        body=Message("Your university holds you back no more for what it had placed a hold.")
        if lifted
        else Message("Your university wants something settled before it signs for you. Your page says what to do."),
        link=f"/students/{student.id}/enrolment",
    )
    inform(session, actor, news, institution=hold.institution_id, at=at, people=[student.person_id])
