"""What are the student and the registrars told of a document that is issued, revoked or replaced?"""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import orm

from dualdegree.conferral.models import IssuedDocument
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message
from dualdegree.programmes.informing import News, inform
from dualdegree.records.models import Student

ACTS: Mapping[Act, tuple[Message, Message]] = {
    Act.DOCUMENT_ISSUED: (
        Message("The official transcript %(serial)s is issued"),
        Message("It can be downloaded, and anybody can verify it by its code."),
    ),
    Act.DOCUMENT_REVOKED: (
        Message("The document %(serial)s is revoked"),
        Message("It is no longer valid, and whoever verifies it reads why."),
    ),
    Act.DOCUMENT_REPLACED: (
        Message("The document %(serial)s is replaced"),
        Message("Another document has been issued in its place."),
    ),
}
"""Each act as the history names it, in one line and in full."""


def tell_of_document(
    session: orm.Session, actor: Actor, issued: IssuedDocument, act: Act, *, concerned: Sequence[str], at: dt.datetime
) -> None:
    """Tell the student and the registrars of the institutions whose document it is."""
    subject, body = ACTS[act]
    student = session.get_one(Student, issued.student_id)
    news = News(
        about=f"document:{issued.serial}",
        act=act,
        subject=Message(subject.id, {"serial": issued.serial}),
        body=body,
        link=f"/students/{student.id}/documents",
    )
    by = issued.institution_id
    inform(session, actor, news, institution=by, at=at, people=[student.person_id])
    for where in concerned:
        inform(session, actor, news, institution=where, sender=by, at=at, roles=[Role.REGISTRAR])


def tell_of_interim(session: orm.Session, actor: Actor, issued: IssuedDocument, at: dt.datetime) -> None:
    """Tell the student; it is the document of one institution, and no business of the partner."""
    student = session.get_one(Student, issued.student_id)
    words = {"serial": issued.serial}
    news = News(
        about=f"document:{issued.serial}",
        act=Act.DOCUMENT_ISSUED,
        subject=Message("The interim transcript %(serial)s is issued", words),
        body=Message("It can be downloaded, and anybody can verify it by its code. It certifies no degree."),
        link=f"/students/{student.id}/documents",
    )
    inform(session, actor, news, institution=issued.institution_id, at=at, people=[student.person_id])
