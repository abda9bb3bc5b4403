"""Which requests and learning agreements wait for this person, wherever they act for, the most urgent first?"""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.sql.base import ExecutableOption

from dualdegree.core.approval import State
from dualdegree.core.policy import Actor, Role
from dualdegree.decisions.models import WAITING, LearningAgreement, RecognitionRequest
from dualdegree.decisions.steps import is_delegated

APPROVED = (State.CONFIRMED, State.APPEALED)
MOST = 50
"""How many learning agreements are listed at once; those behind them come up as the first are approved."""
GRANTED = (State.GRANTED, State.PARTLY_GRANTED)


def waiting_for(session: orm.Session, actor: Actor) -> sa.Select[RecognitionRequest]:
    """What the actor may act on now and has had no part in, by due day; nothing where the actor has no such role."""
    of = RecognitionRequest
    return sa.select(of).where(is_turn_of(session, actor)).order_by(of.due_on, of.id).options(*_in_a_list())


def is_turn_of(session: orm.Session, actor: Actor) -> sa.ColumnElement[bool]:
    """Whether a request waits for the actor."""
    return sa.or_(sa.false(), *_turns(session, actor))


def open_at(institution: str) -> sa.Select[RecognitionRequest]:
    """Everything that waits for somebody at the institution or about its degree, by due day."""
    of = RecognitionRequest
    here = sa.or_(of.institution_id == institution, of.partner_id == institution)
    query = sa.select(of).where(here, of.state.in_(WAITING)).order_by(of.due_on, of.id)
    return query.options(*_in_a_list())


def stays_waiting_for(session: orm.Session, actor: Actor) -> Sequence[LearningAgreement]:
    """The versions of learning agreements that the actor may approve and has had no part in, the oldest first."""
    of, me = LearningAgreement, actor.person_id
    there = [where for role, where in sorted(actor.roles) if role is Role.ADVISOR]
    unwritten = of.written_by != me
    turn = sa.or_(
        sa.and_(of.institution_id.in_(there), of.state == State.ACCEPTED),
        sa.and_(of.partner_id.in_(there), of.state == State.ENDORSED, of.endorsed_by.is_distinct_from(me)),
    )
    query = sa.select(of).where(turn, unwritten).options(orm.joinedload(of.student))
    return session.scalars(query.order_by(of.since, of.id).limit(MOST)).all()


def _in_a_list() -> tuple[ExecutableOption, ...]:
    """Students and courses come along; what only the page of one request shows is wide, and does not."""
    of = RecognitionRequest
    late = (of.words, of.mobility, of.explanation, of.working, of.originals, of.grading_tables, of.legal_basis)
    deferred = (orm.defer(column) for column in (*late, of.appeal_body, of.body))
    return orm.joinedload(of.student), orm.selectinload(of.courses), *deferred


def _turns(session: orm.Session, actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    """The states in which each of the actor's roles is the one to act, on what they have had no part in."""
    of, me = RecognitionRequest, actor.person_id
    unread = of.endorsed_by.is_distinct_from(me)
    untouched = sa.and_(unread, of.confirmed_by.is_distinct_from(me), of.decided_before_by.is_distinct_from(me))
    for role, where in sorted(actor.roles):
        here, there = of.institution_id == where, of.partner_id == where
        if role is Role.ADVISOR:
            yield sa.and_(here, of.state == State.SUBMITTED)
            yield sa.and_(there, of.state == State.ENDORSED, unread)
        if role is Role.REGISTRAR:
            yield sa.and_(here, of.state.in_(GRANTED))
        if role is (Role.ADVISOR if is_delegated(session, where) else Role.REGISTRAR):
            yield sa.and_(here, of.state.in_(APPROVED), untouched)
