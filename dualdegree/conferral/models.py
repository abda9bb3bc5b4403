"""Which tables hold the registrars' sign-offs, and the documents that were issued on them?"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dualdegree.db import Base


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
    """One official document: stored once, never altered, perhaps revoked, perhaps replaced by a later one."""

    __tablename__ = "issued_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(unique=True)
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
