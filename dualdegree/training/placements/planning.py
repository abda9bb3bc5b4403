"""How is a placement planned, changed, approved in the order of each institution, and withdrawn?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.days import day_in
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.core.training.hours import Workload, refuse_hours, refuse_overlap
from dualdegree.core.training.parties import PARTIES, TrainingParty
from dualdegree.core.training.periods import TrainingPeriod, period
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.institutions.profile import Profile
from dualdegree.programmes.texts import courses_of
from dualdegree.records.models import Enrolment, Student
from dualdegree.training.enterprises.models import Enterprise, TrainingAgreement
from dualdegree.training.enterprises.service import refuse_uncovered
from dualdegree.training.mentors.models import Mentor, MentorKind
from dualdegree.training.mentors.service import refuse_unappointed
from dualdegree.training.placements.models import Placement, PlacementEntry, PlacementSide
from dualdegree.training.placements.notices import tell_concerned
from dualdegree.training.placements.standing import APPROVAL, parts_of, profiles, side_standing, training_at

CERTIFIED = Message(
    "An institution has certified this placement; it is not changed any more. Let its registrar withdraw the "
    "certificate first."
)
CHANGED = Message("Somebody has changed the placement since you opened the page; read it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePlan:
    """What a placement is to be for one institution; ``course`` is "" where it is passed as none."""

    mentor: Mentor
    course: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementPlan:
    """What somebody plans; ``sides`` by institution."""

    enterprise: Enterprise
    agreement: TrainingAgreement
    mentor: Mentor
    plan: str
    objectives: str
    place: str
    starts_on: dt.date
    ends_on: dt.date
    weekly_hours: Decimal
    hours: Decimal
    sides: Mapping[str, SidePlan]
    paid: bool = False
    dual: bool = False


def plan(
    session: orm.Session,
    actor: Actor,
    student: Student,
    wanted: PlacementPlan,
    *,
    at: dt.datetime,
    placement: Placement | None = None,
    seen: int | None = None,
) -> Placement:
    """Plan a placement, or change its plan; whoever approved the old plan is asked anew.

    Raises ``NotAllowed``; ``Refusal``, about the field, for days in the wrong order, an agreement that does not cover
    them, a mentor who is not appointed on each of them, too many hours, or other placements in the way; ``Conflict``
    once it is certified or where it has changed since revision ``seen``.
    """
    require(actor, Permission.PLAN_PLACEMENT, student.policy_subject())
    known = profiles(session, wanted.sides)
    worked = period(wanted.starts_on, wanted.ends_on, about="ends_on")
    lock(session, student)
    if placement is not None:
        _lock(session, placement, seen)
    _refuse_words(wanted)
    _refuse_parties(wanted, worked, student)
    _refuse_work(session, wanted, worked, student, known, but=placement.id if placement else 0)
    row = placement or Placement(
        student_id=student.id, institution_id=min(wanted.sides), withdrawn="", entries=[], sides=[]
    )
    before, as_it_was = (_in_history(row), _planned(row)) if placement else (None, ())
    differ = _sides_differ(row, wanted)
    _fill(row, wanted, student)
    if placement is not None and as_it_was == _planned(row) and not differ:
        return row
    row.planned_by, row.planned_at = actor.person_id or None, at
    _fill_sides(row, wanted, student)
    _forget_approvals(row)
    row.revision = (row.revision or 0) + 1
    session.add(row)
    session.flush()
    session.refresh(row)
    act = Act.PLACEMENT_PLANNED if before is None else Act.PLACEMENT_CHANGED
    _tell(session, actor, row, act, at, before=before, after=_in_history(row))
    tell_concerned(session, actor, row, act, at)
    return row


def _refuse_words(wanted: PlacementPlan) -> None:
    needed = {
        "plan": Message("Say what the student is going to do, stage by stage."),
        "objectives": Message("Say what the student is to learn."),
        "place": Message("Say where the student works."),
    }
    for name, sentence in needed.items():
        if not getattr(wanted, name).strip():
            raise Refusal(sentence, about=name)
    if not wanted.sides:
        raise Refusal("Choose the mentor of at least one university; the placement counts there.", about="sides")


def _refuse_parties(wanted: PlacementPlan, worked: TrainingPeriod, student: Student) -> None:
    """The agreement covers enterprise, student and days; the mentors are appointed, and two different persons."""
    if wanted.agreement.enterprise_id != wanted.enterprise.id:
        raise Refusal("This agreement is with another enterprise; choose one with this enterprise.", about="agreement")
    if not wanted.agreement.institutions.intersection(wanted.sides):
        raise Refusal(
            "This agreement binds none of the institutions for which the placement counts.", about="agreement"
        )
    refuse_uncovered(wanted.agreement, worked, student.id)
    if wanted.mentor.kind != MentorKind.ENTERPRISE or wanted.mentor.enterprise_id != wanted.enterprise.id:
        raise Refusal("Choose a mentor of this enterprise.", about="mentor")
    refuse_unappointed(wanted.mentor, worked, about="mentor")
    enrolled = {side.institution_id for side in student.enrolments}
    for institution, side in sorted(wanted.sides.items()):
        about = f"mentor_{institution}"
        if institution not in enrolled:
            raise Refusal("The student is not enrolled there; the placement cannot count there.", about=about)
        if side.mentor.kind != MentorKind.UNIVERSITY or side.mentor.institution_id != institution:
            raise Refusal("Choose a mentor of this university.", about=about)
        if side.mentor.email == wanted.mentor.email:
            raise Refusal("The mentors of the university and of the enterprise are two persons.", about=about)
        refuse_unappointed(side.mentor, worked, about=about)


def _refuse_work(
    session: orm.Session,
    wanted: PlacementPlan,
    worked: TrainingPeriod,
    student: Student,
    known: Mapping[str, Profile],
    *,
    but: int,
) -> None:
    most = min(training_at(known[institution]).weekly_hours for institution in wanted.sides)
    work = Workload(name=wanted.enterprise.names, period=worked, weekly=wanted.weekly_hours, total=wanted.hours)
    refuse_hours(work, most)
    refuse_overlap(work, _others(session, student, but), most)
    for institution, side in sorted(wanted.sides.items()):
        if side.course and side.course not in courses_for(student, institution, known[institution]):
            raise Refusal(
                "The student's curriculum has no such course that a placement could pass.",
                about=f"course_{institution}",
            )


def _others(session: orm.Session, student: Student, but: int) -> list[Workload]:
    query = (
        sa.select(Placement)
        .where(Placement.student_id == student.id, Placement.id != but, Placement.withdrawn == "")
        .order_by(Placement.starts_on, Placement.id)
        .options(orm.joinedload(Placement.enterprise))
    )
    return [
        Workload(name=row.enterprise.names, period=row.period, weekly=row.weekly_hours, total=row.hours)
        for row in session.scalars(query)
    ]


def courses_for(student: Student, institution: str, profile: Profile) -> dict[str, Mapping[str, str]]:
    """The courses of the student's curriculum that a placement can pass there: code → title."""
    training, enrolment = profile.training, _enrolment(student, institution)
    version = enrolment.curriculum_version if enrolment else None
    if training is None or version is None or not training.tag:
        return {}
    courses = courses_of(version)
    return {code: courses[code].title for code in sorted(courses) if training.tag in courses[code].tags}


