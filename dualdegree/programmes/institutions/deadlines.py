"""Which deadlines does an institution set, from which days do they run, and when is its office closed?"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dualdegree.core.deadlines import Concerned, DeadlineRule, OfficeCalendar
from dualdegree.core.source.reading import Place
from dualdegree.core.text import Message
from dualdegree.programmes.institutions.procedures import read_text_here

STARTS = re.compile(r"[a-z_]{1,40}", re.ASCII)
TERM = re.compile(r"20[0-9]{2}-[123]", re.ASCII)
MOST_DAYS = 3660


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The rules in the order of the profile; ``results``: term → the day on which its results were published."""

    rules: tuple[DeadlineRule, ...] = ()
    results: Mapping[str, dt.date] = field(default_factory=dict)
    calendar: OfficeCalendar = field(default_factory=OfficeCalendar)


def read_deadlines(place: Place) -> Deadlines:
    """The deadlines that the profile states; raises ``SourceError``."""
    fields = place.fields(("rules",), ("results", "closed"))
    closed = fields["closed"].each() if "closed" in fields else ()
    return Deadlines(
        rules=tuple(_rule(key, rule) for key, rule in fields["rules"].entries().items()),
        results=_results(fields["results"]) if "results" in fields else {},
        calendar=OfficeCalendar(closed=frozenset(map(_day, closed))),
    )


def _rule(key: str, place: Place) -> DeadlineRule:
    fields = place.fields(("name", "starts"), ("days", "working_days", "warn_days", "alerts"))
    if ("days" in fields) == ("working_days" in fields):
        raise place.wrong(Message("say the period either in days or in working_days, such as days: 35"))
    if not STARTS.fullmatch(fields["starts"].name()):
        words = {"text": fields["starts"].name()}
        raise fields["starts"].wrong(Message('"%(text)s" starts no period; write one such as results', words))
    working = "working_days" in fields
    return DeadlineRule(
        key=key,
        name=read_text_here(fields["name"]),
        starts=fields["starts"].name(),
        days=_period(fields["working_days" if working else "days"]),
        working=working,
        warn_days=_period(fields["warn_days"]) if "warn_days" in fields else 14,
        alerts=tuple(role.one_of(Concerned) for role in fields["alerts"].each())
        if "alerts" in fields
        else (Concerned.REGISTRAR,),
    )


def _period(place: Place) -> int:
    if place.whole() > MOST_DAYS:
        raise place.wrong(Message("no deadline is longer than ten years"))
    return place.whole()


def _results(place: Place) -> Mapping[str, dt.date]:
    days = place.entries()
    for term, day in days.items():
        if not TERM.fullmatch(term):
            raise day.wrong(Message('"%(term)s" is not a term; write it like 2026-1', {"term": term}))
    return {term: _day(day) for term, day in days.items()}


def _day(place: Place) -> dt.date:
    try:
        return dt.date.fromisoformat(place.name())
    except ValueError:
        wrong = Message('"%(text)s" is not a day; write it like 2027-02-15', {"text": place.name()})
        raise place.wrong(wrong) from None
