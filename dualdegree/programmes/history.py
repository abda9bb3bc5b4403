"""How is an act told to every institution that it concerns?"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import orm

from dualdegree.core.policy import Actor
from dualdegree.events import Act, record


def tell(
    session: orm.Session,
    actor: Actor,
    subject: str,
    act: str,
    *,
    concerned: Iterable[str],
    at: dt.datetime,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Append the act to the history of each institution concerned, always in one order: no two writers cross."""
    for institution in sorted(set(concerned)):
        record(
            session,
            Act(
                institution=institution,
                actor=actor.reference,
                act=act,
                subject=subject,
                at=at,
                reason=reason,
                before=before,
                after=after,
            ),
        )
