"""Which table holds the deadlines whose passing was told, so that each is told once?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dualdegree.db import Base


class DeadlineAlert(Base):
    """That a deadline has passed was told: of which rule of the institution, which occurrence, when."""

    __tablename__ = "deadline_alert"
    __table_args__ = (sa.UniqueConstraint("institution_id", "rule", "occurrence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    rule: Mapped[str]
    occurrence: Mapped[str]
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    due_on: Mapped[dt.date]
    told_at: Mapped[dt.datetime]
