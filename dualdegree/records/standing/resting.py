"""Which holds and entered states rest on an enrolment that an import made, and which go with one that is separated?

Of a hold nobody reads here what it is about: that is the business of the institution that placed it.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.enrolment import WORDS, EnrolmentState
from dualdegree.core.text import InstitutionName, Message
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.standing.models import Hold, StateEntry
from dualdegree.separation import Consequence
from dualdegree.stakes import Ground, Stake, stake_of

TABLES = ("hold",)


def resting(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """Every hold, open or lifted, on students who would leave, and every state that did not come with the import."""
    students = sorted(ground.leaving)
    holds = sa.select(Hold.id, Hold.institution_id, Student).join(Hold.student).where(Hold.student_id.in_(students))
    for number, institution, student in session.execute(holds.order_by(Hold.id)):
        what = Message("a hold that %(institution)s placed", {"institution": InstitutionName(institution)})
        yield stake_of(student, f"hold:{number}", what)
    row = StateEntry
    since = sa.or_(row.from_roster.is_(False), row.entered_at > ground.since)
    states = sa.select(row.id, row.state, row.since, Student).join(row.enrolment).join(Enrolment.student)
    own = sa.and_(Enrolment.student_id.in_(students), since)
    for number, state, begins, student in session.execute(states.where(own).order_by(row.id)):
        words = {"state": WORDS[EnrolmentState(state)], "day": begins}
        yield stake_of(student, f"state:{number}", Message("the state “%(state)s” since %(day)s", words))


def between(session: orm.Session, student_id: int) -> Iterator[Consequence]:
    """The open holds on the student: each is that of one institution and follows its enrolment."""
    query = sa.select(Hold).where(Hold.student_id == student_id, Hold.lifted_at.is_(None)).order_by(Hold.id)
    for hold in session.scalars(query):
        words = {"institution": InstitutionName(hold.institution_id)}
        yield Consequence(
            key=f"hold:{hold.id}",
            what=Message("Open hold of %(institution)s", words),
            becomes=Message("It goes with the enrolment at %(institution)s", words),
        )
