"""Who may sign in, with which roles, and which sign-ins are alive?"""

import datetime as dt
import functools
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import orm

from dualdegree import events
from dualdegree.accounts.models import Person, RoleHeld, SignInSession
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Role
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
NONE_YET = ""
"""The hash of whoever has not chosen a password yet: no password matches it."""
SEEN_EVERY = dt.timedelta(minutes=1)
"""How exact ``last_seen_at`` is: a page that only reads should not write each time."""
HASHER = PasswordHasher()
# Every page begins with it, so that it is built once.
_OF_TOKEN = (
    sa.select(SignInSession)
    .where(SignInSession.token_hash == sa.bindparam("digest"))
    # Every page asks; nobody has so many roles that a statement of their own would be worth it.
    .options(orm.joinedload(SignInSession.person).joinedload(Person.roles))
)


class SignInRefused(Refusal):
    """The address and the password do not belong together; which of them is wrong is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long a sign-in lasts: without a page being opened, and at most."""

    idle: dt.timedelta = dt.timedelta(hours=1)
    absolute: dt.timedelta = dt.timedelta(hours=12)


def add_person(session: orm.Session, *, email: str, name: str, password: str, locale: str | None = None) -> Person:
    """Let somebody sign in. They can do nothing until ``grant_role``.

    Raises ``Conflict`` when the address is taken, ``Refusal`` for a password that is too short or long.
    """
    address = normal(email)
    if person_of(session, address) is not None:
        raise Conflict(Message("Somebody with the address %(email)s can sign in already."), {"email": address})
    person = Person(email=address, name=name, password_hash=_hashed(password), locale=locale)
    session.add(person)
    session.flush()
    return person


def add_invited(session: orm.Session, *, email: str, name: str, locale: str | None = None) -> Person:
    """Somebody who can sign in once they have chosen a password: see ``choose_first_password``."""
    person = Person(email=normal(email), name=name, password_hash=NONE_YET, locale=locale, active=False)
    session.add(person)
    session.flush()
    return person


def choose_first_password(session: orm.Session, person: Person, password: str) -> None:
    """Let somebody who was invited sign in from now on.

    Raises ``Conflict`` when they can already, ``Refusal`` for a password that is too short or long.
    """
    lock(session, person)
    if person.active:
        raise Conflict(Message("Somebody with the address %(email)s can sign in already."), {"email": person.email})
    person.password_hash, person.active = _hashed(password), True


def person_of(session: orm.Session, email: str) -> Person | None:
    """Whoever signs in with this address, in any capitals; nobody may."""
    return session.scalars(sa.select(Person).where(Person.email == normal(email))).one_or_none()


def grant_role(
    session: orm.Session, actor: Actor, person: Person, role: Role, institution: str, *, at: dt.datetime
) -> RoleHeld:
    """Give a person a role at an institution; a repeat changes nothing."""
    for held in person.roles:
        if (held.role, held.institution_id) == (role, institution):
            return held
    held = RoleHeld(person=person, institution_id=institution, role=role.value)
    session.add(held)
    session.flush()
    _tell(session, actor, Act.ROLE_GRANT, held, at)
    return held


def withdraw_role(
    session: orm.Session, actor: Actor, person: Person, role: Role, institution: str, *, at: dt.datetime
) -> None:
    """Take a role away; whoever does not hold it keeps not holding it."""
    for held in [held for held in person.roles if (held.role, held.institution_id) == (role, institution)]:
        _tell(session, actor, Act.ROLE_WITHDRAW, held, at)
        person.roles.remove(held)
        session.delete(held)


def actor_of(person: Person) -> Actor:
    """The plain value by which everything else knows this person."""
    roles = frozenset((Role(held.role), held.institution_id) for held in person.roles)
    return Actor(person_id=person.id, name=person.name, email=person.email, roles=roles, locale=person.locale)


def sign_in(session: orm.Session, *, email: str, password: str, now: dt.datetime) -> tuple[str, SignInSession]:
    """Begin a sign-in: its token, which is kept nowhere, and its row.

    Takes as long for an unknown address as for a known one. Raises ``SignInRefused``.
    """
    person = person_of(session, email)
    right = _matches(person.password_hash if person else _nobodys_hash(), password)
    if person is None or not right or not person.active:
        raise SignInRefused(
            Message("This address and password do not belong together. Check both, and whether capitals are locked.")
        )
    if HASHER.check_needs_rehash(person.password_hash):
        person.password_hash = HASHER.hash(password)
    return begin(session, person, now)


