"""What does the audit answer for a student, and is that answer kept already?"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit import evidence
from dualdegree.audit.currency import not_audited, out_of_date
from dualdegree.audit.dossiers import Dossier, DossierSide
from dualdegree.audit.met import MetSince, met_since, side_met_since
from dualdegree.audit.models import AuditResult, LatestAudit
from dualdegree.audit.orphans import orphans, refuse_orphans
from dualdegree.core.audit import audit
from dualdegree.core.audit.answer import ENGINE, Answer
from dualdegree.core.audit.case.answers import as_json, from_json
from dualdegree.core.audit.case.previous import carried
from dualdegree.core.audit.case.writing import Plain, digest, facts_plain
from dualdegree.core.audit.explain.counted import Counted, counted
from dualdegree.core.audit.facts import Case, Status
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message

__all__ = [
    "NAMES", "STATUSES", "Audit", "Include", "Question", "answers", "audit_of", "audits", "include_of", "keep",
    "not_audited", "orphans", "out_of_date", "refuse_orphans", "rows_of",
]  # fmt: skip


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


def include_of(wanted: str) -> Include:
    """The kind of audit that an address asks for; raises ``Refusal``."""
    if wanted not in set(Include):
        raise Refusal("An audit is official, projected or planned; choose one of them.")
    return Include(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the engine: one student's case, and the digest under which its answer is kept.

    ``facts`` is the case as it is written, without the rules.
    """

    dossier: Dossier
    include: Include
    case: Case
    facts: Mapping[str, Plain]
    digest: str

    @property
    def student(self) -> int:
        """The student's id."""
        return self.dossier.student.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One student's audit: what was asked, the answer, and when that was computed.

    ``result_id`` is None for an answer that is not kept yet; ``latest`` is what was kept as the latest when this was
    asked ``at`` that time. ``previous_id`` is the kept answer that a new one was to move as little as possible.
    """

    question: Question
    answer: Answer
    audited_at: dt.datetime
    at: dt.datetime
    result_id: int | None
    latest: LatestAudit | None
    previous_id: int | None = None

    @property
    def met(self) -> Mapping[str, bool]:
        """Each degree's own verdict in the joint audit; what is conferred is met for good."""
        conferred = self.question.case.conferred
        return {degree: answer.met or degree in conferred for degree, answer in self.answer.degrees.items()}

    @property
    def both_met(self) -> bool:
        """Whether both institutions' rules are met; a student of one institution cannot meet both."""
        return len(self.met) == 2 and all(self.met.values())

    @property
    def met_since(self) -> MetSince | None:
        """Since when both are met, as far as what is kept tells; None while they are not."""
        return met_since(self.latest, both_met=self.both_met, at=self.at)

    def side_met_since(self, side: DossierSide) -> MetSince | None:
        """The same for the degree of one side alone."""
        met = self.met[side.curriculum.degree.id]
        return side_met_since(self.latest, side.enrolment.id, met=met, at=self.at)

    def counted(self, degree: str, projected: "Audit | None" = None) -> Counted:
        """What is counted of one of the case's degrees; with the ``projected`` audit what is in progress as well."""
        rules = next(rules for rules in self.question.case.degrees if rules.id == degree)
        return counted(self.question.case, rules, self.answer, projected.answer if projected else None)

    @property
    def kept(self) -> bool:
        """Whether it is kept as the latest, under today's revisions: nothing is left to write."""
        last = self.latest
        return (
            last is not None and last.result_id == self.result_id and evidence.is_confirmed(last, self.question.dossier)
        )


def audits(session: orm.Session, dossiers: Iterable[Dossier], include: Include, at: dt.datetime) -> dict[int, Audit]:
    """The audit of each dossier by student id; what is kept under the same digest is not computed again."""
    judged = answers(session, dossiers, include, at)
    rows = rows_of(judged.values())
    if not rows:
        return judged
    try:
        with session.begin_nested():
            keep(session, rows)
    except sa.exc.OperationalError:
        # A page being read does not wait for SQLite's one writer: the answer is kept the next time it is asked for.
        return judged
    return judged


def answers(session: orm.Session, dossiers: Iterable[Dossier], include: Include, at: dt.datetime) -> dict[int, Audit]:
    """The same without keeping what was computed: for whoever reads in one transaction and writes in another."""
    asked = [_ask(dossier, include) for dossier in dossiers]
    latest = evidence.latest(session, include.value, [question.student for question in asked])
    kept = _kept(session, include, {question.student: question.digest for question in asked}, latest)
    return {
        question.student: _answer(question, kept.get(question.student), latest.get(question.student), at)
        for question in asked
    }


