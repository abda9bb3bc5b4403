"""Whose sign-off has an act of another office voided? Found by a job of the act's own transaction, and told.

A sign-off is void as soon as today's state has another digest, which nobody decides and only an audit finds. So each
act that may change what was signed puts a job for the students who are signed off; it looks at them and tells.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, orm

from dualdegree.conferral.models import SignOff
from dualdegree.conferral.notices import tell_void
from dualdegree.conferral.service import standings
from dualdegree.core.acts import IMPORTS, Act
from dualdegree.core.days import day_in
from dualdegree.core.text import Message
from dualdegree.events import Event
from dualdegree.jobs import service as jobs
from dualdegree.jobs.service import Finish, Task
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import profile_of
from dualdegree.records.models import Enrolment, Student
from dualdegree.stakes import Stake

NAME = "conferral.void"
BATCH = "sign-offs"
AT_ONCE = 50
"""How many students one job looks at: few enough that others who write do not wait for long."""
ACTS = (
    *IMPORTS,
    Act.CURRICULUM_OF_A_STUDENT_CHANGED,
    Act.EQUIVALENCES_OF_STUDENTS_CHANGED,
    Act.EXCEPTION_ENTERED,
    Act.EXCEPTION_LIFTED,
    Act.RECOGNITION_ENTERED,
    Act.RECOGNITION_LIFTED,
    Act.AGREEMENT_APPROVED,
    Act.GRADE_TABLE_IMPORTED,
    Act.PROFILE_SAVED,
)
"""After which acts a signed state may be another."""


def signed(session: orm.Session, students: Collection[int]) -> Iterator[Stake]:
    """The sign-offs that stand, the latest of each institution for each student."""
    row = SignOff
    query = (
        sa.select(row, Institution, Student)
        .join(Institution, Institution.id == row.institution_id)
        .join(Student, Student.id == row.student_id)
        .where(row.student_id.in_(list(students)), row.withdrawn_at.is_(None))
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


@event.listens_for(orm.Session, "after_flush")
def _put(session: orm.Session, _flush: orm.UOWTransaction) -> None:
    for act in [row for row in session.new if isinstance(row, Event) and row.act in ACTS]:
        with session.no_autoflush:
            students = sorted(set(_touched(session, act)))
            parts = [
                jobs.JobPart(task=NAME, arguments={"students": students[start : start + AT_ONCE]})
                for start in range(0, len(students), AT_ONCE)
            ]
            jobs.put(session, parts, batch=BATCH, institution=act.institution_id, at=act.at)


def _touched(session: orm.Session, act: Event) -> Iterator[int]:
    """The students who are signed off and whom the act concerns: those whom it names, else all of its institution."""
    signed = (
        sa.select(Enrolment.student_id, Enrolment.number)
        .join(SignOff, SignOff.student_id == Enrolment.student_id)
        .where(Enrolment.institution_id == act.institution_id, SignOff.withdrawn_at.is_(None))
    )
    before, after = json.loads(act.before), json.loads(act.after)
    about = act.subject if act.subject.startswith("student:") else after.get("student")
    numbers = {name.split(" ")[0] for name in (*before, *after)} if act.act in IMPORTS else None
    for row in session.execute(signed):
        if (about in (None, f"student:{row.student_id}")) and (numbers is None or row.number in numbers):
            yield row.student_id


def look(arguments: Mapping[str, Any], at: dt.datetime) -> Finish:
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
