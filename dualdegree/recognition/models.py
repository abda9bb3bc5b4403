"""Which tables hold the equivalences between the two curricula?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dualdegree.db import Base


class EquivalenceVersion(Base):
    """One version of a programme's equivalence table; in force once both institutions approved the same digest."""

    __tablename__ = "equivalence_version"
    __table_args__ = (sa.UniqueConstraint("programme_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[str] = mapped_column(sa.ForeignKey("programme.id"))
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    """Whoever proposed it."""
    partner_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    version: Mapped[str]
    text: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64))
    in_force_from: Mapped[dt.datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