def begin(session: orm.Session, person: Person, now: dt.datetime) -> tuple[str, SignInSession]:
    """Begin a sign-in of somebody who has proved who they are."""
    token = secrets.token_urlsafe(32)
    row = SignInSession(token_hash=_digest(token), person=person, created_at=now, last_seen_at=now)
    session.add(row)
    session.flush()
    return token, row


def whose_token(session: orm.Session, token: str, now: dt.datetime, timeouts: Timeouts) -> Actor | None:
    """The actor of a sign-in that is alive; nobody once it has ended, timed out, or the person may not sign in."""
    row = _row(session, token)
    if row is None or not alive(row, now, timeouts) or not row.person.active:
        return None
    if now - row.last_seen_at >= SEEN_EVERY:
        _note_seen(session, row, now)
    return actor_of(row.person)


def _note_seen(session: orm.Session, row: SignInSession, now: dt.datetime) -> None:
    try:
        with session.begin_nested():
            row.last_seen_at = now
    except sa.exc.OperationalError:
        # A page being read does not wait for SQLite's one writer: it is noted when the next page is opened.
        return


def alive(row: SignInSession, now: dt.datetime, timeouts: Timeouts) -> bool:
    """Whether a sign-in has neither ended nor timed out."""
    fresh = now - row.last_seen_at < timeouts.idle and now - row.created_at < timeouts.absolute
    return row.ended_at is None and fresh


def sign_out(session: orm.Session, token: str, now: dt.datetime) -> None:
    """End the sign-in of this token; a repeat changes nothing."""
    row = _row(session, token)
    if row is not None and row.ended_at is None:
        row.ended_at = now


def sign_ins(session: orm.Session, actor: Actor, now: dt.datetime, timeouts: Timeouts) -> Sequence[SignInSession]:
    """The actor's own sign-ins that are alive, the newest first."""
    rows = session.scalars(
        sa.select(SignInSession)
        .where(SignInSession.person_id == actor.person_id, SignInSession.ended_at.is_(None))
        .order_by(SignInSession.created_at.desc(), SignInSession.id.desc())
    )
    return tuple(row for row in rows if alive(row, now, timeouts))


def is_of(row: SignInSession, token: str) -> bool:
    """Whether this very token began the sign-in."""
    return row.token_hash == _digest(token)


def end(session: orm.Session, actor: Actor, sign_in_id: int, now: dt.datetime) -> None:
    """End one of the actor's own sign-ins, such as one on a device that was lost. Raises ``Absent``."""
    row = session.get(SignInSession, sign_in_id)
    if row is None or row.person_id != actor.person_id:
        raise Absent(Message("You have no such sign-in. It may have ended already."))
    row.ended_at = row.ended_at or now


def change_password(session: orm.Session, actor: Actor, *, old: str, new: str, keep: str, now: dt.datetime) -> None:
    """Set a new password and end every other sign-in but that of the token ``keep``.

    Raises ``SignInRefused`` when ``old`` is wrong, ``Refusal`` for a new one that is too short or long.
    """
    person = session.get_one(Person, actor.person_id)
    lock(session, person)
    if not _matches(person.password_hash, old):
        raise SignInRefused(Message("This is not your present password."))
    person.password_hash = _hashed(new)
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.person_id == person.id, SignInSession.ended_at.is_(None))
        .where(SignInSession.token_hash != _digest(keep))
        .values(ended_at=now)
    )


def choose_locale(session: orm.Session, actor: Actor, locale: str | None) -> None:
    """Keep the language in which the actor wants to read everywhere."""
    session.get_one(Person, actor.person_id).locale = locale


def normal(email: str) -> str:
    """An address as it is kept: without blanks around it, in small letters."""
    return email.strip().lower()


def _row(session: orm.Session, token: str) -> SignInSession | None:
    return session.scalars(_OF_TOKEN, {"digest": _digest(token)}).unique().one_or_none()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hashed(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        lengths = {"least": SHORTEST_PASSWORD, "most": LONGEST_PASSWORD}
        raise Refusal(
            Message("A password has %(least)s to %(most)s characters; several words in a row will do.", lengths)
        )
    return HASHER.hash(password)


@functools.cache
def _nobodys_hash() -> str:
    return HASHER.hash(secrets.token_urlsafe(32))


def _matches(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password[: LONGEST_PASSWORD + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False


def _tell(session: orm.Session, actor: Actor, act: Act, held: RoleHeld, at: dt.datetime) -> None:
    events.record(
        session,
        events.NewEvent(
            institution=held.institution_id,
            actor=actor.reference,
            act=act,
            subject=f"person:{held.person_id}",
            at=at,
            after={"role": held.role, "institution": held.institution_id, "held": act == Act.ROLE_GRANT},
        ),
    )
