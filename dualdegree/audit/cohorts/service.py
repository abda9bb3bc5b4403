"""Which audits of every student were started, how far are they, and how are they stopped and continued?"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.cohorts.models import CohortRun
from dualdegree.audit.service import Include
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.jobs import service as jobs
from dualdegree.jobs.models import Job, JobState
from dualdegree.programmes.models import Institution
from dualdegree.records.models import Enrolment, Student

CHUNK = 500
"""How many students are one job: few enough to lose little, enough that what is asked once per job costs nothing."""
TASK = "audit.chunk"
PATIENCE = dt.timedelta(seconds=30)
"""An idle worker looks for work far more often than this."""


class RunState(StrEnum):
    """How a run stands, which follows from its jobs."""

    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one run has come. Students without a curriculum are done, for there is nothing to audit."""

    number: int
    students: int
    working_since: dt.datetime
    state: RunState
    done: int
    stored: int
    """Answers that were new; all others had been kept before, for the very same case."""
    without_curriculum: int
    broken: Mapping[str, str] = field(default_factory=dict)
    """Students (by id) whose audit failed, and how: everybody else's went on."""
    failures: tuple[str, ...] = ()
    """Why chunks were given up, each reason once."""
    last_done_at: dt.datetime | None = None
    recent: int = 0
    """Students done since the run was last started or continued."""
    taken: bool = False
    """Whether a worker is at one of its chunks."""

    @property
    def can_stop(self) -> bool:
        """Whether it is under way."""
        return self.state is RunState.RUNNING

    @property
    def can_resume(self) -> bool:
        """Whether something of it is left to do, and nobody is to do it."""
        return self.state not in {RunState.RUNNING, RunState.DONE}

    def is_forgotten(self, at: dt.datetime) -> bool:
        """Whether it waits and nobody has taken up a chunk for a while: there seems to be no worker."""
        last = max(self.working_since, self.last_done_at or self.working_since)
        return self.state is RunState.RUNNING and not self.taken and at - last > PATIENCE

    def per_second(self, at: dt.datetime) -> Decimal | None:
        """Students a second since the run was last started or continued; None before the first chunk is done."""
        until = at if self.state is RunState.RUNNING else self.last_done_at
        seconds = (until - self.working_since).total_seconds() if until else 0
        return round(Decimal(self.recent) / Decimal(str(seconds)), 1) if self.recent and seconds > 0 else None

    def left(self, at: dt.datetime) -> dt.timedelta | None:
        """How long the rest will take at this rate; None while that cannot be told, or nothing is being done."""
        rate = self.per_second(at)
        if self.state is not RunState.RUNNING or not rate:
            return None
        return dt.timedelta(seconds=int((self.students - self.done) / rate))


def start(
    session: orm.Session,
    actor: Actor,
    *,
    institution: str | None,
    include: Include,
    at: dt.datetime,
    chunk: int = CHUNK,
) -> CohortRun:
    """Put the audits of every student of the institution (None: of every student) as jobs, and tell the history.

    Raises ``NotAllowed``, ``Refusal`` when there is no student, and ``Conflict`` when a run is not finished that audits
    the same students.
    """
    concerned = _concerned(session, institution)
    for party in concerned:
        require(actor, Permission.AUDIT_COHORT, of_institutions(party))
    chunks = _chunks(session, institution, chunk)
    if not chunks:
        raise Refusal("There is no student to audit; import a roster first.")
    run = CohortRun(
        institution_id=institution,
        include=include.value,
        students=sum(rows.students for rows in chunks),
        started_at=at,
        working_since=at,
        person_id=actor.person_id or None,
    )
    session.add(run)
    session.flush()
    # Telling waits for each institution's turn in its history, so that of two who start at once one sees the other.
    facts = {"include": include.value, "students": run.students}
    tell(session, actor, run.batch, Act.COHORT_AUDIT_STARTED, concerned=concerned, at=at, after=facts)
    _refuse_second(session, run)
    shared = {"institution": institution, "include": include.value}
    parts = [
        jobs.JobPart(task=TASK, arguments={"first": chunk_rows.first, "last": chunk_rows.last, **shared})
        for chunk_rows in chunks
    ]
    jobs.put(session, parts, batch=run.batch, institution=institution, at=at)
    return run


def stop(session: orm.Session, actor: Actor, run: CohortRun, at: dt.datetime) -> None:
    """Begin no more chunks of the run; those being audited are finished. Raises ``NotAllowed`` and ``Conflict``."""
    _require(session, actor, run)
    lock(session, run)
    if not jobs.hold(session, run.batch, at):
        raise Conflict("Run %(number)s has nothing left that could be stopped.", {"number": str(run.id)})


def resume(session: orm.Session, actor: Actor, run: CohortRun, at: dt.datetime) -> None:
    """Go on where the run was stopped, and try again what had failed. Raises ``NotAllowed`` and ``Conflict``."""
    _require(session, actor, run)
    lock(session, run)
    if progress(session, [run])[run.id].state is RunState.DONE:
        raise Conflict("Run %(number)s is finished; start a new one.", {"number": str(run.id)})
    _refuse_second(session, run)
    jobs.go_on(session, run.batch)
    run.working_since = at


