"""Which equivalences did a student choose, and how is one chosen or taken back? By the student, until it is signed.

A choice is of what the equivalence said when it was chosen. Where the student is moved to a version in which it says
something else, it is not applied before it is chosen again.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.curricula.equivalence import Entry
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.recognition.choices.models import StudentChoice
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.service import table_of
from dualdegree.records.models import Student
from dualdegree.stakes import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedChoices:
    """The equivalences that shall be applied, by id; ``digest`` is of the table that was read."""

    version: EquivalenceVersion
    keys: frozenset[str]
    digest: str


def chosen_for(session: orm.Session, students: Sequence[int]) -> Mapping[int, Mapping[str, Entry]]:
    """What each of these students chose and did not take back, by the id of the entry; one query."""
    row = StudentChoice
    query = sa.select(row).where(row.student_id.in_(students), row.taken_back_at.is_(None)).order_by(row.id)
    held: dict[int, dict[str, Entry]] = defaultdict(dict)
    for choice in session.scalars(query.options(orm.joinedload(row.version))):
        held[choice.student_id][choice.entry] = entry_of(choice.version, choice.entry)
    return held


def entry_of(version: EquivalenceVersion | None, key: str) -> Entry:
    """The equivalence of this id that is a student's choice; raises ``Absent``."""
    entries = table_of(version).entries if version is not None else ()
    for entry in entries:
        if entry.id == key and entry.is_choice:
            return entry
    raise Absent("There is no such equivalence to choose.")


def on_offer(version: EquivalenceVersion | None, admissions: Mapping[str, str]) -> tuple[Entry, ...]:
    """What whoever was admitted in these terms, by institution, may choose, in the order of the table."""
    entries = table_of(version).entries if version is not None else ()
    return tuple(entry for entry in entries if entry.is_choice and entry.is_for(admissions))


def choose(session: orm.Session, actor: Actor, student: Student, wanted: WantedChoices, at: dt.datetime) -> None:
    """Let exactly these equivalences of the version that binds the student be applied. A repeat changes nothing.

    Raises ``Absent``, ``Conflict``, ``Refusal`` and ``NotAllowed``.
    """
    _begin(session, actor, student)
    if wanted.digest != wanted.version.digest:
        raise Conflict("The equivalences that hold for you have changed since you opened the page; read them again.")
    offered = {entry.id: entry for entry in on_offer(wanted.version, admissions_of(student))}
    if not offered.keys() >= wanted.keys:
        raise Absent("There is no such equivalence to choose.")
    standing = _standing(session, student)
    kept = {key for key, row in standing.items() if key in wanted.keys and _is_as_then(row, offered[key])}
    ended, begun = standing.keys() - kept, wanted.keys - kept
    if not ended and not begun:
        return
    _refuse_signed(session, student)
    for key in sorted(ended):
        standing[key].taken_back_at = at
    session.flush()
    added = [_chosen(actor, student, wanted.version, key, at) for key in sorted(begun)]
    session.add_all(added)
    student.outdate()
    session.flush()
    for key in sorted(ended - begun):
        _tell(session, actor, standing[key], Act.EQUIVALENCE_CHOICE_TAKEN_BACK, at)
    for row in added:
        _tell(session, actor, row, Act.EQUIVALENCE_CHOSEN, at)


def admissions_of(student: Student) -> Mapping[str, str]:
    """Institution → the term in which it admitted the student."""
    return {side.institution_id: side.admission_term for side in student.enrolments}


def _standing(session: orm.Session, student: Student) -> dict[str, StudentChoice]:
    row = StudentChoice
    query = sa.select(row).where(row.student_id == student.id, row.taken_back_at.is_(None)).order_by(row.id)
    return {choice.entry: choice for choice in session.scalars(query)}


def _is_as_then(row: StudentChoice, entry: Entry) -> bool:
    return entry.says_the_same(entry_of(row.version, row.entry))


def _chosen(actor: Actor, student: Student, version: EquivalenceVersion, key: str, at: dt.datetime) -> StudentChoice:
    return StudentChoice(
        student_id=student.id, version=version, entry=key, chosen_by=actor.person_id, chosen_at=at, taken_back_at=None
    )


def _begin(session: orm.Session, actor: Actor, student: Student) -> None:
    require(actor, Permission.ASK_RECOGNITION, student.policy_subject())
    lock(session, student)
    for enrolment in student.enrolments:
        lock(session, enrolment)


def _refuse_signed(session: orm.Session, student: Student) -> None:
    """Raise ``Refusal`` where a sign-off or a document rests on what the student chose so far."""
    resting = stakes.at_stake(session, [student.id])
    if resting:
        raise Refusal(
            "What you chose is signed or issued already: %(what)s. Ask the office of your institution.",
            {"what": tuple(stake.what for stake in resting)},
        )


def _tell(session: orm.Session, actor: Actor, row: StudentChoice, act: Act, at: dt.datetime) -> None:
    """Both institutions read in their histories who chose what."""
    where, after = row.version.parties, {"equivalence": row.entry, "version": row.version.version}
    tell(session, actor, f"student:{row.student_id}", act, concerned=where, at=at, after=after)
    whose = frozenset({row.student_id})
    stakes.changed(session, Changed(act=act, actor=actor, at=at, institutions=where, students=whose))