def _enrolment(student: Student, institution: str) -> Enrolment | None:
    return next((side for side in student.enrolments if side.institution_id == institution), None)


def _fill(row: Placement, wanted: PlacementPlan, student: Student) -> None:
    row.student, row.enterprise, row.agreement, row.mentor = student, wanted.enterprise, wanted.agreement, wanted.mentor
    row.plan, row.objectives, row.place = wanted.plan.strip(), wanted.objectives.strip(), wanted.place.strip()
    row.starts_on, row.ends_on = wanted.starts_on, wanted.ends_on
    row.weekly_hours, row.hours = wanted.weekly_hours, wanted.hours
    row.paid, row.dual = wanted.paid, wanted.dual


def _sides_differ(row: Placement, wanted: PlacementPlan) -> bool:
    held = {side.institution_id: (side.mentor_id, side.course) for side in row.sides}
    return held != {where: (side.mentor.id, side.course) for where, side in wanted.sides.items()}


def _fill_sides(row: Placement, wanted: PlacementPlan, student: Student) -> None:
    kept = {side.institution_id: side for side in row.sides}
    for institution, side in sorted(wanted.sides.items()):
        held = kept.get(institution) or PlacementSide(institution_id=institution, placement=row)
        enrolment = _enrolment(student, institution)
        version = enrolment.curriculum_version if enrolment else None
        held.mentor, held.course = side.mentor, side.course
        held.credits = courses_of(version)[side.course].credits if version and side.course else None
    row.sides[:] = [side for side in row.sides if side.institution_id in wanted.sides]


def _forget_approvals(row: Placement) -> None:
    row.entries[:] = [entry for entry in row.entries if entry.kind != APPROVAL]


