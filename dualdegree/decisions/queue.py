"""Which requests wait for this person, at whichever of the institutions they act for, the most urgent first?"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.approval import State
from dualdegree.core.policy import Actor, Role
from dualdegree.decisions.models import WAITING, RecognitionRequest
from dualdegree.decisions.steps import is_delegated

APPROVED = (State.CONFIRMED, State.APPEALED)
GRANTED = (State.GRANTED, State.PARTLY_GRANTED)


def waiting_for(session: orm.Session, actor: Actor) -> sa.Select[RecognitionRequest]:
    """What the actor may act on now and has had no part in, by due day; nothing where the actor has no such role."""
    of = RecognitionRequest
    mine = sa.or_(sa.false(), *_turns(session, actor))
    others = [of.asked_by, of.endorsed_by, of.confirmed_by]
    own = sa.or_(*(sa.func.coalesce(column, 0) == actor.person_id for column in others))
    decided = sa.and_(of.state == State.APPEALED, sa.func.coalesce(of.decided_before_by, 0) == actor.person_id)
    acted = sa.and_(of.state.not_in(GRANTED), sa.or_(own, decided))
    return sa.select(of).where(mine, sa.not_(acted)).order_by(of.due_on, of.id).options(orm.joinedload(of.student))


def open_at(institution: str) -> sa.Select[RecognitionRequest]:
    """Everything that waits for somebody at the institution or about its degree, by due day."""
    of = RecognitionRequest
    here = sa.or_(of.institution_id == institution, of.partner_id == institution)
    query = sa.select(of).where(here, of.state.in_(WAITING)).order_by(of.due_on, of.id)
    return query.options(orm.joinedload(of.student))


def _turns(session: orm.Session, actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    """The states in which each of the actor's roles is the one to act."""
    of = RecognitionRequest
    for role, where in sorted(actor.roles):
        here, there = of.institution_id == where, of.partner_id == where
        if role is Role.ADVISOR:
            yield sa.and_(here, of.state == State.SUBMITTED)
            yield sa.and_(there, of.state == State.ENDORSED)
        if role is Role.REGISTRAR:
            yield sa.and_(here, of.state.in_(GRANTED))
        if role is (Role.ADVISOR if is_delegated(session, where) else Role.REGISTRAR):
            yield sa.and_(here, of.state.in_(APPROVED))
