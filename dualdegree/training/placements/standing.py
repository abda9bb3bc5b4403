"""How does a placement stand for each institution: its checklist today, its evaluations, its months?"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.days import day_in
from dualdegree.core.policy import Actor, Role
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.core.text import Message
from dualdegree.core.training.checklist import CheckedItem, ChecklistItem, PlacementFacts, checked, is_complete
from dualdegree.core.training.evaluation import Evaluation, EvaluationStanding, standing
from dualdegree.core.training.parties import TrainingParty
from dualdegree.core.training.periods import counted
from dualdegree.programmes.institutions.profile import Profile
from dualdegree.programmes.institutions.training import Training
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import profile_of
from dualdegree.training.mentors.models import Mentor
from dualdegree.training.placements.models import Placement, PlacementEntry, PlacementSide

APPROVAL, EVALUATION, READ, OPINION = "approval", "evaluation", "read", "opinion"
LOG, REPORT, MID_TERM, SUMMARY, TICK = "log", "report", "mid_term", "summary", "tick"
EVALUATIONS = {
    TrainingParty.ENTERPRISE_MENTOR: ChecklistItem.ENTERPRISE_EVALUATION,
    TrainingParty.UNIVERSITY_MENTOR: ChecklistItem.UNIVERSITY_EVALUATION,
    TrainingParty.PANEL: ChecklistItem.PANEL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideStanding:
    """How a placement stands for one institution today."""

    side: PlacementSide
    training: Training
    lines: tuple[CheckedItem, ...]
    evaluation: EvaluationStanding
    months: Fraction
    next_approval: TrainingParty | None

    @property
    def is_complete(self) -> bool:
        """Whether everything that the institution asks for is done."""
        return is_complete(self.lines)

    @property
    def months_counted(self) -> Decimal:
        """The months as they would enter the record."""
        return counted(self.months)

    @property
    def open(self) -> tuple[CheckedItem, ...]:
        """What is still to be done."""
        return tuple(line for line in self.lines if line.due is not None)


def placement_of(session: orm.Session, placement_id: int) -> Placement:
    """The placement; raises ``Absent``."""
    row = session.get(Placement, placement_id, options=LOADED)
    if row is None:
        raise Absent("There is no such placement.")
    return row


LOADED = (
    orm.joinedload(Placement.student),
    orm.joinedload(Placement.enterprise),
    orm.joinedload(Placement.mentor),
    orm.joinedload(Placement.agreement),
    orm.selectinload(Placement.entries),
)


def placements_of(student: int) -> sa.Select[Placement]:
    """A student's placements, the latest first."""
    query = sa.select(Placement).where(Placement.student_id == student)
    return query.order_by(Placement.starts_on.desc(), Placement.id.desc()).options(*LOADED)


def placements_at(institution: str) -> sa.Select[Placement]:
    """The placements that count for an institution, the latest first."""
    side = sa.select(PlacementSide.placement_id).where(PlacementSide.institution_id == institution)
    query = sa.select(Placement).where(Placement.id.in_(side))
    return query.order_by(Placement.starts_on.desc(), Placement.id.desc()).options(*LOADED)


def placements_guided_by(person: int) -> sa.Select[Placement]:
    """The placements that name this person as a mentor, the latest first."""
    mentor = sa.select(Mentor.id).where(Mentor.person_id == person)
    sides = sa.select(PlacementSide.placement_id).where(PlacementSide.mentor_id.in_(mentor))
    query = sa.select(Placement).where(sa.or_(Placement.mentor_id.in_(mentor), Placement.id.in_(sides)))
    return query.order_by(Placement.starts_on.desc(), Placement.id.desc()).options(*LOADED)


def profiles(session: orm.Session, institutions: Collection[str]) -> dict[str, Profile]:
    """The profiles of these institutions."""
    query = sa.select(Institution).where(Institution.id.in_(institutions)).order_by(Institution.id)
    return {row.id: profile_of(row) for row in session.scalars(query)}


def training_at(profile: Profile) -> Training:
    """How the institution runs placements. Raises ``Refusal`` where its profile does not say."""
    if profile.training is None:
        raise Refusal(
            "The profile of %(institution)s says nothing of placements; add “training” to it on its page.",
            {"institution": profile.names},
        )
    return profile.training


def standings(
    session: orm.Session, placements: Iterable[Placement], at: dt.datetime
) -> dict[int, tuple[SideStanding, ...]]:
    """How each placement stands for every institution for which it counts; a fixed number of statements."""
    rows = list(placements)
    known = profiles(session, {where for row in rows for where in row.institutions})
    return {
        row.id: tuple(
            side_standing(row, side, known[side.institution_id], at)
            for side in row.sides
            if known[side.institution_id].training is not None
        )
        for row in rows
    }


