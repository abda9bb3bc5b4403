"""What was signed or issued on students' records as they are, so that a change would leave it behind?

Records, equivalences and audits change what later offices sign and issue, and cannot ask them. Each of those offices
says here, once, how its own are found; whoever changes something asks here before it.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """One sign-off that stands, or one document in force, by its name."""

    student: int
    name: str
    """The student's."""
    key: str
    what: Message
    in_force: bool
    """Whether it is a document in force: its holder stays on the versions by which it was issued."""


class Unconfirmed(Refusal):
    """Nobody has said yes to this very list."""


class Held(Refusal):
    """A document in force keeps its holder where they are."""


Finder = Callable[[orm.Session, Collection[int]], Iterable[Stake]]
_FINDERS: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Let ``finder(session, student_ids)`` name what there is of this kind; a repeat changes nothing."""
    _FINDERS[kind] = finder


def at_stake(session: orm.Session, students: Collection[int]) -> tuple[Stake, ...]:
    """Every sign-off and every document in force of these students, by student; as many queries as there are kinds."""
    stakes = [stake for kind in sorted(_FINDERS) for stake in _FINDERS[kind](session, students)]
    return tuple(sorted(stakes, key=lambda stake: (stake.name, stake.student, stake.in_force, stake.key)))


def holders(stakes: Iterable[Stake]) -> frozenset[int]:
    """Who holds a document in force, by id."""
    return frozenset(stake.student for stake in stakes if stake.in_force)


def digest_of(stakes: Iterable[Stake]) -> str:
    """What a tick under this very list is bound to; "" for an empty list, which needs none."""
    keys = sorted(stake.key for stake in stakes)
    return hashlib.sha256(json.dumps(keys).encode()).hexdigest() if keys else ""


def confirmed(session: orm.Session, students: Collection[int], digest: str) -> frozenset[int]:
    """Those of the students who may be moved: all but the holders of a document in force.

    Raises ``Unconfirmed`` unless ``digest`` is that of what is at stake now, ``Held`` where nobody may be moved.
    """
    stakes = at_stake(session, students)
    held = holders(stakes)
    moving = frozenset(students) - held
    if held and not moving:
        raise Held(
            "Whoever holds a document in force stays on the versions by which it was issued; revoke the document first."
        )
    if digest_of(stakes) != digest:
        raise Unconfirmed(
            "Read what was signed or issued on the present state, and tick that you have; the list may have changed "
            "since you opened the page."
        )
    return moving
