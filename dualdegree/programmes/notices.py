"""What are registrars and advisors told of agreements, equivalences and curricula on their way into force?"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.core.approval import Step
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.models import CurriculumVersion, Institution, OfBoth


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWords:
    """How one kind of text of both is told: the path of its page, while it waits, and once it is in force."""

    path: str
    awaits: Message
    in_force: Message


OF_BOTH: Mapping[str, ApprovalWords] = {
    "agreement": ApprovalWords(
        path="/agreements/",
        awaits=Message("A version of the agreement awaits your institution's approval"),
        in_force=Message("A version of the agreement is in force"),
    ),
    "equivalences": ApprovalWords(
        path="/equivalences/",
        awaits=Message("A version of the equivalences awaits your institution's approval"),
        in_force=Message("A version of the equivalences is in force"),
    ),
}
OF_CURRICULUM: Mapping[Step, tuple[Message, Message]] = {
    Step.SUBMIT: (
        Message("A version of your curriculum awaits its publication"),
        Message("Version %(version)s is submitted. Another registrar than its author publishes it or sends it back."),
    ),
    Step.SEND_BACK: (
        Message("A version of your curriculum was sent back"),
        Message("Version %(version)s is a draft again; its page says why."),
    ),
    Step.PUBLISH: (
        Message("A version of the curriculum is published"),
        Message("Version %(version)s binds whoever is admitted to it from now on."),
    ),
}
"""What each step is told as, in one line and in full."""
STAFF = (Role.REGISTRAR, Role.ADVISOR)


def tell_awaiting(session: orm.Session, actor: Actor, document: OfBoth, *, by: str, at: dt.datetime) -> None:
    """Tell the registrars of both parties that this very text waits for their institution's approval."""
    words = OF_BOTH[document.KIND]
    body = Message(
        "%(institution)s has proposed version %(version)s. It is in force once both institutions have approved the "
        "same text; look at what it would change before you approve it.",
        {"institution": session.get_one(Institution, by).names, "version": document.version},
    )
    news = _news(document, f"awaits:{document.digest}", words.awaits, body)
    for party in document.parties:
        inform(session, actor, news, institution=party, sender=by, at=at, roles=STAFF[:1])


def tell_in_force(session: orm.Session, actor: Actor, document: OfBoth, *, by: str, at: dt.datetime) -> None:
    """Tell the registrars and advisors of both parties that the text is applied from now on."""
    body = Message(
        "Both institutions have approved version %(version)s; it is applied from now on.",
        {"version": document.version},
    )
    news = _news(document, "in force", OF_BOTH[document.KIND].in_force, body)
    for party in document.parties:
        inform(session, actor, news, institution=party, sender=by, at=at, roles=STAFF)


def tell_of_curriculum(
    session: orm.Session, actor: Actor, version: CurriculumVersion, step: Step, *, author: int | None, at: dt.datetime
) -> None:
    """Tell registrars that a version waits to be published, its author that it came back, everybody that it binds."""
    subject, body = OF_CURRICULUM[step]
    news = News(
        about=version.subject,
        act=f"{step}:{version.digest}:{at.isoformat()}",
        subject=subject,
        body=Message(body.id, {"version": version.version}),
        link=f"/curricula/{version.id}",
    )
    roles = {Step.SUBMIT: STAFF[:1], Step.SEND_BACK: ()}.get(step, STAFF)
    inform(session, actor, news, institution=version.institution_id, at=at, roles=roles, people=[author])


def _news(document: OfBoth, act: str, subject: Message, body: Message) -> News:
    link = f"{OF_BOTH[document.KIND].path}{document.id}"
    return News(about=document.subject, act=act, subject=subject, body=body, link=link)
