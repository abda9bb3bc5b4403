"""How does a result that this system recorded enter a record, is corrected there, and leaves it again?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor
from dualdegree.core.records import PASSED
from dualdegree.core.refusal import Conflict
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.records.entered.models import EnteredResult
from dualdegree.records.entered.rows import as_columns, as_json, in_words
from dualdegree.records.models import Enrolment, MilestoneHeld, RegisteredAttempt
from dualdegree.stakes import Changed

MILESTONE, ATTEMPT = "milestone", "attempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneReached:
    """A milestone of the curriculum. ``adds``: several sources' values are added up, as months of practice are."""

    milestone: str
    value: Decimal | None = None
    achieved_on: dt.date | None = None
    adds: bool = False

    kind = MILESTONE

    @property
    def what(self) -> str:
        """Which milestone."""
        return self.milestone

    def columns(self) -> dict[str, Any]:
        """What of it stands in the record."""
        return {"value": self.value, "achieved_on": self.achieved_on}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePassed:
    """An attempt at a course of the institution's own catalogue, with its grade on the institution's own scale."""

    course: str
    term: str
    credits: Decimal
    grade_as_given: str
    grade: Decimal | None = None
    mention: str | None = None
    sitting: str = "1"
    status: str = PASSED
    titles: Mapping[str, str] = field(default_factory=dict)
    adds: bool = False

    kind = ATTEMPT

    @property
    def what(self) -> str:
        """Which course."""
        return self.course

    def columns(self) -> dict[str, Any]:
        """What of it stands in the record."""
        names = ("term", "sitting", "titles", "credits", "status", "grade_as_given", "grade", "mention")
        return {name: getattr(self, name) for name in names}


Result = MilestoneReached | CoursePassed


def enter(
    session: orm.Session,
    actor: Actor,
    enrolment: Enrolment,
    source: str,
    result: Result,
    *,
    at: dt.datetime,
    reason: str = "",
) -> EnteredResult:
    """Let ``source`` (as the history names it) yield the result for this enrolment; a repeat changes nothing.

    Entered with other values it is corrected. It raises the enrolment's revision, is told in both histories and to
    ``stakes``; whoever calls has asked the policy and shown the consequences. Raises ``Conflict`` where another source
    already yields an attempt at the course.
    """
    lock(session, enrolment)
    entries = _entries(session, enrolment, result.kind, result.what)
    own = next((entry for entry in entries if entry.source == source), None)
    kept = as_json(result.columns())
    if own is not None and own.result == kept:
        return own
    before = in_words(own.result) if own else None
    if own is None:
        own = _added(session, actor, enrolment, source=source, result=result, others=entries, at=at)
    previous, own.result, own.adds = own.result, kept, result.adds
    session.flush()
    _write(session, enrolment, result.kind, result.what, previous=previous)
    _tell(session, actor, enrolment, own, at=at, reason=reason, before=before, after=in_words(kept))
    return own


def withdraw(
    session: orm.Session, actor: Actor, enrolment: Enrolment, source: str, *, at: dt.datetime, reason: str
) -> int:
    """Take out of the record whatever ``source`` yielded for this enrolment, and put back what the register says.

    How many results that were; a repeat takes out none.
    """
    lock(session, enrolment)
    rows = session.scalars(
        sa.select(EnteredResult)
        .where(EnteredResult.enrolment_id == enrolment.id, EnteredResult.source == source)
        .order_by(EnteredResult.id)
    ).all()
    for row in rows:
        previous, says = row.result, row.register_says
        session.delete(row)
        session.flush()
        _write(session, enrolment, row.kind, row.what, previous=previous, says=says)
        _tell(session, actor, enrolment, row, at=at, reason=reason, before=in_words(previous), after=None)
    return len(rows)


def entered_from(session: orm.Session, source: str) -> Sequence[EnteredResult]:
    """What ``source`` yields, in the order of institutions."""
    query = sa.select(EnteredResult).where(EnteredResult.source == source)
    return session.scalars(query.order_by(EnteredResult.institution_id, EnteredResult.id)).all()


def sources_of(session: orm.Session, enrolments: Sequence[int]) -> Sequence[EnteredResult]:
    """Everything that was recorded here for these enrolments."""
    query = sa.select(EnteredResult).where(EnteredResult.enrolment_id.in_(enrolments))
    return session.scalars(query.order_by(EnteredResult.enrolment_id, EnteredResult.id)).all()


def _entries(session: orm.Session, enrolment: Enrolment, kind: str, what: str) -> Sequence[EnteredResult]:
    query = sa.select(EnteredResult).where(
        EnteredResult.enrolment_id == enrolment.id, EnteredResult.kind == kind, EnteredResult.what == what
    )
    return session.scalars(query.order_by(EnteredResult.id)).all()


