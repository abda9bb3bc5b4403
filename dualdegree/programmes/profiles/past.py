"""Which states has an institution's profile had, who saved each, what did that change, and how is one restored?"""

import datetime as dt
import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.core.acts import SENTENCES, Act
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.core.source.reading import SourceError
from dualdegree.core.text import Message
from dualdegree.events import Event
from dualdegree.programmes.importing import save_institution
from dualdegree.programmes.models import Institution

ACTS = (Act.PROFILE_SAVED, Act.PROFILE_RESTORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastProfile:
    """One state of a profile: who saved it and when, and the lines that this took away and added.

    ``number`` is the act's in the institution's history; ``present``: the profile says this now.
    """

    number: int
    at: dt.datetime
    act: Message
    by: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    present: bool


def past_profiles(session: orm.Session, own: Institution) -> Sequence[PastProfile]:
    """Every state that the profile has had, newest first."""
    events = session.scalars(_saved(own).order_by(Event.number.desc())).all()
    ids = {int(number) for kind, _, number in (event.actor.partition(":") for event in events) if kind == "person"}
    people = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(sorted(ids))))
    names = {f"person:{number}": name for number, name in people}
    return [_past(event, own, names.get(event.actor, "")) for event in events]


def _saved(own: Institution) -> sa.Select[Event]:
    subject = f"institution:{own.id}"
    return sa.select(Event).where(Event.subject == subject, Event.institution_id == own.id, Event.act.in_(ACTS))


def _past(event: Event, own: Institution, by: str) -> PastProfile:
    before, after = _text(event.before), _text(event.after)
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines())) if before else []
    return PastProfile(
        number=event.number,
        at=event.at,
        act=SENTENCES[Act(event.act)],
        by=by,
        removed=tuple(line[2:].strip() for line in lines if line.startswith("- ")),
        added=tuple(line[2:].strip() for line in lines if line.startswith("+ ")),
        present=after == own.profile,
    )


def _text(facts: str) -> str:
    return str(json.loads(facts).get("profile", ""))


def restore_profile(
    session: orm.Session, actor: Actor, own: Institution, number: int, *, seen: int | None, at: dt.datetime
) -> Institution:
    """Let the profile say again what it said after that act, which is an act of its own.

    The present state changes nothing. ``seen`` is the revision that was read. Raises ``Absent`` where there was no such
    state, ``Refusal`` for a state that cannot be read any more, ``Conflict`` when somebody else saved the profile
    meanwhile, and ``NotAllowed``.
    """
    event = session.scalar(_saved(own).where(Event.number == number))
    if event is None:
        raise Absent(Message("The profile has had no such state."))
    text, act = _text(event.after), Act.PROFILE_RESTORED
    try:
        return save_institution(
            session, text, "institution.yaml", actor=actor, at=at, only=own.id, revision=seen or 0, act=act
        )
    except SourceError as error:
        words = {"line": str(error.line), "key": error.key, "reason": error.reason}
        raise Refusal(
            "This state cannot be restored, because profiles are read otherwise by now: line %(line)s, %(key)s: "
            "%(reason)s",
            words,
        ) from error
