"""Which tables hold sign-offs, the way of each student to each degree, what sessions decided, and issued documents?"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.conferral.refusals import HearingState
from dualdegree.core.policy import Subject, of_institutions
from dualdegree.core.transcript import DocumentKind
from dualdegree.db import Base
from dualdegree.records.models import Student


class SignOff(Base):
    """One registrar's word, for one institution, that this very state may be printed as official.

    ``digest`` is that of ``state``: everything that the audits read and the transcript prints. When today's state has
    another digest the sign-off is void, and comparing the two states tells what changed.
    """

    __tablename__ = "sign_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    signed_at: Mapped[dt.datetime]
    digest: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.Text, deferred=True)
    withdrawn_at: Mapped[dt.datetime | None]


class IssuedDocument(Base):
    """One official document: stored once, never altered, perhaps revoked, perhaps replaced by a later one.

    ``kind`` is that of its value: a document of both degrees, or the interim transcript of one institution.
    """

    __tablename__ = "issued_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default=DocumentKind.OFFICIAL.value)
    code: Mapped[str] = mapped_column(unique=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    """Whose registrar pressed the button; the document is issued by both."""
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    issued_at: Mapped[dt.datetime]
    languages: Mapped[str]
    state_digest: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[str] = mapped_column(sa.Text, deferred=True)
    """The transcript's canonical bytes, from which any format can be made again."""
    pdf: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    demonstration: Mapped[bool]
    revoked_at: Mapped[dt.datetime | None]
    revoked_because: Mapped[str | None]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issued_document.id"), unique=True)


class DocumentChange(Base):
    """The record changed since a document was issued: when, by whose act, and what had changed by then.

    Kept in the transaction of the act, never edited or deleted. ``digest`` is that of the state after it, "" where
    there was none any more; ``changes`` are sentences as ``messages.wording`` keeps them.
    """

    __tablename__ = "document_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("issued_document.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    """Where the act was done."""
    at: Mapped[dt.datetime]
    act: Mapped[str]
    actor: Mapped[str]
    digest: Mapped[str] = mapped_column(sa.String(64))
    changes: Mapped[list[Any]]


class Award(Base):
    """One student's way to one institution's degree: the application, the graduation, and what a session conferred.

    ``outcome`` is the profile's word for how the studies ended. What was conferred stands here with its number; its
    claims stand in ``ConferredDegree``.
    """

    __tablename__ = "award"
    __table_args__ = (
        sa.UniqueConstraint("student_id", "institution_id"),
        sa.UniqueConstraint("institution_id", "certificate_number"),
        sa.UniqueConstraint("institution_id", "graduation_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    applied_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None]
    graduated_on: Mapped[dt.date | None]
    graduation_number: Mapped[str | None]
    conferred_on: Mapped[dt.date | None]
    session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("conferral_session.id"))
    certificate_number: Mapped[str | None]
    modality: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    student: Mapped[Student] = relationship()
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it


class ConferralSession(Base):
    """One session of the body that decides on an institution's degrees: a draft, and closed once for good.

    ``body`` is what the institution called it; ``modality`` how the degrees that it confers were taught.
    """

    __tablename__ = "conferral_session"
    __table_args__ = (sa.UniqueConstraint("institution_id", "minute"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    body: Mapped[Mapping[str, str]]
    minute: Mapped[str]
    on: Mapped[dt.date] = mapped_column("held_on")
    modality: Mapped[str | None]
    drafted_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    drafted_at: Mapped[dt.datetime]
    closed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    closed_at: Mapped[dt.datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    entries: Mapped[list["SessionEntry"]] = relationship(
        back_populates="session", order_by="SessionEntry.student_id", cascade="all, delete-orphan"
    )
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"session:{self.id}"

    @property
    def is_closed(self) -> bool:
        """Whether it has decided: nothing of it changes any more."""
        return self.closed_at is not None

    def policy_subject(self) -> Subject:
        """The business of its own institution."""
        return of_institutions(self.institution_id)


class SessionEntry(Base):
    """What a session decides on one student; at most one entry for each."""

    __tablename__ = "session_entry"
    __table_args__ = (sa.UniqueConstraint("session_id", "student_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("conferral_session.id"), index=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    result: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    session: Mapped[ConferralSession] = relationship(back_populates="entries")
    student: Mapped[Student] = relationship()


class Hearing(Base):
    """That a degree may be refused, or taken back: the notice with its grounds, and the person's say before it.

    Law and body of appeal are as the profile had them when notice was given.
    """

    __tablename__ = "hearing"

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    grounds: Mapped[str] = mapped_column(sa.Text)
    legal_basis: Mapped[Mapping[str, str]]
    appeal_body: Mapped[Mapping[str, str]]
    appeal_days: Mapped[int]
    notified_at: Mapped[dt.datetime]
    notified_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    until: Mapped[dt.date]
    state: Mapped[str] = mapped_column(default=HearingState.NOTIFIED.value)
    statement: Mapped[str] = mapped_column(sa.Text, default="")
    session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("conferral_session.id"))
    appeal_until: Mapped[dt.date | None]
    revision: Mapped[int] = mapped_column(default=1)
    student: Mapped[Student] = relationship()
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it

    def policy_subject(self) -> Subject:
        """The person's own business, and that of the one institution that gave notice: the partner is not told."""
        return self.student.policy_subject().at(self.institution_id)


class ErrandTick(Base):
    """That a graduate has seen to one errand of an institution's checklist."""

    __tablename__ = "errand_tick"

    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), primary_key=True)
    errand: Mapped[str] = mapped_column(primary_key=True)
    ticked_at: Mapped[dt.datetime]
