"""Which term does a register mean, and has it begun?"""

import datetime as dt
import unicodedata

from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import TermPattern
from dualdegree.records.importing.files.rows import Refused

YEAR_BEGINS = 7
"""The month from which a register may speak of the academic year that begins in this calendar year."""

NO_TERM = Message("This is not a term as the profile says terms are written.")
NOT_THE_NEXT = Message("The second year must be the one that follows the first.")


def term_of(text: str, pattern: TermPattern | None, half: str, field: str) -> str:
    """The term as it is kept here, ``2026-1``: the half is the pattern's own, else ``half``.

    Raises ``Refused`` for whatever the institution's pattern does not read.
    """
    match = pattern.fullmatch(unicodedata.normalize("NFKC", text)) if pattern else None
    if match is None:
        raise Refused(NO_TERM, field)
    parts = match.groupdict()
    year = int(parts["year"])
    if parts.get("next") is not None and int(parts["next"]) != (year + 1) % 100:
        raise Refused(NOT_THE_NEXT, field)
    return f"{year}-{parts.get('half') or half}"


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
