"""Which table keeps what an audit answered?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dualdegree.db import Base


class AuditResult(Base):
    """One answer, kept under the digest of the very case that it judged; the same case is never judged twice."""

    __tablename__ = "audit_result"
    __table_args__ = (sa.UniqueConstraint("student_id", "include", "case_digest", "engine"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    include: Mapped[str]
    case_digest: Mapped[str] = mapped_column(sa.String(64))
    answer: Mapped[str] = mapped_column(sa.Text)
    engine: Mapped[str]
    audited_at: Mapped[dt.datetime]
