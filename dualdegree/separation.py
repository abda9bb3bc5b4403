"""What lies between a student's two enrolments, and what becomes of it when they turn out to be two persons?

The records know that two enrolments were one student's; later offices have decided and agreed on things between them.
Each says here, once, how its own are found and what it does when the enrolments are separated.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.core.policy import Actor
from dualdegree.core.text import Message

STAYS_WHOLE = {"of_both": True}
"""What a table says of itself (``info``) whose rows judge both enrolments as one student's: those stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """One thing that was decided or agreed on for the student, by its name, and what becomes of it.

    ``prevents``: nothing is separated as long as it is there.
    """

    key: str
    what: Message
    becomes: Message
    prevents: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """One student is becoming two: ``student`` keeps one enrolment, and that of ``institution`` leaves."""

    student: int
    institution: str
    partner: str
    actor: Actor
    at: dt.datetime
    reason: str


Finder = Callable[[orm.Session, int], Iterable[Consequence]]
Settler = Callable[[orm.Session, Separation], None]
_FINDERS: dict[str, Finder] = {}
_SETTLERS: dict[str, Settler] = {}


def register(kind: str, finder: Finder, settler: Settler | None = None) -> None:
    """Let ``finder(session, student_id)`` name what there is of this kind, and ``settler`` end what cannot go on.

    Settlers work before anything is moved; what belongs to one institution follows its enrolment by itself. A repeat
    changes nothing.
    """
    _FINDERS[kind] = finder
    if settler is not None:
        _SETTLERS[kind] = settler


def consequences(session: orm.Session, student_id: int) -> tuple[Consequence, ...]:
    """Everything that lies between the student's two enrolments, kind by kind."""
    return tuple(entry for kind in sorted(_FINDERS) for entry in _FINDERS[kind](session, student_id))


def settle(session: orm.Session, separation: Separation) -> None:
    """Let every office end what cannot go on; within the transaction of the act."""
    for kind in sorted(_SETTLERS):
        _SETTLERS[kind](session, separation)
    session.flush()
