"""Which tables hold the equivalences between the two curricula, and which version each student was given?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.db import Base
from dualdegree.programmes.models import OfBoth


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
