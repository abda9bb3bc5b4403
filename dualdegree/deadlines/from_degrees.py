"""Which periods run on the way to a degree and after it: until when may a person speak, by when is an errand due?"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.conferral.degrees.errands import left_of
from dualdegree.conferral.models import Hearing
from dualdegree.core.conferral.refusals import HearingState
from dualdegree.core.deadlines import Occurrence
from dualdegree.core.text import Message
from dualdegree.deadlines.sources import AskedPeriods
from dualdegree.programmes.institutions.profile import Profile


def hearings(session: orm.Session, profile: Profile, asked: AskedPeriods) -> Iterator[Occurrence]:
    """The last day on which each person may speak to whom notice was given that the degree may be refused."""
    row = Hearing
    own = sa.and_(row.institution_id == profile.institution, row.state == HearingState.NOTIFIED.value)
    query = sa.select(row.id, row.student_id, row.until).where(own, asked.concerning(row.student_id))
    for number, student, until in session.execute(query.order_by(row.id)):
        yield Occurrence(
            student=student,
            key=f"hearing:{number}",
            on=until,
            what=Message("statement before the degree may be refused"),
            link=f"/students/{student}/degrees",
        )


def errands(session: orm.Session, profile: Profile, asked: AskedPeriods) -> Iterator[Occurrence]:
    """The last day of each errand that a graduate of the institution has not ticked."""
    for left in left_of(session, profile, asked.student):
        yield Occurrence(
            student=left.student,
            key=f"errand:{left.student}:{left.errand.key}:{left.until.isoformat()}",
            on=left.until,
            what=Message("%(errand)s, after the degree was conferred", {"errand": left.errand.title}),
            link=f"/students/{left.student}/degrees",
        )


SOURCES = {"hearings": hearings, "errands": errands}
"""By which words profiles name them."""
