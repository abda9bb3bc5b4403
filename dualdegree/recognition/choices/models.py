"""Who chose which equivalence, when, and when was it taken back?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.db import Base
from dualdegree.recognition.models import EquivalenceVersion

_STANDS = sa.text("taken_back_at IS NULL")


class StudentChoice(Base):
    """One equivalence that a student chose: ``entry`` is its id in the table of ``version``, which bound them then."""

    __tablename__ = "student_choice"
    __table_args__ = (
        sa.Index(
            "uq_student_choice_stands",
            "student_id",
            "entry",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("equivalence_version.id"))
    entry: Mapped[str]
    chosen_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    chosen_at: Mapped[dt.datetime]
    taken_back_at: Mapped[dt.datetime | None]
    version: Mapped[EquivalenceVersion] = relationship()
