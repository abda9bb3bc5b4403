"""In which state is an enrolment, who has left, who is in which state today, and how much time is left to whom?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.days import day_in
from dualdegree.core.enrolment import (
    AHEAD,
    LEFT,
    DatedState,
    EnrolmentState,
    TimeLeft,
    state_on,
    time_left,
)
from dualdegree.programmes.service import institutions
from dualdegree.programmes.texts import profile_of
from dualdegree.records.models import Enrolment
from dualdegree.records.standing.models import StateEntry

HOLDING = StateEntry.struck_at.is_(None)
"""Entries that were not struck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentStanding:
    """How one enrolment stands on a day: its state since when, what is entered to come, and how much time is left."""

    enrolment: Enrolment
    now: DatedState
    ahead: tuple[DatedState, ...]
    time: TimeLeft | None
    """None where the institution sets no end, or none runs any more."""

    @property
    def has_left(self) -> bool:
        """Whether the degree is left."""
        return self.now.state in LEFT

    @property
    def is_ordinary(self) -> bool:
        """Whether there is nothing to say: enrolled, and not near the end."""
        return self.now.state is EnrolmentState.ACTIVE and not (self.time and self.time.is_near)


def entries_of(session: orm.Session, enrolments: Iterable[int]) -> Mapping[int, Sequence[StateEntry]]:
    """Every entry of these enrolments, the struck ones too, by first day; one query."""
    row = StateEntry
    query = sa.select(row).where(row.enrolment_id.in_(sorted(set(enrolments))))
    entries: dict[int, list[StateEntry]] = defaultdict(list)
    for entry in session.scalars(query.order_by(row.enrolment_id, row.since, row.id)):
        entries[entry.enrolment_id].append(entry)
    return entries


def holding(entries: Iterable[StateEntry]) -> tuple[DatedState, ...]:
    """Those that were not struck, for the law."""
    return tuple(entry.as_core() for entry in entries if not entry.is_struck)


def left(session: orm.Session, enrolments: Sequence[int]) -> frozenset[int]:
    """Which of these enrolments have been left; one query."""
    row, later = StateEntry, orm.aliased(StateEntry)
    after = sa.select(later.id).where(
        later.enrolment_id == row.enrolment_id, later.struck_at.is_(None), later.since > row.since
    )
    query = sa.select(row.enrolment_id).where(
        row.enrolment_id.in_(enrolments), HOLDING, row.state.in_(sorted(LEFT)), ~after.exists()
    )
    return frozenset(session.scalars(query))


def is_in(state: EnrolmentState, day: dt.date, enrolment: type[Enrolment]) -> sa.ColumnElement[bool]:
    """Whether an enrolment is in the state on this day, within a query over ``enrolment``."""
    row = orm.aliased(StateEntry)
    now = (
        sa.select(row.state)
        .where(row.enrolment_id == enrolment.id, row.struck_at.is_(None), row.since <= day)
        .order_by(row.since.desc())
        .limit(1)
        .correlate(enrolment)
        .scalar_subquery()
    )
    return sa.func.coalesce(now, EnrolmentState.ACTIVE.value) == state.value


def standings_of(
    session: orm.Session, enrolments: Sequence[Enrolment], at: dt.datetime
) -> Mapping[int, EnrolmentStanding]:
    """How each of these enrolments stands on its institution's calendar, by id; a fixed number of queries."""
    profiles = {institution.id: profile_of(institution) for institution in institutions(session)}
    entries = entries_of(session, [enrolment.id for enrolment in enrolments])
    standing = {}
    for enrolment in enrolments:
        profile, dated = profiles[enrolment.institution_id], holding(entries.get(enrolment.id, ()))
        today = day_in(at, profile.time_zone)
        admitted = enrolment.admission_term
        standing[enrolment.id] = EnrolmentStanding(
            enrolment=enrolment,
            now=state_on(dated, today, admitted),
            ahead=tuple(entry for entry in dated if entry.since > today and entry.state in AHEAD),
            time=time_left(profile.longest, admitted, dated, today) if profile.longest else None,
        )
    return standing


def near_the_end(session: orm.Session, institution: str, at: dt.datetime) -> tuple[EnrolmentStanding, ...]:
    """The institution's enrolments whose time is nearly or wholly over, the earliest end first."""
    query = (
        sa.select(Enrolment)
        .where(Enrolment.institution_id == institution)
        .order_by(Enrolment.number)
        .options(orm.joinedload(Enrolment.student))
    )
    standings = standings_of(session, session.scalars(query).unique().all(), at).values()
    near = [standing for standing in standings if standing.time and standing.time.is_near]
    return tuple(sorted(near, key=lambda standing: standing.time.last_day if standing.time else dt.date.max))