def side_standing(row: Placement, side: PlacementSide, profile: Profile, at: dt.datetime) -> SideStanding:
    """How a placement stands for one institution, on the day that it is there."""
    training = training_at(profile)
    facts = facts_of(row, side, profile)
    waiting = (party for party in training.approvals if party not in facts.approved)
    return SideStanding(
        side=side,
        training=training,
        lines=checked(training.checklist, facts, day_in(at, profile.time_zone)),
        evaluation=standing(evaluations_of(row, side), training.forms, training.lawful),
        months=training.months.count(row.period, row.hours),
        next_approval=next(waiting, None),
    )


def facts_of(row: Placement, side: PlacementSide, profile: Profile) -> PlacementFacts:
    """What was done, as the institution's checklist sees it: what is nobody's own is seen by both."""
    own = [entry for entry in row.entries if _concerns(entry, side)]
    days = {_key(entry): entry.on for entry in own if entry.kind not in {APPROVAL, EVALUATION}}
    days |= {EVALUATIONS[TrainingParty(entry.party)]: entry.on for entry in own if entry.kind == EVALUATION}
    if row.plan and row.objectives:
        days[ChecklistItem.PLAN] = row.planned_at.date()
    return PlacementFacts(
        period=row.period,
        abroad=row.enterprise.country != profile.country,
        days=days,
        approvals=training_at(profile).approvals,
        approved={TrainingParty(entry.party): entry.on for entry in own if entry.kind == APPROVAL},
    )


SHARED = (LOG, REPORT, MID_TERM, SUMMARY)
"""What is written once, for every institution."""


def _concerns(entry: PlacementEntry, side: PlacementSide) -> bool:
    """Whether an entry is of this institution: its own, the student's, or a reading by the mentor at the enterprise."""
    if entry.kind in SHARED:
        return True
    mentors = entry.kind in {READ, OPINION} and entry.party == TrainingParty.ENTERPRISE_MENTOR
    return mentors or entry.institution_id == side.institution_id


def _key(entry: PlacementEntry) -> str:
    """What the checklist calls it."""
    match entry.kind:
        case "log" | "report":
            return f"{entry.kind}:{entry.what}"
        case "read":
            return f"{entry.kind}:{entry.what}:{entry.party}"
        case "opinion":
            return f"{entry.kind}:{entry.party}"
        case "tick":
            return entry.what
        case _:
            return entry.kind


def evaluations_of(row: Placement, side: PlacementSide) -> Mapping[TrainingParty, Evaluation]:
    """What was given on the institution's forms, by who gave it."""
    return {
        TrainingParty(entry.party): Evaluation(
            by=TrainingParty(entry.party),
            aspects=entry.content["aspects"],
            overall=entry.content["overall"],
            words=entry.words,
        )
        for entry in row.entries
        if entry.kind == EVALUATION and entry.institution_id == side.institution_id
    }


def parts_of(actor: Actor, row: Placement) -> Sequence[tuple[TrainingParty, str]]:
    """In which parts somebody acts in a placement: party and institution, "" where it is for all of them."""
    parts: list[tuple[TrainingParty, str]] = []
    if actor.person_id and actor.person_id == row.student.person_id:
        parts.append((TrainingParty.STUDENT, ""))
    mentoring = actor.institutions(Role.MENTOR)
    if row.mentor.person_id is not None and row.mentor.person_id == actor.person_id and mentoring:
        parts.append((TrainingParty.ENTERPRISE_MENTOR, ""))
    for side in row.sides:
        if side.mentor.person_id == actor.person_id and side.institution_id in mentoring:
            parts.append((TrainingParty.UNIVERSITY_MENTOR, side.institution_id))
        if side.institution_id in actor.institutions(Role.REGISTRAR):
            parts.append((TrainingParty.REGISTRAR, side.institution_id))
    return parts


PLACEMENT_STATES: dict[str, tuple[str, Message]] = {
    "planned": ("planned", Message("Planned: approvals are missing")),
    "agreed": ("planned", Message("Agreed: it has not begun yet")),
    "running": ("pending", Message("Running")),
    "ended": ("partial", Message("Ended: not certified yet")),
    "certified": ("met", Message("Certified")),
    "withdrawn": ("neutral", Message("No longer pursued")),
}
"""Where a placement has come to, as a shape and a word."""


def state_of(row: Placement, sides: Sequence[SideStanding], today: dt.date) -> str:
    """Where a placement has come to: a key of ``PLACEMENT_STATES``."""
    if row.withdrawn:
        return "withdrawn"
    if sides and all(side.side.is_certified for side in sides):
        return "certified"
    if any(side.next_approval for side in sides):
        return "planned"
    if today < row.starts_on:
        return "agreed"
    return "running" if today <= row.ends_on else "ended"