def run_of(session: orm.Session, run_id: int) -> CohortRun:
    """The run; raises ``Absent``."""
    run = session.get(CohortRun, run_id)
    if run is None:
        raise Absent("There is no such run.")
    return run


def runs(session: orm.Session, institution: str | None = None, *, limit: int = 20) -> Sequence[CohortRun]:
    """The newest runs that audit the institution's students (None: every run), newest first."""
    query = sa.select(CohortRun).order_by(CohortRun.id.desc()).limit(limit)
    if institution is not None:
        query = query.where(sa.or_(CohortRun.institution_id == institution, CohortRun.institution_id.is_(None)))
    return session.scalars(query).all()


def progress(session: orm.Session, wanted: Iterable[CohortRun]) -> dict[int, Progress]:
    """How far each of these runs has come, by its id."""
    listed = list(wanted)
    rows = session.execute(
        sa.select(Job.batch, Job.state, Job.outcome, Job.failure, Job.done_at)
        .where(Job.batch.in_([run.batch for run in listed]))
        .order_by(Job.id)
    ).all()
    return {run.id: _progress(run, [row for row in rows if row.batch == run.batch]) for run in listed}


def students_between(session: orm.Session, first: int, last: int, institution: str | None) -> Sequence[int]:
    """The ids of the students of one chunk, in their order."""
    query = _students(institution).where(Student.id.between(first, last)).order_by(Student.id)
    return session.scalars(query).all()


def _progress(run: CohortRun, rows: Sequence[Any]) -> Progress:
    finished = [row for row in rows if row.state == JobState.DONE]
    states = {row.state for row in rows}
    return Progress(
        number=run.id,
        students=run.students,
        working_since=run.working_since,
        state=_state(states),
        done=sum(row.outcome["students"] for row in finished),
        stored=sum(row.outcome["stored"] for row in finished),
        without_curriculum=sum(row.outcome["without_curriculum"] for row in finished),
        broken={student: why for row in finished for student, why in row.outcome["broken"].items()},
        failures=tuple(sorted({row.failure for row in rows if row.state == JobState.FAILED})),
        last_done_at=max((row.done_at for row in finished), default=None),
        taken=JobState.RUNNING in states,
        recent=sum(row.outcome["students"] for row in finished if row.done_at >= run.working_since),
    )


def _state(jobs_in: set[str]) -> RunState:
    if jobs_in & {JobState.WAITING, JobState.RUNNING}:
        return RunState.RUNNING
    if JobState.HELD in jobs_in:
        return RunState.STOPPED
    return RunState.FAILED if JobState.FAILED in jobs_in else RunState.DONE


def _refuse_second(session: orm.Session, run: CohortRun) -> None:
    """Two runs over the same students would only get into each other's way."""
    others = sa.select(CohortRun).where(CohortRun.id != run.id).order_by(CohortRun.id)
    if run.institution_id is not None:
        others = others.where(
            sa.or_(CohortRun.institution_id == run.institution_id, CohortRun.institution_id.is_(None))
        )
    unfinished = sa.select(Job.batch).where(Job.state.in_([JobState.WAITING, JobState.RUNNING])).distinct()
    batches = set(session.scalars(unfinished))
    for other in (candidate for candidate in session.scalars(others) if candidate.batch in batches):
        far = progress(session, [other])[other.id]
        raise Conflict(
            "Run %(number)s is auditing these students already: %(done)s of %(students)s are done. "
            "Wait until it is finished, or continue or stop that one.",
            {"number": str(other.id), "done": str(far.done), "students": str(other.students)},
        )


def _require(session: orm.Session, actor: Actor, run: CohortRun) -> None:
    for party in _concerned(session, run.institution_id):
        require(actor, Permission.AUDIT_COHORT, of_institutions(party))


def _concerned(session: orm.Session, institution: str | None) -> list[str]:
    if institution is not None:
        return [institution]
    return list(session.scalars(sa.select(Institution.id).order_by(Institution.id)))


def _students(institution: str | None) -> sa.Select[int]:
    query = sa.select(Student.id)
    if institution is not None:
        enrolled = sa.select(Enrolment.student_id).where(Enrolment.institution_id == institution)
        query = query.where(Student.id.in_(enrolled))
    return query


def _chunks(session: orm.Session, institution: str | None, size: int) -> Sequence[Any]:
    """The first and last id and the number of students of each chunk, found by the database."""
    number = (sa.func.row_number().over(order_by=Student.id) - 1).label("number")
    numbered = _students(institution).add_columns(number).subquery()
    return session.execute(
        sa.select(
            sa.func.min(numbered.c.id).label("first"),
            sa.func.max(numbered.c.id).label("last"),
            sa.func.count().label("students"),
        )
        .group_by(numbered.c.number // size)
        .order_by("first")
    ).all()
