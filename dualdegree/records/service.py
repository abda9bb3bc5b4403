"""Who is enrolled, what do both registers hold of them, and which files told us?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.core.audit.rules import Milestone, nodes
from dualdegree.core.credit import worth
from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.enrolment import EnrolmentState
from dualdegree.core.records import (
    HeldMilestone,
    MarkedRow,
    Record,
    RegisteredEntry,
    RegisterMark,
    StudentRegister,
    lines,
)
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.core.text import Message, Text
from dualdegree.programmes.texts import curriculum_of
from dualdegree.records.models import (
    Enrolment,
    ImportBatch,
    MilestoneHeld,
    RegisteredAttempt,
    RegisterRecognition,
    Student,
)
from dualdegree.records.searching import begins
from dualdegree.records.standing.states import is_in

BEST = "best"
"""Which attempt stands while no curriculum says so."""


def student_of(session: orm.Session, student_id: int) -> Student:
    """The student; raises ``Absent``."""
    student = session.get(Student, student_id)
    if student is None:
        raise Absent(Message("There is no such student."))
    return student


def student_numbered(session: orm.Session, number: str) -> Student:
    """The student who has this number in either register; raises ``Absent``, ``Refusal`` when it is two students'."""
    query = sa.select(Student).join(Enrolment).where(Enrolment.number == number).order_by(Student.id).distinct()
    students = session.scalars(query).all()
    if not students:
        raise Absent("No register has the student number %(number)s.", {"number": number})
    if len(students) > 1:
        raise Refusal(
            "The registers give the number %(number)s to different students; use the other number of the one you mean.",
            {"number": number},
        )
    return students[0]


def batch_of(session: orm.Session, batch_id: int) -> ImportBatch:
    """The import; raises ``Absent``."""
    batch = session.get(ImportBatch, batch_id)
    if batch is None:
        raise Absent(Message("There is no such import."))
    return batch


def students_of(
    institution: str, *, words: str = "", admission: str = "", in_state: tuple[EnrolmentState, dt.date] | None = None
) -> sa.Select[Student]:
    """The students enrolled at the institution, in the order of their numbers there.

    ``words``: beginnings of names, numbers, an e-mail address or a serial number, all of which must be found, whatever
    their case and accents. ``admission``: only those
    admitted in that term. ``in_state``: only those who are in that state on that day.
    """
    own = orm.aliased(Enrolment)
    query = sa.select(Student).join(own, Student.enrolments.of_type(own)).where(own.institution_id == institution)
    if admission:
        query = query.where(own.admission_term == admission)
    if in_state is not None:
        query = query.where(is_in(*in_state, own))
    for word in words.split():
        query = query.where(Student.id.in_(begins(word)))
    return query.order_by(own.number)


def admissions_of(session: orm.Session, institution: str) -> Sequence[str]:
    """The terms in which the institution's students were admitted, latest first."""
    term = Enrolment.admission_term
    query = sa.select(term).where(Enrolment.institution_id == institution).distinct().order_by(term.desc())
    return session.scalars(query).all()


def batches_of(institution: str) -> sa.Select[ImportBatch]:
    """The institution's imports, newest first, without the bytes of those that wait."""
    return (
        sa.select(ImportBatch)
        .where(ImportBatch.institution_id == institution)
        .order_by(ImportBatch.id.desc())
        .options(orm.defer(ImportBatch.content))
    )


