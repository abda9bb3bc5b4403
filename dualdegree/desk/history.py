"""What has happened at this institution? Its history as a registrar reads and searches it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import SENTENCES, Act
from dualdegree.core.text import Message
from dualdegree.desk.naming import facts_of, names_for
from dualdegree.desk.subjects import NamedSubject, names_of, subjects_of
from dualdegree.desk.telling import (
    RecordedChange,
    ToldField,
    changes_in_words,
    facts_in_words,
    number_in,
    things_of,
)
from dualdegree.events import Event
from dualdegree.records.service import people

SHOWN = 200
"""How many changed things of one act a page lists; the history holds them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One act as a page tells it: what it states, and whom or what it changed, the first of ``total``."""

    number: int
    at: dt.datetime
    act: Message
    subject: NamedSubject
    by: str
    reason: str
    facts: tuple[ToldField, ...]
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
    """The events of one institution in words; of a searched one, only the changes that were searched for."""
    doers = people(session, [_person(event) for event in events])
    stated = [facts_of(event) for event in events]
    things = [_searched(things_of(Act(event.act), *facts), search) for event, facts in zip(events, stated, strict=True)]
    shown = [keys[:SHOWN] for keys in things]
    numbers = [number_in(Act(event.act), key) for event, keys in zip(events, shown, strict=True) for key in keys]
    institution = events[0].institution_id if events else ""
    names = names_for(session, institution, filter(None, numbers), stated)
    subjects = names_of(session, [event.subject for event in events], names)
    for event, facts, keys, first in zip(events, stated, things, shown, strict=True):
        act = Act(event.act)
        yield HistoryEntry(
            number=event.number,
            at=event.at,
            act=SENTENCES[act],
            subject=subjects[event.subject],
            by=doers.get(_person(event) or 0, ""),
            reason=event.reason,
            facts=facts_in_words(act, *facts, names),
            changes=tuple(changes_in_words(act, *facts, names, first)),
            total=len(keys),
        )


def _searched(keys: Sequence[str], search: HistorySearch) -> Sequence[str]:
    """Those that were searched for, or all."""
    return [key for key in keys if any(wanted in key for wanted in search.keys)] or keys


def _person(event: Event) -> int | None:
    kind, _, number = event.actor.partition(":")
    return int(number) if kind == "person" else None
