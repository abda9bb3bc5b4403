"""Which exceptions and plans rest on what an import put into a record, and which answers go with whoever leaves it?"""

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import AuditResult, ExceptionRequest, LatestAudit, SavedPlan
from dualdegree.core.approval import State
from dualdegree.core.text import Message
from dualdegree.records.models import Student
from dualdegree.stakes import Ground, Stake, stake_of

OVER = (State.WITHDRAWN, State.REFUSED)
TABLES = ("exception_request", "saved_plan")
ANSWERS = ("latest_audit", "audit_result")


def resting(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """The exceptions for these attempts; of students who would leave, every exception and every saved plan."""
    row = ExceptionRequest
    query = sa.select(row.id, row.state, row.item, row.asked_at, Student).join(row.student)
    for number, state, item, asked_at, student in session.execute(
        query.where(row.student_id.in_(sorted(ground.students))).order_by(row.id)
    ):
        over = state in OVER and student.id not in ground.leaving
        if not over and ground.carries(student.id, [item] if item else [], asked_at):
            yield stake_of(student, f"exception:{number}", Message("exception no. %(number)s", {"number": str(number)}))
    plans = sa.select(SavedPlan.id, Student).join(SavedPlan.student).order_by(SavedPlan.id)
    for number, student in session.execute(plans.where(SavedPlan.student_id.in_(sorted(ground.leaving)))):
        yield stake_of(student, f"plan:{number}", Message("a saved plan"))


def forget(session: orm.Session, students: Collection[int]) -> None:
    """Delete every answer of these students: it can be worked out again from the record, if that comes back."""
    latest, answers = LatestAudit, AuditResult
    untracked = {"synchronize_session": False}
    session.execute(sa.delete(latest).where(latest.student_id.in_(list(students))), execution_options=untracked)
    own = answers.student_id.in_(list(students))
    session.execute(sa.update(answers).where(own).values(previous_id=None), execution_options=untracked)
    session.execute(sa.delete(answers).where(own), execution_options=untracked)
