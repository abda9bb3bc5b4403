"""How does a search for a plan go on that takes longer than a page should? As a job that tells how far it is.

What it chose is kept as the job's outcome, under the fingerprint of what was asked: another record is another question.
"""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import dossier
from dualdegree.audit.planning.changes import Changes, changes_of
from dualdegree.audit.planning.cheapest_way.asking import offers_of, plan_case, usual_limit
from dualdegree.audit.planning.cheapest_way.wishes import Sent, Wishes, wishes_of
from dualdegree.audit.planning.what_if import Tried, tried
from dualdegree.core.audit.plan.program.solver import STOPPED
from dualdegree.core.audit.plan.search import (
    Left,
    Plan,
    PlanCase,
    SearchProgress,
    SearchStage,
    Unfinished,
    Watch,
    plan,
)
from dualdegree.core.audit.plan.stored import as_stored, fingerprint, from_stored
from dualdegree.core.text import Message
from dualdegree.db import reading
from dualdegree.jobs import service as jobs
from dualdegree.jobs.models import Job, JobState
from dualdegree.jobs.service import Finish, JobPart, LeaseLost, Task, Tell
from dualdegree.records.models import Student
from dualdegree.records.service import student_of

TASK = "audit.plan"
GOING_ON = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPlan:
    """What is asked for a student. ``case`` is None where no course is on offer; ``wrong`` names fields of the form."""

    student: Student
    changes: Changes
    tried: Tried
    wishes: Wishes
    wrong: Mapping[str, Message]
    terms: tuple[str, ...]
    """The terms to come in which something is on offer."""
    case: PlanCase | None

    @property
    def batch(self) -> str:
        """Under which name this very question is searched by a job."""
        return f"plan:{self.student.id}:{fingerprint(self.case)[:24]}" if self.case else ""


def question_of(session: orm.Session, student: Student, sent: Sent, at: dt.datetime) -> AskedPlan:
    """What an address asks. Raises ``Refusal`` for changes that no page wrote."""
    changes = changes_of(sent)
    after = tried(session, dossier(session, student), changes, at)
    offers = offers_of(session, after.dossier, at)
    terms = tuple(sorted({term for offer in offers for term in offer.terms}))
    wishes, wrong = wishes_of(
        sent,
        scales={
            side.curriculum.institution: after.dossier.rules.scales[side.curriculum.institution]
            for side in after.dossier.sides
        },
        terms=terms,
        limit=usual_limit(after.dossier),
    )
    case = None
    if offers and not wrong:
        case = plan_case(after.dossier, offers, wishes, refused=changes.refuse, away=after.expected.away)
    return AskedPlan(student=student, changes=changes, tried=after, wishes=wishes, wrong=wrong, terms=terms, case=case)


def answered_at_once(asked: PlanCase, seconds: float, clock: Callable[[], float] = time.monotonic) -> Plan | None:
    """The plan, where it takes no longer than this. Raises ``Unfinished``."""
    end = clock() + seconds
    try:
        return plan(asked, lambda _progress: clock() < end)
    except Left:
        return None


def latest(session: orm.Session, question: AskedPlan) -> Job | None:
    """The last job that searches, or has searched, for the answer to this very question."""
    return session.scalar(sa.select(Job).where(Job.batch == question.batch).order_by(Job.id.desc()).limit(1))


def begin(session: orm.Session, question: AskedPlan, sent: Sent, at: dt.datetime) -> None:
    """Put a job that searches on, unless there is one."""
    job = latest(session, question)
    if question.case is None or (job is not None and job.state in GOING_ON):
        return
    arguments = {"student": question.student.id, "sent": {key: list(values) for key, values in sent.items()}}
    part = JobPart(task=TASK, arguments=arguments)
    jobs.put(session, [part], batch=question.batch, institution=None, at=at)


def leave(session: orm.Session, question: AskedPlan) -> None:
    """Search no further; what was found is not kept."""
    jobs.drop(session, question.batch)


def plan_from(job: Job, asked: PlanCase) -> Plan | None:
    """The plan that a job has found, audited anew; None where it has not come to an end. Raises ``Unfinished``."""
    if job.state != JobState.DONE:
        return None
    if job.outcome.get("unfinished"):
        raise Unfinished(STOPPED)
    return from_stored(asked, job.outcome["stored"])


def progress_in_words(job: Job) -> Message:
    """How far the search of a job has come."""
    if not job.progress:
        return Message("The search waits for its turn.")
    words = {key: Decimal(job.progress[key]) for key in ("best", "least") if job.progress.get(key)}
    stage = SearchStage(job.progress["stage"])
    match stage:
        case SearchStage.WORK if "best" in words:
            return Message(
                "A plan of %(best)s ECTS is known; none has less than %(least)s ECTS.", {"least": Decimal(0), **words}
            )
        case SearchStage.WORK:
            return Message("No plan is known yet.")
        case SearchStage.END:
            return Message("The earliest end is looked for.")
        case SearchStage.EARLY:
            return Message("The fewest ECTS are known; each course is put as early as it can be.")
        case SearchStage.CONFLICT:
            return Message("There is no plan; what stands in the way is looked for.")


def search(arguments: Mapping[str, Any], at: dt.datetime, tell: Tell) -> Finish:
    """Search for the plan of one question, and tell how far that is. Raises ``LeaseLost`` when it was left."""
    with reading() as session:
        question = question_of(session, student_of(session, arguments["student"]), arguments["sent"], at)
    outcome: Mapping[str, Any] = {}
    if question.case is not None:
        outcome = _outcome(question.case, lambda progress: tell(_stored_progress(progress)))

    def finish(_session: orm.Session) -> Mapping[str, Any]:
        return outcome

    return finish


def _outcome(asked: PlanCase, watch: Watch) -> Mapping[str, Any]:
    try:
        return {"stored": as_stored(plan(asked, watch))}
    except Left:
        raise LeaseLost("left") from None
    except Unfinished:
        return {"unfinished": True}


def _stored_progress(progress: SearchProgress) -> Mapping[str, Any]:
    figures = {"best": progress.best, "least": progress.least}
    return {"stage": progress.stage.value, **{key: str(value) for key, value in figures.items() if value is not None}}


TASKS: Mapping[str, Task] = {TASK: search}
"""The long work of plans."""
