"""What holds a student back, and how is it settled? While a hold is open nothing is signed, issued or conferred."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.text import Text
from dualdegree.db import lock
from dualdegree.programmes.institutions.enrolments import HoldKind
from dualdegree.programmes.models import Institution
from dualdegree.programmes.service import institution as institution_of
from dualdegree.programmes.texts import profile_of
from dualdegree.records.models import Student
from dualdegree.records.standing.models import Hold
from dualdegree.records.standing.notices import inform_of_hold, tell_hold


class OpenHold(Refusal):
    """An open hold stops what was asked for."""


def hold_of(session: orm.Session, hold_id: int) -> Hold:
    """The hold; raises ``Absent``."""
    hold = session.get(Hold, hold_id)
    if hold is None:
        raise Absent("There is no such hold.")
    return hold


def kinds_at(session: orm.Session, institution: str) -> Mapping[str, HoldKind]:
    """The kinds of holds that the institution places, by key."""
    return profile_of(institution_of(session, institution)).holds


def name_of(hold: Hold, kinds: Mapping[str, HoldKind]) -> Text:
    """What the hold is called; its key where the profile names the kind no more."""
    return kinds[hold.kind].name if hold.kind in kinds else {"en": hold.kind}


def holds_of(session: orm.Session, students: Iterable[int]) -> Mapping[int, Sequence[Hold]]:
    """Every hold on these students, open ones first, then the newest; one query."""
    query = sa.select(Hold).where(Hold.student_id.in_(sorted(set(students))))
    holds: dict[int, list[Hold]] = defaultdict(list)
    for hold in session.scalars(query.order_by(Hold.student_id, Hold.lifted_at.is_not(None), Hold.id.desc())):
        holds[hold.student_id].append(hold)
    return holds


def holding(session: orm.Session, students: Iterable[int]) -> Mapping[int, tuple[Text, ...]]:
    """The names of the institutions with an open hold on each of these students, in the order of their ids; one query.

    Neither kind nor reason: those are the business of the institution that placed it.
    """
    query = (
        sa.select(Hold.student_id, Institution.id, Institution.names)
        .join(Institution, Institution.id == Hold.institution_id)
        .where(Hold.student_id.in_(sorted(set(students))), Hold.lifted_at.is_(None))
        .order_by(Institution.id)
    )
    names: dict[int, dict[str, Text]] = defaultdict(dict)
    for row in session.execute(query):
        names[row.student_id][row.id] = row.names
    return defaultdict(tuple, {student: tuple(known.values()) for student, known in names.items()})


def open_at(session: orm.Session, student: Student) -> Mapping[str, Text]:
    """The institutions with an open hold on the student, by id, with their names."""
    query = (
        sa.select(Institution.id, Institution.names)
        .join(Hold, Hold.institution_id == Institution.id)
        .where(Hold.student_id == student.id, Hold.lifted_at.is_(None))
        .order_by(Institution.id)
    )
    return {row.id: row.names for row in session.execute(query)}


def refuse_held(session: orm.Session, student: Student) -> None:
    """Raise ``OpenHold`` while any institution has an open hold on the student: for sign-off and issue."""
    for names in open_at(session, student).values():
        raise OpenHold(
            "%(institution)s has an open hold on this student. Nothing is signed or issued before its registrar lifts "
            "it.",
            {"institution": names},
        )


def place(
    session: orm.Session, actor: Actor, student: Student, *, institution: str, kind: str, reason: str, at: dt.datetime
) -> Hold:
    """Place a hold. A second one of the same kind is refused while the first is open.

    Raises ``NotAllowed``; ``Refusal`` without a reason or for a kind that the profile does not name; ``Conflict``.
    """
    require(actor, Permission.PLACE_HOLD, of_institutions(institution))
    if not reason.strip():
        raise Refusal("Say why the hold is placed; the student reads it.", about="reason")
    kinds = kinds_at(session, institution)
    if kind not in kinds:
        raise Refusal("Choose one of the kinds of holds that the profile of the institution names.", about="kind")
    lock(session, student)
    known = holds_of(session, [student.id]).get(student.id, ())
    if any(hold.is_open and (hold.institution_id, hold.kind) == (institution, kind) for hold in known):
        raise Conflict("A hold of this kind is open already; lift that one first.", about="kind")
    hold = Hold(
        student=student, institution_id=institution, kind=kind, reason=reason.strip(),
        placed_by=actor.person_id or None, placed_at=at,
    )  # fmt: skip
    session.add(hold)
    session.flush()
    tell_hold(session, actor, Act.HOLD_PLACED, hold, called=kinds[kind].name, at=at, reason=hold.reason)
    inform_of_hold(session, actor, hold, student, at)
    return hold


def lift(session: orm.Session, actor: Actor, hold: Hold, reason: str, at: dt.datetime) -> None:
    """Lift a hold, with the reason. Raises ``NotAllowed``, ``Refusal`` without one, ``Conflict`` when it is lifted."""
    require(actor, Permission.PLACE_HOLD, of_institutions(hold.institution_id))
    if not reason.strip():
        raise Refusal("Say why the hold is lifted.", about="reason")
    lock(session, hold)
    if not hold.is_open:
        raise Conflict("This hold is lifted already.")
    hold.lifted_at, hold.lifted_by, hold.lifted_because = at, actor.person_id or None, reason.strip()
    called = name_of(hold, kinds_at(session, hold.institution_id))
    tell_hold(session, actor, Act.HOLD_LIFTED, hold, called=called, at=at, reason=hold.lifted_because)
    inform_of_hold(session, actor, hold, hold.student, at)