def people(session: orm.Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these people, by their ids."""
    wanted = sorted({person for person in ids if person is not None})
    rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def record_of(session: orm.Session, student: Student) -> Record:
    """Everything that both registers hold of one student."""
    return load_records(session, [student.id])[student.id]


def load_records(session: orm.Session, student_ids: Iterable[int]) -> dict[int, Record]:
    """The records of many students in a fixed number of queries, in the order of their ids."""
    ids = sorted(set(student_ids))
    query = (
        sa.select(Enrolment)
        .where(Enrolment.student_id.in_(ids))
        .order_by(Enrolment.student_id, Enrolment.institution_id)
        .options(orm.joinedload(Enrolment.curriculum_version))
    )
    enrolments = session.scalars(query).all()
    enrolled = [enrolment.id for enrolment in enrolments]
    attempts = _by_enrolment(session, RegisteredAttempt, enrolled)
    marked = _by_enrolment(session, RegisterRecognition, enrolled)
    held = _by_enrolment(session, MilestoneHeld, enrolled)
    registers: dict[int, list[StudentRegister]] = {student: [] for student in ids}
    for enrolment in enrolments:
        register = _register(enrolment, attempts[enrolment.id], marked[enrolment.id], held[enrolment.id])
        registers[enrolment.student_id].append(register)
    return {student: Record(registers=tuple(registers[student])) for student in ids}


Row = TypeVar("Row", RegisteredAttempt, RegisterRecognition, MilestoneHeld)


def _by_enrolment(session: orm.Session, table: type[Row], enrolled: Sequence[int]) -> Mapping[int, list[Row]]:
    rows: dict[int, list[Row]] = defaultdict(list)
    query = sa.select(table).where(table.enrolment_id.in_(enrolled)).order_by(table.enrolment_id, table.id)
    for row in session.scalars(query):
        rows[row.enrolment_id].append(row)
    return rows


def _register(
    enrolment: Enrolment,
    attempts: Sequence[RegisteredAttempt],
    marked: Sequence[RegisterRecognition],
    held: Sequence[MilestoneHeld],
) -> StudentRegister:
    version = enrolment.curriculum_version
    curriculum = curriculum_of(version) if version else None
    asked = _milestones(curriculum) if curriculum else {}
    institution = enrolment.institution_id
    policy = curriculum.degree.attempts.value if curriculum else BEST
    return StudentRegister(
        institution=institution,
        lines=lines((_entry(attempt, curriculum) for attempt in attempts), policy),
        policy=policy,
        marked=tuple(
            MarkedRow(
                institution=institution,
                course=row.course,
                title=_title(row, curriculum),
                term=row.term,
                credits=row.credits,
                mark=row.mark,
                kind=RegisterMark(row.kind),
            )
            for row in sorted(marked, key=lambda row: (row.term, row.course, row.mark))
        ),
        held=tuple(
            HeldMilestone(
                institution=institution,
                milestone=row.milestone,
                title=asked.get(row.milestone) or {},
                value=row.value,
                achieved_on=row.achieved_on,
            )
            for row in sorted(held, key=lambda row: row.milestone)
        ),
    )


def _milestones(curriculum: Curriculum) -> Mapping[str, Text]:
    """What the curriculum calls each milestone that it knows, by its own word or by what asks for it."""
    every = nodes(curriculum.degree.requirements)
    asked = {node.milestone: node.title for node in every if isinstance(node, Milestone)}
    return {**asked, **curriculum.degree.words}


def _entry(row: RegisteredAttempt, curriculum: Curriculum | None) -> RegisteredEntry:
    course = curriculum.courses.get(row.course) if curriculum else None
    agreed = course.ects if course else None
    return RegisteredEntry(
        id=row.reference,
        institution=row.institution_id,
        course=row.course,
        title=_title(row, curriculum),
        term=row.term,
        sitting=row.sitting,
        credits=row.credits,
        ects=worth(row.credits, agreed, curriculum.degree.ects_per_credit) if curriculum else None,
        status=row.status,
        grade=row.grade,
        mention=row.mention,
        grade_as_given=row.grade_as_given,
        repeatable=course.repeatable if course else False,
        tags=course.tags if course else (),
        marks=tuple(map(RegisterMark, row.marks)),
    )


def _title(row: RegisteredAttempt | RegisterRecognition, curriculum: Curriculum | None) -> Mapping[str, str]:
    """The curriculum's title, which is an approved one, before what the register wrote."""
    course = curriculum.courses.get(row.course) if curriculum else None
    return {**row.titles, **(course.title if course else {})}
