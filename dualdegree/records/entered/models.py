"""Which table holds what this system recorded itself for an enrolment, with its source and what the register says?"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.policy import Subject, of_institutions
from dualdegree.db import Base
from dualdegree.records.models import Enrolment


class EnteredResult(Base):
    """What one source yields for one enrolment: a milestone or an attempt, in the record for as long as this is.

    ``kind`` is ``milestone`` or ``attempt``; ``what`` its milestone or course; ``source`` how the history names that on
    which it rests, such as ``placement:7``. ``result`` are the columns of the row in the record, as JSON.
    ``register_says`` is the same as the register has it, None while it says nothing.
    """

    __tablename__ = "entered_result"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "kind", "what", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    kind: Mapped[str]
    what: Mapped[str]
    source: Mapped[str] = mapped_column(index=True)
    result: Mapped[Mapping[str, Any]]
    adds: Mapped[bool]
    """Whether the values of several sources are added up, as months of practice are."""
    register_says: Mapped[Mapping[str, Any] | None]
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[dt.datetime]
    enrolment: Mapped[Enrolment] = relationship()

    def policy_subject(self) -> Subject:
        """The business of the institution whose record it is in."""
        return of_institutions(self.institution_id)