def _added(
    session: orm.Session,
    actor: Actor,
    enrolment: Enrolment,
    *,
    source: str,
    result: Result,
    others: Sequence[EnteredResult],
    at: dt.datetime,
) -> EnteredResult:
    if others and result.kind == ATTEMPT:
        raise Conflict(
            "Another certified result already stands in the record as the course %(course)s; withdraw that one first.",
            {"course": result.what},
        )
    row = EnteredResult(
        enrolment_id=enrolment.id,
        institution_id=enrolment.institution_id,
        kind=result.kind,
        what=result.what,
        source=source,
        result={},
        adds=result.adds,
        register_says=others[0].register_says if others else _register_says(session, enrolment, result),
        entered_by=actor.person_id or None,
        entered_at=at,
    )
    session.add(row)
    return row


def _register_says(session: orm.Session, enrolment: Enrolment, result: Result) -> Mapping[str, Any] | None:
    """What stands in the record before anything was entered: what the register told."""
    held = (
        _attempt_row(session, enrolment, result.course, result.columns())
        if isinstance(result, CoursePassed)
        else _milestone_row(session, enrolment, result.milestone)
    )
    return as_json({name: getattr(held, name) for name in result.columns()}) if held else None


def _milestone_row(session: orm.Session, enrolment: Enrolment, milestone: str) -> MilestoneHeld | None:
    table = MilestoneHeld
    query = sa.select(table).where(table.enrolment_id == enrolment.id, table.milestone == milestone)
    return session.scalars(query).one_or_none()


def _attempt_row(
    session: orm.Session, enrolment: Enrolment, course: str, columns: Mapping[str, Any]
) -> RegisteredAttempt | None:
    """The same sitting of the course, else the one that is passed: a course that is passed is passed once."""
    table = RegisteredAttempt
    query = sa.select(table).where(table.enrolment_id == enrolment.id, table.course == course)
    rows = session.scalars(query.order_by(table.term, table.sitting)).all()
    same = [row for row in rows if (row.term, row.sitting) == (columns.get("term"), columns.get("sitting"))]
    return next(iter([*same, *(row for row in rows if row.status == PASSED)]), None)


def _write(
    session: orm.Session,
    enrolment: Enrolment,
    kind: str,
    what: str,
    *,
    previous: Mapping[str, Any],
    says: Mapping[str, Any] | None = None,
) -> None:
    """Make the row of the record what the entries now say; without any it is the register's again, or gone."""
    entries = _entries(session, enrolment, kind, what)
    wanted = together(entries) if entries else (as_columns(says) if says else None)
    row: MilestoneHeld | RegisteredAttempt | None
    if kind == MILESTONE:
        row = _milestone_row(session, enrolment, what)
        fresh: MilestoneHeld | RegisteredAttempt = MilestoneHeld(milestone=what)
    else:
        row = _attempt_row(session, enrolment, what, previous or (wanted or {}))
        fresh = RegisteredAttempt(course=what)
    if wanted is None:
        if row is not None:
            session.delete(row)
    else:
        if row is None:
            row = fresh
            row.enrolment_id, row.institution_id = enrolment.id, enrolment.institution_id
            session.add(row)
        for name, value in wanted.items():
            setattr(row, name, value)
    enrolment.revision += 1
    session.flush()


def together(entries: Sequence[EnteredResult]) -> dict[str, Any]:
    """What several sources say of one thing, as columns: added up where they add, else the latest of them."""
    columns = [as_columns(entry.result) for entry in entries]
    last = columns[-1]
    if len(entries) == 1 or not all(entry.adds for entry in entries):
        return last
    days = [each["achieved_on"] for each in columns if each["achieved_on"] is not None]
    total = sum((each["value"] or Decimal(0) for each in columns), Decimal(0))
    return {**last, "value": total, "achieved_on": max(days, default=None)}


def _tell(
    session: orm.Session,
    actor: Actor,
    enrolment: Enrolment,
    row: EnteredResult,
    *,
    at: dt.datetime,
    reason: str,
    before: Mapping[str, str] | None,
    after: Mapping[str, str] | None,
) -> None:
    act = Act.RESULT_ENTERED if before is None else Act.RESULT_CORRECTED if after else Act.RESULT_TAKEN_OUT
    named = {"institution": enrolment.institution_id, "source": row.source, row.kind: row.what}
    tell(
        session, actor, enrolment.student.subject, act,
        concerned=[side.institution_id for side in enrolment.student.enrolments], at=at, reason=reason,
        before={**named, **before} if before else None,
        after={**named, **after} if after else None,
    )  # fmt: skip
    change = Changed(
        act=act,
        actor=actor,
        at=at,
        institutions=(enrolment.institution_id,),
        students=frozenset({enrolment.student_id}),
    )
    stakes.changed(session, change)
