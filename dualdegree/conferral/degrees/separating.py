"""Which degrees are conferred on a student whose two registers are said to be two persons'? They prevent it."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import ConferredDegree
from dualdegree.core.text import InstitutionName, Message
from dualdegree.separation import Consequence


def between(session: orm.Session, student_id: int) -> Iterator[Consequence]:
    """Each degree that is conferred: what counts in it was fixed for one person."""
    row = ConferredDegree
    for degree in session.scalars(sa.select(row).where(row.student_id == student_id).order_by(row.id)):
        words = {"institution": InstitutionName(degree.institution_id), "day": degree.conferred_on}
        yield Consequence(
            key=f"degree:{degree.id}",
            what=Message("Degree of %(institution)s, conferred on %(day)s", words),
            becomes=Message("The link stays until a session annuls the degree"),
            prevents=True,
        )
