"""Who is told of what happened at an institution: everyone with a role there, the student, and never who did it."""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person, RoleHeld
from dualdegree.core.policy import Actor, Role
from dualdegree.messages.service import News, Recipient, Sender, tell
from dualdegree.programmes.models import Institution

__all__ = ["News", "inform"]


def inform(
    session: orm.Session,
    actor: Actor,
    news: News,
    *,
    institution: str,
    at: dt.datetime,
    roles: Iterable[Role] = (),
    people: Iterable[int | None] = (),
    sender: str = "",
) -> int:
    """Tell ``news`` to whoever holds one of ``roles`` at ``institution``, and to these people (ids), in its name.

    ``sender`` is the institution that did it, where that is another one.

    Written in the current transaction, on their start pages once that commits, and sent by mail afterwards; a repeat
    tells nobody. None among ``people`` is somebody without an account. Whoever did it is not told, nor who may no
    longer sign in. How many were told.
    """
    named = session.get_one(Institution, sender or institution)
    to = _recipients(session, institution, roles, people, but=actor.person_id)
    return tell(session, news, to=to, sender=Sender(institution=named.id, name=named.names), at=at)


def _recipients(
    session: orm.Session, institution: str, roles: Iterable[Role], people: Iterable[int | None], *, but: int
) -> tuple[Recipient, ...]:
    wanted = [role.value for role in roles]
    holders = sa.select(RoleHeld.person_id).where(RoleHeld.institution_id == institution, RoleHeld.role.in_(wanted))
    named = [person_id for person_id in people if person_id is not None]
    query = sa.select(Person.id, Person.email, Person.locale).where(
        sa.or_(Person.id.in_(holders), Person.id.in_(named)), Person.active.is_(True), Person.id != but
    )
    rows = session.execute(query.order_by(Person.id))
    return tuple(Recipient(person_id=row.id, email=row.email, locale=row.locale) for row in rows)
