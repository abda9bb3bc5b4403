"""When does a term begin, and can a course still be planned for it? Terms are written ``2026-1``: year and half."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from dualdegree.core.text import Message

T = TypeVar("T", str, dt.date)
WRITTEN = re.compile("([0-9]{4})-([123])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Generic[T]):
    """From one term or day to another, both included; on without an end where there is no last one."""

    first: T
    last: T | None = None

    def holds(self, moment: T) -> bool:
        """Whether the term or day is within."""
        return self.first <= moment and (self.last is None or moment <= self.last)

    def meets(self, other: "Span[T]") -> bool:
        """Whether any term or day is within both."""
        return (self.last is None or other.first <= self.last) and (other.last is None or self.first <= other.last)


BEGINS = {"1": (0, 9), "2": (1, 2), "3": (1, 7)}
"""Half → in which year after the academic year's first, and in which month, it begins."""


def begins(term: str) -> dt.date:
    """The day from which the term is under way: September, February of the next year or, for a third, July."""
    year, _, half = term.partition("-")
    later, month = BEGINS.get(half, BEGINS["1"])
    return dt.date(int(year) + later, month, 1)


def term_on(day: dt.date) -> str:
    """The term that is under way on a day: the first from September, the second from February; a summer ends it."""
    if day.month >= BEGINS["1"][1]:
        return f"{day.year}-1"
    return f"{day.year - 1}-{'1' if day.month < BEGINS['2'][1] else '2'}"


def is_open(term: str, on: dt.date) -> bool:
    """Whether a course can still be planned for the term: until the end of the month in which it begins."""
    first = begins(term)
    return (on.year, on.month) <= (first.year, first.month)


IN_WORDS = {
    "1": Message("%(first)s/%(last)s term 1"),
    "2": Message("%(first)s/%(last)s term 2"),
    "3": Message("%(first)s/%(last)s term 3"),
}
"""Half → what a reader calls it, after the academic year."""


def in_words(term: str) -> Message | str:
    """What a reader calls a term: ``2026-1`` is the first of 2026/2027; whatever is written otherwise as it is."""
    match = WRITTEN.fullmatch(term)
    if match is None:
        return term
    year = int(match[1])
    return replace(IN_WORDS[match[2]], params={"first": str(year), "last": str(year + 1)})
