"""What are the students, people and courses called that entries of the history name by number, id or code?"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import Message, Text
from dualdegree.events import Event
from dualdegree.programmes.curricula.vocabulary import Vocabulary, vocabulary_of
from dualdegree.programmes.models import Institution
from dualdegree.programmes.service import versions_with
from dualdegree.programmes.texts import profile_of
from dualdegree.records.importing.planning import chunks
from dualdegree.records.models import Enrolment, Student, full_name
from dualdegree.records.service import people

PERSON = "person:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How everything that an institution's history names is called."""

    institution: str
    institutions: Mapping[str, Text]
    students: Mapping[str, Message]
    """By either register's number."""
    people: Mapping[str, str]
    """By ``person:8``."""
    vocabulary: Vocabulary
    outcomes: Mapping[str, Text]
    """The ways in which studies end, as any of the institutions calls them."""

    def student(self, number: str) -> Message | str:
        """Whoever has the number: name and both numbers; the number of somebody who is not of this institution."""
        return self.students.get(number, number)

    def person(self, reference: str) -> str:
        """Who has this account."""
        return self.people.get(reference, reference)

    def place(self, institution: str) -> Text | str:
        """An institution by its name."""
        return self.institutions.get(institution) or institution

    def attempt(self, reference: str) -> Message | str:
        """What the register calls ``institution/course/term/sitting``: the course by its title, with its term."""
        parts = reference.split("/")
        if len(parts) != len(("institution", "course", "term", "sitting")):
            return reference
        where, code, term, _sitting = parts
        words = {"title": self.vocabulary.courses.get((where, code), ""), "code": code, "term": term_in_words(term)}
        return (
            Message("%(title)s (%(code)s, %(term)s)", words) if words["title"] else Message("%(code)s, %(term)s", words)
        )

    def course(self, reference: str) -> Text | str:
        """The course of an attempt, by its title alone."""
        where, _, rest = reference.partition("/")
        code = rest.partition("/")[0]
        return self.vocabulary.courses.get((where, code)) or code or reference


def names_for(session: orm.Session, institution: str, numbers: Iterable[str], facts: Iterable[Any]) -> Names:
    """The names for entries that speak of these students' numbers and state these facts; a fixed number of queries."""
    accounts = sorted({int(text.removeprefix(PERSON)) for text in _texts(facts) if _is_account(text)})
    rows = session.scalars(sa.select(Institution).order_by(Institution.id)).all()
    return Names(
        institution=institution,
        institutions={row.id: row.names for row in rows},
        students=dict(_students(session, institution, sorted(set(numbers)))),
        people={f"{PERSON}{number}": name for number, name in people(session, accounts).items()},
        vocabulary=vocabulary_of(versions_with(session, institution)),
        outcomes=dict(_outcomes(rows)),
    )


def _outcomes(institutions: Iterable[Institution]) -> Iterator[tuple[str, Text]]:
    for institution in institutions:
        conferring = profile_of(institution).conferring
        yield from ((key, outcome.name) for key, outcome in (conferring.outcomes if conferring else {}).items())


def named_students(
    session: orm.Session, whose: sa.ColumnElement[bool]
) -> Mapping[int, tuple[Message, Mapping[str, str]]]:
    """Students by name with both numbers, and where they have which, by their ids; always one statement."""
    columns = (
        Student.id,
        Student.family_name,
        Student.given_name,
        Student.han_name,
        Enrolment.number,
        Enrolment.institution_id,
    )
    query = sa.select(*columns).join(Student.enrolments).where(whose).order_by(Student.id, Enrolment.institution_id)
    rows: dict[int, list[Any]] = {}
    for row in session.execute(query):
        rows.setdefault(row.id, []).append(row)
    return {student: _named(sides) for student, sides in rows.items()}


def _named(sides: Sequence[Any]) -> tuple[Message, Mapping[str, str]]:
    first, numbers = sides[0], tuple(side.number for side in sides)
    name = full_name(first.family_name, first.given_name, first.han_name)
    return Message("%(student)s (%(numbers)s)", {"student": name, "numbers": numbers}), {
        side.institution_id: side.number for side in sides
    }


def facts_of(event: Event) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What an entry says was, and what it says is."""
    return json.loads(event.before), json.loads(event.after)


def _students(session: orm.Session, institution: str, numbers: Sequence[str]) -> Iterator[tuple[str, Message]]:
    """Those of this institution alone: what a file names at the partner is not told before it has confirmed."""
    side, here = orm.aliased(Enrolment), orm.aliased(Enrolment)
    own = sa.select(here.student_id).where(here.institution_id == institution)
    for some in chunks(numbers):
        wanted = sa.select(side.student_id).where(side.number.in_(some), side.student_id.in_(own))
        named = named_students(session, Student.id.in_(wanted)).values()
        # Both registers may know one number: here it means this institution's own student.
        for where in (False, True):
            yield from (
                (number, name)
                for name, numbers in named
                for place, number in numbers.items()
                if (place == institution) is where
            )


def _is_account(text: str) -> bool:
    return text.startswith(PERSON) and text.removeprefix(PERSON).isdigit()


def _texts(value: Any) -> Iterator[str]:
    """Every text within JSON values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, Iterable):
        for part in value:
            yield from _texts(part)
