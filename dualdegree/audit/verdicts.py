"""Whose verdict would a change put in question? Those who were last found to meet both degrees' rules."""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import cast

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import LatestAudit
from dualdegree.audit.service import Include
from dualdegree.core.days import day_in
from dualdegree.core.text import Message
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import profile_of
from dualdegree.records.models import Student
from dualdegree.stakes import Stake


def met(session: orm.Session, students: Collection[int]) -> Iterator[Stake]:
    """The official verdicts that both degrees are met, of these students."""
    row = LatestAudit
    query = (
        sa.select(row.met_since, Student, Institution)
        .join(Student, Student.id == row.student_id)
        .join(Institution, Institution.id == row.institution_id)
        .where(row.student_id.in_(list(students)), row.include == Include.OFFICIAL, row.met_since.is_not(None))
        .order_by(row.student_id)
    )
    for since, student, institution in session.execute(query):
        zone = profile_of(institution).time_zone
        yield Stake(
            student=student.id,
            name=student.full_name,
            key=f"verdict:{student.id}",
            what=Message(
                "both degrees' requirements met since %(day)s", {"day": day_in(cast("dt.datetime", since), zone)}
            ),
            in_force=False,
        )
