"""How does somebody take a step of a workflow: alone, on the page as it was read, and only one of one business?"""

from typing import Any, Protocol

from sqlalchemy import orm

from dualdegree.core.approval import Hands, State, Step, Workflow, after, refuse_second_step
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import history_lines, marking_own_repeats


class Versioned(Protocol):
    """A row that is read on a page and acted on: how often it has changed, and whose history tells of it."""

    revision: Any

    @property
    def institution_id(self) -> Any:
        """Whose history tells of it."""

    @property
    def subject(self) -> str:
        """How the history names it."""


class Business(Versioned, Protocol):
    """A row that goes through a workflow: its state, how often it has changed, and who has had a hand in it."""

    state: Any

    @property
    def hands(self) -> Hands:
        """Who has taken which of its steps."""


def take(session: orm.Session, actor: Actor, row: Business, table: Workflow, step: Step, *, seen: int | None) -> State:
    """The state that ``step`` leads to, with the row locked until the transaction ends; the caller puts it there.

    ``seen`` is the revision that was read. Raises ``Conflict`` that tells what changed since, or why the state does not
    allow the step, ``NeedsAnother`` for somebody who has taken another step of it, ``Refusal`` for nobody in person.
    """
    turn(session, actor, row, seen=seen)
    with marking_own_repeats(session, actor, row.subject):
        state = after(table, State(row.state), step)
    refuse_second_step(step, actor.person_id, row.hands)
    return state


def turn(session: orm.Session, actor: Actor, row: Versioned, *, seen: int | None) -> None:
    """Wait for one's turn at the row, which stays locked until the transaction ends. Raises as ``take`` does."""
    refuse_nobody(actor)
    lock(session, row)
    with marking_own_repeats(session, actor, row.subject):
        if seen is not None and row.revision != seen:
            raise Conflict(_changed(session, row))


def refuse_nobody(actor: Actor) -> None:
    """Refuse, by ``Refusal``, whoever acts without a name, as the command line does."""
    if not actor.person_id:
        raise Refusal("Such a step bears a person's name; sign in to take it.")


def _changed(session: orm.Session, row: Versioned) -> Message:
    last = next(iter(history_lines(session, row.subject, row.institution_id)), None)
    if last is None:
        return Message("It has changed since you opened the page; read it again.")
    return Message(
        "It has changed since you opened the page: %(act)s, by %(by)s. Read it again.",
        {"act": last.act, "by": last.by},
    )
