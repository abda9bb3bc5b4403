"""Which tables hold enterprises, and the agreements on training that institutions have with them?"""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.policy import Subject, of_institutions
from dualdegree.core.training.periods import TrainingPeriod
from dualdegree.db import Base
from dualdegree.records.models import Student


class Enterprise(Base):
    """A company or body where students train, kept by one institution and seen by every one of the programme.

    ``identifier`` is what its country's register calls it: a USCC in China, a NIF in Spain.
    """

    __tablename__ = "enterprise"
    __table_args__ = (sa.UniqueConstraint("country", "identifier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    names: Mapped[Mapping[str, str]]
    country: Mapped[str] = mapped_column(sa.String(2))
    identifier: Mapped[str]
    place: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    agreements: Mapped[list["TrainingAgreement"]] = relationship(
        back_populates="enterprise", order_by="TrainingAgreement.valid_from, TrainingAgreement.id"
    )

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"enterprise:{self.id}"

    def policy_subject(self) -> Subject:
        """The business of the institution that keeps it."""
        return of_institutions(self.institution_id)


class TrainingAgreement(Base):
    """A convenio: who agreed that students train at an enterprise, in which areas, and for which period.

    Its parties are the institution and the enterprise; the partner makes it one of three, as does a student it is
    signed for; both make it one of four. ``reference`` is the number under which it was signed.
    """

    __tablename__ = "training_agreement"
    __table_args__ = (sa.UniqueConstraint("institution_id", "reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    partner_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.id"))
    student_id: Mapped[int | None] = mapped_column(sa.ForeignKey("student.id"))
    reference: Mapped[str]
    signed_on: Mapped[dt.date]
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    areas: Mapped[list[str]]
    revision: Mapped[int] = mapped_column(default=1)
    enterprise: Mapped[Enterprise] = relationship(back_populates="agreements")
    student: Mapped[Student | None] = relationship()

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"convenio:{self.id}"

    @property
    def parties(self) -> int:
        """How many have signed it: two to four."""
        return 2 + (self.partner_id is not None) + (self.student_id is not None)

    @property
    def institutions(self) -> frozenset[str]:
        """The institutions that are bound by it."""
        return frozenset(side for side in (self.institution_id, self.partner_id) if side)

    @property
    def period(self) -> TrainingPeriod:
        """While it is in force."""
        return TrainingPeriod(first=self.valid_from, last=self.valid_until)

    def policy_subject(self) -> Subject:
        """The business of the institution that keeps it."""
        return of_institutions(self.institution_id)
