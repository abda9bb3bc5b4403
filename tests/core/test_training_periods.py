"""How long is a placement, by each institution's rule?"""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from dualdegree.core.refusal import Refusal
from dualdegree.core.training.periods import MonthRule, Months, TrainingPeriod, counted, period

MARCH = TrainingPeriod(first=dt.date(2026, 3, 1), last=dt.date(2026, 3, 31))
LONG = TrainingPeriod(first=dt.date(2026, 3, 1), last=dt.date(2026, 4, 15))


def test_nothing_ends_before_it_began():
    with pytest.raises(Refusal, match="2026-03-01, before it begins on 2026-03-02") as refused:
        period(dt.date(2026, 3, 2), dt.date(2026, 3, 1))

    assert refused.value.about == "last"


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-03-01", "2026-03-31", Fraction(1)),
        ("2026-03-01", "2026-04-15", Fraction(3, 2)),
        ("2026-01-31", "2026-02-27", Fraction(1)),
        ("2026-09-15", "2027-09-14", Fraction(12)),
        ("2026-05-04", "2026-05-04", Fraction(1, 31)),
        ("2024-02-01", "2024-02-28", Fraction(28, 29)),
    ],
)
def test_months_of_the_calendar_are_counted_exactly(first, last, months):
    worked = TrainingPeriod(first=dt.date.fromisoformat(first), last=dt.date.fromisoformat(last))

    assert Months().count(worked, Decimal(0)) == months


def test_months_are_counted_by_weeks_or_by_hours_where_the_institution_does():
    assert Months(rule=MonthRule.WEEKS, size=4).count(LONG, Decimal(0)) == Fraction(46, 28)
    assert Months(rule=MonthRule.HOURS, size=160).count(LONG, Decimal("250.5")) == Fraction(501, 320)


def test_what_has_not_ended_is_no_month_yet():
    assert Months().count(TrainingPeriod(first=dt.date(2026, 3, 1)), Decimal(0)) == 0


def test_a_record_is_given_no_day_too_many():
    assert counted(Fraction(46, 28)) == Decimal("1.6")
    assert counted(Fraction(12)) == Decimal(12)


def test_an_open_period_covers_and_overlaps_what_comes_later():
    forever = TrainingPeriod(first=dt.date(2026, 3, 1))

    assert forever.covers(LONG)
    assert not LONG.covers(forever)
    assert forever.overlaps(LONG)
    assert not MARCH.overlaps(TrainingPeriod(first=dt.date(2026, 4, 1)))
