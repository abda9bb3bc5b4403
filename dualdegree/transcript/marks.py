"""What marks one document: its serial, which counts within a programme and year, and the code that a person types."""

import secrets

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.conferral.models import IssuedDocument
from dualdegree.programmes.models import Institution, Programme
from dualdegree.records.models import Student

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""What a code is written in: no 0 and O, no 1 and I, so that a person can type it from paper."""
CODE_LENGTH = 16
"""80 bits: nobody finds a document by guessing."""
SERIAL_DIGITS = 6


def spaced(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def new_code() -> str:
    """A code that nobody has guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def next_serial(session: orm.Session, student: Student, year: int) -> str:
    """The serial that follows the last one of the student's programme in this year; the programme waits till then."""
    # One at a time in a programme: the row's lock (on SQLite, the one writer) keeps two documents from one number.
    session.execute(sa.select(Programme.id).where(Programme.id == student.programme_id).with_for_update())
    return _following(session, student.programme_id, year)


def next_interim_serial(session: orm.Session, institution: str, year: int) -> str:
    """The same for what an institution issues by itself: its own series, one document at a time."""
    row = sa.select(Institution.id).where(Institution.id == institution)
    session.execute(row.with_for_update(key_share=True))
    return _following(session, institution, year)


def _following(session: orm.Session, series: str, year: int) -> str:
    prefix = f"{series.upper()}-{year}-"
    column = IssuedDocument.serial
    # By its length, too: another programme's name may go on with what looks like a year.
    ours = (column.startswith(prefix, autoescape=True), sa.func.length(column) == len(prefix) + SERIAL_DIGITS)
    last = session.scalar(sa.select(sa.func.max(column)).where(*ours))
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:0{SERIAL_DIGITS}}"
