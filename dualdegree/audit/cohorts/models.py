"""Which table keeps the audits of every student that were started?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dualdegree.core.policy import Subject, of_institutions
from dualdegree.db import Base


class CohortRun(Base):
    """One audit of every student of an institution. Its parts are the jobs of its batch, and its state is theirs."""

    __tablename__ = "cohort_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    """None: the operator's run over every student of every institution."""
    include: Mapped[str] = mapped_column(sa.String(16))
    students: Mapped[int]
    started_at: Mapped[dt.datetime]
    working_since: Mapped[dt.datetime]
    """When it was started, or last continued."""
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    @property
    def batch(self) -> str:
        """What its jobs and the history call it."""
        return f"cohort:{self.id}"

    def policy_subject(self) -> Subject:
        """The institution's own business; nobody's at an institution, when it is the operator's."""
        return of_institutions(self.institution_id) if self.institution_id else Subject()
