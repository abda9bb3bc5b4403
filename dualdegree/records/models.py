"""Which tables hold students, their two enrolments, what they attempted, and the files that told us?"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.policy import Actor, Role, Subject, of_institutions, of_student
from dualdegree.core.text import LANGUAGES, Text
from dualdegree.db import Base
from dualdegree.programmes.models import CurriculumVersion


def full_name(family: str, given: str, han: str | None) -> Text:
    """A student's name as lists show it: as in the passport, family name first, and in Han where there is one.

    Each reader finds first the one that they read.
    """
    latin = f"{family}, {given}"
    return {name: _both(latin, han, name) for name in LANGUAGES}


def _both(latin: str, han: str | None, language: str) -> str:
    if not han:
        return latin
    return f"{han} · {latin}" if language.startswith("zh") else f"{latin} · {han}"


def reference(institution: str, course: str, term: str, sitting: str) -> str:
    """What its register calls an attempt, so that every database calls it the same."""
    return f"{institution}/{course}/{term}/{sitting}"


BY_CODE_POINT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
"""Text in an order of which an index can answer what begins a word."""


class Student(Base):
    """One person in both registers: the name in Han as the Chinese register has it, in Latin as the passport has it."""

    __tablename__ = "student"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[str] = mapped_column(sa.ForeignKey("programme.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    family_name: Mapped[str]
    given_name: Mapped[str]
    han_name: Mapped[str | None]
    birth_date: Mapped[dt.date] = mapped_column(index=True)
    nationality: Mapped[str] = mapped_column(sa.String(2))
    enrolments: Mapped[list["Enrolment"]] = relationship(
        back_populates="student", order_by="Enrolment.institution_id", lazy="selectin"
    )

    @property
    def subject(self) -> str:
        """How the history names the student."""
        return f"student:{self.id}"

    @property
    def full_name(self) -> Text:
        """The name as lists show it."""
        return full_name(self.family_name, self.given_name, self.han_name)

    def policy_subject(self) -> Subject:
        """Both institutions' business, the student's own, and that of the advisors named on either side."""
        return of_student(
            institutions=[enrolment.institution_id for enrolment in self.enrolments],
            owner=self.person_id,
            advisors=[enrolment.advisor_id for enrolment in self.enrolments],
        )

    def kept_by(self, actor: Actor) -> "Enrolment | None":
        """The enrolment at the institution for which the actor is a registrar, if any."""
        held = actor.institutions(Role.REGISTRAR)
        return next((side for side in self.enrolments if side.institution_id in held), None)

    def number_at(self, institution: str) -> str:
        """The student's number there. Raises ``StopIteration`` where the student is not enrolled."""
        return next(side.number for side in self.enrolments if side.institution_id == institution)

    def outdate(self) -> None:
        """Whatever was judged of the student is out of date. Call with the enrolments locked."""
        for side in self.enrolments:
            side.revision += 1


class Enrolment(Base):
    """A student in one institution's register, bound to one version of its curriculum.

    ``revision`` is raised in the transaction of whatever changes it: its attempts, milestones, names, version.
    ``partner_number`` is what this register says the student's number at the partner is; ``person_as_told`` is what it
    says of the person, from which both registers' words are made into one ``Student``. ``document_hash`` and
    ``document_end`` are what is kept of an identity document: see ``core.identity``.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        sa.UniqueConstraint("institution_id", "number"),
        sa.UniqueConstraint("student_id", "institution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    number: Mapped[str]
    partner_number: Mapped[str | None] = mapped_column(index=True)
    person_as_told: Mapped[Mapping[str, Any]] = mapped_column("told", default=dict)
    route: Mapped[str]
    admission_term: Mapped[str]
    curriculum_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("curriculum_version.id"), index=True)
    advisor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    document_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    document_end: Mapped[str | None] = mapped_column(sa.String(4))
    cohort: Mapped[str | None]
    field: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    student: Mapped[Student] = relationship(back_populates="enrolments")
    curriculum_version: Mapped[CurriculumVersion | None] = relationship()


class SearchWord(Base):
    """One word by which a student is found, without case, accents and punctuation: see ``searching``.

    ``source`` is ``record``, for what is written anew whenever the record changes, or ``document``.
    """

    __tablename__ = "search_word"
    __table_args__ = (sa.Index("ix_search_word_word", "word", "student_id"),)

    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), primary_key=True)
    word: Mapped[str] = mapped_column(BY_CODE_POINT, primary_key=True)
    source: Mapped[str]


class LinkProposal(Base):
    """One register says that its student is the other's: nothing is joined before a registrar there confirms it.

    ``institution_id`` is who must confirm; ``enrolment`` is the one whose register says so, ``named`` the one that is
    meant. ``basis`` is ``number``: the first names the number of the second, and it holds as long as it does; or
    ``likeness``: a person proposed it, by the ``evidence`` (traits that agree, and that differ).
    """

    __tablename__ = "link_proposal"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "named_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    named_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    state: Mapped[str]
    """``waiting``, ``confirmed``, ``refused`` or ``undone``; of a likely match that somebody has said not to be one
    person before anything was proposed ``dismissed``."""
    basis: Mapped[str] = mapped_column(default="number")
    evidence: Mapped[Mapping[str, Any] | None]
    proposed_at: Mapped[dt.datetime]
    proposed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    enrolment: Mapped[Enrolment] = relationship(foreign_keys=enrolment_id)
    named: Mapped[Enrolment] = relationship(foreign_keys=named_id)

    @property
    def refused(self) -> bool:
        """Whether the partner said no."""
        return self.state == "refused"

    def policy_subject(self) -> Subject:
        """The business of the institution that must confirm it."""
        return of_institutions(self.institution_id)


class StudentJoin(Base):
    """Two students turned out to be one: the row ``kept``, and the row ``gone`` that is empty since then.

    ``enrolments`` are those that came from it, ``kept_account`` and ``gone_account`` the accounts that each had, for a
    link that turns out to be wrong. ``undone``: the two are apart again.
    """

    __tablename__ = "student_join"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    gone_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"))
    enrolments: Mapped[list[Any]]
    kept_account: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    gone_account: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    undone: Mapped[bool] = mapped_column(default=False)


class LinkUndoing(Base):
    """One institution says that a student's two enrolments are two persons'; the other one confirms or refuses it.

    ``institution_id`` is who must confirm. ``account_of`` is the enrolment whose student signs in with the account,
    None where there is no account.
    """

    __tablename__ = "link_undoing"

    id: Mapped[int] = mapped_column(primary_key=True)
    joined_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    proposer_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    state: Mapped[str]
    """``waiting``, ``confirmed``, ``refused`` or ``withdrawn``."""
    reason: Mapped[str] = mapped_column(sa.Text)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it was refused."""
    account_of: Mapped[int | None] = mapped_column(sa.ForeignKey("enrolment.id"))
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    student: Mapped[Student] = relationship()
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it


