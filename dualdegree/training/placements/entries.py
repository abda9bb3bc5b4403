"""How is something written into a placement, by whoever waits for their turn, and told in every history?"""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Conflict
from dualdegree.core.training.parties import TrainingParty
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.training.placements.models import Placement, PlacementEntry


def kept(row: Placement, kind: str, what: str, party: TrainingParty, *, institution: str) -> PlacementEntry:
    """The entry of this kind in a placement; a new one where there is none."""
    for entry in row.entries:
        if (entry.kind, entry.what, entry.party, entry.institution_id) == (kind, what, party.value, institution):
            return entry
    entry = PlacementEntry(
        institution_id=institution, kind=kind, what=what, party=party.value, words="", content={}, person_id=None
    )
    row.entries.append(entry)
    return entry


def sign(entry: PlacementEntry, actor: Actor, at: dt.datetime, *, words: str, on: dt.date) -> None:
    """Write words and day into an entry, and who did so."""
    entry.words, entry.on = words, on
    entry.person_id, entry.written_at = actor.person_id or None, at


def lock_for_writing(session: orm.Session, row: Placement, institution: str = "") -> None:
    """Whoever writes waits for their turn; nothing is written into what is certified, or withdrawn.

    ``institution``: whose own it is; without it, it is written for all of them.
    """
    lock(session, row)
    if row.withdrawn:
        raise Conflict("This placement was withdrawn; nothing is written into it any more.")
    concerned = [side for side in row.sides if institution in {"", side.institution_id}]
    if concerned and all(side.is_certified for side in concerned):
        raise Conflict("This placement is certified; nothing is written into it any more.")


def tell_of(
    session: orm.Session,
    actor: Actor,
    row: Placement,
    act: Act,
    entry: PlacementEntry,
    *,
    at: dt.datetime,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> None:
    """Write what was written into the histories of all institutions for which the placement counts."""
    row.revision += 1
    session.flush()
    what = {"student": str(row.student_id), "what": f"{entry.kind} {entry.what}".strip(), "on": entry.on.isoformat()}
    tell(
        session, actor, row.subject, act, concerned=row.institutions, at=at,
        before=before, after={**what, **(after or {})},
    )  # fmt: skip
