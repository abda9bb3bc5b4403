"""What does an entry of the history speak of? Everything that tells of a student, and each thing by a name."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import ExceptionRequest
from dualdegree.conferral.models import ConferralSession, IssuedDocument
from dualdegree.core.acts import Act
from dualdegree.core.text import Message
from dualdegree.desk.naming import Names, named_students
from dualdegree.events import Event
from dualdegree.programmes.models import AgreementVersion, CurriculumVersion
from dualdegree.recognition.models import EquivalenceVersion, EvidenceFile
from dualdegree.records.models import Enrolment, ImportBatch, Student
from dualdegree.records.service import people
from dualdegree.requests.models import LearningAgreement, RecognitionRequest
from dualdegree.training.certificates.models import LanguageCertificate
from dualdegree.training.enterprises.models import TrainingAgreement
from dualdegree.training.placements.models import Placement
from dualdegree.training.theses.models import Thesis

OF_A_STUDENT: Mapping[str, tuple[Any, Any]] = {
    "certificate": (LanguageCertificate.id, LanguageCertificate.student_id),
    "convenio": (TrainingAgreement.id, TrainingAgreement.student_id),
    "document": (IssuedDocument.serial, IssuedDocument.student_id),
    "evidence": (EvidenceFile.id, EvidenceFile.student_id),
    "exception": (ExceptionRequest.id, ExceptionRequest.student_id),
    "learning-agreement": (LearningAgreement.id, LearningAgreement.student_id),
    "placement": (Placement.id, Placement.student_id),
    "request": (RecognitionRequest.id, RecognitionRequest.student_id),
    "thesis": (Thesis.id, Thesis.student_id),
}
"""The kinds of things that belong to one student: what names each in the history, and whose it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSubject:
    """What an entry speaks of, and the path of its page, or ""."""

    name: Message | str
    link: str


KINDS: Mapping[str, tuple[Message, str]] = {
    "agreement": (Message("Agreement no. %(key)s"), "/agreements/%s"),
    "certificate": (Message("Language certificate no. %(key)s"), ""),
    "cohort": (Message("Audit of every student, no. %(key)s"), "/cohorts"),
    "convenio": (Message("Agreement on training no. %(key)s"), "/enterprises/agreements/%s"),
    "curriculum": (Message("Curriculum text no. %(key)s"), "/curricula/%s"),
    "document": (Message("Document %(key)s"), ""),
    "enterprise": (Message("Enterprise no. %(key)s"), "/enterprises/%s"),
    "equivalences": (Message("Equivalences no. %(key)s"), "/equivalences/%s"),
    "evidence": (Message("Evidence no. %(key)s"), "/evidence/%s"),
    "exception": (Message("Exception no. %(key)s"), "/exceptions/%s"),
    "grade-table": (Message("Grading table no. %(key)s"), "/grade-tables/%s"),
    "import": (Message("Import no. %(key)s"), "/imports/%s"),
    "institution": (Message("Profile of the institution"), ""),
    "learning-agreement": (Message("Learning agreement no. %(key)s"), "/recognition/stays/%s"),
    "mentor": (Message("Mentor no. %(key)s"), "/mentors/%s"),
    "move": (Message("Move of students no. %(key)s"), "/equivalences/moves/%s"),
    "person": (Message("An account that is not there any more"), ""),
    "placement": (Message("Placement no. %(key)s"), "/placements/%s"),
    "request": (Message("Request no. %(key)s"), "/recognition/requests/%s"),
    "thesis": (Message("Thesis no. %(key)s"), "/theses/%s"),
    "title": (Message("Title no. %(key)s"), "/titles/%s"),
    "session": (Message("Session no. %(key)s"), "/sessions/%s"),
    "student": (Message("A record that was joined with another"), ""),
}
"""How each kind is called, and where its page is."""
WITH_TITLE = Message("%(subject)s: %(title)s")
"""A text or file by its number, and by what it is called."""


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
    """The records that were or are joined with these: what had happened to the younger stays under its own name."""
    query = sa.select(Event.before).where(
        Event.act.in_((Act.LINK_CONFIRMED, Act.LINK_UNDONE)), Event.subject.in_(subjects)
    )
    return sorted({gone for before in session.scalars(query) for gone in json.loads(before).get("joined", ())})


