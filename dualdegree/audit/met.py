"""Since when are both degrees met without interruption, as far as the audits that are kept tell?

Audits are kept when somebody asks for them, so that the day is the one on which they were first *found* met. Where no
kept audit found them not met before, nothing tells how long they had been: the day is then only the latest possible.
"""

import datetime as dt
from dataclasses import dataclass

from dualdegree.audit.models import LatestAudit


@dataclass(frozen=True, slots=True, kw_only=True)
class MetSince:
    """``since``: the first of all kept audits in a row that found both degrees met.

    ``unmet_until``: when a kept audit last found that they were not; None where the first that is kept found them met.
    """

    since: dt.datetime
    unmet_until: dt.datetime | None

    @property
    def begin_seen(self) -> bool:
        """Whether a kept audit saw them not met before, so that they were met in between and not earlier."""
        return self.unmet_until is not None


def met_since(last: LatestAudit | None, *, both_met: bool, at: dt.datetime) -> MetSince | None:
    """Since when both are met by an audit of ``at``, if it finds them met; ``last`` was the latest before it."""
    known = None if last is None else (last.met_since, last.unmet_until, last.confirmed_at)
    return _since(known, met=both_met, at=at)


def side_met_since(last: LatestAudit | None, enrolment: int, *, met: bool, at: dt.datetime) -> MetSince | None:
    """The same of the degree of one enrolment alone."""
    known = None
    if last is not None and enrolment == last.first_enrolment:
        known = (last.first_met_since, last.first_unmet_until, last.confirmed_at)
    elif last is not None and enrolment == last.second_enrolment:
        known = (last.second_met_since, last.second_unmet_until, last.confirmed_at)
    return _since(known, met=met, at=at)


def _since(
    known: tuple[dt.datetime | None, dt.datetime | None, dt.datetime] | None, *, met: bool, at: dt.datetime
) -> MetSince | None:
    if not met:
        return None
    if known is None:
        return MetSince(since=at, unmet_until=None)
    since, unmet_until, confirmed_at = known
    if since is None:
        return MetSince(since=at, unmet_until=confirmed_at)
    return MetSince(since=since, unmet_until=unmet_until)
