"""Which tables hold requests for recognition, the courses they name, and learning agreements with their versions?"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.approval import Hands, State, Step
from dualdegree.core.policy import Subject
from dualdegree.core.recognition import RecognitionKind
from dualdegree.db import Base
from dualdegree.programmes.institutions.procedures import named
from dualdegree.recognition.models import DecidedRecognition
from dualdegree.records.models import Student


class RecognitionRequest(Base):
    """What one student asks to have recognised in one degree, how far that has come, and what was decided.

    ``sources`` are references of attempts; ``outside`` is work that no register holds (title, credits). ``targets`` are
    what is asked for: a course, or a tag, with credits. What was decided stands beside it for ever: ``granted`` (as
    grants with their grades), ``originals`` (each source's grade and scale as earned), ``working`` (how the grade was
    proposed). ``since`` and ``due_on`` tell how long it has waited for whoever acts next. ``revision`` guards against
    two people acting at once. ``target_key`` names what was asked for, so that precedents are found.
    """

    __tablename__ = "recognition_request"
    __table_args__ = (
        sa.Index("ix_recognition_request_institution_id_state", "institution_id", "state", "due_on", "id"),
        sa.Index("ix_recognition_request_partner_id_state", "partner_id", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    partner_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    degree: Mapped[str]
    kind: Mapped[str]
    sources: Mapped[list[str]]
    outside: Mapped[list[Any]]
    targets: Mapped[list[Any]]
    target_key: Mapped[str]
    words: Mapped[str] = mapped_column(sa.Text)
    mobility: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str]
    since: Mapped[dt.datetime]
    due_on: Mapped[dt.date | None]
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    submitted_at: Mapped[dt.datetime | None]
    endorsed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_before_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who took the decision against which the student appealed."""
    decided_on: Mapped[dt.date | None]
    body: Mapped[Mapping[str, str] | None]
    minute: Mapped[str | None]
    reason: Mapped[str | None]
    explanation: Mapped[str | None] = mapped_column(sa.Text)
    explanation_language: Mapped[str | None]
    legal_basis: Mapped[Mapping[str, str] | None]
    appeal_body: Mapped[Mapping[str, str] | None]
    appeal_until: Mapped[dt.date | None]
    granted: Mapped[list[Any]]
    granted_credits: Mapped[Decimal | None]
    granted_grade: Mapped[Decimal | None]
    originals: Mapped[list[Any]]
    working: Mapped[list[Any]]
    grading_tables: Mapped[list[str]]
    """The digests of the grading tables that the proposal was read from."""
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    recognition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decided_recognition.id"))
    revision: Mapped[int] = mapped_column(default=1)
    student: Mapped[Student] = relationship()
    recognition: Mapped[DecidedRecognition | None] = relationship()
    courses: Mapped[list["RequestedCourse"]] = relationship(
        back_populates="request", cascade="all, delete-orphan", order_by="RequestedCourse.course"
    )
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it

    @property
    def subject(self) -> str:
        """How the history, and every audit that applies it, names it."""
        return f"request:{self.id}"

    @property
    def link(self) -> str:
        """The path of its page."""
        return f"/recognition/requests/{self.id}"

    @property
    def hands(self) -> Hands:
        """Who has taken which of its steps."""
        return (
            *((Step.SUBMIT, self.asked_by), (Step.ENDORSE, self.endorsed_by), (Step.CONFIRM, self.confirmed_by)),
            *((Step.GRANT, self.decided_before_by), (Step.GRANT, self.decided_by), (Step.ENTER, self.entered_by)),
        )

    @property
    def by(self) -> str:
        """Who decided, as documents name them."""
        return named(self.body, self.minute)

    @property
    def how(self) -> RecognitionKind:
        """Where the credits were earned."""
        return RecognitionKind(self.kind)

    def policy_subject(self) -> Subject:
        """The student's record, as both institutions and the student know it."""
        return self.student.policy_subject()

    def subject_at(self, institution: str, *, delegated: bool = False) -> Subject:
        """The same as the business of one institution alone; ``delegated``: of its advisors."""
        own = self.student.policy_subject().at(institution)
        return own.delegated_to_advisors() if delegated else own


