"""Who is told of each step of an exception: those who must act, whoever asked for it, and the student."""

import datetime as dt
from collections.abc import Mapping
from enum import Enum, auto

from sqlalchemy import orm

from dualdegree.audit.exceptions.rules import rules_of
from dualdegree.audit.models import ExceptionRequest
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.institutions.profile import Decider


class Audience(Enum):
    """Who hears of a step beside the student and whoever asked."""

    DECIDERS = auto()
    REGISTRARS = auto()
    NOBODY = auto()


ACTS: Mapping[Act, tuple[Audience, Message]] = {
    Act.EXCEPTION_ASKED_FOR: (Audience.DECIDERS, Message("An exception awaits a decision")),
    Act.EXCEPTION_GRANTED: (Audience.REGISTRARS, Message("An exception was granted and awaits its entry")),
    Act.EXCEPTION_REFUSED: (Audience.NOBODY, Message("An exception was refused")),
    Act.EXCEPTION_ENTERED: (Audience.NOBODY, Message("An exception was entered")),
    Act.EXCEPTION_WITHDRAWN: (Audience.DECIDERS, Message("An exception was withdrawn")),
    Act.EXCEPTION_LIFTED: (Audience.NOBODY, Message("An exception was lifted")),
}
"""Each act as the history names it: who must hear of it, and in which words."""
OF_STUDENT: Mapping[str, Message] = {
    Act.EXCEPTION_ASKED_FOR: Message("Your advisor has asked for an exception for you. You are told what is decided."),
    Act.EXCEPTION_GRANTED: Message("It counts in your audits as soon as the registrar has entered it."),
    Act.EXCEPTION_REFUSED: Message("Open it to read why. Ask your advisor if anything is unclear."),
    Act.EXCEPTION_ENTERED: Message("Every audit of yours applies it from now on."),
    Act.EXCEPTION_WITHDRAWN: Message("Whoever asked for it has taken it back; nothing changes in your audits."),
    Act.EXCEPTION_LIFTED: Message("No audit applies it any more; open it to read why."),
}
"""What the student reads of each act."""


def tell_of_exception(session: orm.Session, actor: Actor, request: ExceptionRequest, act: Act, at: dt.datetime) -> None:
    """Tell everybody whom this act concerns; the student reads words of their own."""
    student, institution = request.student, request.institution_id
    audience, subject = ACTS[act]
    number = next(
        (enrolment.number for enrolment in student.enrolments if enrolment.institution_id == institution), "–"
    )
    body = Message("It concerns the student with the number %(number)s.", {"number": number})
    own = News(
        about=request.subject,
        act=f"{act}:{request.revision}",
        subject=subject,
        body=OF_STUDENT[act],
        link=f"/exceptions/{request.id}",
    )
    staff = News(about=own.about, act=own.act, subject=subject, body=body, link=own.link)
    waiting = News(about=own.about, act=own.act, subject=subject, body=body, link="/exceptions")
    # Whoever gets two of these gets the first only: they have one key.
    inform(session, actor, own, institution=institution, at=at, people=[student.person_id])
    inform(session, actor, staff, institution=institution, at=at, people=[request.asked_by])
    inform(session, actor, waiting, institution=institution, at=at, roles=_roles(session, audience, institution))


def _roles(session: orm.Session, audience: Audience, institution: str) -> tuple[Role, ...]:
    match audience:
        case Audience.DECIDERS:
            by_advisor = rules_of(session, institution).decided_by is Decider.ADVISOR
            return (Role.ADVISOR,) if by_advisor else (Role.REGISTRAR,)
        case Audience.REGISTRARS:
            return (Role.REGISTRAR,)
        case Audience.NOBODY:
            return ()