def _planned(row: Placement) -> tuple[object, ...]:
    """Everything that was planned, to be compared."""
    parties = row.enterprise.id, row.agreement.id, row.mentor.id
    work = row.starts_on, row.ends_on, row.weekly_hours, row.hours, row.paid, row.dual
    return *parties, *work, row.plan, row.objectives, row.place


def _in_history(row: Placement) -> dict[str, str]:
    return {
        "enterprise": str(row.enterprise.id),
        "from": row.starts_on.isoformat(),
        "until": row.ends_on.isoformat(),
        "hours": f"{row.hours}",
    }


def approve(
    session: orm.Session, actor: Actor, row: Placement, *, seen: int | None, at: dt.datetime
) -> Sequence[TrainingParty]:
    """Approve the plan in every part in which it waits for this person; a repeat is refused with who is next.

    Raises ``Conflict`` where it waits for somebody else, is withdrawn, or has changed since revision ``seen``.
    """
    _lock(session, row, seen)
    known = profiles(session, row.institutions)
    taken: list[TrainingParty] = []
    waiting: list[TrainingParty] = []
    for side in row.sides:
        # Somebody who acts in several parts that follow each other approves in all of them at once.
        while (party := side_standing(row, side, known[side.institution_id], at).next_approval) is not None:
            if not _acts(actor, row, party, side.institution_id):
                waiting.append(party)
                break
            today = day_in(at, known[side.institution_id].time_zone)
            row.entries.append(_approval(actor, side, party, today, at))
            taken.append(party)
    if not taken:
        raise Conflict(_not_awaited(waiting))
    row.revision += 1
    session.flush()
    parties = ", ".join(sorted(set(taken)))
    _tell(session, actor, row, Act.PLACEMENT_APPROVED, at, before=None, after={"as": parties})
    tell_concerned(session, actor, row, Act.PLACEMENT_APPROVED, at)
    return taken


def _not_awaited(waiting: Sequence[TrainingParty]) -> Message:
    if not waiting:
        return Message("Everybody has approved this plan already.")
    who = tuple(PARTIES[party] for party in dict.fromkeys(waiting))
    return Message("The plan waits for somebody else to approve it first: %(who)s.", {"who": who})


def _acts(actor: Actor, row: Placement, party: TrainingParty, institution: str) -> bool:
    return any(part == party and where in {"", institution} for part, where in parts_of(actor, row))


def _approval(
    actor: Actor, side: PlacementSide, party: TrainingParty, today: dt.date, at: dt.datetime
) -> PlacementEntry:
    return PlacementEntry(
        institution_id=side.institution_id,
        kind=APPROVAL,
        what="",
        party=party.value,
        words="",
        content={},
        on=today,
        person_id=actor.person_id or None,
        written_at=at,
    )


def withdraw(
    session: orm.Session, actor: Actor, row: Placement, reason: str, *, seen: int | None, at: dt.datetime
) -> None:
    """Say that the placement does not take place, and why; all that was written in it is kept.

    Raises ``NotAllowed``, ``Refusal`` without a reason, ``Conflict`` once it is certified or withdrawn.
    """
    require(actor, Permission.PLAN_PLACEMENT, row.student.policy_subject())
    if not reason.strip():
        raise Refusal("Say why the placement does not take place; the reason stays in the history.", about="reason")
    _lock(session, row, seen)
    row.withdrawn, row.revision = reason.strip(), row.revision + 1
    _tell(session, actor, row, Act.PLACEMENT_WITHDRAWN, at, before=None, after={}, reason=row.withdrawn)
    tell_concerned(session, actor, row, Act.PLACEMENT_WITHDRAWN, at)


def _lock(session: orm.Session, row: Placement, seen: int | None) -> None:
    lock(session, row)
    if seen is not None and row.revision != seen:
        raise Conflict(CHANGED)
    if row.withdrawn:
        raise Conflict("This placement was withdrawn; plan another one.")
    if any(side.is_certified for side in row.sides):
        raise Conflict(CERTIFIED)


def _tell(
    session: orm.Session,
    actor: Actor,
    row: Placement,
    act: Act,
    at: dt.datetime,
    *,
    before: Mapping[str, str] | None,
    after: Mapping[str, str],
    reason: str = "",
) -> None:
    tell(
        session, actor, row.subject, act, concerned=row.institutions, at=at, reason=reason,
        before=before, after={"student": str(row.student_id), **after},
    )  # fmt: skip


__all__ = ["PlacementPlan", "SidePlan", "approve", "courses_for", "plan", "withdraw"]
