"""How is an act told to every institution that it concerns, and how is what was told read?"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.core.acts import SENTENCES, Act
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Conflict, Repeated
from dualdegree.core.text import Message
from dualdegree.events import NewEvent, history, record


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One act as a page tells it."""

    at: dt.datetime
    act: Message
    by: str
    digest: str
    reason: str


def tell(
    session: orm.Session,
    actor: Actor,
    subject: str,
    act: Act,
    *,
    concerned: Iterable[str],
    at: dt.datetime,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Append the act to the history of each institution concerned, always in one order: no two writers cross."""
    for institution in sorted(set(concerned)):
        record(
            session,
            NewEvent(
                institution=institution,
                actor=actor.reference,
                act=act,
                subject=subject,
                at=at,
                reason=reason,
                before=before,
                after=after,
            ),
        )


def history_lines(session: orm.Session, subject: str, institution_id: str) -> Sequence[HistoryLine]:
    """What one institution's history tells of a subject, newest first, with the names of those who did it."""
    events = [event for event in history(session, subject) if event.institution_id == institution_id]
    ids = {int(number) for kind, _, number in (event.actor.partition(":") for event in events) if kind == "person"}
    rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = {f"person:{number}": name for number, name in rows}
    return [
        HistoryLine(
            at=event.at,
            act=SENTENCES[Act(event.act)],
            by=names.get(event.actor, event.actor),
            digest=json.loads(event.after).get("digest", ""),
            reason=event.reason,
        )
        for event in events
    ]


@contextmanager
def marking_own_repeats(session: orm.Session, actor: Actor, subject: str) -> Iterator[None]:
    """Raise ``Repeated`` for a ``Conflict`` where the last act on the subject was the actor's own."""
    try:
        yield
    except Conflict as conflict:
        last = next(iter(history(session, subject)), None)
        if last is not None and last.actor == actor.reference:
            raise Repeated(conflict.message) from None
        raise
