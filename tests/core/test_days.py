"""On which day of an institution's calendar something happened."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dualdegree.core.days import day_in

EVENING = dt.datetime(2026, 11, 28, 23, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Asia/Shanghai", 29), ("Europe/Madrid", 29), ("UTC", 28), ("America/Sao_Paulo", 28)],
)
def test_a_day_is_that_of_the_place(zone, day):
    assert day_in(EVENING, ZoneInfo(zone)) == dt.date(2026, 11, day)


def test_summer_time_is_the_place_s_own():
    assert day_in(dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC), ZoneInfo("Europe/Madrid")) == dt.date(2026, 7, 2)
    assert day_in(dt.datetime(2026, 12, 1, 22, 30, tzinfo=dt.UTC), ZoneInfo("Europe/Madrid")) == dt.date(2026, 12, 1)


def test_a_moment_without_a_zone_falls_on_no_day():
    with pytest.raises(ValueError, match="falls on no day"):
        day_in(dt.datetime(2026, 11, 28, 23, 30), ZoneInfo("UTC"))  # noqa: DTZ001 - that is what is tested
