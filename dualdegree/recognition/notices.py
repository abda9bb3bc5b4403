"""What are students told when a decision binds them to another version of the equivalences?"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.policy import Actor
from dualdegree.core.text import Message
from dualdegree.programmes.informing import News, inform
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.records.models import Enrolment, Student

CHUNK = 500
"""How many students one query asks for."""


def tell_moved(
    session: orm.Session,
    actor: Actor,
    version: EquivalenceVersion,
    students: Sequence[int],
    *,
    by: str,
    at: dt.datetime,
) -> None:
    """Tell these students, and their advisors on either side, in the name of the institution that decided."""
    about = f"student:{students[0]}" if len(students) == 1 else version.subject
    own = f"/students/{students[0]}/progress" if len(students) == 1 else ""
    act, words = f"moved:{version.id}:{at.isoformat()}", {"version": version.version}
    subject = Message("Another version of the equivalences applies")
    to_students = News(about=about, act=act, subject=subject, body=Message(OF_STUDENT.id, words), link=own or "/")
    to_advisors = News(
        about=about, act=act, subject=subject, body=Message(OF_ADVISOR.id, words), link=own or "/advisees"
    )
    for start in range(0, len(students), CHUNK):
        some = students[start : start + CHUNK]
        people = session.scalars(sa.select(Student.person_id).where(Student.id.in_(some))).all()
        inform(session, actor, to_students, institution=by, at=at, people=people)
        advisors = sa.select(Enrolment.advisor_id).where(Enrolment.student_id.in_(some)).distinct()
        inform(session, actor, to_advisors, institution=by, at=at, people=session.scalars(advisors).all())


OF_STUDENT = Message(
    "By a decision, version %(version)s of the equivalences says from now on what is recognised for you. Your progress "
    "shows what has changed."
)
OF_ADVISOR = Message(
    "By a decision, version %(version)s of the equivalences says from now on what is recognised for students of yours."
)
