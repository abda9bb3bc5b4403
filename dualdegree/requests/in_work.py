"""Which requests and learning agreements of these students is somebody working on? For whoever changes an enrolment."""

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.approval import State
from dualdegree.core.terms import in_words
from dualdegree.core.text import Message
from dualdegree.programmes.models import Institution
from dualdegree.records.models import Student
from dualdegree.requests.models import WAITING, LearningAgreement, RecognitionRequest
from dualdegree.stakes import Stake

OPEN = (State.DRAFT, State.RETURNED, *WAITING)
STAYS = (State.DRAFT, State.RETURNED, State.ACCEPTED, State.ENDORSED, State.IN_FORCE)


def requests(session: orm.Session, students: Collection[int]) -> Iterator[Stake]:
    """The requests for recognition that are not settled."""
    row = RecognitionRequest
    query = (
        sa.select(row.id, Student, Institution.names)
        .join(Student, Student.id == row.student_id)
        .join(Institution, Institution.id == row.institution_id)
        .where(row.student_id.in_(list(students)), row.state.in_(OPEN))
        .order_by(row.id)
    )
    for number, student, names in session.execute(query):
        words = {"number": str(number), "institution": names}
        yield Stake(
            student=student.id,
            name=student.full_name,
            key=f"request:{number}",
            what=Message("request no. %(number)s for recognition in the degree of %(institution)s", words),
            in_force=False,
        )


def stays(session: orm.Session, students: Collection[int]) -> Iterator[Stake]:
    """The learning agreements that are in force or on the way to it."""
    row = LearningAgreement
    query = (
        sa.select(row.id, row.stay, Student, Institution.names)
        .join(Student, Student.id == row.student_id)
        .join(Institution, Institution.id == row.partner_id)
        .where(row.student_id.in_(list(students)), row.state.in_(STAYS))
        .order_by(row.id)
    )
    for number, stay, student, names in session.execute(query):
        words = {"term": in_words(stay), "institution": names}
        yield Stake(
            student=student.id,
            name=student.full_name,
            key=f"learning-agreement:{number}",
            what=Message("the learning agreement for a stay at %(institution)s from %(term)s on", words),
            in_force=False,
        )
