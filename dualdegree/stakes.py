"""What was signed or issued on students' records as they are, so that a change would leave it behind?

Records, equivalences and audits change what later offices sign and issue, and cannot ask them. Each of those offices
says here, once, how its own are found, and what it does after a change; whoever changes something asks here before it
and tells here after it.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message, Text, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """One sign-off that stands, or one document in force, by its name."""

    student: int
    name: Text
    """The student's."""
    key: str
    what: Message
    in_force: bool
    """Whether it is a document in force: its holder stays on the versions by which it was issued."""


class StakeHolder(Protocol):
    """The student of whom something is named: every office knows its own kind of row."""

    id: Any

    @property
    def full_name(self) -> Text:
        """The name as lists show it."""


def stake_of(student: StakeHolder, key: str, what: Message) -> Stake:
    """Something of the student's that is no document in force."""
    return Stake(student=student.id, name=student.full_name, key=key, what=what, in_force=False)


class Unconfirmed(Refusal):
    """Nobody has said yes to this very list."""


class DocumentInForce(Refusal):
    """A document in force keeps its holder where they are."""


Finder = Callable[[orm.Session, Collection[int]], Iterable[Stake]]
_FINDERS: dict[str, Finder] = {}
_VERDICTS: dict[str, Finder] = {}
_IN_WORK: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Let ``finder(session, student_ids)`` name what there is of this kind; a repeat changes nothing."""
    _FINDERS[kind] = finder


def register_verdict(kind: str, finder: Finder) -> None:
    """The same for verdicts: a change that leaves one behind says so and needs nobody's tick."""
    _VERDICTS[kind] = finder


def register_work(kind: str, finder: Finder) -> None:
    """The same for what somebody is working on: requests and agreements that are not settled."""
    _IN_WORK[kind] = finder


def work_at_stake(session: orm.Session, students: Collection[int]) -> tuple[Stake, ...]:
    """Everything about these students that is in work and not settled, by student."""
    return _named(_IN_WORK, session, students)


def verdicts_at_stake(session: orm.Session, students: Collection[int]) -> tuple[Stake, ...]:
    """Every verdict that a change of these students' records puts in question, by student."""
    return _named(_VERDICTS, session, students)


def at_stake(session: orm.Session, students: Collection[int]) -> tuple[Stake, ...]:
    """Every sign-off and every document in force of these students, by student; as many queries as there are kinds."""
    return _named(_FINDERS, session, students)


def _named(finders: Mapping[str, Finder], session: orm.Session, students: Collection[int]) -> tuple[Stake, ...]:
    stakes = (stake for kind in sorted(finders) for stake in finders[kind](session, students))
    return tuple(sorted(stakes, key=lambda stake: (say(stake.name, "en"), stake.student, stake.in_force, stake.key)))


def holders(stakes: Iterable[Stake]) -> frozenset[int]:
    """Who holds a document in force, by id."""
    return frozenset(stake.student for stake in stakes if stake.in_force)


def digest_of(stakes: Iterable[Stake]) -> str:
    """What a tick under this very list is bound to; "" for an empty list, which needs none."""
    keys = sorted(stake.key for stake in stakes)
    return hashlib.sha256(json.dumps(keys).encode()).hexdigest() if keys else ""


def confirmed(session: orm.Session, students: Collection[int], digest: str) -> frozenset[int]:
    """Those of the students who may be moved: all but the holders of a document in force.

    Raises ``Unconfirmed`` unless ``digest`` is that of what is at stake now, ``DocumentInForce`` where nobody may
    be moved.
    """
    stakes = at_stake(session, students)
    held = holders(stakes)
    moving = frozenset(students) - held
    if held and not moving:
        raise DocumentInForce(
            "Whoever holds a document in force stays on the versions by which it was issued; revoke the document first."
        )
    if digest_of(stakes) != digest:
        raise Unconfirmed(
            "Read what was signed or issued on the present state, and tick that you have; the list may have changed "
            "since you opened the page."
        )
    return moving


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An act that may have changed what was signed or issued of some students.

    They are ``students``, or those with these ``numbers`` at the institutions, or where neither is given all who are
    enrolled at one of the institutions.
    """

    act: Act
    actor: Actor
    at: dt.datetime
    institutions: tuple[str, ...]
    students: frozenset[int] | None = None
    numbers: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What an import put into the record and is to be taken away again: whose it is, and since when it has stood.

    ``leaving`` are the students whom it enrolled. ``added`` and ``changed`` are attempts, as student and reference.
    """

    students: frozenset[int]
    leaving: frozenset[int]
    added: frozenset[tuple[int, str]]
    changed: frozenset[tuple[int, str]]
    since: dt.datetime

    def carries(self, student: int, references: Collection[str], at: dt.datetime) -> bool:
        """Whether what was last touched ``at`` that time and names these attempts of the student stands on it."""
        own = {(student, reference) for reference in references}
        return student in self.leaving or bool(own & self.added) or (at >= self.since and bool(own & self.changed))


RestingFinder = Callable[[orm.Session, Ground], Iterable[Stake]]
Forget = Callable[[orm.Session, Collection[int]], None]
_RESTING: dict[str, tuple[RestingFinder, tuple[str, ...]]] = {}
_DERIVED: dict[str, tuple[Forget, tuple[str, ...]]] = {}


def register_resting(kind: str, finder: RestingFinder, tables: tuple[str, ...]) -> None:
    """Let ``finder`` name what of these tables rests on what an import put there; a repeat changes nothing."""
    _RESTING[kind] = finder, tables


def register_derived(kind: str, forget: Forget, tables: tuple[str, ...]) -> None:
    """Let ``forget`` delete what was only worked out about students who leave; a repeat changes nothing."""
    _DERIVED[kind] = forget, tables


def resting(session: orm.Session, ground: Ground) -> tuple[Stake, ...]:
    """Everything that later offices have put on this ground, by student; as many queries as there are kinds."""
    stakes = (stake for kind in sorted(_RESTING) for stake in _RESTING[kind][0](session, ground))
    return tuple(sorted(stakes, key=lambda stake: (say(stake.name, "en"), stake.student, stake.key)))


def known_tables() -> frozenset[str]:
    """The tables of which an office has said what rests in them, or that they are only worked out."""
    return frozenset(table for _, tables in (*_RESTING.values(), *_DERIVED.values()) for table in tables)


def forget_derived(session: orm.Session, students: Collection[int]) -> None:
    """Delete what was only worked out about these students, who leave the record."""
    for kind in sorted(_DERIVED):
        _DERIVED[kind][0](session, students)


Listener = Callable[[orm.Session, Changed], None]
_LISTENERS: dict[str, Listener] = {}


def after_change(name: str, listener: Listener) -> None:
    """Let ``listener`` work in the transaction of every such act; a repeat changes nothing."""
    _LISTENERS[name] = listener


def changed(session: orm.Session, change: Changed) -> None:
    """Tell of an act once all that it does is written. Whoever acts calls this within the transaction of the act."""
    session.flush()
    for name in sorted(_LISTENERS):
        _LISTENERS[name](session, change)
