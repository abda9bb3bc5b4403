"""Which tables hold the equivalences between the two curricula?"""

import sqlalchemy as sa

from dualdegree.db import Base
from dualdegree.programmes.models import OfBoth


class EquivalenceVersion(OfBoth, Base):
    """One version of a programme's equivalence table."""

    __tablename__ = "equivalence_version"
    __table_args__ = (sa.UniqueConstraint("programme_id", "version"),)
    KIND = "equivalences"
