"""Which tables hold people, their roles at institutions and their sign-in sessions?"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.db import Base


class Person(Base):
    """Somebody who may sign in. ``locale`` is what they chose to read in, if they chose."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    locale: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    roles: Mapped[list["RoleHeld"]] = relationship(back_populates="person", order_by="RoleHeld.id", lazy="selectin")


class RoleHeld(Base):
    """A role that a person holds at one institution: ``student``, ``advisor`` or ``registrar``."""

    __tablename__ = "role_held"
    __table_args__ = (sa.UniqueConstraint("person_id", "institution_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    role: Mapped[str]
    person: Mapped[Person] = relationship(back_populates="roles")


class SignInSession(Base):
    """One sign-in on one device; the cookie holds a random token, this row only its SHA-256."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    person: Mapped[Person] = relationship(lazy="joined")
