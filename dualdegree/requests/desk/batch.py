"""Which requests wait for the same decision, and how are many of them granted at once, each on its own?"""

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Refusal
from dualdegree.requests.desk.queue import is_turn_of
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.wanted import wanted_by
from dualdegree.requests.workflow.deciding import RequestDecision, decide

MOST = 20
"""How many are looked at on one page."""


def alike_to(session: orm.Session, actor: Actor, request: RecognitionRequest) -> Sequence[RecognitionRequest]:
    """The requests of the same courses for the same targets that wait for the actor, this one first."""
    query = sa.select(RecognitionRequest).where(
        is_turn_of(session, actor),
        RecognitionRequest.institution_id == request.institution_id,
        RecognitionRequest.target_key == request.target_key,
        RecognitionRequest.state == request.state,
    )
    courses = {named.course for named in request.courses}
    waiting = session.scalars(
        query.order_by(RecognitionRequest.id).options(
            orm.selectinload(RecognitionRequest.courses), orm.joinedload(RecognitionRequest.student)
        )
    )
    same = [other for other in waiting if {named.course for named in other.courses} == courses]
    return sorted(same, key=lambda other: (other.id != request.id, other.id))[:MOST]


def grant_alike(
    session: orm.Session,
    actor: Actor,
    together: Sequence[RecognitionRequest],
    seen: Mapping[int, int],
    *,
    on: dt.date,
    minute: str,
    at: dt.datetime,
) -> int:
    """Grant in full those that were chosen (``seen``: number → revision read), all or none; how many.

    Raises as ``deciding.decide`` does, and ``Refusal`` where none was chosen.
    """
    chosen = [request for request in together if request.id in seen]
    if not chosen or len(chosen) != len(seen):
        raise Refusal("Choose at least one request of the list; it may have changed meanwhile.", about="chosen")
    for request in chosen:
        granted = RequestDecision(granted=wanted_by(request).targets, on=on, minute=minute)
        decide(session, actor, request, granted, seen=seen[request.id], at=at)
    return len(chosen)
