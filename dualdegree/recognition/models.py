"""Which tables hold equivalences and who was given which, what was decided one by one, papers, and grading tables?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.audit.facts import Grant
from dualdegree.core.credit import figure
from dualdegree.core.curricula.individual import IndividualRecognition, OutsideWork
from dualdegree.core.grades import SCALES, GradingTable
from dualdegree.core.recognition import RecognitionKind
from dualdegree.db import Base
from dualdegree.programmes.models import OfBoth

_OF_COURSES = sa.text("student_id IS NULL")


class EquivalenceVersion(OfBoth, Base):
    """One version of a programme's equivalence table."""

    __tablename__ = "equivalence_version"
    __table_args__ = (sa.UniqueConstraint("programme_id", "version"),)
    KIND = "equivalences"


class GivenEquivalences(Base):
    """The version that a student keeps, although another is in force by now; whoever has no row has the one in force.

    Written when a version is replaced, for everybody who has no row yet, and when a decision moves somebody.
    ``institution_id`` is who made the decision, or who had proposed the version that is kept.
    """

    __tablename__ = "given_equivalences"

    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("equivalence_version.id"), index=True)
    since: Mapped[dt.datetime]
    minute: Mapped[str]
    """Of the decision that moved the student, or "" where nobody did."""
    version: Mapped[EquivalenceVersion] = relationship()


class EvidenceFile(Base):
    """A syllabus or another paper that speaks for a recognition: its bytes lie in the evidence folder by ``sha256``.

    ``institution_id`` is the institution that keeps it. ``student_id``: about which student it was handed in; None for
    what belongs to the institution's courses, which its partners read as well.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (
        sa.Index(
            "uq_evidence_file_courses",
            "institution_id",
            "sha256",
            unique=True,
            sqlite_where=_OF_COURSES,
            postgresql_where=_OF_COURSES,
        ),
        sa.Index("uq_evidence_file_student", "student_id", "sha256", "institution_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    student_id: Mapped[int | None] = mapped_column(sa.ForeignKey("student.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    name: Mapped[str]
    size: Mapped[int]
    pages: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    kept_at: Mapped[dt.datetime]

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"evidence:{self.id}"


class DecidedRecognition(Base):
    """A recognition that somebody decided for one student and a registrar entered; audits apply it until it is lifted.

    ``key`` names it in every audit. ``sources`` are references of attempts; ``outside`` is the work that no register
    holds, as title and credits; ``grants`` are what it gives, as the recognising degree's course or tags, credits and
    grade. ``revision`` is raised when an appeal changes it.
    """

    __tablename__ = "decided_recognition"
    __table_args__ = (sa.UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    partner_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    degree: Mapped[str]
    kind: Mapped[str]
    sources: Mapped[list[str]]
    outside: Mapped[list[Any]]
    grants: Mapped[list[Any]]
    decision: Mapped[str]
    """Who decided, and under which number: what documents name as the basis."""
    entered_at: Mapped[dt.datetime]
    lifted_at: Mapped[dt.datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    def value(self) -> IndividualRecognition:
        """What was decided, as audits and judgements read it."""
        return IndividualRecognition(
            key=self.key,
            institution=self.institution_id,
            partner=self.partner_id,
            degree=self.degree,
            kind=RecognitionKind(self.kind),
            sources=tuple(self.sources),
            outside=outside_in(self.outside),
            grants=grants_in(self.key, self.grants),
            decision=self.decision,
        )


def outside_in(stored: Sequence[Mapping[str, Any]]) -> tuple[OutsideWork, ...]:
    """Work that no register holds, as it is stored."""
    return tuple(OutsideWork(title=work["title"], credits=Decimal(work["credits"])) for work in stored)


def outside_json(outside: Sequence[OutsideWork]) -> list[Any]:
    """What is stored of such work."""
    return [{"title": work.title, "credits": figure(work.credits)} for work in outside]


def grants_in(key: str, stored: Sequence[Mapping[str, Any]]) -> tuple[Grant, ...]:
    """What a recognition gives, as it is stored."""
    return tuple(
        Grant(
            id=f"{key}/{number}",
            credits=Decimal(grant["credits"]),
            course=grant["course"],
            grade=None if grant["grade"] is None else Decimal(grant["grade"]),
            level=None if grant["level"] is None else Decimal(grant["level"]),
            language=grant["language"],
            tags=tuple(grant["tags"]),
            ungraded_pass=grant["grade"] is None,
            title=grant["title"],
        )
        for number, grant in enumerate(stored, start=1)
    )


def grants_json(grants: Sequence[Grant]) -> list[Any]:
    """What is stored of grants; credits of a group are named by the first of their tags."""
    return [
        {
            "course": grant.course,
            "tag": None if grant.course is not None else grant.tags[0],
            "credits": figure(grant.credits),
            "grade": None if grant.grade is None else figure(grant.grade),
            "level": None if grant.level is None else figure(grant.level),
            "language": grant.language,
            "tags": list(grant.tags),
            "title": dict(grant.title),
        }
        for grant in grants
    ]


class GradeTable(Base):
    """An ECTS grading table as it was imported: how often each grade was given, over the years in ``rows``.

    ``rows`` are [year, grade, count], with grades as figures of ``scale``; ``digest`` is the core's, of the passing
    grades over all years.
    """

    __tablename__ = "grade_table"
    __table_args__ = (sa.UniqueConstraint("institution_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    scale: Mapped[str]
    field: Mapped[str]
    cycle: Mapped[str]
    rows: Mapped[list[Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    filename: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    imported_at: Mapped[dt.datetime]

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"grade-table:{self.id}"

    def as_core(self) -> GradingTable:
        """What conversions read of it."""
        return GradingTable.counting(
            SCALES[self.scale],
            [(Decimal(grade), count) for _, grade, count in self.rows],
            institution=self.institution_id,
            field=self.field,
            cycle=self.cycle,
            years=[year for year, _, _ in self.rows],
        )
