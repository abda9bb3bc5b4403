"""Which placements, agreements, theses and certificates rest on an enrolment that an import made?"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.text import Language, Message
from dualdegree.records.models import Student
from dualdegree.stakes import Ground, Stake, stake_of
from dualdegree.training.certificates.models import LanguageCertificate
from dualdegree.training.enterprises.models import Enterprise, TrainingAgreement
from dualdegree.training.placements.models import Placement
from dualdegree.training.theses.models import Thesis

TABLES = ("placement", "training_agreement", "thesis", "language_certificate", "entered_result")
"""What of these was entered in the record (``entered_result``) is named by what it was entered for."""


def resting(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """Of students who would leave, everything that there is, also what was withdrawn or refused."""
    students = sorted(ground.leaving)
    for key, what, student in (
        *_placements(session, students),
        *_agreements(session, students),
        *_theses(session, students),
        *_certificates(session, students),
    ):
        yield stake_of(student, key, what)


def _placements(session: orm.Session, students: list[int]) -> Iterator[tuple[str, Message, Student]]:
    query = sa.select(Placement.id, Enterprise.names, Student).join(Placement.enterprise).join(Placement.student)
    for number, names, student in session.execute(
        query.where(Placement.student_id.in_(students)).order_by(Placement.id)
    ):
        yield f"placement:{number}", Message("the placement at %(enterprise)s", {"enterprise": names}), student


def _agreements(session: orm.Session, students: list[int]) -> Iterator[tuple[str, Message, Student]]:
    row = TrainingAgreement
    query = sa.select(row.id, row.reference, Student).join(Student, Student.id == row.student_id)
    for number, reference, student in session.execute(query.where(row.student_id.in_(students)).order_by(row.id)):
        words = {"reference": reference}
        yield f"convenio:{number}", Message("the training agreement %(reference)s", words), student


def _theses(session: orm.Session, students: list[int]) -> Iterator[tuple[str, Message, Student]]:
    query = sa.select(Thesis).where(Thesis.student_id.in_(students)).order_by(Thesis.id)
    for thesis in session.scalars(query):
        yield thesis.subject, Message("the thesis “%(title)s”", {"title": thesis.title}), thesis.student


def _certificates(session: orm.Session, students: list[int]) -> Iterator[tuple[str, Message, Student]]:
    row = LanguageCertificate
    query = sa.select(row.id, row.language, row.level, Student).join(row.student)
    for number, language, level, student in session.execute(query.where(row.student_id.in_(students)).order_by(row.id)):
        words = {"language": Language(language), "level": level}
        what = Message("the language certificate (%(language)s, %(level)s)", words)
        yield f"certificate:{number}", what, student