def rows_of(judged: Iterable[Audit]) -> list[evidence.EvidenceRow]:
    """What ``keep`` is to keep, written out: new answers, and that the latest was found to hold today."""
    return [_row(answered) for answered in judged if not answered.kept]


def keep(session: orm.Session, rows: Sequence[evidence.EvidenceRow]) -> None:
    """Keep these, in two statements for each 500. Somebody else may have kept the same answers meanwhile."""
    evidence.write(session, rows)


def audit_of(session: orm.Session, dossier: Dossier, include: Include, at: dt.datetime) -> Audit:
    """The audit of one dossier."""
    return audits(session, [dossier], include, at)[dossier.student.id]


def _ask(dossier: Dossier, include: Include) -> Question:
    case = replace(dossier.case, include=STATUSES[include])
    facts = facts_plain(case)
    return Question(dossier=dossier, include=include, case=case, facts=facts, digest=digest(case, facts))


def _kept(
    session: orm.Session, include: Include, digests: Mapping[int, str], latest: Mapping[int, LatestAudit]
) -> dict[int, AuditResult]:
    """The kept answer to each student's very case: usually the latest, else one from before a change was undone."""
    kept = {student: row.result for student, row in latest.items() if _answers(row.result, digests[student])}
    others = {student: digest for student, digest in digests.items() if student in latest and student not in kept}
    if others:
        query = sa.select(AuditResult).where(
            AuditResult.student_id.in_(others),
            AuditResult.case_digest.in_(list(others.values())),
            AuditResult.include == include,
        )
        rows = (row for row in session.scalars(query) if _answers(row, others[row.student_id]))
        kept |= {row.student_id: row for row in rows}
    return kept


def _answers(row: AuditResult, digest: str) -> bool:
    return row.case_digest == digest and row.engine == ENGINE


def _answer(question: Question, kept: AuditResult | None, last: LatestAudit | None, at: dt.datetime) -> Audit:
    if kept is not None:
        answer, result_id, audited_at = from_json(kept.answer, "audit_result"), kept.id, kept.audited_at
        return Audit(question=question, answer=answer, audited_at=audited_at, at=at, result_id=result_id, latest=last)
    previous = carried(question.case, from_json(last.result.answer, "audit_result")) if last else {}
    # The previous answer is no part of the digest: the same case has one answer, whatever was answered before it.
    answer = audit(replace(question.case, previous=previous))
    previous_id = last.result_id if last else None
    return Audit(
        question=question, answer=answer, audited_at=at, at=at, result_id=None, latest=last, previous_id=previous_id
    )


def _row(judged: Audit) -> evidence.EvidenceRow:
    question, dossier, met = judged.question, judged.question.dossier, judged.met_since
    whose = {
        "student_id": question.student,
        "institution_id": dossier.sides[0].enrolment.institution_id,
        "include": question.include.value,
    }
    known = {} if judged.result_id is None else {"result_id": judged.result_id}
    latest = {
        **whose,
        **known,
        "confirmed_at": judged.at,
        **evidence.succession(judged.latest, judged.result_id, judged.at),
        "met_since": met.since if met else None,
        "unmet_until": met.unmet_until if met else None,
        **evidence.basis_of(dossier),
        **_sides_met(judged),
    }
    if judged.result_id is not None:
        return evidence.EvidenceRow(answer=None, latest=latest)
    answer = {
        **whose,
        "case_digest": question.digest,
        "answer": json.dumps(as_json(judged.answer, str(question.student)), ensure_ascii=False),
        "engine": ENGINE,
        "audited_at": judged.audited_at,
        "proven": judged.answer.proven,
        "evidence": evidence.evidence_of(dossier, STATUSES[question.include], question.facts),
        "facts": evidence.facts_of(dossier, question.facts),
        "previous_id": judged.previous_id,
    }
    return evidence.EvidenceRow(answer=answer, latest=latest)


def _sides_met(judged: Audit) -> Mapping[str, dt.datetime | None]:
    """Since when each side's degree is met, in the columns of the side."""
    dossier = judged.question.dossier
    met = {side.enrolment.id: judged.side_met_since(side) for side in dossier.sides}
    enrolments = [enrolment.id for enrolment in dossier.student.enrolments[:2]]
    columns: dict[str, dt.datetime | None] = {}
    for side, enrolment in zip(("first", "second"), (*enrolments, None, None), strict=False):
        since = met.get(enrolment) if enrolment is not None else None
        columns[f"{side}_met_since"] = since.since if since else None
        columns[f"{side}_unmet_until"] = since.unmet_until if since else None
    return columns
