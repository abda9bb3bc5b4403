"""Which table holds the names and titles that institutions approve beside the stored texts?"""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dualdegree.core.policy import Subject, of_institutions
from dualdegree.db import Base


class TitleForm(Base):
    """A name or title in a language that the stored text lacks: entered by one person, approved by another.

    ``key`` is that of the very text that it completes (``core.text.text_key``), ``source`` that text, ``about`` what it
    is the title of. When the text changes, another form has to be approved.
    """

    __tablename__ = "title_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    about: Mapped[str]
    key: Mapped[str] = mapped_column(sa.Text)
    source: Mapped[Mapping[str, str]]
    language: Mapped[str]
    form: Mapped[str]
    state: Mapped[str]
    """``waiting``, ``approved``, ``refused``, ``withdrawn``, or ``replaced`` by a later form."""
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"title:{self.id}"

    def policy_subject(self) -> Subject:
        """The institution's own business."""
        return of_institutions(self.institution_id)
