"""Who can sign for the enterprise? The mentors whom the institutions have appointed and who can sign in."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.records.models import Student
from dualdegree.training.mentors.models import Mentor, MentorKind


def mentors_of(session: orm.Session, student: Student) -> Mapping[int, str]:
    """The mentors from enterprises on the lists of the student's institutions, by person, in the order of names."""
    institutions = sorted(side.institution_id for side in student.enrolments)
    query = sa.select(Mentor).where(
        Mentor.institution_id.in_(institutions),
        Mentor.kind == MentorKind.ENTERPRISE.value,
        Mentor.person_id.is_not(None),
    )
    rows = session.scalars(query.order_by(Mentor.name, Mentor.id).options(orm.joinedload(Mentor.enterprise)))
    return {row.person_id: _named(row) for row in rows if row.person_id is not None}


def _named(mentor: Mentor) -> str:
    return mentor.name
