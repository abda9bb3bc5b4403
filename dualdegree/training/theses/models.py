"""Which tables hold theses: their titles, supervisors, gates with signatures, reviews and defences?"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dualdegree.core.policy import Subject
from dualdegree.core.text import Text
from dualdegree.core.training.defences import CommitteeMember, DefenceOutcome, Opinion, Review, Votes
from dualdegree.core.training.theses import ENTERPRISE, GateStanding
from dualdegree.db import Base
from dualdegree.records.models import Student


class Thesis(Base):
    """The thesis or practice achievement of one student, for the degrees of all institutions of the student.

    A student has one at a time: ``time`` counts those that were withdrawn before it. ``revision`` is raised by every
    step, so that nobody acts on an old page. ``stage`` and ``awaits`` (parties, each between blanks) say for lists how
    far it had come by the last step, and who signs next.
    """

    __tablename__ = "thesis"
    __table_args__ = (sa.UniqueConstraint("student_id", "time"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    time: Mapped[int]
    kind: Mapped[str]
    stage: Mapped[str] = mapped_column(index=True)
    awaits: Mapped[str]
    embargo_until: Mapped[dt.date | None]
    embargo_reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    student: Mapped[Student] = relationship(lazy="joined")
    titles: Mapped[list["ThesisTitle"]] = relationship(order_by="ThesisTitle.id", lazy="selectin")
    supervisors: Mapped[list["ThesisSupervisor"]] = relationship(
        # The mentor from the enterprise last.
        order_by=lambda: (ThesisSupervisor.party == ENTERPRISE, ThesisSupervisor.party),
        lazy="selectin",
    )
    gates: Mapped[list["ThesisGate"]] = relationship(order_by="ThesisGate.id", lazy="selectin")
    reviews: Mapped[list["ThesisReview"]] = relationship(order_by="ThesisReview.on", lazy="selectin")
    defences: Mapped[list["ThesisDefence"]] = relationship(
        back_populates="thesis", order_by="ThesisDefence.on, ThesisDefence.id", lazy="selectin"
    )

    @property
    def subject(self) -> str:
        """How the history names it."""
        return f"thesis:{self.id}"

    @property
    def link(self) -> str:
        """The path of its page."""
        return f"/theses/{self.id}"

    @property
    def institution_id(self) -> str:
        """Whose history tells of it: each does, so that of the first is read."""
        return self.institutions[0]

    @property
    def title(self) -> Text:
        """What it is called now, in each language that somebody has given."""
        return self.titles[-1].title

    @property
    def institutions(self) -> tuple[str, ...]:
        """Those towards whose degrees it counts, in the order of their ids."""
        return tuple(sorted(side.institution_id for side in self.student.enrolments))

    def party_of(self, person_id: int) -> tuple[str, ...]:
        """The parties for which this person signs."""
        return tuple(row.party for row in self.supervisors if row.person_id == person_id)

    def standings(self) -> Mapping[str, GateStanding]:
        """How far each gate has come, for the law."""
        return {gate.gate: gate.as_core() for gate in self.gates}

    def held_for(self, institution: str) -> list["ThesisDefence"]:
        """The defences that serve the degree of this institution, oldest first."""
        return [defence for defence in self.defences if institution in defence.institutions]

    def policy_subject(self) -> Subject:
        """The student's record, and the business of whoever supervises the thesis."""
        return self.student.policy_subject().guided_by(*(row.person_id for row in self.supervisors))

    def subject_at(self, institution: str) -> Subject:
        """The same as the business of one institution alone."""
        return self.policy_subject().at(institution)


class ThesisTitle(Base):
    """What a thesis was called from some moment on, who said so, and why."""

    __tablename__ = "thesis_title"

    id: Mapped[int] = mapped_column(primary_key=True)
    thesis_id: Mapped[int] = mapped_column(sa.ForeignKey("thesis.id"), index=True)
    title: Mapped[Mapping[str, str]]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    reason: Mapped[str]


