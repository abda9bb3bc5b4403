"""How does a mentor come to an account? By a letter with a link that works once and for some days."""

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.accounts.service import add_invited, begin, choose_first_password, person_of
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, Role, require
from dualdegree.core.refusal import Absent, Conflict
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.messages.service import News, Recipient, Sender
from dualdegree.messages.service import tell as tell_news
from dualdegree.programmes.models import Institution
from dualdegree.training.mentors.models import Mentor, MentorInvitation
from dualdegree.training.mentors.service import link

VALID_FOR = dt.timedelta(days=14)
ASK_AGAIN = Message("Ask %(institution)s for a new one; its registrars send it from the mentor's page.")


class InvitationOver(Conflict):
    """The link was used or has expired."""


def invite(session: orm.Session, actor: Actor, mentor: Mentor, at: dt.datetime) -> MentorInvitation | None:
    """Send the mentor a letter with a link by which they choose a password; earlier links stop working.

    None where the mentor can sign in already. Raises ``NotAllowed``.
    """
    require(actor, Permission.KEEP_TRAINING, mentor.policy_subject())
    lock(session, mentor)
    known = person_of(session, mentor.email)
    if known is not None and known.active:
        link(session, actor, mentor, known, at)
        return None
    person = known or add_invited(session, email=mentor.email, name=mentor.name)
    earlier = sa.update(MentorInvitation).where(
        MentorInvitation.mentor_id == mentor.id, MentorInvitation.used_at.is_(None), MentorInvitation.expires_at > at
    )
    session.execute(earlier.values(expires_at=at))
    token = secrets.token_urlsafe(32)
    row = MentorInvitation(
        mentor=mentor,
        institution_id=mentor.institution_id,
        token_hash=_digest(token),
        sent_by=actor.person_id or None,
        sent_at=at,
        expires_at=at + VALID_FOR,
        used_at=None,
    )
    session.add(row)
    session.flush()
    _send(session, row, person, token, at)
    tell(session, actor, mentor.subject, Act.MENTOR_INVITED, concerned=[mentor.institution_id], at=at)
    return row


def _send(session: orm.Session, row: MentorInvitation, person: Person, token: str, at: dt.datetime) -> None:
    institution = session.get_one(Institution, row.institution_id)
    news = News(
        about=row.mentor.subject,
        act=f"invited:{row.id}",
        subject=Message("You are invited to guide a student's placement"),
        body=Message(
            "%(institution)s asks you to guide a student's placement. Open this page, choose a password, and you will "
            "see that placement and nothing else. The link works once, until %(until)s.",
            {"institution": institution.names, "until": row.expires_at.date()},
        ),
        link=f"/invitations/{token}",
    )
    to = Recipient(person_id=person.id, email=person.email, locale=person.locale)
    tell_news(session, news, to=[to], sender=Sender(institution=institution.id, name=institution.names), at=at)


def invitation_of(session: orm.Session, token: str) -> MentorInvitation:
    """The invitation that a link names; raises ``Absent``."""
    row = session.scalars(
        sa.select(MentorInvitation).where(MentorInvitation.token_hash == _digest(token))
    ).one_or_none()
    if row is None:
        raise Absent("There is no such invitation.")
    return row


def latest_of(session: orm.Session, mentor: Mentor) -> MentorInvitation | None:
    """The last letter that the mentor was sent."""
    query = sa.select(MentorInvitation).where(MentorInvitation.mentor_id == mentor.id)
    return session.scalars(query.order_by(MentorInvitation.id.desc()).limit(1)).one_or_none()


def refuse_over(session: orm.Session, row: MentorInvitation, at: dt.datetime) -> None:
    """Raise ``InvitationOver`` where the link was used or has expired, and say how to get a new one."""
    institution = session.get_one(Institution, row.institution_id).names
    again = Message(ASK_AGAIN.id, {"institution": institution})
    if row.used_at is not None:
        raise InvitationOver(
            "This invitation was used on %(day)s. Sign in with the address %(email)s and the password that you chose.",
            {"day": row.used_at.date(), "email": row.mentor.email},
        )
    if row.expires_at <= at:
        raise InvitationOver(
            "This invitation expired on %(day)s. %(again)s", {"day": row.expires_at.date(), "again": again}
        )


def take_up(session: orm.Session, row: MentorInvitation, password: str, at: dt.datetime) -> tuple[str, Person]:
    """Let the mentor sign in from now on with this password; the token of a first sign-in.

    Raises ``InvitationOver``; ``Refusal`` for a password that is too short or long.
    """
    lock(session, row)
    refuse_over(session, row, at)
    mentor = row.mentor
    person = person_of(session, mentor.email) or add_invited(session, email=mentor.email, name=mentor.name)
    choose_first_password(session, person, password)
    row.used_at = at
    own = Actor(
        person_id=person.id,
        name=person.name,
        email=person.email,
        roles=frozenset({(Role.MENTOR, mentor.institution_id)}),
    )
    link(session, own, mentor, person, at)
    tell(session, own, mentor.subject, Act.INVITATION_TAKEN_UP, concerned=[mentor.institution_id], at=at)
    token, _row = begin(session, person, at)
    return token, person


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
