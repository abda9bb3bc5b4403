"""Which tables hold the moves of students to other equivalences, and whom each would move from which version?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.approval import Hands, Step
from dualdegree.core.policy import Subject, of_institutions
from dualdegree.db import Base
from dualdegree.recognition.models import EquivalenceVersion


class EquivalenceMove(Base):
    """Some students on their way to another version: proposed by one institution, decided by the other.

    ``institution_id`` is who proposed it and ``partner_id`` who decides; ``minute`` and ``partner_minute`` are those of
    their decisions. ``digest`` is of what it would hit as the proposer read it: see ``hitting``. ``revision`` guards
    against two people deciding at once.
    """

    __tablename__ = "equivalence_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("equivalence_version.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    partner_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    minute: Mapped[str]
    partner_minute: Mapped[str | None]
    digest: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(index=True)
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[EquivalenceVersion] = relationship(lazy="joined")
    students: Mapped[list["MovedStudent"]] = relationship(
        order_by="MovedStudent.student_id", cascade="all, delete-orphan", lazy="selectin"
    )
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"move:{self.id}"

    @property
    def parties(self) -> tuple[str, str]:
        """Both institutions, in alphabetical order."""
        return self.version.parties

    @property
    def hands(self) -> Hands:
        """Who has taken which of its steps."""
        return (Step.SUBMIT, self.proposed_by), (Step.CONFIRM, self.decided_by)

    def policy_subject(self) -> Subject:
        """The business of both institutions."""
        return of_institutions(*self.parties)

    def deciding_subject(self) -> Subject:
        """To confirm or refuse it is the business of the one that has not proposed it."""
        return of_institutions(self.partner_id)


class MovedStudent(Base):
    """One student of a move, and the version that bound them when it was proposed; None where there was none."""

    __tablename__ = "moved_student"

    move_id: Mapped[int] = mapped_column(sa.ForeignKey("equivalence_move.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), primary_key=True, index=True)
    held_id: Mapped[int | None] = mapped_column(sa.ForeignKey("equivalence_version.id"))
