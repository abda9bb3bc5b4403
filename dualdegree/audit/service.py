"""What does the audit answer for a student, and is that answer kept already?"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from dualdegree.audit.cases import Dossier, digest_of
from dualdegree.audit.models import AuditResult
from dualdegree.core.audit import audit
from dualdegree.core.audit.answer import ENGINE, Answer
from dualdegree.core.audit.facts import Case, Status
from dualdegree.core.audit.result import as_json, from_json
from dualdegree.core.text import Message


class Include(StrEnum):
    """Which attempts an audit takes as done; each kind is named wherever its answer is shown."""

    OFFICIAL = "official"
    PROJECTED = "projected"
    PLANNED = "planned"


STATUSES: Mapping[Include, tuple[Status, ...]] = {
    Include.OFFICIAL: (Status.PASSED,),
    Include.PROJECTED: (Status.PASSED, Status.IN_PROGRESS),
    Include.PLANNED: (Status.PASSED, Status.IN_PROGRESS, Status.PLANNED),
}

NAMES: Mapping[Include, Message] = {
    Include.OFFICIAL: Message("Official: what has been passed"),
    Include.PROJECTED: Message("Projected: as if all that is in progress were passed"),
    Include.PLANNED: Message("Planned: as if all that is in progress or planned were passed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the engine: one student's case, and the digest under which its answer is kept."""

    dossier: Dossier
    include: Include
    case: Case
    digest: str

    @property
    def student(self) -> int:
        """The student's id."""
        return self.dossier.student.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One student's audit: what was asked, the answer, when that was computed, and whether it was kept before."""

    question: Question
    answer: Answer
    audited_at: dt.datetime
    kept: bool

    @property
    def met(self) -> Mapping[str, bool]:
        """Each degree's own verdict in the joint audit."""
        return {degree: answer.met for degree, answer in self.answer.degrees.items()}

    @property
    def both_met(self) -> bool:
        """Whether both institutions' rules are met; a student of one institution cannot meet both."""
        return len(self.met) == 2 and all(self.met.values())


def audits(session: orm.Session, dossiers: Iterable[Dossier], include: Include, at: dt.datetime) -> dict[int, Audit]:
    """The audit of each dossier by student id; what is kept under the same digest is not computed again."""
    made = answers(session, dossiers, include, at)
    if all(one.kept for one in made.values()):
        return made
    try:
        with session.begin_nested():
            keep(session, made.values())
    except sa.exc.OperationalError:
        # A page being read does not wait for SQLite's one writer: the answer is kept the next time it is asked for.
        return made
    return made


def answers(session: orm.Session, dossiers: Iterable[Dossier], include: Include, at: dt.datetime) -> dict[int, Audit]:
    """The same without keeping what was computed: for whoever reads in one transaction and writes in another."""
    asked = [_ask(dossier, include) for dossier in dossiers]
    kept = _kept(session, include, {question.student: question.digest for question in asked})
    made = {}
    for question in asked:
        answer, audited_at = kept.get(question.student) or (audit(question.case), at)
        made[question.student] = Audit(
            question=question, answer=answer, audited_at=audited_at, kept=question.student in kept
        )
    return made


def keep(session: orm.Session, made: Iterable[Audit]) -> None:
    """Keep those that are not kept yet, in one statement. Somebody else may have kept the same answer meanwhile."""
    rows = [_row(one) for one in made if not one.kept]
    if rows:
        insert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(AuditResult).on_conflict_do_nothing(), rows)


def _ask(dossier: Dossier, include: Include) -> Question:
    case = replace(dossier.case, include=STATUSES[include])
    return Question(dossier=dossier, include=include, case=case, digest=digest_of(case))


def audit_of(session: orm.Session, dossier: Dossier, include: Include, at: dt.datetime) -> Audit:
    """The audit of one dossier."""
    return audits(session, [dossier], include, at)[dossier.student.id]


def _kept(session: orm.Session, include: Include, digests: Mapping[int, str]) -> dict[int, tuple[Answer, dt.datetime]]:
    query = sa.select(AuditResult).where(
        AuditResult.student_id.in_(digests),
        AuditResult.case_digest.in_(list(digests.values())),
        AuditResult.include == include,
        AuditResult.engine == ENGINE,
    )
    return {
        row.student_id: (from_json(row.answer, "audit_result"), row.audited_at)
        for row in session.scalars(query)
        if row.case_digest == digests[row.student_id]
    }


def _row(made: Audit) -> dict[str, object]:
    question = made.question
    return {
        "student_id": question.student,
        "institution_id": question.dossier.sides[0].enrolment.institution_id,
        "include": question.include.value,
        "case_digest": question.digest,
        "answer": json.dumps(as_json(made.answer, str(question.student)), ensure_ascii=False),
        "engine": ENGINE,
        "audited_at": made.audited_at,
    }
