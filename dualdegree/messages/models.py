"""Which table holds what people were told, whether they read it, and how far its mail has come?"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dualdegree.core.text import Message
from dualdegree.db import Base
from dualdegree.messages.wording import restored


class MailState(StrEnum):
    """How far the mail of a notice has come.

    ``SENDING``: a sender is about to hand it over, or was killed while it did. ``UNCERTAIN``: that sender was never
    heard of again, so the mail may have been sent and is not sent again by itself.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    UNDELIVERABLE = "undeliverable"


class Notice(Base):
    """One thing told to one person in an institution's name; ``key`` is what makes a repeat harmless.

    ``email`` and ``locale`` are the person's as they were when it was told; ``sender`` is the institution's name.
    ``subject`` and ``body`` are messages without a language yet. Whoever hands the mail over holds ``claim``.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("key", "person_id"),
        sa.Index("ix_notice_person_id_read_at_id", "person_id", "read_at", "id"),
        sa.Index("ix_notice_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    email: Mapped[str] = mapped_column(sa.String(254))
    locale: Mapped[str | None]
    sender: Mapped[Mapping[str, str]]
    key: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    subject: Mapped[Mapping[str, Any]]
    body: Mapped[Mapping[str, Any]]
    link: Mapped[str]
    told_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]
    state: Mapped[str] = mapped_column(sa.String(16), default=MailState.WAITING.value)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[dt.datetime]
    claim: Mapped[str | None] = mapped_column(sa.String(32))
    claimed_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    failure: Mapped[str] = mapped_column(default="")

    @property
    def title(self) -> Message:
        """What it says, in one line, without a language yet."""
        return restored(self.subject)

    @property
    def words(self) -> Message:
        """What it says in full, without a language yet."""
        return restored(self.body)
