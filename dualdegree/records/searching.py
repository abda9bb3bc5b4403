"""By which words is a student found? Kept folded beside the record, so that an index answers whatever the database."""

import re
from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.core.text import folded
from dualdegree.records.models import Enrolment, SearchWord, Student

RECORD, DOCUMENT = "record", "document"
BETWEEN = re.compile(r"[\W_]+")
NOT_LATIN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
LAST = "\U0010ffff"
"""No word begins with this, so that it ends the words that begin like another."""
CHUNK = 500


def words_of(text: str) -> Iterator[str]:
    """The words that find a text: itself, its parts, each end of a Han name, and a number without its letters."""
    for part in (text, *BETWEEN.split(text)):
        word = folded(part)
        if not word:
            continue
        yield word
        if NOT_LATIN.fullmatch(word):
            yield from (word[start:] for start in range(1, len(word)))
        elif digits := re.search("[0-9].*", word):
            yield digits[0]


def index(session: orm.Session, student_ids: Iterable[int]) -> None:
    """Write anew by which words of the record these students are found; what documents gave stays."""
    ids = sorted(set(student_ids))
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        session.execute(
            sa.delete(SearchWord).where(SearchWord.student_id.in_(some), SearchWord.source == RECORD),
            execution_options={"synchronize_session": False},
        )
        kept = sa.select(SearchWord.student_id, SearchWord.word).where(SearchWord.student_id.in_(some))
        there = {(row.student_id, row.word) for row in session.execute(kept)}
        pairs = {(student, word) for student, text in _texts(session, some) for word in words_of(text)}
        _write(session, sorted(pairs - there), RECORD)


def add_document(session: orm.Session, student_id: int, serial: str) -> None:
    """Let the student be found by the serial number of a document."""
    query = sa.select(SearchWord.word).where(SearchWord.student_id == student_id)
    there = set(session.scalars(query))
    _write(session, sorted((student_id, word) for word in {folded(serial)} - there), DOCUMENT)


def begins(word: str) -> sa.Select[int]:
    """The ids of the students whom a word finds by its beginning; nobody for a word without letter and digit."""
    beginning = folded(word)
    matching = sa.select(SearchWord.student_id)
    if not beginning:
        return matching.where(sa.false())
    return matching.where(SearchWord.word >= beginning, SearchWord.word < beginning + LAST)


def _texts(session: orm.Session, ids: list[int]) -> Iterator[tuple[int, str]]:
    people = (
        sa.select(Student.id, Student.family_name, Student.given_name, Student.han_name, Person.email)
        .outerjoin(Person, Person.id == Student.person_id)
        .where(Student.id.in_(ids))
    )
    for row in session.execute(people):
        full = f"{row.family_name} {row.given_name}"
        yield from ((row.id, text) for text in (full, row.family_name, row.han_name, row.email) if text)
    numbers = sa.select(Enrolment.student_id, Enrolment.number, Enrolment.person_as_told)
    for row in session.execute(numbers.where(Enrolment.student_id.in_(ids))):
        yield row.student_id, row.number
        # What the other register calls the person finds them, too.
        yield from ((row.student_id, text) for text in _names(row.person_as_told))


def _names(personal_data: Mapping[str, str]) -> Iterator[str]:
    names = ("family_name", "given_name", "han_name", "other_names")
    return (personal_data[name] for name in names if personal_data.get(name))


def _write(session: orm.Session, pairs: list[tuple[int, str]], source: str) -> None:
    rows = [{"student_id": student, "word": word, "source": source} for student, word in pairs]
    if rows:
        session.execute(sa.insert(SearchWord), rows)
