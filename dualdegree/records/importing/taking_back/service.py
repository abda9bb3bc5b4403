"""How is a confirmed import taken back? Looked at first, as a whole, once; both offices' histories tell of it."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message, say
from dualdegree.db import lock
from dualdegree.events import history
from dualdegree.history import tell
from dualdegree.programmes.service import lock_imports
from dualdegree.records.importing.people.joining import person
from dualdegree.records.importing.people.sharing import Joined, tell_partner
from dualdegree.records.importing.planning import chunks
from dualdegree.records.importing.taking_back.reach import Touched, students_of, touched_rows
from dualdegree.records.importing.taking_back.resting import resting_on
from dualdegree.records.importing.taking_back.restoring import restore
from dualdegree.records.models import Enrolment, ImportBatch, Student
from dualdegree.stakes import Changed, Stake

TAKEN_BACK = Message("This import was taken back before; nothing more was done.")
NOT_CONFIRMED = Message("Only a confirmed import can be taken back; a file that waits is withdrawn.")


class SomethingRests(Refusal):
    """Something rests on the import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingBack:
    """What taking an import back would do: how many rows go, are put back as they were, and return.

    ``resting`` is what forbids it; ``signed`` and ``verdicts`` are what stands on the present record otherwise.
    """

    removed: int
    restored: int
    returned: int
    resting: tuple[Stake, ...]
    signed: tuple[Stake, ...]
    verdicts: tuple[Stake, ...]

    @property
    def digest(self) -> str:
        """What a confirmation is bound to."""
        every = [(stake.key, stake.student) for stake in (*self.resting, *self.signed)]
        words = json.dumps([self.removed, self.restored, self.returned, *every])
        return hashlib.sha256(words.encode()).hexdigest()


def taking_back(session: orm.Session, batch: ImportBatch) -> TakingBack:
    """What it would do now. Raises ``Conflict`` for an import that is not confirmed, or was taken back."""
    _check_state(batch)
    return _consequences(session, batch, touched_rows(session, batch))


def _check_state(batch: ImportBatch) -> None:
    if batch.taken_back_at is not None:
        raise Conflict(TAKEN_BACK)
    if not batch.is_confirmed:
        raise Conflict(NOT_CONFIRMED)


def _consequences(session: orm.Session, batch: ImportBatch, touched: Touched) -> TakingBack:
    students = students_of(touched.sides.values())
    resting = resting_on(session, batch, touched)
    named = {stake.key for stake in resting}
    rows = [row for row in touched.rows if row.row_table != Student.__tablename__]
    return TakingBack(
        removed=sum(row.before is None for row in rows),
        restored=sum(row.before is not None and row.after is not None for row in rows),
        returned=sum(row.after is None for row in rows),
        resting=resting,
        signed=tuple(stake for stake in stakes.at_stake(session, students) if stake.key not in named),
        verdicts=stakes.verdicts_at_stake(session, students),
    )


def take_back(session: orm.Session, actor: Actor, batch: ImportBatch, *, seen: str | None, at: dt.datetime) -> None:
    """Bring back the state before the import, all of it or nothing.

    ``seen`` is the digest of the consequences that were read; None for whoever reads none. Raises ``SomethingRests``
    with everything that rests on it, ``Conflict`` when it was taken back before or the consequences are others by now,
    and ``NotAllowed``.
    """
    require(actor, Permission.IMPORT_FILES, batch.policy_subject())
    lock_imports(session)
    lock(session, batch)
    _check_state(batch)
    touched = touched_rows(session, batch)
    consequences = _consequences(session, batch, touched)
    if consequences.resting:
        raise SomethingRests(
            "This import cannot be taken back, because this rests on it: %(resting)s",
            {"resting": tuple(in_words(stake) for stake in consequences.resting)},
        )
    if seen is not None and seen != consequences.digest:
        raise Conflict("What taking it back touches has changed since you opened the page. Read it again.")
    shared = _shared(session, batch, touched)
    restore(session, touched)
    batch.taken_back_at, batch.taken_back_by = at, actor.person_id or None
    session.flush()
    _tell(session, actor, batch, at)
    _tell_partner(session, actor, batch, shared, at)


def in_words(stake: Stake) -> Message:
    """One thing that rests on an import, under its student's name where it has one."""
    if not say(stake.name, "en"):
        return stake.what
    return Message("%(student)s: %(what)s", {"student": stake.name, "what": stake.what})


def _tell(session: orm.Session, actor: Actor, batch: ImportBatch, at: dt.datetime) -> None:
    """The act in the words of the one that it takes back, the other way round."""
    here = batch.institution_id
    done = Act(f"{batch.kind} imported")
    event = next(
        event for event in history(session, batch.subject) if event.act == done and event.institution_id == here
    )
    before, after = json.loads(event.before), json.loads(event.after)
    of_offers = batch.kind == "offers"
    act = Act.OFFERS_TAKEN_BACK if of_offers else Act.IMPORT_TAKEN_BACK
    tell(session, actor, batch.subject, act, concerned=[here], at=at, before=after, after=before)
    if not of_offers:
        numbers = frozenset(name.split(" ")[0] for name in (*before, *after))
        stakes.changed(session, Changed(act=act, actor=actor, at=at, institutions=(here,), numbers=numbers))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """A student whom the partner knows too, as the record said. ``leaves``: the import enrolled them."""

    student: int
    number: str
    leaves: bool
    before: Mapping[str, Any]


def _shared(session: orm.Session, batch: ImportBatch, touched: Touched) -> list[_Shared]:
    if batch.kind != "roster":
        return []
    added = set(touched.added(Enrolment))
    shared = []
    known = _students(session, [side.student for side in touched.sides.values()])
    for number, side in sorted(touched.sides.items()):
        student = known[side.student]
        if len(student.enrolments) > 1:
            entry = _Shared(
                student=student.id, number=side.number, leaves=number in added, before=person(student)
            )  # fmt: skip
            shared.append(entry)
    return shared


def _tell_partner(
    session: orm.Session, actor: Actor, batch: ImportBatch, shared: list[_Shared], at: dt.datetime
) -> None:
    """Tell the partner which of its students are alone again, and of whom the record says something else."""
    kept: list[Joined] = []
    known = _students(session, [entry.student for entry in shared])
    for entry in shared:
        student = known[entry.student]
        kept.append(
            Joined(student=student, number=entry.number, new=False, before=entry.before, after=person(student))
        )  # fmt: skip
        for side in student.enrolments if entry.leaves else ():
            tell(
                session, actor, batch.subject, Act.SHARED_STUDENTS_CHANGED, concerned=[side.institution_id], at=at,
                before={side.number: {"linked with": entry.number}}, after={side.number: {"linked with": ""}},
            )  # fmt: skip
    tell_partner(session, actor, batch.institution_id, kept, subject=batch.subject, at=at)


def _students(session: orm.Session, ids: Sequence[int]) -> Mapping[int, Student]:
    students: dict[int, Student] = {}
    for some in chunks(sorted(set(ids))):
        students.update({row.id: row for row in session.scalars(sa.select(Student).where(Student.id.in_(some)))})
    return students
