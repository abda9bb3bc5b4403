"""Who is told of each step of a language certificate: whoever is to confirm it, the student, and who handed it in."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Language, Message
from dualdegree.programmes.informing import News, inform
from dualdegree.training.certificates.models import CertificateDecision

ACTS: Mapping[Act, Message] = {
    Act.CERTIFICATE_HANDED_IN: Message("A language certificate awaits confirmation"),
    Act.CERTIFICATE_CONFIRMED: Message("A language certificate was confirmed and counts"),
    Act.CERTIFICATE_REFUSED: Message("A language certificate was not accepted"),
    Act.CERTIFICATE_WITHDRAWN: Message("A language certificate was withdrawn"),
    Act.CERTIFICATE_LIFTED: Message("A language certificate does not count any more"),
}
"""What each message is headed with."""


def tell_of_certificate(
    session: orm.Session, actor: Actor, decision: CertificateDecision, act: Act, at: dt.datetime
) -> None:
    """Tell everybody whom this act concerns at one institution."""
    certificate = decision.certificate
    words = {
        "student": certificate.student.full_name,
        "language": Language(certificate.language),
        "level": certificate.level,
    }
    news = News(
        about=decision.subject,
        act=f"{act}:{decision.institution_id}:{decision.revision}",
        subject=ACTS[act],
        body=Message("It is a certificate of %(student)s: %(language)s, %(level)s.", words),
        link=f"/certificates/{decision.id}",
    )
    people = [certificate.student.person_id, certificate.entered_by]
    roles = [Role.REGISTRAR] if act in {Act.CERTIFICATE_HANDED_IN, Act.CERTIFICATE_WITHDRAWN} else []
    inform(session, actor, news, institution=decision.institution_id, at=at, people=people, roles=roles)
