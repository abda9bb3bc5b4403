"""What are the student and the registrars told of a session's decision?"""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import orm

from dualdegree.conferral.degrees.notices import page_of
from dualdegree.conferral.models import ConferralSession, Hearing, SessionEntry
from dualdegree.core.conferral.sessions import SessionResult
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.models import Institution

OWN: Mapping[SessionResult, tuple[Message, Message]] = {
    SessionResult.CONFERRED: (
        Message("Your degree is conferred"),
        Message(
            "%(body)s of %(institution)s conferred your degree on %(day)s (minute %(minute)s). Its page says what "
            "to see to before the diploma is of use abroad."
        ),
    ),
    SessionResult.REFUSED: (
        Message("Your degree is refused"),
        Message(
            "%(body)s of %(institution)s refused your degree on %(day)s (minute %(minute)s), under %(law)s: %(reason)s "
            "You can appeal to %(appeal)s within %(days)s days, until %(until)s."
        ),
    ),
    SessionResult.POSTPONED: (
        Message("The decision on your degree is postponed"),
        Message("%(body)s of %(institution)s did not decide on your degree on %(day)s (minute %(minute)s): %(reason)s"),
    ),
    SessionResult.CORRECTED: (
        Message("An entry about your degree is corrected"),
        Message("%(body)s of %(institution)s corrected it on %(day)s (minute %(minute)s): %(reason)s"),
    ),
    SessionResult.ANNULLED: (
        Message("Your degree is taken back"),
        Message(
            "%(body)s of %(institution)s took your degree back on %(day)s (minute %(minute)s), under %(law)s: "
            "%(reason)s You can appeal to %(appeal)s within %(days)s days, until %(until)s."
        ),
    ),
}
"""What the student reads, in one line and in full."""
PARTNER: Mapping[SessionResult, Message] = {
    SessionResult.CONFERRED: Message(
        "%(institution)s has conferred its degree on %(student)s (%(number)s); what counts in it is fixed from now on."
    ),
    SessionResult.CORRECTED: Message(
        "%(institution)s has corrected the number of its degree of %(student)s (%(number)s)."
    ),
    SessionResult.ANNULLED: Message("%(institution)s has taken its degree back from %(student)s (%(number)s)."),
}
"""What the partner's registrars read; a refusal or postponement is not theirs to know."""
SUBJECT = Message("A decision on the degree of %(student)s")


def tell_decided(
    session: orm.Session,
    actor: Actor,
    row: ConferralSession,
    entry: SessionEntry,
    *,
    hearing: Hearing | None,
    at: dt.datetime,
) -> None:
    """Tell the student; and the partner's registrars what changes their own audit."""
    result, student = SessionResult(entry.result), entry.student
    words = {
        "body": row.body,
        "institution": session.get_one(Institution, row.institution_id).names,
        "day": row.on,
        "minute": row.minute,
        "reason": entry.reason,
        "student": student.full_name,
    }
    if hearing is not None:
        words |= {
            "law": hearing.legal_basis,
            "appeal": hearing.appeal_body,
            "days": hearing.appeal_days,
            "until": hearing.appeal_until,
        }
    subject, body = OWN[result]
    act = f"session:{row.id}:{result}"
    news = News(about=student.subject, act=act, subject=subject, body=Message(body.id, words), link=page_of(student))
    own = row.institution_id
    inform(session, actor, news, institution=own, at=at, people=[student.person_id])
    partners = [enrolment.institution_id for enrolment in student.enrolments if enrolment.institution_id != own]
    for partner in partners if result in PARTNER else ():
        to_partner = Message(PARTNER[result].id, {**words, "number": student.number_at(partner)})
        news = News(
            about=student.subject,
            act=act,
            subject=Message(SUBJECT.id, words),
            body=to_partner,
            link=page_of(student),
        )
        inform(session, actor, news, institution=partner, sender=own, at=at, roles=[Role.REGISTRAR])
