"""Who proposes that students move to other equivalences, and who confirms, refuses, renews or withdraws it?"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.approval import MOVE, State, Step
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.approving import in_force
from dualdegree.recognition.giving import EquivalenceDecision, bind, open_to
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.moves.hitting import Hit, hit, without_unnamed_holders
from dualdegree.recognition.moves.models import EquivalenceMove, MovedStudent
from dualdegree.recognition.moves.notices import tell_of_move
from dualdegree.records.models import Student
from dualdegree.stakes import Unconfirmed
from dualdegree.workflow import refuse_nobody, take

MOST = 100
"""How many students one proposal moves: as many as somebody can read."""
NO_REASON = Message("Say why; both institutions' histories keep the reason.")
NO_MINUTE = Message("Only a decision moves students to another version: give its minute number.")
UNREAD = Message(
    "Read whose verdict, sign-off and document it touches, and tick that you have; the list may have changed since you "
    "opened the page."
)
VOID = Message(
    "What it would hit has changed since it was proposed, so that the proposal is void. Read the list as it is now, "
    "and propose it again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMove:
    """What is proposed: whom, why, by which minute, and what had been read.

    ``students`` is everybody on the list that was shown and ``seen`` its digest. ``holders`` are those who are moved
    although they hold a document in force, named one by one; every other holder stays.
    """

    students: Sequence[int]
    holders: frozenset[int] = frozenset()
    reason: str
    minute: str
    seen: str


def move_of(session: orm.Session, move_id: int) -> EquivalenceMove:
    """The proposed move; raises ``Absent``."""
    row = session.get(EquivalenceMove, move_id)
    if row is None:
        raise Absent("There is no such move of students.")
    return row


def moves_of(institution: str) -> sa.Select[EquivalenceMove]:
    """Every move in which the institution has a part, newest first."""
    row = EquivalenceMove
    party = sa.or_(row.institution_id == institution, row.partner_id == institution)
    return sa.select(row).where(party).order_by(row.id.desc())


def awaiting(session: orm.Session, institution: str) -> Sequence[EquivalenceMove]:
    """The moves that wait for a registrar of the institution, the oldest first."""
    row = EquivalenceMove
    query = sa.select(row).where(row.partner_id == institution, row.state == State.AWAITING_PARTNER)
    return session.scalars(query.order_by(row.id)).all()


def students_of(session: orm.Session, move: EquivalenceMove) -> Sequence[Student]:
    """Whom it moved, or would have moved, by family name."""
    query = sa.select(Student).join(MovedStudent, MovedStudent.student_id == Student.id)
    query = query.where(MovedStudent.move_id == move.id)
    return session.scalars(query.order_by(Student.family_name, Student.given_name, Student.id)).all()


def hit_now(session: orm.Session, move: EquivalenceMove) -> Hit:
    """What the move would hit as everything is now."""
    return hit(session, move.version, [student.student_id for student in move.students])


def is_void(move: EquivalenceMove, now: Hit) -> bool:
    """Whether a proposal that waits would hit something else by now than its proposer had read."""
    return move.state == State.AWAITING_PARTNER and now.digest != move.digest


def propose(
    session: orm.Session,
    actor: Actor,
    version: EquivalenceVersion,
    wanted: WantedMove,
    *,
    institution: str,
    at: dt.datetime,
) -> EquivalenceMove:
    """Propose, for ``institution``, that students move to the version; nothing changes before the partner confirms.

    Raises ``NotAllowed``; ``Refusal`` without a reason, a minute or a student, for more than ``MOST`` of them or for a
    version that is not open; ``Unconfirmed`` unless the list was read as it is.
    """
    require(actor, Permission.DECIDE_MOVE, of_institutions(institution))
    refuse_nobody(actor)
    _wait_for_others(session, version)
    chosen = _chosen(session, version, wanted)
    move = EquivalenceMove(version=version, state=State.AWAITING_PARTNER.value)
    _name_parties(move, institution)
    _write(move, chosen, wanted, actor, at)
    session.add(move)
    _tell(session, actor, move, Act.MOVE_PROPOSED, at, reason=move.reason)
    return move


def renew(
    session: orm.Session,
    actor: Actor,
    move: EquivalenceMove,
    wanted: WantedMove,
    *,
    institution: str,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Propose it again, for what it would hit by now, in the name of either institution; the other one decides.

    Raises as ``propose`` does, and ``Conflict``.
    """
    require(actor, Permission.DECIDE_MOVE, of_institutions(institution))
    _wait_for_others(session, move.version)
    state = take(session, actor, move, MOVE, Step.RENEW, seen=seen)
    chosen = _chosen(session, move.version, wanted)
    move.students.clear()
    session.flush()
    _name_parties(move, institution)
    _write(move, chosen, wanted, actor, at)
    move.state = state
    _tell(session, actor, move, Act.MOVE_RENEWED, at, reason=move.reason)