def names_of(session: orm.Session, subjects: Sequence[str], names: Names) -> Mapping[str, NamedSubject]:
    """Each subject by a name, in a fixed number of queries: whose it is, and what it is about or called."""
    owners = _owners(session, subjects)
    own = [int(key) for kind, key in map(_parts, subjects) if kind == "student"]
    students = _students(session, {*own, *owners.values()})
    persons = people(session, [int(key) for kind, key in map(_parts, subjects) if kind == "person"])
    titles = _titles(session, subjects, names)
    return {
        subject: _named(subject, students, persons, students.get(owners.get(subject, 0)), titles.get(subject))
        for subject in subjects
    }


def _named(
    subject: str,
    students: Mapping[int, Message],
    persons: Mapping[int, str],
    owner: Message | None,
    title: object,
) -> NamedSubject:
    kind, key = _parts(subject)
    if kind == "student" and int(key) in students:
        return NamedSubject(name=students[int(key)], link=f"/students/{key}")
    if kind == "person" and int(key) in persons:
        return NamedSubject(name=persons[int(key)], link="")
    if kind not in KINDS:
        return NamedSubject(name=subject, link="")
    sentence, path = KINDS[kind]
    name = Message(sentence.id, {"key": key})
    if title:
        name = Message(WITH_TITLE.id, {"subject": name, "title": title})
    if owner:
        name = Message("%(student)s – %(subject)s", {"student": owner, "subject": name})
    return NamedSubject(name=name, link=path.replace("%s", key))


def _owners(session: orm.Session, subjects: Sequence[str]) -> Mapping[str, int]:
    """The ids of the students to whom things belong, by the things' subjects."""
    keys: dict[str, list[str]] = {kind: [] for kind in OF_A_STUDENT}
    for kind, key in map(_parts, subjects):
        if kind in keys:
            keys[kind].append(key)
    parts = [
        sa.select(
            sa.literal(f"{kind}:").concat(sa.cast(column, sa.String)).label("subject"), student.label("student")
        ).where(
            column.in_([int(key) if isinstance(column.type, sa.Integer) else key for key in sorted(set(keys[kind]))])
        )
        for kind, (column, student) in OF_A_STUDENT.items()
    ]
    return {row.subject: row.student for row in session.execute(sa.union_all(*parts)) if row.student is not None}


def _titles(session: orm.Session, subjects: Sequence[str], names: Names) -> Mapping[str, object]:
    """What texts, files and requests are called or are about, by their subjects."""
    ids: dict[str, list[int]] = {}
    for kind, key in map(_parts, subjects):
        if key.isdigit():
            ids.setdefault(kind, []).append(int(key))
    titles: dict[str, object] = {}
    for row in session.execute(
        sa.select(RecognitionRequest.id, RecognitionRequest.sources, RecognitionRequest.outside).where(
            RecognitionRequest.id.in_(ids.get("request", ()))
        )
    ):
        works = (*map(names.course, row.sources), *(work["title"] for work in row.outside))
        titles[f"request:{row.id}"] = works
    version = CurriculumVersion
    for row in session.execute(
        sa.select(version.id, version.institution_id, version.version).where(version.id.in_(ids.get("curriculum", ())))
    ):
        known = names.vocabulary.versions.get((row.institution_id, row.version))
        words = {"title": known, "version": row.version}
        titles[f"curriculum:{row.id}"] = Message("%(title)s (%(version)s)", words) if known else row.version
    for kind, table, column in CALLED:
        for row in session.execute(sa.select(table.id, column.label("called")).where(table.id.in_(ids.get(kind, ())))):
            titles[f"{kind}:{row.id}"] = row.called if kind in OWN_NAMES else _version(row.called)
    return titles


CALLED: tuple[tuple[str, Any, Any], ...] = (
    ("agreement", AgreementVersion, AgreementVersion.version),
    ("equivalences", EquivalenceVersion, EquivalenceVersion.version),
    ("import", ImportBatch, ImportBatch.filename),
    ("session", ConferralSession, ConferralSession.minute),
)
"""What has a name of its own beside its number."""


OWN_NAMES = frozenset({"import", "session"})
"""What is called by its own name, and no version of anything."""


def _version(name: str) -> Message:
    return Message("version %(version)s", {"version": name})


def _students(session: orm.Session, ids: Collection[int]) -> Mapping[int, Message]:
    """Names with numbers, by id, of those who are enrolled."""
    known = named_students(session, Student.id.in_(sorted(ids)))
    return {student: name for student, (name, _) in known.items()}


def _parts(subject: str) -> tuple[str, str]:
    kind, _, key = subject.partition(":")
    return kind, key
