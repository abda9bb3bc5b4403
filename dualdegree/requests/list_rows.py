"""How do the requests of a list read, and how little has to be loaded for that?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.programmes.texts import curriculum_with
from dualdegree.records.models import Enrolment, RegisteredAttempt, Student, full_name, reference
from dualdegree.requests.models import LearningAgreement, RecognitionRequest, RequestedCourse
from dualdegree.requests.presenting import NamedWork, ShownRequest, shown

# Desks live on lists: their statements are built once, and read the columns that a list draws instead of whole records.
_ASKED = RecognitionRequest
_THESE: sa.BindParameter[int] = sa.bindparam("these", expanding=True)
_REQUESTS = (
    sa.select(
        *(_ASKED.id, _ASKED.student_id, _ASKED.institution_id, _ASKED.degree, _ASKED.state, _ASKED.since),
        *(_ASKED.due_on, _ASKED.sources, _ASKED.outside, _ASKED.targets, _ASKED.granted, _ASKED.revision),
        *(Student.family_name, Student.given_name, Student.han_name),
    )
    .join(Student, Student.id == _ASKED.student_id)
    .where(_ASKED.id.in_(_THESE))
)
_VERSIONS = (
    sa.select(Enrolment.student_id, CurriculumVersion.id, CurriculumVersion.digest)
    .join(CurriculumVersion, CurriculumVersion.id == Enrolment.curriculum_version_id)
    .where(Enrolment.student_id.in_(_THESE))
    .order_by(Enrolment.student_id, Enrolment.institution_id)
)
_ATTEMPTS = (
    sa.select(
        *(
            RequestedCourse.request_id,
            Enrolment.curriculum_version_id,
            RegisteredAttempt.institution_id,
            RegisteredAttempt.course,
        ),
        *(
            RegisteredAttempt.term,
            RegisteredAttempt.sitting,
            RegisteredAttempt.titles,
            RegisteredAttempt.credits,
            RegisteredAttempt.grade,
        ),
    )
    .join(_ASKED, _ASKED.id == RequestedCourse.request_id)
    .join(Enrolment, Enrolment.student_id == _ASKED.student_id)
    .join(
        RegisteredAttempt,
        sa.and_(RegisteredAttempt.enrolment_id == Enrolment.id, RegisteredAttempt.course == RequestedCourse.course),
    )
    .where(RequestedCourse.request_id.in_(_THESE), Enrolment.curriculum_version_id.is_not(None))
)


def show(session: orm.Session, numbers: Sequence[int], today: dt.date) -> list[ShownRequest]:
    """The requests with these numbers in words, in this order, with the courses that they name."""
    if not numbers:
        return []
    rows = {row.id: row for row in session.execute(_REQUESTS, {"these": list(numbers)})}
    versions, curricula = _curricula(session, sorted({row.student_id for row in rows.values()}))
    known = _known(session, numbers, versions)
    return [
        shown(
            row,
            full_name(row.family_name, row.given_name, row.han_name),
            curricula[row.student_id],
            known[row.id],
            today,
        )
        for row in map(rows.__getitem__, numbers)
    ]


def _curricula(
    session: orm.Session, students: Sequence[int]
) -> tuple[Mapping[int, Curriculum], Mapping[int, Sequence[Curriculum]]]:
    """The curricula that bind these students: each by its version, and each student's by institution."""
    versions: dict[int, Curriculum] = {}
    bound = defaultdict(list)
    for student, version, digest in session.execute(_VERSIONS, {"these": students}):
        if version not in versions:
            versions[version] = curriculum_with(digest, partial(_text, session, version))
        bound[student].append(versions[version])
    return versions, bound


def _text(session: orm.Session, version: int) -> str:
    return session.scalars(sa.select(CurriculumVersion.text).where(CurriculumVersion.id == version)).one()


def _known(
    session: orm.Session, numbers: Sequence[int], versions: Mapping[int, Curriculum]
) -> Mapping[int, Mapping[str, NamedWork]]:
    """By request, the attempts at the courses that it names: by their references, as a page names them."""
    attempts: dict[int, dict[str, NamedWork]] = defaultdict(dict)
    for row in session.execute(_ATTEMPTS, {"these": list(numbers)}):
        name = reference(row.institution_id, row.course, row.term, row.sitting)
        course = versions[row.curriculum_version_id].courses.get(row.course)
        # The approved title; what the register wrote stands in for what it lacks.
        title = {**row.titles, **(course.title if course else {})} or row.course
        attempts[row.request_id][name] = NamedWork(title=title, code=row.course, credits=row.credits, grade=row.grade)
    return attempts


def stays_of(session: orm.Session, student: Student) -> Sequence[LearningAgreement]:
    """Every version of every stay of this student, the latest stay first and in it the latest version."""
    query = sa.select(LearningAgreement).where(LearningAgreement.student_id == student.id)
    latest_first = LearningAgreement.stay.desc(), LearningAgreement.partner_id, LearningAgreement.number.desc()
    return session.scalars(query.order_by(*latest_first)).all()
