"""Which tables hold language certificates, and what each institution made of one?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.approval import Hands, Step
from dualdegree.core.policy import Subject
from dualdegree.core.training.certificates import CertificateFacts
from dualdegree.db import Base
from dualdegree.records.models import Student


class LanguageCertificate(Base):
    """One certificate of one student. Of its number only the end is kept.

    ``key`` tells it from every other of the student's; ``time`` counts how often the same was handed in after it had
    been refused or withdrawn.
    """

    __tablename__ = "language_certificate"
    __table_args__ = (sa.UniqueConstraint("student_id", "key", "time"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    time: Mapped[int]
    language: Mapped[str]
    scale: Mapped[str]
    level: Mapped[str]
    issuer: Mapped[str]
    number_end: Mapped[str]
    awarded_on: Mapped[dt.date]
    expires_on: Mapped[dt.date | None]
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[dt.datetime]
    student: Mapped[Student] = relationship()
    decisions: Mapped[list["CertificateDecision"]] = relationship(
        back_populates="certificate", order_by="CertificateDecision.institution_id", lazy="selectin"
    )

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"certificate:{self.id}"

    def as_core(self) -> CertificateFacts:
        """What it says, for the law."""
        return CertificateFacts(
            language=self.language,
            scale=self.scale,
            level=self.level,
            issuer=self.issuer,
            number_end=self.number_end,
            awarded_on=self.awarded_on,
            expires_on=self.expires_on,
        )


class CertificateDecision(Base):
    """What one institution made of a certificate in whose language its curriculum asks for one.

    ``counted_on`` is the day on which it was valid; ``milestones`` are what it yields there.
    """

    __tablename__ = "certificate_decision"
    __table_args__ = (sa.UniqueConstraint("certificate_id", "institution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("language_certificate.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    state: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    counted_on: Mapped[dt.date | None]
    milestones: Mapped[list[str]]
    reason: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    certificate: Mapped[LanguageCertificate] = relationship(back_populates="decisions", lazy="joined")
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it

    @property
    def subject(self) -> str:
        """How the history names the certificate."""
        return f"certificate:{self.certificate_id}"

    @property
    def hands(self) -> Hands:
        """Nobody confirms their own certificate; a registrar who enters a student's paper has seen it."""
        own = self.certificate.student.person_id
        return ((Step.SUBMIT, own),) if self.certificate.entered_by == own else ()

    def policy_subject(self) -> Subject:
        """The student's record, as everybody knows it who serves the student."""
        return self.certificate.student.policy_subject()

    def deciding_subject(self) -> Subject:
        """The same as the business of the institution that confirms it."""
        return self.policy_subject().at(self.institution_id)