class ThesisSupervisor(Base):
    """Who signs for a party: the supervisor of the institution with this id, or the mentor from the enterprise."""

    __tablename__ = "thesis_supervisor"
    __table_args__ = (sa.UniqueConstraint("thesis_id", "party"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thesis_id: Mapped[int] = mapped_column(sa.ForeignKey("thesis.id"), index=True)
    party: Mapped[str]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str]

    @property
    def from_enterprise(self) -> bool:
        """Whether it is the mentor from the enterprise."""
        return self.party == ENTERPRISE


class ThesisGate(Base):
    """One gate of a thesis: what was handed in for it, who has signed it, and why it was last sent back."""

    __tablename__ = "thesis_gate"
    __table_args__ = (sa.UniqueConstraint("thesis_id", "gate"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thesis_id: Mapped[int] = mapped_column(sa.ForeignKey("thesis.id"), index=True)
    gate: Mapped[str]
    words: Mapped[str] = mapped_column(sa.Text)
    handed_in: Mapped[bool]
    handed_in_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(sa.Text)
    """Why it was sent back; empty once it is handed in anew."""
    signatures: Mapped[list["ThesisSignature"]] = relationship(
        order_by="ThesisSignature.id", lazy="selectin", cascade="all, delete-orphan"
    )

    def as_core(self) -> GateStanding:
        """How far it has come, for the law."""
        signed = frozenset(signature.party for signature in self.signatures)
        return GateStanding(gate=self.gate, handed_in=self.handed_in, signed=signed)


class ThesisSignature(Base):
    """One party's yes to what was handed in for a gate."""

    __tablename__ = "thesis_signature"
    __table_args__ = (sa.UniqueConstraint("gate_id", "party"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gate_id: Mapped[int] = mapped_column(sa.ForeignKey("thesis_gate.id"), index=True)
    party: Mapped[str]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    signed_at: Mapped[dt.datetime]
    words: Mapped[str] = mapped_column(sa.Text)


class ThesisReview(Base):
    """One reviewer's opinion before the defence."""

    __tablename__ = "thesis_review"
    __table_args__ = (sa.UniqueConstraint("thesis_id", "reviewer_key", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thesis_id: Mapped[int] = mapped_column(sa.ForeignKey("thesis.id"), index=True)
    reviewer: Mapped[str]
    reviewer_key: Mapped[str]
    """The name as two ways of writing it share it: nobody reviews twice on one day."""
    affiliation: Mapped[str]
    on: Mapped[dt.date]
    opinion: Mapped[str]
    words: Mapped[str] = mapped_column(sa.Text)
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[dt.datetime]

    def as_core(self) -> Review:
        """What it says, for the law."""
        return Review(
            reviewer=self.reviewer,
            affiliation=self.affiliation,
            on=self.on,
            opinion=Opinion(self.opinion),
            words=self.words,
        )


class ThesisDefence(Base):
    """One defence: its committee, votes and result, for the degrees of the institutions that ``serves`` names.

    ``committee`` are members as JSON; ``results`` the outcome and ``grades`` the grade as given for each institution,
    by its id. ``number`` counts the defences that served these degrees. ``entered`` are the institutions in whose
    record it stands, with who entered it and when.
    """

    __tablename__ = "thesis_defence"
    __table_args__ = (sa.UniqueConstraint("thesis_id", "serves", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thesis_id: Mapped[int] = mapped_column(sa.ForeignKey("thesis.id"), index=True)
    serves: Mapped[str]
    number: Mapped[int]
    on: Mapped[dt.date]
    place: Mapped[str]
    video: Mapped[str]
    committee: Mapped[list[Any]]
    in_favour: Mapped[int]
    against: Mapped[int]
    abstained: Mapped[int]
    results: Mapped[Mapping[str, str]]
    grades: Mapped[Mapping[str, str]]
    minute: Mapped[str]
    announced_on: Mapped[dt.date]
    corrections: Mapped[str] = mapped_column(sa.Text)
    corrected_on: Mapped[dt.date | None]
    corrected_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    entered: Mapped[Mapping[str, Any]]
    recorded_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime]
    thesis: Mapped[Thesis] = relationship(back_populates="defences")

    @property
    def source(self) -> str:
        """What the record rests on, as the history names it."""
        return f"thesis:{self.thesis_id}"

    @property
    def institutions(self) -> tuple[str, ...]:
        """The institutions whose degrees it serves, in the order of their ids."""
        return tuple(self.serves.split(" "))

    @property
    def members(self) -> tuple[CommitteeMember, ...]:
        """The committee, for the law."""
        return tuple(CommitteeMember(**member) for member in self.committee)

    @property
    def votes(self) -> Votes:
        """How the committee voted, for the law."""
        return Votes(in_favour=self.in_favour, against=self.against, abstained=self.abstained)

    def outcome_at(self, institution: str) -> DefenceOutcome:
        """What it made of the thesis for the degree of this institution."""
        return DefenceOutcome(self.results[institution])

    def policy_subject(self) -> Subject:
        """Whose business the thesis is."""
        return self.thesis.policy_subject()
