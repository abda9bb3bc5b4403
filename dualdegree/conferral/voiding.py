"""Whose sign-off has an act of another office voided? Found by a job of the act's own transaction, and told.

A sign-off is void as soon as today's state has another digest, which nobody decides and only an audit finds. So after
each act that may change what was signed (see ``stakes.changed``) a job looks at the students who are signed off.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.conferral.concerned import touched
from dualdegree.conferral.models import SignOff
from dualdegree.conferral.notices import tell_void
from dualdegree.conferral.service import standings
from dualdegree.core.acts import Act
from dualdegree.core.days import day_in
from dualdegree.core.text import Message
from dualdegree.jobs import service as jobs
from dualdegree.jobs.service import Finish, Task, Tell
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import profile_of
from dualdegree.records.models import Student
from dualdegree.stakes import Changed, Ground, Stake

NAME = "conferral.void"
BATCH = "sign-offs"
AT_ONCE = 50
"""How many students one job looks at: few enough that others who write do not wait for long."""


def signed(session: orm.Session, students: Collection[int]) -> Iterator[Stake]:
    """The sign-offs that stand, the latest of each institution for each student."""
    yield from _stakes(session, sa.and_(SignOff.student_id.in_(list(students)), SignOff.withdrawn_at.is_(None)))


def resting(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """The sign-offs that were given since; of students who would leave, every one that there has been."""
    since = sa.and_(
        SignOff.student_id.in_(sorted(ground.students)),
        SignOff.withdrawn_at.is_(None),
        SignOff.signed_at >= ground.since,
    )
    yield from _stakes(session, sa.or_(since, SignOff.student_id.in_(sorted(ground.leaving))))


def _stakes(session: orm.Session, which: sa.ColumnElement[bool]) -> Iterator[Stake]:
    row = SignOff
    query = (
        sa.select(row, Institution, Student)
        .join(Institution, Institution.id == row.institution_id)
        .join(Student, Student.id == row.student_id)
        .where(which)
        .order_by(row.student_id, row.institution_id, row.id)
    )
    latest = {
        (row.student_id, institution.id): (row, institution, student)
        for row, institution, student in session.execute(query)
    }
    for sign_off, institution, student in latest.values():
        words = {"institution": institution.names, "day": day_in(sign_off.signed_at, profile_of(institution).time_zone)}
        yield Stake(
            student=student.id,
            name=student.full_name,
            key=f"sign-off:{sign_off.id}",
            what=Message("the sign-off of %(institution)s of %(day)s", words),
            in_force=False,
        )


def put(session: orm.Session, change: Changed) -> None:
    """A job for each few of the students whom the act concerns and who are signed off."""
    if change.act is Act.SIGN_OFF_WITHDRAWN:
        # Whoever took it back has told everybody, and what the other one signed is as it was.
        return
    students = session.scalars(
        sa.select(SignOff.student_id)
        .where(SignOff.withdrawn_at.is_(None), SignOff.student_id.in_(touched(change)))
        .distinct()
        .order_by(SignOff.student_id)
    ).all()
    parts = [
        jobs.JobPart(task=NAME, arguments={"students": students[start : start + AT_ONCE]})
        for start in range(0, len(students), AT_ONCE)
    ]
    jobs.put(session, parts, batch=BATCH, institution=change.institutions[0], at=change.at)


def look(arguments: Mapping[str, Any], at: dt.datetime, _tell: Tell) -> Finish:
    """Tell of every sign-off of these students that is void by now, and has not been told of."""
    students: Sequence[int] = arguments["students"]

    def finish(session: orm.Session) -> Mapping[str, Any]:
        void = 0
        for standing in standings(session, students, at).values():
            late = [seen.sign_off for seen in standing.sign_offs.values() if not seen.valid]
            if late:
                void += 1
                tell_void(session, standing.state.student, max(late, key=lambda sign_off: sign_off.id), at)
        return {"void": void}

    return finish


TASKS: Mapping[str, Task] = {NAME: look}
"""The work of this office that no page waits for."""
