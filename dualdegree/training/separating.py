"""What becomes of placements and theses when a student's two registers turn out to be two persons'?

A placement is planned by one institution and goes with its enrolment. A thesis is of no institution: it stays with the
record that keeps its row, and both registrars read whose that is before they say yes.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.text import InstitutionName, Message
from dualdegree.records.importing.people.parting import leaving
from dualdegree.records.models import Student
from dualdegree.separation import Consequence
from dualdegree.training.placements.models import Placement
from dualdegree.training.theses.models import Thesis


def between(session: orm.Session, student_id: int) -> Iterator[Consequence]:
    """The student's placements and theses that were not withdrawn."""
    placements = sa.select(Placement).where(Placement.student_id == student_id, Placement.withdrawn == "")
    for row in session.scalars(placements.options(orm.joinedload(Placement.enterprise)).order_by(Placement.id)):
        words = {"institution": InstitutionName(row.institution_id)}
        yield Consequence(
            key=row.subject,
            what=Message("Placement at %(enterprise)s", {"enterprise": row.enterprise.names}),
            becomes=Message("It goes with the enrolment at %(institution)s", words),
        )
    theses = sa.select(Thesis).where(Thesis.student_id == student_id, Thesis.withdrawn_at.is_(None))
    for thesis in session.scalars(theses.order_by(Thesis.id)):
        yield Consequence(
            key=thesis.subject,
            what=Message("Thesis “%(title)s”", {"title": thesis.title}),
            becomes=Message(
                "It stays with the enrolment at %(institution)s",
                {"institution": InstitutionName(_staying(session, thesis.student))},
            ),
        )


def _staying(session: orm.Session, student: Student) -> str:
    """The institution whose enrolment keeps the row of the student."""
    gone, _join = leaving(session, student)
    return next((side.institution_id for side in student.enrolments if side is not gone), gone.institution_id)
