"""Who is told of an application, a graduation, a notice and a hearing?"""

import datetime as dt
import hashlib

from sqlalchemy import orm

from dualdegree.conferral.models import Hearing
from dualdegree.conferral.ways import DegreeWay
from dualdegree.core.policy import Actor, Role, operator
from dualdegree.core.text import Message
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.models import Institution
from dualdegree.records.models import Student
from dualdegree.stakes import Changed


def tell_applied(
    session: orm.Session, actor: Actor, student: Student, institution: str, *, withdrawn: bool, at: dt.datetime
) -> None:
    """Tell the registrars of the institution that a student applies, or does not any more."""
    words = {"student": student.full_name, "number": student.number_at(institution)}
    subject = Message("%(student)s applies for the degree", words)
    body = Message("%(student)s (%(number)s) applies for your degree; the next step is yours.", words)
    if withdrawn:
        subject = Message("%(student)s has withdrawn the application", words)
        body = Message("%(student)s (%(number)s) does not apply for your degree any more.", words)
    act = f"degree application:{institution}:{at.isoformat()}"
    news = News(about=student.subject, act=act, subject=subject, body=body, link=page_of(student))
    inform(session, actor, news, institution=institution, at=at, roles=[Role.REGISTRAR])


def tell_graduated(session: orm.Session, actor: Actor, student: Student, institution: str, *, at: dt.datetime) -> None:
    """Tell the student how the institution recorded the end of the studies."""
    words = {"institution": session.get_one(Institution, institution).names}
    news = News(
        about=student.subject,
        act=f"graduation:{institution}:{at.isoformat()}",
        subject=Message("Your graduation is recorded", words),
        body=Message(
            "%(institution)s has recorded how your studies there ended. The degree is decided on separately.", words
        ),
        link=page_of(student),
    )
    inform(session, actor, news, institution=institution, at=at, people=[student.person_id])


def tell_notice(session: orm.Session, actor: Actor, hearing: Hearing, at: dt.datetime) -> None:
    """Tell the student that the degree may be refused: law, last day to speak, and whom one could appeal to."""
    words = {
        "institution": session.get_one(Institution, hearing.institution_id).names,
        "law": hearing.legal_basis,
        "day": hearing.until,
        "grounds": hearing.grounds,
        "body": hearing.appeal_body,
        "days": hearing.appeal_days,
    }
    news = News(
        about=hearing.student.subject,
        act=f"hearing:{hearing.id}:notice",
        subject=Message("Your degree may be refused: you can speak before it is decided", words),
        body=Message(
            "%(institution)s gives you notice under %(law)s, for these grounds: %(grounds)s You can state your view "
            "until %(day)s, or say that you will not. Against a refusal you could appeal to %(body)s within %(days)s "
            "days.",
            words,
        ),
        link=page_of(hearing.student),
    )
    inform(session, actor, news, institution=hearing.institution_id, at=at, people=[hearing.student.person_id])


def tell_heard(session: orm.Session, actor: Actor, hearing: Hearing, at: dt.datetime) -> None:
    """Tell the registrars that the person was heard, so that a session may decide."""
    student = hearing.student
    words = {"student": student.full_name, "number": student.number_at(hearing.institution_id)}
    news = News(
        about=student.subject,
        act=f"hearing:{hearing.id}:heard",
        subject=Message("%(student)s was heard", words),
        body=Message("%(student)s (%(number)s) was heard before a decision against the degree.", words),
        link=page_of(student),
    )
    inform(session, actor, news, institution=hearing.institution_id, at=at, roles=[Role.REGISTRAR])


def tell_dropped(session: orm.Session, actor: Actor, hearing: Hearing, at: dt.datetime) -> None:
    """Tell the student that the degree will not be refused for these grounds."""
    words = {"institution": session.get_one(Institution, hearing.institution_id).names}
    news = News(
        about=hearing.student.subject,
        act=f"hearing:{hearing.id}:dropped",
        subject=Message("Your degree is not refused", words),
        body=Message("%(institution)s has dropped the procedure of which it gave you notice.", words),
        link=page_of(hearing.student),
    )
    inform(session, actor, news, institution=hearing.institution_id, at=at, people=[hearing.student.person_id])


def tell_changed(session: orm.Session, change: Changed, way: DegreeWay, said: tuple[Message, ...]) -> None:
    """Tell the registrars of both institutions that the record under a conferred degree has changed; each once."""
    student, own = way.student, way.institution.id
    digest = hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()[:16]
    for enrolment in student.enrolments:
        words = {
            "institution": way.institution.names,
            "student": student.full_name,
            "number": enrolment.number,
            "changes": said,
        }
        news = News(
            about=student.subject,
            act=f"conferred degree:{own}:{digest}",
            subject=Message("The record of a conferred degree has changed", words),
            body=Message(
                "What the degree of %(institution)s rested on when it was conferred on %(student)s (%(number)s) reads "
                "otherwise by now: %(changes)s The degree stays conferred as it was. Decide whether a later session "
                "has to correct or annul it.",
                words,
            ),
            link=page_of(student),
        )
        nobody = operator(own)
        inform(
            session,
            nobody,
            news,
            institution=enrolment.institution_id,
            sender=own,
            at=change.at,
            roles=[Role.REGISTRAR],
        )


def page_of(student: Student) -> str:
    """The path of the page about both degrees of a student."""
    return f"/students/{student.id}/degrees"
