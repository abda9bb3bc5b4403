"""How does a language write figures, dates and times? Exactly, and each of them once however often a page has it."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from babel import Locale, dates, numbers

DATES = {"en": "en_GB"}
"""Where dates are written otherwise than the language says: neither university is in North America."""


def number(value: Decimal | int, language: str) -> str:
    """A number with every decimal that it has and no others."""
    # By its digits: 0 and -0 are equal, and not written alike.
    return _number(str(value), language)


def day(value: dt.date, language: str) -> str:
    """A date in words."""
    return _day(value.date() if isinstance(value, dt.datetime) else value, "long", language)


def moment(value: dt.datetime, language: str) -> str:
    """A moment in UTC, which it says."""
    there = value.astimezone(dt.UTC)
    date, time = _day(there.date(), "medium", language), _time(there.hour, there.minute, language)
    return f"{_joined(language).format(time, date)} UTC"


@lru_cache(maxsize=4096)
def _number(digits: str, language: str) -> str:
    return numbers.format_decimal(Decimal(digits), locale=language, decimal_quantization=False)


@lru_cache(maxsize=8192)
def _day(value: dt.date, form: str, language: str) -> str:
    return dates.format_date(value, form, locale=_locale(language))


@lru_cache(maxsize=8192)
def _time(hour: int, minute: int, language: str) -> str:
    return dates.format_time(dt.time(hour, minute), "short", locale=_locale(language))


@lru_cache(maxsize=16)
def _joined(language: str) -> str:
    """How a date and a time stand together."""
    return str(_locale(language).datetime_formats["medium"])


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(DATES.get(language, language))
