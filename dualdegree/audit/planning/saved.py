"""Which plans were saved for a student, and who may change them?

A plan is somebody's wish and no part of the record, so that no history tells of it: what is deleted is gone.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import SavedPlan
from dualdegree.audit.planning.changes import Changes, changes_of
from dualdegree.core.policy import Actor, Permission, may, require
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.db import lock
from dualdegree.records.models import Student

LONGEST = 100


def plan_of(session: orm.Session, plan_id: int) -> SavedPlan:
    """The saved plan; raises ``Absent``."""
    plan = session.get(SavedPlan, plan_id)
    if plan is None:
        raise Absent("There is no such plan.")
    return plan


def plans_of(session: orm.Session, actor: Actor, student: Student) -> Sequence[SavedPlan]:
    """The student's plans that the actor may open, latest first."""
    query = (
        sa.select(SavedPlan)
        .where(SavedPlan.student_id == student.id)
        .order_by(SavedPlan.saved_at.desc(), SavedPlan.id.desc())
    )
    plans = session.scalars(query).all()
    return [plan for plan in plans if may(actor, Permission.SEE_PLAN, plan.policy_subject())]


def content_of(plan: SavedPlan) -> Changes:
    """What the plan changes."""
    return changes_of(plan.content)


def save(
    session: orm.Session, actor: Actor, student: Student, name: str, changes: Changes, *, shared: bool, at: dt.datetime
) -> SavedPlan:
    """Keep the changes under a name; to be audited anew whenever it is opened.

    Raises ``NotAllowed``, and ``Refusal`` without a name or a change, or with a name that is taken.
    """
    require(actor, Permission.SAVE_PLAN, student.policy_subject())
    if not changes:
        raise Refusal("There is nothing to save yet; add or drop something first.")
    plan = SavedPlan(
        student_id=student.id,
        institution_id=student.enrolments[0].institution_id,
        person_id=actor.person_id,
        name=_tidy(name),
        content=changes.values(),
        shared=shared,
        saved_at=at,
    )
    with _one_of_its_name(session):
        session.add(plan)
    return plan


def change(session: orm.Session, actor: Actor, plan: SavedPlan, name: str, *, shared: bool) -> None:
    """Rename a plan, share it or keep it to oneself. Raises as ``save`` does."""
    require(actor, Permission.CHANGE_PLAN, plan.policy_subject())
    tidy = _tidy(name)
    lock(session, plan)
    with _one_of_its_name(session):
        plan.name, plan.shared = tidy, shared


def delete(session: orm.Session, actor: Actor, plan: SavedPlan) -> None:
    """Forget a plan. Raises ``NotAllowed``."""
    require(actor, Permission.CHANGE_PLAN, plan.policy_subject())
    lock(session, plan)
    session.delete(plan)
    session.flush()


def _tidy(name: str) -> str:
    given = " ".join(name.split())
    if not given or len(given) > LONGEST:
        raise Refusal("Give the plan a name of at most 100 characters.")
    return given


@contextmanager
def _one_of_its_name(session: orm.Session) -> Iterator[None]:
    """Writes what the block does, unless another plan of this person for this student has the name."""
    try:
        with session.begin_nested():
            yield
    except sa.exc.IntegrityError:
        raise Refusal("Another plan of yours for this student has this name; choose another.") from None
