"""Which tables hold the dated states of enrolments, and the holds on students?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.enrolment import DatedState, EnrolmentState
from dualdegree.core.policy import Subject
from dualdegree.db import Base
from dualdegree.records.models import Enrolment, Student


class StateEntry(Base):
    """From a day on an enrolment is in a state: as a registrar entered it, or as a roster told it.

    An entry is never altered or deleted. One that was wrong is struck, with the reason, and stays beside whatever
    replaces it, which names it by ``corrects_id``.
    """

    __tablename__ = "state_entry"
    __table_args__ = (
        sa.Index(
            "uq_state_entry_enrolment_id_since",
            "enrolment_id",
            "since",
            unique=True,
            sqlite_where=sa.text("struck_at IS NULL"),
            postgresql_where=sa.text("struck_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    state: Mapped[str]
    since: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(sa.Text)
    """A registrar's; "" for what a roster told."""
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[dt.datetime]
    from_roster: Mapped[bool]
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("state_entry.id"))
    struck_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    struck_at: Mapped[dt.datetime | None]
    struck_because: Mapped[str | None] = mapped_column(sa.Text)
    enrolment: Mapped[Enrolment] = relationship()

    @property
    def is_struck(self) -> bool:
        """Whether it was a mistake and holds no more."""
        return self.struck_at is not None

    def as_core(self) -> DatedState:
        """The state and its first day, for the law."""
        return DatedState(state=EnrolmentState(self.state), since=self.since)


class Hold(Base):
    """Something that an institution wants settled before it signs for a student; open until it is lifted.

    ``kind`` is one of the institution's profile. What it is about is the institution's own business and the student's.
    """

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(sa.Text)
    placed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    placed_at: Mapped[dt.datetime]
    lifted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    lifted_at: Mapped[dt.datetime | None]
    lifted_because: Mapped[str | None] = mapped_column(sa.Text)
    student: Mapped[Student] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether it still holds the student back."""
        return self.lifted_at is None

    def policy_subject(self) -> Subject:
        """The business of the institution that placed it, and of nobody at the partner."""
        return self.student.policy_subject().at(self.institution_id)
