"""Which tables hold the equivalences between the two curricula, and which version each student was given?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
