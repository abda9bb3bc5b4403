"""What has happened at this institution? Its history as a registrar reads and searches it."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.conferral.models import IssuedDocument
from dualdegree.core.acts import SENTENCES, Act
from dualdegree.core.text import Message
from dualdegree.events import Event
from dualdegree.records.models import Enrolment
from dualdegree.records.service import people

SHOWN = 200
"""How many changed things of one act a page lists; the history holds them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedChange:
    """One thing of an act, as it was and as it is; empty where it was not there."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One act as a page tells it. ``changes`` are the first of ``total``."""

    number: int
    at: dt.datetime
    act: Message
    subject: str
    by: str
    reason: str
    changes: tuple[RecordedChange, ...]
    total: int


def events_of(session: orm.Session, institution: str, words: str) -> sa.Select[Event]:
    """The institution's events, newest first: all, or those that tell of a student number, a course or a serial."""
    query = sa.select(Event).where(Event.institution_id == institution).order_by(Event.number.desc())
    if not words:
        return query
    subjects = [f"document:{words}", *_subjects_of(session, words)]
    telling = [column.contains(words, autoescape=True) for column in (Event.before, Event.after)]
    return query.where(sa.or_(Event.subject.in_(subjects), *telling))


def told(session: orm.Session, events: Sequence[Event], words: str) -> Iterator[HistoryEntry]:
    """The events in words; of a searched one, only the changes that were searched for."""
    names = people(session, [_person(event) for event in events])
    for event in events:
        changes = [change for change in _changes(event) if words in change.what] or list(_changes(event))
        yield HistoryEntry(
            number=event.number,
            at=event.at,
            act=SENTENCES[Act(event.act)],
            subject=event.subject,
            by=names.get(_person(event) or 0, ""),
            reason=event.reason,
            changes=tuple(changes[:SHOWN]),
            total=len(changes),
        )


def _subjects_of(session: orm.Session, number: str) -> list[str]:
    students = session.scalars(sa.select(Enrolment.student_id).where(Enrolment.number == number)).all()
    serials = session.scalars(sa.select(IssuedDocument.serial).where(IssuedDocument.student_id.in_(students))).all()
    return [f"student:{student}" for student in students] + [f"document:{serial}" for serial in serials]


def _person(event: Event) -> int | None:
    kind, _, number = event.actor.partition(":")
    return int(number) if kind == "person" else None


def _changes(event: Event) -> Iterator[RecordedChange]:
    before, after = json.loads(event.before), json.loads(event.after)
    for what in dict.fromkeys((*before, *after)):
        yield RecordedChange(what=what, before=_plain(before.get(what)), after=_plain(after.get(what)))


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_plain(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "" if value is None else str(value)
