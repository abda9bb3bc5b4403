"""Which table holds the work that is still to be done, and what came of it?"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dualdegree.db import Base


class JobState(StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    RUNNING = "running"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of long work: a task by its name, with what it needs to know.

    ``batch`` is what the job is a part of, such as ``cohort:7``. A worker that runs it holds ``lease`` until
    ``leased_until`` and prolongs that while it lives; afterwards any other worker may take the job. ``sent_at``: when a
    message about it last went to the broker. ``due_at``: nobody may take it earlier; None: at once.
    """

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.id"))
    """None: the work concerns every institution."""
    batch: Mapped[str] = mapped_column(index=True)
    task: Mapped[str]
    arguments: Mapped[Mapping[str, Any]]
    state: Mapped[str] = mapped_column(sa.String(16), default=JobState.WAITING.value)
    tries: Mapped[int] = mapped_column(default=0)
    put_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    lease: Mapped[str | None] = mapped_column(sa.String(32))
    leased_until: Mapped[dt.datetime | None]
    done_at: Mapped[dt.datetime | None]
    progress: Mapped[Mapping[str, Any]] = mapped_column(default=dict)
    """How far it has come, as its task last said."""
    outcome: Mapped[Mapping[str, Any]] = mapped_column(default=dict)
    failure: Mapped[str] = mapped_column(default="")
