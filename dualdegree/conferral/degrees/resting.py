"""Which decisions about degrees rest on what an import put into a record?"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.conferral.models import Award, ConferralSession, ErrandTick, Hearing, SessionEntry
from dualdegree.core.text import Message
from dualdegree.records.models import Student
from dualdegree.stakes import Ground, Stake, stake_of

TABLES = ("award", "session_entry", "hearing", "errand_tick", "conferred_degree")


def resting(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """The degrees that were conferred since; of students who would leave, every step on the way to a degree."""
    query = (
        sa.select(Student, ConferralSession.minute)
        .join(Award, Award.student_id == Student.id)
        .join(ConferralSession, ConferralSession.id == Award.session_id)
        .where(Student.id.in_(sorted(ground.students)), ConferralSession.closed_at >= ground.since)
    )
    for student, minute in session.execute(query.order_by(Student.id, ConferralSession.id)):
        what = Message("the degree that the session %(minute)s conferred", {"minute": minute})
        yield stake_of(student, f"degree:{minute}", what)
    kinds = (Award, SessionEntry, Hearing, ErrandTick)
    steps = sa.union(*(sa.select(kind.student_id).where(kind.student_id.in_(sorted(ground.leaving))) for kind in kinds))
    leaving = sa.select(Student).where(Student.id.in_(steps)).order_by(Student.id)
    for student in session.scalars(leaving):
        yield stake_of(student, "degree", Message("a step on the way to a degree"))