class RegisteredAttempt(Base):
    """One sitting of one course, as the register tells it. ``grade_as_given`` is kept to the letter."""

    __tablename__ = "attempt"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "course", "term", "sitting"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    course: Mapped[str]
    term: Mapped[str]
    sitting: Mapped[str]
    titles: Mapped[Mapping[str, str]]
    credits: Mapped[Decimal]
    status: Mapped[str]
    grade_as_given: Mapped[str]
    grade: Mapped[Decimal | None]
    mention: Mapped[str | None]
    marks: Mapped[list[str]] = mapped_column(default=list)
    """Words of ``core.records.RegisterMark`` that the register's own stand for, in their order."""
    enrolment: Mapped[Enrolment] = relationship()

    @property
    def reference(self) -> str:
        """What its register calls the attempt."""
        return reference(self.institution_id, self.course, self.term, self.sitting)


class RegisterRecognition(Base):
    """A row that a register itself marks as recognised, exempted or transferred: listed, never an attempt."""

    __tablename__ = "register_recognition"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "course", "term", "mark"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    course: Mapped[str]
    term: Mapped[str]
    titles: Mapped[Mapping[str, str]]
    credits: Mapped[Decimal]
    mark: Mapped[str]
    kind: Mapped[str] = mapped_column(default="recognised")
    """One of ``core.records.LISTED``, which the profile says that the mark is."""


class MilestoneHeld(Base):
    """Something achieved that is not a course: a defence, months of practice, a language level."""

    __tablename__ = "milestone_held"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "milestone"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    milestone: Mapped[str]
    value: Mapped[Decimal | None]
    achieved_on: Mapped[dt.date | None]


class ImportBatch(Base):
    """One file that somebody offered: previewed, and confirmed at most once. The bytes are kept until it is settled."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    kind: Mapped[str]
    filename: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    offered_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    report: Mapped[Mapping[str, Any]]
    taken_back_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    taken_back_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), default=None)

    @property
    def state(self) -> str:
        """``confirmed``, ``taken back``, ``withdrawn``, or ``waiting``; ``unread`` until its columns are known."""
        if self.taken_back_at is not None:
            return "taken back"
        if self.confirmed_at is not None:
            return "confirmed"
        if self.report.get("withdrawn"):
            return "withdrawn"
        return "unread" if self.report.get("unread") else "waiting"

    @property
    def is_confirmed(self) -> bool:
        """Whether its rows are in the record."""
        return self.state == "confirmed"

    @property
    def is_taken_back(self) -> bool:
        """Whether its rows were in the record, and are not any more."""
        return self.taken_back_at is not None

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"import:{self.id}"

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be confirmed or withdrawn."""
        return self.state == "waiting"

    @property
    def is_unread(self) -> bool:
        """Whether somebody has to say which column is which."""
        return self.state == "unread"

    def policy_subject(self) -> Subject:
        """The business of the institution whose register it is."""
        return of_institutions(self.institution_id)


class ImportedRow(Base):
    """One row of the record that a confirmed import added, changed or took away: its columns before and after.

    ``before`` is None where it was added, ``after`` where it was taken away; of a row that was changed, both hold the
    columns that differ. ``row_table`` and ``row_id`` name the row. So the very state before can come back.
    """

    __tablename__ = "imported_row"
    __table_args__ = (sa.Index("ix_imported_row_row", "row_table", "row_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    row_table: Mapped[str]
    row_id: Mapped[int]
    before: Mapped[Mapping[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    after: Mapped[Mapping[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
