"""Which tables hold placements, what each institution makes of them, and all that was done or written in them?"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.policy import Subject
from dualdegree.core.training.periods import TrainingPeriod
from dualdegree.db import Base
from dualdegree.records.models import Student
from dualdegree.training.enterprises.models import Enterprise, TrainingAgreement
from dualdegree.training.mentors.models import Mentor


class Placement(Base):
    """A student's stay at an enterprise. ``sides`` are all for whom it counts, ``institution_id`` the first of these.

    ``hours`` are those of the whole stay. ``paid``: under a paid contract; ``dual``: on the dual route. ``withdrawn``
    is why it does not take place.
    """

    __tablename__ = "placement"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"), index=True)
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("training_agreement.id"))
    mentor_id: Mapped[int] = mapped_column(sa.ForeignKey("mentor.id"), index=True)
    plan: Mapped[str] = mapped_column(sa.Text)
    objectives: Mapped[str] = mapped_column(sa.Text)
    place: Mapped[str]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    weekly_hours: Mapped[Decimal]
    hours: Mapped[Decimal]
    paid: Mapped[bool]
    dual: Mapped[bool]
    withdrawn: Mapped[str]
    planned_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    planned_at: Mapped[dt.datetime]
    revision: Mapped[int] = mapped_column(default=1)
    student: Mapped[Student] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    agreement: Mapped[TrainingAgreement] = relationship()
    mentor: Mapped[Mentor] = relationship()
    sides: Mapped[list["PlacementSide"]] = relationship(
        back_populates="placement", order_by="PlacementSide.institution_id", lazy="selectin"
    )
    entries: Mapped[list["PlacementEntry"]] = relationship(
        back_populates="placement", order_by="PlacementEntry.id", cascade="all, delete-orphan"
    )

    @property
    def subject(self) -> str:
        """How the history names it, and what it yields."""
        return f"placement:{self.id}"

    @property
    def period(self) -> TrainingPeriod:
        """From its first to its last day."""
        return TrainingPeriod(first=self.starts_on, last=self.ends_on)

    @property
    def institutions(self) -> list[str]:
        """For whom it counts, in order."""
        return [side.institution_id for side in self.sides]

    def side(self, institution: str) -> "PlacementSide | None":
        """What the institution makes of it."""
        return next((side for side in self.sides if side.institution_id == institution), None)

    def policy_subject(self) -> Subject:
        """The student's record, and what every mentor of it guides the student in."""
        mentors = [self.mentor.person_id, *(side.mentor.person_id for side in self.sides)]
        return self.student.policy_subject().guided_by(*mentors)


class PlacementSide(Base):
    """What one institution makes of a placement: its own mentor, as which course it is passed, and its certificate.

    ``result`` is what was certified, as JSON: see ``certifying``.
    """

    __tablename__ = "placement_side"
    __table_args__ = (sa.UniqueConstraint("placement_id", "institution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placement.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    mentor_id: Mapped[int] = mapped_column(sa.ForeignKey("mentor.id"), index=True)
    course: Mapped[str]
    """"" where it is passed as no course."""
    credits: Mapped[Decimal | None]
    certified_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    certified_at: Mapped[dt.datetime | None]
    result: Mapped[Mapping[str, Any] | None]
    placement: Mapped[Placement] = relationship(back_populates="sides")
    mentor: Mapped[Mentor] = relationship(lazy="joined")

    @property
    def is_certified(self) -> bool:
        """Whether the institution has certified it."""
        return self.certified_at is not None


class PlacementEntry(Base):
    """Something that was done or written in a placement: a tick, an approval, a log, a report, an evaluation.

    ``kind`` and ``what`` say what it is, as ``core.training.checklist`` names it: ``log`` and ``2027-W10``; ``party``
    is in which part somebody did it. ``on`` is the day on which it was done; a tick may be written down later.
    """

    __tablename__ = "placement_entry"
    __table_args__ = (sa.UniqueConstraint("placement_id", "institution_id", "kind", "what", "party"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placement.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    kind: Mapped[str]
    what: Mapped[str]
    party: Mapped[str]
    words: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[Mapping[str, Any]]
    on: Mapped[dt.date] = mapped_column("done_on")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    written_at: Mapped[dt.datetime]
    placement: Mapped[Placement] = relationship(back_populates="entries")
