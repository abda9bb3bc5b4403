"""Which table holds the registrars' sign-offs?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dualdegree.db import Base


class SignOff(Base):
    """One registrar's word, for one institution, that this very state may be printed as official.

    ``digest`` is that of ``state``: everything that the audits read and the transcript prints. When today's state has
    another digest the sign-off is void, and comparing the two states tells what changed.
    """

    __tablename__ = "sign_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    signed_at: Mapped[dt.datetime]
    digest: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.Text, deferred=True)
    withdrawn_at: Mapped[dt.datetime | None]
