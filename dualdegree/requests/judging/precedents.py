"""What was decided before on the same courses, for the same or something similar? One query over all decisions."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.credit import rounded
from dualdegree.core.grades import mean
from dualdegree.requests.models import RecognitionRequest, RequestedCourse

MOST = 8
"""How many kinds of precedent are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedent:
    """What a course was asked to count as, how often that was decided each way, and what it gave on average."""

    course: str
    target: str
    same: bool
    granted: int
    in_part: int
    refused: int
    credits: Decimal | None
    """The mean of what was granted, to two places."""
    grade: Decimal | None
    """The mean of the grades that were granted, to one place."""
    last: dt.date

    @property
    def decided(self) -> int:
        """How often."""
        return self.granted + self.in_part + self.refused


def precedents(session: orm.Session, request: RecognitionRequest) -> tuple[Precedent, ...]:
    """The institution's earlier decisions on any of the request's courses, the same target first, then the latest."""
    return precedents_for(
        session,
        institution=request.institution_id,
        partner=request.partner_id,
        courses=[course.course for course in request.courses],
        target_key=request.target_key,
        but=request.id,
    )


def precedents_for(
    session: orm.Session, *, institution: str, partner: str, courses: Iterable[str], target_key: str, but: int = 0
) -> tuple[Precedent, ...]:
    """The same for courses and a target that nobody has asked for yet."""
    rows = session.execute(_query(institution, partner, sorted(set(courses)), target_key, but)).all()
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        groups.setdefault((row.course, row.target_key), []).append(row)
    known = [_precedent(course, target, own, same=target == target_key) for (course, target), own in groups.items()]
    known.sort(
        key=lambda precedent: (not precedent.same, -precedent.last.toordinal(), precedent.course, precedent.target)
    )
    return tuple(known[:MOST])


def _precedent(course: str, target: str, rows: Sequence[Any], *, same: bool) -> Precedent:
    sized = [(row.number, row.credits) for row in rows if row.credits is not None]
    graded = [(row.number, row.grade) for row in rows if row.grade is not None]
    credits_, grade = _mean(sized), _mean(graded)
    return Precedent(
        course=course,
        target=target,
        same=same,
        granted=sum(row.number for row in rows if row.credits is not None and row.reason is None),
        in_part=sum(row.number for row in rows if row.credits is not None and row.reason is not None),
        refused=sum(row.number for row in rows if row.credits is None),
        credits=None if credits_ is None else rounded(credits_, 2),
        grade=None if grade is None else rounded(grade, 1),
        last=max(row.last for row in rows),
    )


def _mean(figures: Sequence[tuple[int, Decimal]]) -> Decimal | None:
    return mean((Decimal(number), value) for number, value in figures)


def _query(institution: str, partner: str, courses: Sequence[str], target_key: str, but: int) -> sa.Executable:
    """How often each outcome was decided: the figures stay exact, and the means are taken of them.

    Only of the kinds that are shown: thousands of decisions on one course may have named dozens of targets.
    """
    own = (
        RequestedCourse.institution_id == partner,
        RequestedCourse.course.in_(courses),
        RequestedCourse.decider_id == institution,
        RequestedCourse.request_id != but,
    )
    last = sa.func.max(RequestedCourse.decided_on)
    kinds = (
        sa.select(RequestedCourse.course, RequestedCourse.target_key)
        .where(*own)
        .group_by(RequestedCourse.course, RequestedCourse.target_key)
    )
    first = sa.case((RequestedCourse.target_key == target_key, 0), else_=1)
    shown = (
        kinds.order_by(first, last.desc(), RequestedCourse.course, RequestedCourse.target_key).limit(MOST).subquery()
    )
    outcome = (
        RequestedCourse.course,
        RequestedCourse.target_key,
        RequestedCourse.credits,
        RequestedCourse.grade,
        RequestedCourse.reason,
    )
    return (
        sa.select(*outcome, sa.func.count().label("number"), last.label("last"))
        .join(
            shown, sa.and_(shown.c.course == RequestedCourse.course, shown.c.target_key == RequestedCourse.target_key)
        )
        .where(*own)
        .group_by(*outcome)
        .order_by(*outcome)
    )