def confirm(
    session: orm.Session,
    actor: Actor,
    move: EquivalenceMove,
    *,
    minute: str,
    read: str,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Say yes for the other institution to the very list that was proposed (``read``: its digest), and move them.

    Raises ``NotAllowed``, ``Unconfirmed``, ``NeedsAnother``, ``Refusal`` without a minute, and ``Conflict`` when the
    proposal is void or decided.
    """
    require(actor, Permission.DECIDE_MOVE, move.deciding_subject())
    _wait_for_others(session, move.version)
    state = take(session, actor, move, MOVE, Step.CONFIRM, seen=seen)
    if not minute.strip():
        raise Refusal(NO_MINUTE, about="minute")
    now = hit_now(session, move)
    if now.digest != move.digest:
        raise Conflict(VOID)
    if read != move.digest:
        raise Unconfirmed(UNREAD, about="confirmed")
    move.state, move.partner_minute = state, minute.strip()
    _settle(move, actor, at)
    _tell(session, actor, move, Act.MOVE_CONFIRMED, at)
    decided = EquivalenceDecision(
        version=move.version, reason=move.reason, minute=move.minute, institution=move.institution_id
    )
    bind(session, actor, decided, {student.id: student.held for student in now.students}, at)


def refuse(
    session: orm.Session, actor: Actor, move: EquivalenceMove, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Say no for the other institution, and why. Raises as ``confirm`` does."""
    require(actor, Permission.DECIDE_MOVE, move.deciding_subject())
    _refuse_without_reason(reason)
    move.state = take(session, actor, move, MOVE, Step.REFUSE, seen=seen)
    _settle(move, actor, at)
    _tell(session, actor, move, Act.MOVE_REFUSED, at, reason=reason.strip())


def withdraw(
    session: orm.Session, actor: Actor, move: EquivalenceMove, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Take back what the own institution proposed. Raises ``NotAllowed``, ``Refusal`` and ``Conflict``."""
    require(actor, Permission.DECIDE_MOVE, of_institutions(move.institution_id))
    _refuse_without_reason(reason)
    move.state = take(session, actor, move, MOVE, Step.WITHDRAW, seen=seen)
    _tell(session, actor, move, Act.MOVE_WITHDRAWN, at, reason=reason.strip())


def _wait_for_others(session: orm.Session, version: EquivalenceVersion) -> None:
    """Whoever approves a version or moves students meets the others at the row of the version in force."""
    current = in_force(session, EquivalenceVersion, version.programme_id)
    if current is not None:
        lock(session, current)
    if version not in open_to(session, version.programme_id):
        raise Refusal("Students can only be moved to another version that is or was in force in the programme.")


def _chosen(session: orm.Session, version: EquivalenceVersion, wanted: WantedMove) -> Hit:
    """Whom the proposal moves of those who were shown, as everything is now."""
    if not wanted.reason.strip():
        raise Refusal(NO_REASON, about="reason")
    if not wanted.minute.strip():
        raise Refusal(NO_MINUTE, about="minute")
    shown = hit(session, version, wanted.students)
    if shown.digest != wanted.seen:
        raise Unconfirmed(UNREAD, about="confirmed")
    chosen = shown.among(without_unnamed_holders(shown, wanted.holders))
    if not chosen.students:
        raise Refusal("Nobody would be moved. Choose at least one student whom the version does not bind yet.")
    if len(chosen.students) > MOST:
        raise Refusal("One proposal moves at most %(most)s students; propose it in parts.", {"most": MOST})
    return chosen


def _write(move: EquivalenceMove, chosen: Hit, wanted: WantedMove, actor: Actor, at: dt.datetime) -> None:
    move.reason, move.minute, move.digest = wanted.reason.strip(), wanted.minute.strip(), chosen.digest
    move.proposed_by, move.proposed_at = actor.person_id, at
    move.students = [
        MovedStudent(student_id=student.id, held_id=student.held.id if student.held else None)
        for student in chosen.students
    ]


def _name_parties(move: EquivalenceMove, proposer: str) -> None:
    (partner,) = set(move.version.parties) - {proposer}
    move.institution_id, move.partner_id = proposer, partner


def _settle(move: EquivalenceMove, actor: Actor, at: dt.datetime) -> None:
    move.decided_by, move.decided_at = actor.person_id, at


def _refuse_without_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(NO_REASON, about="reason")


def _tell(
    session: orm.Session, actor: Actor, move: EquivalenceMove, act: Act, at: dt.datetime, *, reason: str = ""
) -> None:
    session.flush()
    minute = move.partner_minute if act is Act.MOVE_CONFIRMED else move.minute
    facts = {"version": move.version.version, "minute": minute, "students": str(len(move.students))}
    tell(session, actor, move.subject, act, concerned=move.parties, at=at, reason=reason, after=facts)
    tell_of_move(session, actor, move, act, at)
