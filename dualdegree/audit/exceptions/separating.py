"""Which exceptions and plans has a student whose two registers turn out to be two persons'?

Each belongs to one institution's degree and follows its enrolment; of an exception that speaks of the other person's
course every audit says that it does not fit.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import OPEN, ExceptionRequest, SavedPlan
from dualdegree.core.approval import State
from dualdegree.core.text import InstitutionName, Message
from dualdegree.separation import Consequence

FOLLOWS = Message("It goes with the enrolment at %(institution)s")


def between(session: orm.Session, student_id: int) -> Iterator[Consequence]:
    """The exceptions that are asked for, granted or entered, and the saved plans."""
    row = ExceptionRequest
    query = sa.select(row).where(row.student_id == student_id, row.state.in_((*OPEN, State.ENTERED)))
    for asked in session.scalars(query.order_by(row.id)):
        words = {"institution": InstitutionName(asked.institution_id), "reason": asked.reason}
        what = Message("Exception in the degree of %(institution)s: %(reason)s", words)
        yield Consequence(key=asked.subject, what=what, becomes=Message(FOLLOWS.id, words))
    plans = sa.select(SavedPlan).where(SavedPlan.student_id == student_id, SavedPlan.shared.is_(True))
    for plan in session.scalars(plans.order_by(SavedPlan.id)):
        words = {"institution": InstitutionName(plan.institution_id), "name": plan.name}
        what = Message("Plan “%(name)s”", words)
        yield Consequence(key=f"plan:{plan.id}", what=what, becomes=Message(FOLLOWS.id, words))
