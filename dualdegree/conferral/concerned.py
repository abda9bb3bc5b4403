"""Whom does an act concern, as far as sign-offs and documents go?"""

import sqlalchemy as sa

from dualdegree.records.models import Enrolment
from dualdegree.stakes import Changed


def touched(change: Changed) -> sa.Select[int]:
    """The ids of the students whom the act may have changed; for use within another query."""
    here = Enrolment.institution_id.in_(change.institutions)
    if change.students is not None:
        return sa.select(Enrolment.student_id).where(here, Enrolment.student_id.in_(sorted(change.students)))
    if change.numbers is not None:
        return sa.select(Enrolment.student_id).where(here, Enrolment.number.in_(sorted(change.numbers)))
    return sa.select(Enrolment.student_id).where(here)
