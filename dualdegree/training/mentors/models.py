"""Which tables hold mentors, their appointments, and the invitations by which they come to an account?"""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.policy import Subject, of_institutions
from dualdegree.core.training.periods import TrainingPeriod
from dualdegree.db import Base
from dualdegree.training.enterprises.models import Enterprise


class MentorKind(StrEnum):
    """On whose behalf a mentor guides the student."""

    UNIVERSITY = "university"
    ENTERPRISE = "enterprise"


class Mentor(Base):
    """Somebody who guides students: of one institution, or of an enterprise. ``person_id`` once they can sign in.

    ``institution_id`` is whose mentors' list they are on; an enterprise's mentor is there of one ``enterprise``.
    """

    __tablename__ = "mentor"
    __table_args__ = (sa.UniqueConstraint("institution_id", "kind", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    kind: Mapped[str]
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(sa.String(254))
    qualification: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    enterprise: Mapped[Enterprise | None] = relationship()
    appointments: Mapped[list["MentorAppointment"]] = relationship(
        back_populates="mentor",
        order_by="MentorAppointment.appointed_from, MentorAppointment.id",
        lazy="selectin",
        cascade="all, delete-orphan",
    )

    @property
    def subject(self) -> str:
        """How the history names the mentor."""
        return f"mentor:{self.id}"

    @property
    def is_of_enterprise(self) -> bool:
        """Whether an enterprise has named this mentor."""
        return self.kind == MentorKind.ENTERPRISE

    def is_appointed(self, period: TrainingPeriod) -> bool:
        """Whether one appointment covers the whole period."""
        return any(appointment.period.covers(period) for appointment in self.appointments)

    def is_appointed_on(self, day: dt.date) -> bool:
        """Whether an appointment covers this day."""
        return self.is_appointed(TrainingPeriod(first=day, last=day))

    def policy_subject(self) -> Subject:
        """The business of the institution whose mentor it is."""
        return of_institutions(self.institution_id)


class MentorAppointment(Base):
    """From when to when somebody is a mentor, and by whose decision."""

    __tablename__ = "mentor_appointment"

    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(sa.ForeignKey("mentor.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    appointed_from: Mapped[dt.date]
    appointed_until: Mapped[dt.date | None]
    decided_by: Mapped[str]
    """The body that appointed, with its minute where it keeps minutes."""
    mentor: Mapped[Mentor] = relationship(back_populates="appointments")

    @property
    def period(self) -> TrainingPeriod:
        """While it holds."""
        return TrainingPeriod(first=self.appointed_from, last=self.appointed_until)


class MentorInvitation(Base):
    """A letter by which a mentor comes to an account; the link holds a random token, this row only its SHA-256."""

    __tablename__ = "mentor_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(sa.ForeignKey("mentor.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sent_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    sent_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    mentor: Mapped[Mentor] = relationship()
