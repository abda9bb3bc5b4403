"""By when is something due, by the rule that an institution states, and how does that day stand today?

A deadline that has passed decides nothing: it is told to whom it concerns.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from dualdegree.core.text import Message, Text

SATURDAY = 5
"""The first day of the week, counted from Monday as 0, on which offices are closed."""


class Concerned(StrEnum):
    """Whom a deadline concerns."""

    REGISTRAR = "registrar"
    ADVISOR = "advisor"
    STUDENT = "student"


class DeadlineState(StrEnum):
    """How a deadline stands on a day."""

    COMING = "coming"
    NEAR = "near"
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """What starts a period, and how long it is: ``days`` of the calendar, or of those on which the office is open.

    ``starts`` names what starts it, such as ``results``. ``warn_days`` before its end it is near. ``alerts``: who is
    told once it has passed.
    """

    key: str
    name: Text
    starts: str
    days: int
    working: bool = False
    warn_days: int = 14
    alerts: tuple[Concerned, ...] = (Concerned.REGISTRAR,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One period that has begun for one student, and is not ended by what it waits for.

    ``key`` tells it from every other that the same rule starts; ``on`` is the day, on the calendar of the institution,
    from which it runs; ``link`` the path of the page where one sees to it.
    """

    student: int
    key: str
    on: dt.date
    what: Message
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCalendar:
    """On which days, besides the ends of weeks, an office is closed."""

    closed: frozenset[dt.date] = field(default_factory=frozenset)

    def is_open(self, day: dt.date) -> bool:
        """Whether somebody works there on that day."""
        return day.weekday() < SATURDAY and day not in self.closed


def due_on(rule: DeadlineRule, begun: dt.date, calendar: OfficeCalendar) -> dt.date:
    """The last day of the period; the day on which it begins is not counted."""
    if not rule.working:
        return begun + dt.timedelta(days=rule.days)
    day, left = begun, rule.days
    while left > 0:
        day += dt.timedelta(days=1)
        left -= calendar.is_open(day)
    return day


def state_on(rule: DeadlineRule, due: dt.date, today: dt.date) -> DeadlineState:
    """How it stands: passed on the day after its last one."""
    if today > due:
        return DeadlineState.PASSED
    return DeadlineState.NEAR if (due - today).days <= rule.warn_days else DeadlineState.COMING


def concerns(rule: DeadlineRule, roles: Collection[Concerned]) -> bool:
    """Whether the rule is of any concern to somebody with these roles towards the student."""
    return any(role in rule.alerts for role in roles)
