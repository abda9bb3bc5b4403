"""How does a language say a message and write figures, dates and times? Exactly, on pages, in letters, in documents."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache

from babel import Locale, dates, numbers

from dualdegree.core import text
from dualdegree.core.text import Country, InstitutionName, Language, Message, Text

BETWEEN_HAN = re.compile("(?<=[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]) (?=[\u3001-\u303f\u3400-\u9fff\uff00-\uffef])")
"""A blank with a Chinese character or punctuation mark on both sides."""
DATES = {"en": "en_GB"}
"""Where dates are written otherwise than the language says: neither university is in North America."""


def said(
    value: object,
    language: str,
    gettext: Callable[[str], str],
    *,
    text_of: Callable[[Text, str], str] = text.say,
    zone: dt.tzinfo = dt.UTC,
    name_of: Callable[[str], Text | None] = lambda _institution: None,
) -> str:
    """Anything of the core in a language: messages, texts, figures, dates, several of them.

    ``gettext`` is the catalogue of that language. ``text_of`` says what stands for a text that lacks it: for a reader
    another language does, in an official document none. Moments are those of the ``zone``, which each names.
    ``name_of`` knows institutions by their ids; one that it does not know is said by its id.
    """

    def part_said(part: object) -> str:
        return said(part, language, gettext, text_of=text_of, zone=zone, name_of=name_of)

    match value:
        case Message(id=id_, params=params):
            words = gettext(id_)
            parts = params or {}
            return closed_up(words % {name: part_said(part) for name, part in parts.items()}) if parts else words
        case Mapping():
            return text_of(value, language)
        case Decimal():
            return number(value, language)
        case InstitutionName(id=id_):
            return text_of(name_of(id_) or {}, language) or id_
        case Country(code=code):
            return country(code, language)
        case Language(code=code):
            return language_name(code, language)
        case dt.datetime():
            return moment(value, language, zone)
        case dt.date():
            return day(value, language)
        case tuple() | list():
            apart = "、" if language.startswith("zh") else ", "
            return apart.join(map(part_said, value))
        case _:
            return str(value)


def closed_up(words: str) -> str:
    """A sentence without blanks between two Chinese characters: what was put in may be a name in Han or in Latin."""
    return BETWEEN_HAN.sub("", words) if " " in words else words


def number(value: Decimal | int, language: str) -> str:
    """A number with every decimal that it has and no others."""
    # By its digits: 0 and -0 are equal, and not written alike.
    return _number(str(value), language)


def country(code: str, language: str) -> str:
    """What a language calls a country; the code where it has no word for it."""
    return str(_locale(language).territories.get(code, code))


def language_name(code: str, language: str) -> str:
    """What a language calls another, or itself; the code where it has no word for it."""
    known = _locale(language).languages
    return str(known.get(code) or known.get(code.partition("_")[0], code))


def decimal_mark(language: str) -> str:
    """What stands before the decimals of a figure."""
    return numbers.get_decimal_symbol(language)


def day(value: dt.date, language: str) -> str:
    """A date in words."""
    return _day(value.date() if isinstance(value, dt.datetime) else value, "long", language)


def moment(value: dt.datetime, language: str, zone: dt.tzinfo = dt.UTC) -> str:
    """A moment as the clocks of a zone show it, with their distance from UTC: 10:22 UTC+8."""
    there = value.astimezone(zone)
    date, time = _day(there.date(), "medium", language), _time(there.hour, there.minute, language)
    return f"{_joined(language).format(time, date)} {_from_utc(there.utcoffset())}"


def _from_utc(ahead: dt.timedelta | None) -> str:
    minutes = int(ahead.total_seconds()) // 60 if ahead else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


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
