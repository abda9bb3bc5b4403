"""What does an entry of the history speak of? Everything that tells of a student, and each thing by a name."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import ExceptionRequest
from dualdegree.conferral.models import IssuedDocument
from dualdegree.core.acts import Act
from dualdegree.core.text import Message
from dualdegree.events import Event
from dualdegree.recognition.models import EvidenceFile
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.service import people
from dualdegree.requests.models import LearningAgreement, RecognitionRequest

OF_A_STUDENT: Mapping[str, tuple[Any, Any]] = {
    "document": (IssuedDocument.serial, IssuedDocument.student_id),
    "evidence": (EvidenceFile.id, EvidenceFile.student_id),
    "exception": (ExceptionRequest.id, ExceptionRequest.student_id),
    "learning-agreement": (LearningAgreement.id, LearningAgreement.student_id),
    "request": (RecognitionRequest.id, RecognitionRequest.student_id),
}
"""The kinds of things that belong to one student: what names each in the history, and whose it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSubject:
    """What an entry speaks of, and the path of its page, or ""."""

    name: Message | str
    link: str


KINDS: Mapping[str, tuple[Message, str]] = {
    "agreement": (Message("Agreement no. %(key)s"), "/agreements/%s"),
    "cohort": (Message("Audit of every student, no. %(key)s"), "/cohorts"),
    "curriculum": (Message("Curriculum text no. %(key)s"), "/curricula/%s"),
    "document": (Message("Document %(key)s"), ""),
    "equivalences": (Message("Equivalences no. %(key)s"), "/equivalences/%s"),
    "evidence": (Message("Evidence no. %(key)s"), "/evidence/%s"),
    "exception": (Message("Exception no. %(key)s"), "/exceptions/%s"),
    "grade-table": (Message("Grading table no. %(key)s"), "/grade-tables/%s"),
    "import": (Message("Import no. %(key)s"), "/imports/%s"),
    "institution": (Message("Profile of the institution"), ""),
    "learning-agreement": (Message("Learning agreement no. %(key)s"), "/recognition/stays/%s"),
    "person": (Message("An account that is not there any more"), ""),
    "request": (Message("Request no. %(key)s"), "/recognition/requests/%s"),
    "student": (Message("A record that was joined with another"), ""),
}
"""How each kind is called, and where its page is."""


def subjects_of(session: orm.Session, number: str) -> tuple[Sequence[str], Sequence[str]]:
    """How the history names whoever has this number in either register: as subjects, and by the numbers in batches.

    A subject is the student, each record that was joined with theirs, and each thing that belongs to them.
    """
    own = orm.aliased(Enrolment)
    query = sa.select(Enrolment.student_id, Enrolment.number).where(
        Enrolment.student_id.in_(sa.select(own.student_id).where(own.number == number))
    )
    enrolled = session.execute(query.order_by(Enrolment.student_id, Enrolment.institution_id)).all()
    students = sorted({student for student, _ in enrolled})
    subjects = [f"student:{student}" for student in students]
    parts = [
        sa.select(sa.literal(f"{kind}:").concat(sa.cast(key, sa.String))).where(student.in_(students))
        for kind, (key, student) in OF_A_STUDENT.items()
    ]
    things = sorted(session.scalars(sa.union_all(*parts)))
    return [*subjects, *_joined(session, subjects), *things], [number for _, number in enrolled]


def _joined(session: orm.Session, subjects: Sequence[str]) -> list[str]:
    """The records that were joined with these: what had happened to the younger stays under its own name."""
    query = sa.select(Event.before).where(Event.act == Act.LINK_CONFIRMED, Event.subject.in_(subjects))
    return sorted({gone for before in session.scalars(query) for gone in json.loads(before).get("joined", ())})


def names_of(session: orm.Session, subjects: Sequence[str]) -> Mapping[str, NamedSubject]:
    """Each subject by a name, students and people by theirs, in a fixed number of queries."""
    students = _students(session, [key for kind, key in map(_parts, subjects) if kind == "student"])
    persons = people(session, [int(key) for kind, key in map(_parts, subjects) if kind == "person"])
    return {subject: _named(*_parts(subject), students, persons) for subject in subjects}


def _named(kind: str, key: str, students: Mapping[str, Message], persons: Mapping[int, str]) -> NamedSubject:
    if kind == "student" and key in students:
        return NamedSubject(name=students[key], link=f"/students/{key}")
    if kind == "person" and int(key) in persons:
        return NamedSubject(name=persons[int(key)], link="")
    if kind not in KINDS:
        return NamedSubject(name=f"{kind}:{key}", link="")
    sentence, path = KINDS[kind]
    return NamedSubject(name=Message(sentence.id, {"key": key}), link=path.replace("%s", key))


def _students(session: orm.Session, keys: Sequence[str]) -> Mapping[str, Message]:
    """Names with numbers, by id, of those who are enrolled."""
    query = sa.select(Student).where(Student.id.in_(sorted({int(key) for key in keys})), Student.enrolments.any())
    return {
        str(student.id): Message(
            "%(student)s (%(numbers)s)",
            {"student": student.full_name, "numbers": tuple(side.number for side in student.enrolments)},
        )
        for student in session.scalars(query)
    }


def _parts(subject: str) -> tuple[str, str]:
    kind, _, key = subject.partition(":")
    return kind, key
