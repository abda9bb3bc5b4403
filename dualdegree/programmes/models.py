"""Which tables hold the partners, their agreement and the versions of their curricula?"""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.curricula.curriculum import Admission
from dualdegree.core.policy import Subject, of_institutions
from dualdegree.db import Base


class Institution(Base):
    """A partner. ``profile`` is the text of its own YAML file, which its registrar can edit."""

    __tablename__ = "institution"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    names: Mapped[Mapping[str, str]]
    short_names: Mapped[Mapping[str, str] | None]
    """What badges and narrow columns call it; None for one without a profile."""
    profile: Mapped[str] = mapped_column(sa.Text)
    grade_scale: Mapped[str]
    demonstration: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)

    def policy_subject(self) -> Subject:
        """The institution's own business."""
        return of_institutions(self.id)


class Programme(Base):
    """What two institutions teach and award together."""

    __tablename__ = "programme"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    titles: Mapped[Mapping[str, str]]


class OfBoth:
    """One version of a text of both institutions; in force once each has approved the same digest."""

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[str] = mapped_column(sa.ForeignKey("programme.id"))
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    """Whoever proposed this text."""
    partner_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    version: Mapped[str]
    text: Mapped[str] = mapped_column(sa.Text, deferred=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    in_force_from: Mapped[dt.datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    KIND: ClassVar[str]

    @property
    def subject(self) -> str:
        """How approvals and the history name it."""
        return f"{self.KIND}:{self.id}"

    @property
    def parties(self) -> tuple[str, str]:
        """Both institutions, in alphabetical order."""
        first, second = sorted((self.institution_id, self.partner_id))
        return first, second

    def policy_subject(self) -> Subject:
        """The business of both institutions."""
        return of_institutions(*self.parties)


class AgreementVersion(OfBoth, Base):
    """One version of a programme's agreement."""

    __tablename__ = "agreement_version"
    __table_args__ = (sa.UniqueConstraint("programme_id", "version"),)
    KIND = "agreement"


class CurriculumSeries(Base):
    """One institution's side of a programme."""

    __tablename__ = "curriculum"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    programme_id: Mapped[str] = mapped_column(sa.ForeignKey("programme.id"))
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    versions: Mapped[list["CurriculumVersion"]] = relationship(
        back_populates="curriculum", order_by="CurriculumVersion.version"
    )


class CurriculumVersion(Base):
    """One version of a curriculum. Its text never changes once ``published_at`` is set."""

    __tablename__ = "curriculum_version"
    __table_args__ = (sa.UniqueConstraint("curriculum_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    curriculum_id: Mapped[str] = mapped_column(sa.ForeignKey("curriculum.id"))
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    version: Mapped[str]
    admission_from: Mapped[str]
    admission_to: Mapped[str | None]
    routes: Mapped[list[str]]
    text: Mapped[str] = mapped_column(sa.Text, deferred=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    published_at: Mapped[dt.datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    curriculum: Mapped[CurriculumSeries] = relationship(back_populates="versions", lazy="joined")

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"curriculum:{self.id}"

    @property
    def admission(self) -> Admission:
        """Whom it takes."""
        return Admission(first=self.admission_from, last=self.admission_to, routes=tuple(self.routes))

    def policy_subject(self) -> Subject:
        """The institution's own business."""
        return of_institutions(self.institution_id)


class CourseOffer(Base):
    """A course that the institution's register says can be taken in a term; plans are made of these."""

    __tablename__ = "course_offer"
    __table_args__ = (sa.UniqueConstraint("institution_id", "course", "term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    course: Mapped[str]
    term: Mapped[str]


class Approval(Base):
    """One institution's yes to the digest of an agreement or an equivalence table (``subject``: ``agreement:ID``)."""

    __tablename__ = "approval"
    __table_args__ = (sa.UniqueConstraint("subject", "institution_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    digest: Mapped[str] = mapped_column(sa.String(64))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    approved_at: Mapped[dt.datetime]


class PublicationStep(Base):
    """One step on a curriculum version's way to publication: who took it, for which text, when. Never erased."""

    __tablename__ = "publication_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    curriculum_version_id: Mapped[int] = mapped_column(sa.ForeignKey("curriculum_version.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    step: Mapped[str]
    digest: Mapped[str] = mapped_column(sa.String(64))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    taken_at: Mapped[dt.datetime]
