"""Which tables keep what audits answered, which answer is today's, what is conferred, exceptions, and plans?"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree import separation
from dualdegree.core.approval import Hands, State, Step
from dualdegree.core.audit.case.reading import read_case
from dualdegree.core.audit.facts import Case, ExceptionKind, GrantedException
from dualdegree.core.curricula.conferred import ConferredClaims
from dualdegree.core.policy import Subject
from dualdegree.db import Base
from dualdegree.programmes.institutions.procedures import named, named_in_words
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.records.models import Student


class AuditResult(Base):
    """One answer, kept under the digest of the very case that it judged; the same case is never judged twice.

    ``evidence`` names everything that was judged by id, version, digest and revision; ``facts`` is the case without
    the rules and titles, from which a later reader can tell what has changed. ``previous`` is the answer that this one
    was to move as little as possible; it is no part of the digest.
    """

    __tablename__ = "audit_result"
    __table_args__ = (
        sa.UniqueConstraint("student_id", "include", "case_digest", "engine"),
        {"info": separation.STAYS_WHOLE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    include: Mapped[str]
    case_digest: Mapped[str] = mapped_column(sa.String(64))
    answer: Mapped[str] = mapped_column(sa.Text)
    engine: Mapped[str]
    audited_at: Mapped[dt.datetime]
    proven: Mapped[bool]
    evidence: Mapped[Mapping[str, Any]] = mapped_column(deferred=True)
    facts: Mapped[str] = mapped_column(sa.Text, deferred=True)
    previous_id: Mapped[int | None] = mapped_column(sa.ForeignKey("audit_result.id"))


class LatestAudit(Base):
    """Which kept answer is a student's latest of its kind, and the revisions at which it was last found to be so.

    When any of these revisions is another by now the answer is out of date: see ``currency``. A side that is not there
    has 0 and "". ``previous_id`` is the latest answer before this one, last found to hold at ``previous_until``.
    ``met_since`` and ``unmet_until``: see ``met``; those of a side are of its own degree alone.
    """

    __tablename__ = "latest_audit"
    __table_args__ = {"info": separation.STAYS_WHOLE}  # noqa: RUF012 - SQLAlchemy's own name for it

    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), primary_key=True)
    include: Mapped[str] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    result_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_result.id"))
    since: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime]
    previous_id: Mapped[int | None] = mapped_column(sa.ForeignKey("audit_result.id"))
    previous_until: Mapped[dt.datetime | None]
    met_since: Mapped[dt.datetime | None]
    unmet_until: Mapped[dt.datetime | None]
    enrolments: Mapped[int]
    first_enrolment: Mapped[int]
    first_revision: Mapped[int]
    first_curriculum: Mapped[int]
    first_scale: Mapped[str]
    first_met_since: Mapped[dt.datetime | None]
    first_unmet_until: Mapped[dt.datetime | None]
    second_enrolment: Mapped[int]
    second_revision: Mapped[int]
    second_curriculum: Mapped[int]
    second_scale: Mapped[str]
    second_met_since: Mapped[dt.datetime | None]
    second_unmet_until: Mapped[dt.datetime | None]
    agreement: Mapped[int]
    agreement_revision: Mapped[int]
    equivalences: Mapped[int]
    equivalences_revision: Mapped[int]
    result: Mapped[AuditResult] = relationship(foreign_keys=[result_id])
    previous: Mapped[AuditResult | None] = relationship(foreign_keys=[previous_id])


class ExceptionRequest(Base):
    """An exception for one student in one degree: asked for, decided, entered; keyed by the ids of node and item.

    ``revision`` guards against two people deciding at once. ``body`` is what the institution called whoever decided.
    """

    __tablename__ = "exception_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    degree: Mapped[str]
    kind: Mapped[str]
    requirement: Mapped[str | None]
    item: Mapped[str | None]
    at_least: Mapped[Decimal | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(index=True)
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_on: Mapped[dt.date | None]
    body: Mapped[Mapping[str, str] | None]
    minute: Mapped[str | None]
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    revision: Mapped[int] = mapped_column(default=1)
    student: Mapped[Student] = relationship()
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"exception:{self.id}"

    @property
    def by(self) -> str:
        """Who decided, as a case names them."""
        return named(self.body, self.minute)

    @property
    def hands(self) -> Hands:
        """Who has taken which of its steps."""
        return (Step.SUBMIT, self.asked_by), (Step.GRANT, self.decided_by), (Step.ENTER, self.entered_by)

    def policy_subject(self) -> Subject:
        """To read it is to read the student's record."""
        return self.student.policy_subject()

    def deciding_subject(self, *, delegated: bool) -> Subject:
        """To decide on it is the business of the institution whose degree it is; ``delegated``: of its advisors."""
        own = self.student.policy_subject().at(self.institution_id)
        return own.delegated_to_advisors() if delegated else own

    def as_core(self) -> GrantedException:
        """What an audit reads of it, decided or not."""
        return GrantedException(
            kind=ExceptionKind(self.kind),
            degree=self.degree,
            requirement=self.requirement,
            item=self.item,
            at_least=self.at_least,
            by=self.by or "–",
            decider=named_in_words(self.body, self.minute) if self.body else None,
            reason=self.reason,
            on=self.decided_on.isoformat() if self.decided_on else "–",
        )


class SavedPlan(Base):
    """What somebody would change for a student, under a name: never an answer, for that is computed when it is opened.

    ``content`` is ``changes.Changes`` as JSON values. ``shared``: whoever serves the student may open it.
    """

    __tablename__ = "saved_plan"
    __table_args__ = (sa.UniqueConstraint("student_id", "person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    name: Mapped[str]
    content: Mapped[Mapping[str, Any]]
    shared: Mapped[bool]
    saved_at: Mapped[dt.datetime]
    revision: Mapped[int] = mapped_column(default=1)
    student: Mapped[Student] = relationship()
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it

    def policy_subject(self) -> Subject:
        """The student's business, and the maker's own until it is shared."""
        return self.student.policy_subject().made_by(self.person_id, shared=self.shared)


class ConferredDegree(Base):
    """A degree that a session conferred: the case of that day and its claims, which no change of a record touches.

    ``case`` is as ``write_case`` writes it. The row is taken away only by a session that annuls the degree.
    """

    __tablename__ = "conferred_degree"
    __table_args__ = (sa.UniqueConstraint("student_id", "institution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    degree: Mapped[str]
    curriculum_version_id: Mapped[int] = mapped_column(sa.ForeignKey("curriculum_version.id"))
    conferred_on: Mapped[dt.date]
    claims: Mapped[Mapping[str, str]]
    case: Mapped[str] = mapped_column(sa.Text)
    curriculum_version: Mapped[CurriculumVersion] = relationship()

    def as_core(self) -> ConferredClaims:
        """What an audit reads of it."""
        return ConferredClaims(degree=self.degree, case=case_of(self.case), claims=self.claims)


@lru_cache(maxsize=4096)
def case_of(text: str) -> Case:
    """A kept case, parsed once for each text."""
    return read_case(text, "conferred degree")


OPEN = (State.REQUESTED, State.GRANTED)
"""The states in which an exception waits for somebody."""
