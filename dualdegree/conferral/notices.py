"""Who is told of a sign-off: the registrars who must sign as well, and the student when one is withdrawn or void."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import orm

from dualdegree.conferral.models import SignOff
from dualdegree.core.policy import Actor, Role, operator
from dualdegree.core.text import Message
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.models import Institution
from dualdegree.records.models import Student


def tell_signed(
    session: orm.Session,
    actor: Actor,
    student: Student,
    *,
    by: str,
    digest: str,
    awaits: Sequence[str],
    at: dt.datetime,
) -> None:
    """Tell the registrars of the institutions that have yet to sign this very state."""
    for institution in awaits:
        body = Message(
            "%(institution)s has signed off the record of %(student)s (%(number)s); "
            "its page says whether yours is missing.",
            {
                "institution": session.get_one(Institution, by).names,
                "student": student.full_name,
                "number": student.number_at(institution),
            },
        )
        news = News(
            about=student.subject,
            act=f"signed:{by}:{digest}",
            # A fact, which no later sign-off makes untrue; what is missing today stands beside it on the page.
            subject=Message(
                "%(institution)s has signed off the record of %(student)s",
                {"institution": session.get_one(Institution, by).names, "student": student.full_name},
            ),
            body=body,
            link=f"/students/{student.id}/conferral",
        )
        inform(session, actor, news, institution=institution, sender=by, at=at, roles=[Role.REGISTRAR])


def tell_withdrawn(session: orm.Session, actor: Actor, student: Student, *, by: str, at: dt.datetime) -> None:
    """Tell the registrars of both institutions, and the student, that a sign-off was taken back."""
    subject, name = Message("A sign-off was withdrawn"), session.get_one(Institution, by).names
    act = f"sign-off withdrawn:{by}:{at.isoformat()}"
    own = Message(
        "%(institution)s has withdrawn its sign-off of your record; no official transcript is issued until it is given "
        "again. Ask its registrar why.",
        {"institution": name},
    )
    link = f"/students/{student.id}"
    news = News(about=student.subject, act=act, subject=subject, body=own, link=link)
    inform(session, actor, news, institution=by, at=at, people=[student.person_id])
    for enrolment in student.enrolments:
        body = Message(
            "%(institution)s has withdrawn its sign-off of %(student)s (%(number)s).",
            {"institution": name, "student": student.full_name, "number": enrolment.number},
        )
        news = News(about=student.subject, act=act, subject=subject, body=body, link=f"{link}/conferral")
        where = enrolment.institution_id
        inform(session, actor, news, institution=where, sender=by, at=at, roles=[Role.REGISTRAR])


def tell_void(session: orm.Session, student: Student, sign_off: SignOff, at: dt.datetime) -> None:
    """Tell the registrars of both institutions, and the student, that what was signed has changed; told once.

    Nobody is left out for having caused it: that the sign-off is void may be news to them, too.
    """
    by, act, subject = sign_off.institution_id, f"sign-off void:{sign_off.id}", Message("A sign-off is void")
    nobody, link = operator(by), f"/students/{student.id}"
    own = Message(
        "Your record has changed since it was signed off, so that the sign-off is void. Both registrars look at what "
        "has changed and sign again; until then no official transcript is issued."
    )
    news = News(about=student.subject, act=act, subject=subject, body=own, link=link)
    inform(session, nobody, news, institution=by, at=at, people=[student.person_id])
    for enrolment in student.enrolments:
        body = Message(
            "What was signed off for %(student)s (%(number)s) has changed. The page names each change; "
            "sign again once you have looked at it.",
            {"student": student.full_name, "number": enrolment.number},
        )
        news = News(about=student.subject, act=act, subject=subject, body=body, link=f"{link}/conferral")
        inform(session, nobody, news, institution=enrolment.institution_id, sender=by, at=at, roles=[Role.REGISTRAR])
