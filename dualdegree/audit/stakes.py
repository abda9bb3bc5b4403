"""What has been signed or issued on a student's state as it is, so that a change of it would leave it behind?

The offices that sign and issue stand above this one; each says here how its own are found.
"""

from collections.abc import Callable

from sqlalchemy import orm

from dualdegree.core.text import Message

Finder = Callable[[orm.Session, int], list[Message]]
_FINDERS: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Let ``finder(session, student_id)`` name what there is of this kind; a repeat changes nothing."""
    _FINDERS[kind] = finder


def at_stake(session: orm.Session, student_id: int) -> tuple[Message, ...]:
    """Every sign-off and every document in force of this student, by name; kinds in alphabetical order."""
    return tuple(message for kind in sorted(_FINDERS) for message in _FINDERS[kind](session, student_id))
