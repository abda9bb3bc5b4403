"""Which jobs wait, who may take one, and how is it done exactly once?"""

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.jobs.models import Job, JobState

TRIES = 5
"""A job that was begun this often without an end is given up: it may be what kills its workers."""

Finish = Callable[[orm.Session], Mapping[str, Any]]
"""Writes what a task found out, in the transaction that marks the job done, and returns the job's outcome."""
Tell = Callable[[Mapping[str, Any]], bool]
"""Says how far a task has come; false when nobody waits for it any more, and it is to end."""
Task = Callable[[Mapping[str, Any], dt.datetime, Tell], Finish]
"""Reads and computes from a job's arguments and the time; it writes nothing itself, so that a repeat is harmless.

A task that ends because nobody waits for it raises ``LeaseLost``.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A job that a worker has taken, with the word by which it proves that."""

    id: int
    task: str
    arguments: Mapping[str, Any]
    tries: int
    lease: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPart:
    """One job of a batch, as it is put."""

    task: str
    arguments: Mapping[str, Any]


class LeaseLost(Exception):
    """Another worker has taken the job meanwhile, or nobody waits for it: what this one did must not be written."""


def put(
    session: orm.Session,
    parts: Iterable[JobPart],
    *,
    batch: str,
    institution: str | None,
    at: dt.datetime,
    due: dt.datetime | None = None,
) -> None:
    """Write the jobs of a batch in the current transaction: they exist if and only if it commits.

    Nobody takes them before ``due``.
    """
    shared = {"batch": batch, "institution_id": institution, "put_at": at, "due_at": due}
    rows = [{"task": part.task, "arguments": dict(part.arguments), **shared} for part in parts]
    if rows:
        session.execute(sa.insert(Job), rows)


def lease(
    session: orm.Session, at: dt.datetime, seconds: float, *, batch: str | None = None, job_id: int | None = None
) -> Leased | None:
    """Take the next job that waits, or whose worker has not been heard of; of one batch, or one job, if named."""
    free = sa.select(Job.id).where(_is_free(at)).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    if batch is not None:
        free = free.where(Job.batch == batch)
    if job_id is not None:
        free = free.where(Job.id == job_id)
    word = secrets.token_hex(16)
    taken = (
        sa.update(Job)
        .where(Job.id == free.scalar_subquery())
        .values(state=JobState.RUNNING, lease=word, leased_until=_until(at, seconds), tries=Job.tries + 1)
        .returning(Job.id, Job.task, Job.arguments, Job.tries)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(taken).one_or_none()
    return Leased(id=row.id, task=row.task, arguments=row.arguments, tries=row.tries, lease=word) if row else None


def prolong(session: orm.Session, held: Leased, at: dt.datetime, seconds: float) -> bool:
    """Say that the job's worker lives; False when it has lost the job."""
    return _change(session, held, leased_until=_until(at, seconds))


def tell(session: orm.Session, held: Leased, progress: Mapping[str, Any]) -> bool:
    """Say how far the job has come; False when its worker has lost it, or it was dropped."""
    return _change(session, held, progress=dict(progress))


def drop(session: orm.Session, batch: str) -> int:
    """End the jobs of a batch that are not done: what waits is not begun, what is being done is not written."""
    undone = sa.update(Job).where(Job.batch == batch, Job.state.in_([JobState.WAITING, JobState.RUNNING]))
    return _set(session, undone.values(state=JobState.HELD, lease=None, leased_until=None))


def finish(session: orm.Session, held: Leased, outcome: Mapping[str, Any], at: dt.datetime) -> None:
    """Mark the job done, in the transaction that wrote what came of it. Raises ``LeaseLost``."""
    done = {"state": JobState.DONE, "outcome": dict(outcome), "done_at": at, "lease": None, "failure": ""}
    if not _change(session, held, **done):
        raise LeaseLost(f"job {held.id}")


def give_back(session: orm.Session, held: Leased, failure: str) -> None:
    """Let others try the job after a failure, unless it was tried often enough or its batch is on hold."""
    state = JobState.FAILED if held.tries >= TRIES else JobState.WAITING
    if _change(session, held, state=state, lease=None, leased_until=None, sent_at=None, failure=failure):
        batch = sa.select(Job.batch).where(Job.id == held.id).scalar_subquery()
        on_hold = sa.select(Job.id).where(Job.batch == batch, Job.state == JobState.HELD).limit(1)
        if state is JobState.WAITING and session.scalar(on_hold) is not None:
            _set(session, sa.update(Job).where(Job.id == held.id).values(state=JobState.HELD))


def give_up_on(session: orm.Session, at: dt.datetime) -> int:
    """Mark as failed what has killed its worker time and again; how many those were."""
    dead = sa.update(Job).where(Job.state == JobState.RUNNING, Job.leased_until < at, Job.tries >= TRIES)
    failure = f"begun {TRIES} times, and each time its worker ended without a word"
    return _set(session, dead.values(state=JobState.FAILED, lease=None, leased_until=None, failure=failure))


def hold(session: orm.Session, batch: str, at: dt.datetime) -> int:
    """Hand out no more jobs of the batch; what is being done now is finished. How many are held back."""
    waiting = sa.update(Job).where(Job.batch == batch, sa.or_(Job.state == JobState.WAITING, _is_free(at)))
    return _set(session, waiting.values(state=JobState.HELD, lease=None, leased_until=None))


def go_on(session: orm.Session, batch: str) -> int:
    """Hand out again what was held back or had failed; how many those are."""
    idle = sa.update(Job).where(Job.batch == batch, Job.state.in_([JobState.HELD, JobState.FAILED]))
    return _set(session, idle.values(state=JobState.WAITING, tries=0, sent_at=None))


def states(session: orm.Session, batches: Iterable[str]) -> Mapping[str, Mapping[JobState, int]]:
    """How many jobs of each batch are in each state, in the order of the batches."""
    wanted = sorted(set(batches))
    counts = (
        sa.select(Job.batch, Job.state, sa.func.count()).where(Job.batch.in_(wanted)).group_by(Job.batch, Job.state)
    )
    by_batch: dict[str, dict[JobState, int]] = {batch: {} for batch in wanted}
    for batch, state, count in session.execute(counts):
        by_batch[batch][JobState(state)] = count
    return by_batch


def batches(session: orm.Session) -> Sequence[str]:
    """The batches that have jobs, the newest first."""
    return session.scalars(sa.select(Job.batch).group_by(Job.batch).order_by(sa.func.max(Job.id).desc())).all()


def _is_free(at: dt.datetime) -> sa.ColumnElement[bool]:
    abandoned = sa.and_(Job.state == JobState.RUNNING, Job.leased_until < at, Job.tries < TRIES)
    return sa.or_(sa.and_(Job.state == JobState.WAITING, is_due(at)), abandoned)


def is_due(at: dt.datetime) -> sa.ColumnElement[bool]:
    """Whether a job that waits may be taken by now."""
    return sa.or_(Job.due_at.is_(None), Job.due_at <= at)


def _until(at: dt.datetime, seconds: float) -> dt.datetime:
    return at + dt.timedelta(seconds=seconds)


def _change(session: orm.Session, held: Leased, **values: object) -> bool:
    mine = sa.update(Job).where(Job.id == held.id, Job.lease == held.lease, Job.state == JobState.RUNNING)
    return _set(session, mine.values(**values)) == 1


def _set(session: orm.Session, statement: sa.Update) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]
