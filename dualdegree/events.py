"""Who did what to which record, when and why? An append-only history, hash-chained per institution."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from dualdegree.core.acts import Act
from dualdegree.db import Base

FIRST = "0" * 64
"""What the first link of a chain rests on."""


class Event(Base):
    """One act, written in the transaction of the change it tells of. A batch is one act."""

    __tablename__ = "event"
    __table_args__ = (sa.UniqueConstraint("institution_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    number: Mapped[int]
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    before: Mapped[str] = mapped_column(sa.Text)
    after: Mapped[str] = mapped_column(sa.Text)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An act that is not in the history yet. ``before`` and ``after`` hold JSON values; credits and grades as text."""

    institution: str
    actor: str
    act: Act
    subject: str
    at: dt.datetime
    reason: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def canonical(value: object) -> str:
    """The one way in which a JSON value is written for hashing: sorted keys, no blanks, Unicode as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record(session: orm.Session, new: NewEvent) -> Event:
    """Append ``new`` to its institution's chain within the current transaction."""
    _wait_for_turn(session, new.institution)
    last = session.execute(
        sa.select(Event.number, Event.hash)
        .where(Event.institution_id == new.institution)
        .order_by(Event.number.desc())
        .limit(1)
    ).first()
    number, previous = (last.number + 1, last.hash) if last else (1, FIRST)
    event = Event(
        institution_id=new.institution,
        number=number,
        at=new.at,
        actor=new.actor,
        act=new.act.value,
        subject=new.subject,
        reason=new.reason,
        before=canonical(new.before or {}),
        after=canonical(new.after or {}),
        previous_hash=previous,
        hash="",
    )
    event.hash = link(event)
    session.add(event)
    session.flush()
    return event


def link(event: Event) -> str:
    """The hash of one event: SHA-256 over the previous hash and everything that the event tells."""
    content = [
        event.previous_hash,
        event.institution_id,
        event.number,
        event.at.astimezone(dt.UTC).isoformat(),
        event.actor,
        event.act,
        event.subject,
        event.reason,
        event.before,
        event.after,
    ]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def broken_links(session: orm.Session, institution: str) -> Iterator[int]:
    """The numbers at which the institution's chain does not hold: altered, missing or reordered events."""
    previous, expected = FIRST, 1
    events = session.scalars(sa.select(Event).where(Event.institution_id == institution).order_by(Event.number))
    for event in events:
        if event.number != expected or event.previous_hash != previous or event.hash != link(event):
            yield event.number
        previous, expected = event.hash, event.number + 1


def history(session: orm.Session, subject: str) -> list[Event]:
    """Everything told of one subject, newest first."""
    return list(session.scalars(sa.select(Event).where(Event.subject == subject).order_by(Event.id.desc())))


def _wait_for_turn(session: orm.Session, institution: str) -> None:
    # Two writers must not take the same number. SQLite has one writer anyway, once it writes.
    if session.connection().dialect.name == "postgresql":
        # The turn is for one chain: another schema of the same database has chains of its own.
        name = sa.func.concat(sa.func.current_schema(), ":event:", institution)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))
