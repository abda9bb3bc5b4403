"""Which term does a register mean, and has it begun?"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping

from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import TermPattern
from dualdegree.records.importing.files.rows import Refused

YEAR_BEGINS = 7
"""The month from which a register may speak of the academic year that begins in this calendar year."""

WELL_KNOWN = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>20\d\d)[-–—/~至](?:20)?(?P<next>\d\d)学年[,,]?第?(?P<half>[123一二三秋春夏])季?(?:学期)?",
        r"(?P<year>20\d\d)[-–/](?:20)?(?P<next>\d\d)[-–/](?P<half>[123])",
    )
)
"""How terms are written wherever the word is taught, whatever the profile says: 2026-2027学年第1学期, 2026-2027-1."""
HALVES = {"一": "1", "二": "2", "三": "3", "秋": "1", "春": "2", "夏": "3"}
USUAL = ("20261", "2026-1", "2026/27", "2026-27", "2026/2027", "2026-2027", "2026/27-1", "2026-2027-1", "2026")
"""Ways of writing a term, to show the one that a profile reads."""

NO_TERM = Message("This is not a term as the profile says terms are written.")
NOT_THE_NEXT = Message("The second year must be the one that follows the first.")


def term_of(text: str, pattern: TermPattern | None, half: str, field: str) -> str:
    """The term as it is kept here, ``2026-1``: the half is the pattern's own, else ``half``.

    Raises ``Refused`` for whatever the institution's pattern does not read.
    """
    parts = _parts(text, pattern)
    if parts is None:
        raise Refused(_expected(pattern), field)
    year = int(parts["year"])
    if parts.get("next") is not None and int(parts["next"]) != (year + 1) % 100:
        raise Refused(NOT_THE_NEXT, field)
    written = parts.get("half") or half
    return f"{year}-{HALVES.get(written, written)}"


def _parts(text: str, pattern: TermPattern | None) -> Mapping[str, str] | None:
    """Year, next year and half as the profile's pattern captures them, or as everybody writes them."""
    plain = unicodedata.normalize("NFKC", text)
    match = pattern.fullmatch(plain) if pattern else None
    if match is None:
        close = "".join(plain.split())
        match = next((known for way in WELL_KNOWN if (known := way.fullmatch(close))), None)
    return match.groupdict() if match else None


def _expected(pattern: TermPattern | None) -> Message:
    """The refusal of what is no term, with one that the profile reads."""
    example = next((usual for usual in USUAL if pattern and pattern.fullmatch(usual)), None)
    return Message("This is not a term. Write it like %(example)s.", {"example": example}) if example else NO_TERM


def refuse_future(term: str, at: dt.datetime, field: str, *, years_ahead: int = 0) -> None:
    """Refuse a term of an academic year that had not begun ``at`` that time, give or take ``years_ahead``."""
    if int(term[:4]) > _academic_year(at) + years_ahead:
        raise Refused(Message("The term %(term)s has not begun.", {"term": term}), field)


def refuse_too_far(term: str, at: dt.datetime, field: str, *, years_ahead: int) -> None:
    """Refuse a term of an academic year that begins more than so many years after the one of that time."""
    if int(term[:4]) > _academic_year(at) + years_ahead:
        raise Refused(Message("The term %(term)s is too far ahead; correct the year.", {"term": term}), field)


def _academic_year(at: dt.datetime) -> int:
    return at.year if at.month >= YEAR_BEGINS else at.year - 1
