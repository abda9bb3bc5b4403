"""How is a move told: whom it moves, what it does to both degrees of each, and what rests on the present state?"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.audit.rule_changes.effects import effects
from dualdegree.audit.rule_changes.proposals import of_table
from dualdegree.core.approval import State
from dualdegree.core.audit.explain.compare import Comparison
from dualdegree.core.text import Message
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.moves.hitting import Hit, HitStudent
from dualdegree.recognition.moves.models import EquivalenceMove
from dualdegree.stakes import Stake

STATES: dict[State, tuple[str, Message]] = {
    State.AWAITING_PARTNER: ("pending", Message("Proposed: waits for the other institution")),
    State.IN_FORCE: ("met", Message("Confirmed: the students are moved")),
    State.REFUSED: ("unmet", Message("Move refused")),
    State.WITHDRAWN: ("void", Message("No longer pursued")),
}
"""Each state of a move as a shape and a word."""
VOID = ("void", Message("Void: what it would hit has changed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedStudent:
    """One student of a move: both degrees before and after (None without a curriculum), and what rests on them now."""

    student: HitStudent
    comparison: Comparison | None
    stakes: tuple[Stake, ...]
    holds: bool
    """Whether they hold a document in force."""


def touched(session: orm.Session, version: EquivalenceVersion, seen: Hit, at: dt.datetime) -> Sequence[TouchedStudent]:
    """What a move to the version does to each of these students; those whose result gets worse come first."""
    ids = [student.id for student in seen.students]
    changes = {effect.student: effect.comparison for effect in effects(session, of_table(session, version), ids, at)}
    rows = [
        TouchedStudent(
            student=student,
            comparison=changes.get(student.id),
            stakes=seen.of_student(student.id),
            holds=student.id in seen.holders,
        )
        for student in seen.students
    ]
    return sorted(rows, key=_gravity)


def _gravity(row: TouchedStudent) -> tuple[bool, object]:
    return (row.comparison is None, row.comparison.gravity if row.comparison else ())


def state_in_words(move: EquivalenceMove, *, void: bool = False) -> tuple[str, Message]:
    """How far a move has come, as a shape and a word."""
    return VOID if void else STATES[State(move.state)]
