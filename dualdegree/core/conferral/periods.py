"""On which day does a period end that a law counts in days, months or years?"""

import calendar
import datetime as dt
from collections.abc import Mapping


def ends(begin: dt.date, within: Mapping[str, int]) -> dt.date:
    """The last day of ``years``, ``months`` and ``days`` from ``begin``; a month without that day ends earlier."""
    months = begin.month - 1 + within.get("months", 0) + 12 * within.get("years", 0)
    year, month = begin.year + months // 12, months % 12 + 1
    day = min(begin.day, calendar.monthrange(year, month)[1])
    return dt.date(year, month, day) + dt.timedelta(days=within.get("days", 0))