class RequestedCourse(Base):
    """One course that a request names as a source: how precedents are found among a hundred thousand decisions.

    What was decided is kept here once more (``follow``), with the institution that decided, so that one index answers.
    """

    __tablename__ = "requested_course"
    __table_args__ = (
        sa.Index(
            "ix_requested_course_precedents",
            *(
                "institution_id",
                "course",
                "decider_id",
                "target_key",
                "credits",
                "grade",
                "reason",
                "decided_on",
                "request_id",
            ),
        ),
    )

    request_id: Mapped[int] = mapped_column(sa.ForeignKey("recognition_request.id"), primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"), primary_key=True)
    course: Mapped[str] = mapped_column(primary_key=True)
    decider_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.id"))
    """None while no decision stands; the other columns tell of one only where this does."""
    target_key: Mapped[str | None]
    credits: Mapped[Decimal | None]
    grade: Mapped[Decimal | None]
    reason: Mapped[str | None]
    decided_on: Mapped[dt.date | None]
    request: Mapped[RecognitionRequest] = relationship(back_populates="courses")

    def follow(self, request: RecognitionRequest) -> None:
        """Tell of the decision that stands now, or of none."""
        stands = request.decided_on is not None and request.state in {*DECIDED, State.APPEALED}
        self.decider_id = request.institution_id if stands else None
        self.target_key, self.decided_on = request.target_key, request.decided_on
        self.credits, self.grade, self.reason = request.granted_credits, request.granted_grade, request.reason


class LearningAgreement(Base):
    """One version of what a student studies in a stay at the partner, and of what is recognised for it at home.

    The two lists need not match one to one: ``studied`` has courses of ``partner_id`` with term and credits,
    ``recognised`` has courses or tags of the degree at ``institution_id`` with credits. Versions of one stay have the
    same student, partner and ``stay`` (the term in which it begins). Another text is another version.
    """

    __tablename__ = "learning_agreement"
    __table_args__ = (sa.UniqueConstraint("student_id", "partner_id", "stay", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    partner_id: Mapped[str] = mapped_column(sa.ForeignKey("institution.id"))
    degree: Mapped[str]
    stay: Mapped[str]
    number: Mapped[int]
    studied: Mapped[list[Any]]
    recognised: Mapped[list[Any]]
    words: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(index=True)
    since: Mapped[dt.datetime]
    written_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    written_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]
    endorsed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    endorsed_at: Mapped[dt.datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[dt.datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.Text)
    """Why it was sent back."""
    revision: Mapped[int] = mapped_column(default=1)
    student: Mapped[Student] = relationship()
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name for it

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"learning-agreement:{self.id}"

    @property
    def link(self) -> str:
        """The path of its page."""
        return f"/recognition/stays/{self.id}"

    @property
    def hands(self) -> Hands:
        """Who has taken which of its steps, beside the student, who accepts their own."""
        return (Step.SUBMIT, self.written_by), (Step.ENDORSE, self.endorsed_by), (Step.CONFIRM, self.confirmed_by)

    def policy_subject(self) -> Subject:
        """The student's record, with what decides who reads this version: a draft is for the student and its writer."""
        awaits = {State.ACCEPTED: self.institution_id, State.ENDORSED: self.partner_id}.get(State(self.state))
        paper = self.student.policy_subject().as_paper(
            handed_in=self.accepted_at is not None, awaits=awaits, hands=(taker for _, taker in self.hands)
        )
        return paper.made_by(self.written_by, shared=False)

    def subject_at(self, institution: str) -> Subject:
        """The same as the business of one institution alone."""
        return self.student.policy_subject().at(institution)


WAITING = (
    State.SUBMITTED,
    State.ENDORSED,
    State.CONFIRMED,
    State.GRANTED,
    State.PARTLY_GRANTED,
    State.APPEALED,
)
"""The states of a request in which somebody at one of the institutions is to act."""
DECIDED = (State.GRANTED, State.PARTLY_GRANTED, State.REFUSED, State.ENTERED, State.CLOSED)
"""The states of a request in which a decision stands."""
