"""How does the mail of a notice leave once, whoever is killed on the way, and what if it does not arrive?

A letter is offered to the mail server first; only when it would be taken does the sender claim the notice, in a
transaction of its own, hand the content over and write down what came of it. Everything before the claim may be
repeated. Between the claim and the note nobody can know whether the server has the letter: a notice that is found there
with its sender gone is ``UNCERTAIN``, named by ``dualdegree doctor`` and never sent again by itself. See
``docs/decisions/0006-a-letter-is-sent-at-most-once.md``.
"""

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app
from sqlalchemy import orm

from dualdegree.db import reading, transaction
from dualdegree.jobs.service import Finish, Task, Tell
from dualdegree.messages import service
from dualdegree.messages.letter import letter_of
from dualdegree.messages.models import MailState, Notice
from dualdegree.messages.post import Letter, Never, NotNow, PostOffice, Unknown, opened

log = structlog.get_logger()

PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after each attempt that failed; after the last one a letter is undeliverable."""
SILENCE = dt.timedelta(minutes=10)
"""A sender that has claimed a notice for so long without a word is gone: no server may be silent for that long."""


def deliver(arguments: Mapping[str, Any], at: dt.datetime, _tell: Tell) -> Finish:
    """Send the letters of these notices as far as they are due; put jobs for whatever has to be looked at again."""
    ids: Sequence[int] = arguments["notices"]
    with reading() as session:
        notices = session.scalars(_open(ids)).all()
        session.expunge_all()
    due = [notice for notice in notices if notice.state == MailState.WAITING and notice.due_at <= at]
    silent = [notice for notice in notices if notice.claimed_at is not None and notice.claimed_at <= at - SILENCE]
    if due or silent:
        _send(due, silent, at)

    def finish(session: orm.Session) -> Mapping[str, Any]:
        return _look_again(session, ids, at)

    return finish


def _open(ids: Sequence[int]) -> sa.Select[Notice]:
    """Those of the notices whose mail has neither arrived nor been given up."""
    unsettled = Notice.state.in_([MailState.WAITING, MailState.SENDING])
    return sa.select(Notice).where(Notice.id.in_(ids), unsettled).order_by(Notice.id)


def _send(due: Sequence[Notice], silent: Sequence[Notice], at: dt.datetime) -> None:
    try:
        with opened(current_app.config) as post:
            for notice in (*due, *silent):
                if notice.state == MailState.SENDING and not post.is_repeatable:
                    _note(
                        notice,
                        notice.claim,
                        {"state": MailState.UNCERTAIN, "failure": "its sender was never heard of again"},
                    )
                else:
                    _deliver(post, notice, at)
    except NotNow as failure:
        for notice in due:
            _note(notice, None, _put_off(notice, failure, at))


def _deliver(post: PostOffice, notice: Notice, at: dt.datetime) -> None:
    """Offer the letter, claim the notice, hand the letter over, and note what came of it."""
    claim = None
    try:
        letter = _letter(notice)
        post.offer(letter)
        claim = _claimed(notice, at)
        if claim is None:
            return
        post.hand_over(letter)
    except Never as failure:
        outcome: dict[str, object] = {"state": MailState.UNDELIVERABLE, "failure": str(failure)}
    except NotNow as failure:
        outcome = _put_off(notice, failure, at)
    except Unknown as failure:
        outcome = {"state": MailState.UNCERTAIN, "failure": str(failure)}
    else:
        outcome = {"state": MailState.SENT, "sent_at": at, "failure": ""}
    _note(notice, claim, outcome)


def _letter(notice: Notice) -> Letter:
    try:
        return letter_of(notice, current_app.config)
    except (KeyError, TypeError, ValueError) as error:
        # One notice that cannot be said must not keep the others of its job from leaving.
        raise Never(f"it cannot be written: {type(error).__name__}") from error


def _claimed(notice: Notice, at: dt.datetime) -> str | None:
    """The word by which this sender alone may hand the letter over; None when the notice is no longer as it was."""
    word = secrets.token_hex(16)
    same = sa.and_(Notice.state == notice.state, Notice.claim.is_not_distinct_from(notice.claim))
    claim = sa.update(Notice).where(Notice.id == notice.id, same)
    with transaction() as session:
        taken = session.execute(claim.values(state=MailState.SENDING, claim=word, claimed_at=at).returning(Notice.id))
        return word if taken.one_or_none() else None


def _put_off(notice: Notice, failure: NotNow, at: dt.datetime) -> dict[str, object]:
    """What is noted after an attempt that failed: when the next one is due, or that there is none."""
    free = {"tries": notice.tries + 1, "failure": str(failure), "claim": None, "claimed_at": None}
    if notice.tries >= len(PAUSES):
        return {**free, "state": MailState.UNDELIVERABLE}
    return {**free, "state": MailState.WAITING, "due_at": at + PAUSES[notice.tries]}


def _note(notice: Notice, held: str | None, values: Mapping[str, object]) -> None:
    """Write down what came of a notice, unless another sender has it by now."""
    change = sa.update(Notice).where(Notice.id == notice.id, Notice.claim.is_not_distinct_from(held))
    with transaction() as session:
        session.execute(change.values(dict(values)))
    if values.get("failure"):
        log.warning("letter", notice=notice.id, state=str(values["state"]), failure=values["failure"])


def _look_again(session: orm.Session, ids: Sequence[int], at: dt.datetime) -> Mapping[str, Any]:
    """Put a job for each moment at which one of the notices is due, or its silent sender is given up."""
    moments: dict[dt.datetime, dict[int, str]] = defaultdict(dict)
    for notice in session.scalars(_open(ids)):
        moments[notice.claimed_at + SILENCE if notice.claimed_at else notice.due_at][notice.id] = notice.institution_id
    for moment in sorted(moments):
        service.put(session, moments[moment], at=at, due=moment)
    return {"settled": len(ids) - sum(map(len, moments.values()))}


TASKS: Mapping[str, Task] = {service.TASK: deliver}
"""The long work of this layer."""
