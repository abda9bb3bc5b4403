"""Which requests and learning agreements wait for this person, wherever they act for, the most urgent first?"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.approval import State
from dualdegree.core.policy import Actor, Role
from dualdegree.records.models import Enrolment, Student
from dualdegree.requests.models import WAITING, LearningAgreement, RecognitionRequest
from dualdegree.requests.workflow.steps import is_delegated

APPROVED = (State.CONFIRMED, State.APPEALED)
MOST = 50
"""How many learning agreements are listed at once; those behind them come up as the first are approved."""
Roles = tuple[tuple[Role, str], ...]
GRANTED = (State.GRANTED, State.PARTLY_GRANTED)
TAKERS = (
    *(RecognitionRequest.asked_by, RecognitionRequest.endorsed_by, RecognitionRequest.confirmed_by),
    *(RecognitionRequest.decided_before_by, RecognitionRequest.decided_by),
)
"""Who has had a hand in a request and takes no other step, as ``core.approval.is_for_another`` has it."""
_STAY, _ME = LearningAgreement, sa.bindparam("me", type_=sa.Integer)
_THERE: sa.BindParameter[str] = sa.bindparam("there", expanding=True)
_STAYS = (
    sa.select(_STAY)
    .where(
        _STAY.written_by != _ME,
        sa.or_(
            sa.and_(_STAY.institution_id.in_(_THERE), _STAY.state == State.ACCEPTED),
            sa.and_(
                _STAY.partner_id.in_(_THERE), _STAY.state == State.ENDORSED, _STAY.endorsed_by.is_distinct_from(_ME)
            ),
        ),
    )
    # The list names students and asks nothing of their enrolments.
    .options(orm.joinedload(_STAY.student).lazyload(Student.enrolments))
    .order_by(_STAY.since, _STAY.id)
    .limit(MOST)
)


def waiting_for(session: orm.Session, actor: Actor, *, but: int | None = None) -> sa.Select[int]:
    """The numbers of what the actor may act on now and has had no part in, by due day; none without such a role.

    The request with the number ``but`` is left out.
    """
    waiting = _waiting(*_acting(session, actor))
    return waiting if but is None else waiting.where(waiting.selected_columns.id != but)


def is_turn_of(session: orm.Session, actor: Actor) -> sa.ColumnElement[bool]:
    """Whether a request waits for the actor."""
    return sa.or_(sa.false(), *_turns(*_acting(session, actor)))


def open_for(session: orm.Session, actor: Actor) -> sa.Select[int]:
    """The numbers of everything that is open and that the actor may read, by due day: ``policy.works_on_it`` in SQL."""
    row, me = RecognitionRequest, actor.person_id
    registers, advises = actor.institutions(Role.REGISTRAR), actor.institutions(Role.ADVISOR)
    advised = sa.select(Enrolment.student_id).where(Enrolment.advisor_id == me)
    at_both = sa.or_(row.institution_id.in_(advises), row.partner_id.in_(advises))
    delegated = [where for where in advises if is_delegated(session, where)]
    readable = sa.or_(
        row.institution_id.in_(registers),
        row.partner_id.in_(registers),
        sa.and_(at_both, row.student_id.in_(advised)),
        sa.and_(at_both, sa.or_(*(taker == me for taker in (*TAKERS, row.entered_by)))),
        sa.and_(row.institution_id.in_(advises), row.state == State.SUBMITTED),
        sa.and_(row.partner_id.in_(advises), row.state == State.ENDORSED),
        sa.and_(row.institution_id.in_(delegated), row.state.in_(APPROVED)),
    )
    return sa.select(row.id).where(readable, row.state.in_(WAITING)).order_by(row.due_on, row.id)


def stays_waiting_for(session: orm.Session, actor: Actor) -> Sequence[LearningAgreement]:
    """The versions of learning agreements that the actor may approve and has had no part in, the oldest first."""
    there = actor.institutions(Role.ADVISOR)
    return session.scalars(_STAYS, {"there": there, "me": actor.person_id}).all()


def _acting(session: orm.Session, actor: Actor) -> tuple[Roles, frozenset[str], int]:
    """The actor's roles, which of their institutions let advisors decide, and who they are."""
    there = {where for _, where in actor.roles}
    return (
        tuple(sorted(actor.roles)),
        frozenset(institution for institution in there if is_delegated(session, institution)),
        actor.person_id,
    )


@lru_cache(maxsize=512)
def _waiting(roles: Roles, delegated: frozenset[str], me: int) -> sa.Select[int]:
    """The statement for what waits: the same for the same person, who opens many pages."""
    # One state at one institution each, so that no request is in two of them and an index has each in order.
    turns = list(_turns(roles, delegated, me)) or [sa.false()]
    waiting = sa.union_all(
        *(sa.select(RecognitionRequest.id, RecognitionRequest.due_on).where(turn) for turn in turns)
    ).subquery()
    return sa.select(waiting.c.id).order_by(waiting.c.due_on, waiting.c.id)


def _turns(roles: Roles, delegated: frozenset[str], me: int) -> Iterator[sa.ColumnElement[bool]]:
    """The states in which each of somebody's roles is the one to act, on what they have had no part in."""
    row = RecognitionRequest
    untouched = sa.and_(*(taker.is_distinct_from(me) for taker in TAKERS))
    not_entered = row.entered_by.is_distinct_from(me)
    for role, where in roles:
        here, there = row.institution_id == where, row.partner_id == where
        if role is Role.ADVISOR:
            yield sa.and_(here, row.state == State.SUBMITTED, untouched)
            yield sa.and_(there, row.state == State.ENDORSED, untouched)
        if role is Role.REGISTRAR:
            yield from (sa.and_(here, row.state == state, untouched) for state in GRANTED)
        if role is (Role.ADVISOR if where in delegated else Role.REGISTRAR):
            yield from (sa.and_(here, row.state == state, untouched, not_entered) for state in APPROVED)
