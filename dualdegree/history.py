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
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Conflict, Repeated
from dualdegree.core.text import Message
from dualdegree.events import Act, history, record

ACTS: Mapping[str, Message] = {
    "profile saved": Message("Profile saved"),
    "curriculum imported": Message("Draft stored from a file"),
    "curriculum submitted": Message("Submitted for publication"),
    "curriculum sent back": Message("Sent back to its author"),
    "curriculum published": Message("Published"),
    "curriculum of a student changed": Message("Moved to another version of the curriculum"),
    "agreement proposed": Message("Proposed from a file"),
    "agreement approved": Message("Approved"),
    "equivalences proposed": Message("Proposed from a file"),
    "equivalences approved": Message("Approved"),
    "equivalences of students changed": Message("Moved to another version of the equivalences"),
    "grade table imported": Message("Grading table imported"),
    "roster imported": Message("Roster imported"),
    "grades imported": Message("Grades imported"),
    "milestones imported": Message("Milestones imported"),
    "exception asked for": Message("Exception asked for"),
    "exception granted": Message("Exception granted"),
    "exception refused": Message("Exception refused"),
    "exception entered": Message("Exception entered"),
    "exception withdrawn": Message("Exception withdrawn"),
    "exception lifted": Message("Exception lifted"),
    "evidence kept": Message("Evidence handed in"),
    "request submitted": Message("Request for recognition submitted"),
    "request sent back": Message("Request sent back"),
    "request endorsed": Message("Request endorsed"),
    "request confirmed": Message("Request confirmed by the partner"),
    "request withdrawn": Message("Request withdrawn"),
    "request closed": Message("Request closed"),
    "recognition granted": Message("Recognition granted"),
    "recognition granted in part": Message("Recognition granted in part"),
    "recognition refused": Message("Recognition refused"),
    "recognition entered": Message("Recognition entered"),
    "recognition lifted": Message("Recognition lifted"),
    "appeal lodged": Message("Appeal lodged"),
    "appeal refused": Message("Appeal refused; what was granted before stays"),
    "appeal withdrawn": Message("Appeal withdrawn"),
    "stay written": Message("Learning agreement written"),
    "stay accepted": Message("Learning agreement accepted by the student"),
    "stay endorsed": Message("Learning agreement approved by the sending side"),
    "stay confirmed": Message("Learning agreement approved by the receiving side"),
    "stay sent back": Message("Learning agreement sent back"),
    "stay withdrawn": Message("Learning agreement withdrawn"),
    "cohort audit started": Message("Audit of every student started"),
}
"""What the history calls an act, and how a page says it."""


IMPORTS = ("roster imported", "grades imported", "milestones imported")
"""The acts of a whole batch, which name whom they touched by their numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
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
    act: str,
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
            Act(
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


def told(session: orm.Session, subject: str, institution_id: str) -> Sequence[Told]:
    """What one institution's history tells of a subject, newest first, with the names of those who did it."""
    events = [event for event in history(session, subject) if event.institution_id == institution_id]
    ids = {int(number) for kind, _, number in (event.actor.partition(":") for event in events) if kind == "person"}
    rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = {f"person:{number}": name for number, name in rows}
    return [
        Told(
            at=event.at,
            act=ACTS.get(event.act, Message(event.act)),
            by=names.get(event.actor, event.actor),
            digest=json.loads(event.after).get("digest", ""),
            reason=event.reason,
        )
        for event in events
    ]


@contextmanager
def own_repeats_told(session: orm.Session, actor: Actor, subject: str) -> Iterator[None]:
    """Raise ``Repeated`` for a ``Conflict`` where the last act on the subject was the actor's own."""
    try:
        yield
    except Conflict as conflict:
        last = next(iter(history(session, subject)), None)
        if last is not None and last.actor == actor.reference:
            raise Repeated(conflict.message) from None
        raise
