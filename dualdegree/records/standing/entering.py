"""How does a state come into the record, and how is one that was wrong put right? Only by the own registrar."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.days import day_in
from dualdegree.core.enrolment import DatedState, Turn, refuse_impossible, turn
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.db import lock
from dualdegree.programmes.service import institution as institution_of
from dualdegree.programmes.texts import profile_of
from dualdegree.records.models import Enrolment
from dualdegree.records.standing.models import StateEntry
from dualdegree.records.standing.notices import inform_of_state, tell_state
from dualdegree.records.standing.states import entries_of, holding
from dualdegree.stakes import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class StateToEnter:
    """What is to be entered, why, and what the registrar had read.

    ``state`` None takes the wrong entry out and puts nothing in its place. ``corrects`` is the id of the entry that was
    wrong. ``revision`` is the enrolment's when its page was opened; ``confirmed`` the digest of what was at stake when
    somebody said yes to it: see ``stakes``.
    """

    state: DatedState | None
    reason: str
    revision: int
    corrects: int | None = None
    confirmed: str = ""


def entry_of(session: orm.Session, enrolment: Enrolment, entry_id: int) -> StateEntry:
    """An entry of this enrolment that was not struck; raises ``Absent``."""
    row = session.get(StateEntry, entry_id)
    if row is None or row.enrolment_id != enrolment.id or row.is_struck:
        raise Absent("There is no such entry any more.")
    return row


def checked(session: orm.Session, enrolment: Enrolment, wanted: StateToEnter, at: dt.datetime) -> Turn | None:
    """Whether what is wanted has the degree left, or taken up again; raises ``Refusal`` for what cannot be."""
    before, rest = _without(session, enrolment, wanted)
    today = day_in(at, profile_of(institution_of(session, enrolment.institution_id)).time_zone)
    refuse_impossible(rest, wanted.state, today=today)
    after = (*rest, *([wanted.state] if wanted.state else []))
    return turn(before, after)


def _without(
    session: orm.Session, enrolment: Enrolment, wanted: StateToEnter
) -> tuple[Sequence[DatedState], Sequence[DatedState]]:
    """The enrolment's states, and those of them that stay."""
    entries = entries_of(session, [enrolment.id]).get(enrolment.id, ())
    return holding(entries), holding(entry for entry in entries if entry.id != wanted.corrects)


def enter(session: orm.Session, actor: Actor, enrolment: Enrolment, wanted: StateToEnter, at: dt.datetime) -> None:
    """Enter a state, correct one, or strike one; tell both institutions, and the student.

    What has the degree left, or taken up again, puts verdicts, sign-offs and documents in question: these must have
    been confirmed. A document in force stays as it is and says that the record has changed since.

    Raises ``NotAllowed``; ``Refusal`` without a reason or for what cannot be; ``Unconfirmed``; ``Conflict`` when the
    enrolment has changed since it was read.
    """
    require(actor, Permission.ENTER_STATE, of_institutions(enrolment.institution_id))
    lock(session, enrolment)
    if enrolment.revision != wanted.revision:
        raise Conflict("The record has changed since you opened it; look at the effect again.")
    reason = wanted.reason.strip()
    if not reason:
        raise Refusal("Say why; the history keeps the reason.", about="reason")
    turns = checked(session, enrolment, wanted, at)
    if turns:
        refuse_unread(session, enrolment, wanted.confirmed)
    wrong = entry_of(session, enrolment, wanted.corrects) if wanted.corrects else None
    if wrong is None and wanted.state is None:
        raise Refusal("Choose a state.", about="state")
    if wrong is not None:
        wrong.struck_at, wrong.struck_by, wrong.struck_because = at, actor.person_id or None, reason
        session.flush()
    entry = None
    if wanted.state is not None:
        entry = write(session, enrolment, wanted.state, by=actor, at=at, reason=reason, corrects=wrong)
    enrolment.revision += 1
    tell_state(
        session, actor, Act.ENROLMENT_STATE_CORRECTED if wrong else Act.ENROLMENT_STATE_ENTERED, enrolment, at=at,
        reason=reason, before=_kept(wrong), after=_kept(entry),
    )  # fmt: skip
    inform_of_state(session, actor, enrolment, entry, at)
    if turns:
        tell_of_turn(session, actor, [enrolment], at)


def refuse_unread(session: orm.Session, enrolment: Enrolment, confirmed: str) -> None:
    """Raise ``Unconfirmed`` unless this is the digest of what is at stake for the student now."""
    if stakes.digest_of(stakes.at_stake(session, [enrolment.student_id])) != confirmed:
        raise stakes.Unconfirmed(
            "Read what was signed or issued on the present state, and tick that you have; the list may have changed "
            "since you opened the page.",
            about="confirmed",
        )


def write(
    session: orm.Session,
    enrolment: Enrolment,
    state: DatedState,
    *,
    by: Actor | None,
    at: dt.datetime,
    reason: str = "",
    corrects: StateEntry | None = None,
) -> StateEntry:
    """Keep one state, which the law allows; ``by`` None: a roster told it."""
    entry = StateEntry(
        enrolment=enrolment, institution_id=enrolment.institution_id, state=state.state.value, since=state.since,
        reason=reason, entered_by=(by.person_id or None) if by else None, entered_at=at, from_roster=by is None,
        corrects_id=corrects.id if corrects else None,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return entry


def tell_of_turn(session: orm.Session, actor: Actor, enrolments: Sequence[Enrolment], at: dt.datetime) -> None:
    """Have whoever signed or issued look at students who have left a degree, or taken it up again."""
    students = frozenset(enrolment.student_id for enrolment in enrolments)
    institutions = tuple(sorted({enrolment.institution_id for enrolment in enrolments}))
    act = Act.ENROLMENT_STATE_ENTERED
    stakes.changed(session, Changed(act=act, actor=actor, at=at, institutions=institutions, students=students))


def _kept(entry: StateEntry | None) -> dict[str, str]:
    """What the history keeps of an entry."""
    if entry is None:
        return {}
    return {"institution": entry.institution_id, "enrolment state": entry.state, "since": entry.since.isoformat()}
