"""What has happened at this institution? Its history as a registrar reads and searches it."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import SENTENCES, Act
from dualdegree.core.text import Message
from dualdegree.desk.subjects import NamedSubject, names_of, subjects_of
from dualdegree.events import Event
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
    subject: NamedSubject
    by: str
    reason: str
    changes: tuple[RecordedChange, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySearch:
    """What is looked for: the words, and all that they stand for when they are a student's number."""

    words: str
    subjects: Sequence[str]
    numbers: Sequence[str]
    """What batches call the student: both registers' numbers."""

    @property
    def keys(self) -> Sequence[str]:
        """What is looked for in the changes of an act."""
        return tuple(dict.fromkeys((self.words, *self.numbers)))


def search_for(session: orm.Session, words: str) -> HistorySearch:
    """What the words stand for: a student's number, a course or a serial; "" for everything."""
    subjects, numbers = subjects_of(session, words) if words else ((), ())
    return HistorySearch(words=words, subjects=(f"document:{words}", *subjects), numbers=numbers)


def events_of(institution: str, search: HistorySearch) -> sa.Select[Event]:
    """The institution's events, newest first: all, or those that tell of what is looked for."""
    query = sa.select(Event).where(Event.institution_id == institution).order_by(Event.number.desc())
    if not search.words:
        return query
    telling = [column.contains(key, autoescape=True) for column in (Event.before, Event.after) for key in search.keys]
    return query.where(sa.or_(Event.subject.in_(search.subjects), *telling))


def entries(session: orm.Session, events: Sequence[Event], search: HistorySearch) -> Iterator[HistoryEntry]:
    """The events in words; of a searched one, only the changes that were searched for."""
    names = people(session, [_person(event) for event in events])
    subjects = names_of(session, [event.subject for event in events])
    for event in events:
        every = list(_changes(event))
        changes = [change for change in every if any(key in change.what for key in search.keys)] or every
        yield HistoryEntry(
            number=event.number,
            at=event.at,
            act=SENTENCES[Act(event.act)],
            subject=subjects[event.subject],
            by=names.get(_person(event) or 0, ""),
            reason=event.reason,
            changes=tuple(changes[:SHOWN]),
            total=len(changes),
        )


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
