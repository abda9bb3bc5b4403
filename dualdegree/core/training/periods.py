"""When does something last, how many months is that by an institution's rule, and what does it overlap?"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message

WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPeriod:
    """From one day to another, both included; without a last day it has not ended."""

    first: dt.date
    last: dt.date | None = None

    def includes(self, day: dt.date) -> bool:
        """Whether the day is one of it."""
        return self.first <= day and (self.last is None or day <= self.last)

    def covers(self, other: "TrainingPeriod") -> bool:
        """Whether every day of the other is one of it."""
        ends = self.last is None or (other.last is not None and other.last <= self.last)
        return self.first <= other.first and ends

    def overlaps(self, other: "TrainingPeriod") -> bool:
        """Whether they share a day."""
        before = other.last is not None and other.last < self.first
        after = self.last is not None and self.last < other.first
        return not before and not after


def period(first: dt.date, last: dt.date | None, *, about: str = "last") -> TrainingPeriod:
    """The period between two days. Raises ``Refusal``, about the last day, where it would end before it began."""
    if last is not None and last < first:
        raise Refusal(
            "It would end on %(last)s, before it begins on %(first)s. Correct one of both days.",
            {"first": first, "last": last},
            about=about,
        )
    return TrainingPeriod(first=first, last=last)


class MonthRule(StrEnum):
    """What an institution counts as a month of practice."""

    CALENDAR = "calendar_months"
    """Whole months of the calendar, and the days of the last one as a part of it."""
    WEEKS = "weeks"
    """So many weeks."""
    HOURS = "hours"
    """So many hours that were worked."""


MONTHS_IN_WORDS: dict[MonthRule, Message] = {
    MonthRule.CALENDAR: Message("by whole months of the calendar; days of a month begun count as their part of it"),
    MonthRule.WEEKS: Message("%(size)s weeks are a month"),
    MonthRule.HOURS: Message("%(size)s hours worked are a month"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """The rule by which months are counted; ``size`` is how many weeks or hours make one."""

    rule: MonthRule = MonthRule.CALENDAR
    size: int = 1

    @property
    def words(self) -> Message:
        """The rule as a page states it."""
        return Message(MONTHS_IN_WORDS[self.rule].id, {"size": str(self.size)})

    def count(self, worked: TrainingPeriod, hours: Decimal) -> Fraction:
        """How many months a period with these hours is, exactly; none of one that has not ended."""
        if worked.last is None:
            return Fraction(0)
        match self.rule:
            case MonthRule.CALENDAR:
                return calendar_months(worked.first, worked.last)
            case MonthRule.WEEKS:
                return Fraction((worked.last - worked.first).days + 1, WEEK * self.size)
            case MonthRule.HOURS:
                return Fraction(hours) / self.size


def calendar_months(first: dt.date, last: dt.date) -> Fraction:
    """Months of the calendar from the first to the last day, both included: 1 March to 15 April is 1 1/2."""
    after = last + dt.timedelta(days=1)
    whole = (after.year - first.year) * 12 + after.month - first.month
    if _months_later(first, whole) > after:
        whole -= 1
    begun = _months_later(first, whole)
    return whole + Fraction((after - begun).days, (_months_later(first, whole + 1) - begun).days)


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last where it has no such day."""
    month = day.year * 12 + day.month - 1 + months
    first = dt.date(month // 12, month % 12 + 1, 1)
    following = dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))


def counted(months: Fraction) -> Decimal:
    """Months as they enter a record: cut off after one decimal, so that nobody is given a day too many."""
    tenths = months * 10
    return Decimal(tenths.numerator // tenths.denominator) / 10
