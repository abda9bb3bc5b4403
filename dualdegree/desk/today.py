"""How far is today what somebody was told of? A message says how it was, and stays; this says how it is."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.exceptions.presenting import STATES
from dualdegree.audit.models import ExceptionRequest
from dualdegree.audit.rule_changes.move_presenting import STATES as MOVES
from dualdegree.conferral import service as conferral
from dualdegree.conferral.service import ConferralStanding
from dualdegree.core.approval import State
from dualdegree.core.conferral.gate import BoardStage
from dualdegree.core.text import Message, Text
from dualdegree.messages.models import Notice
from dualdegree.programmes.presenting import names
from dualdegree.recognition.moves.models import EquivalenceMove
from dualdegree.requests import notices as requests

SIGN_OFFS = ("signed:", "sign-off withdrawn:", "sign-off void:")
"""How the acts begin that a message of a sign-off tells of."""
OPEN = Message("Today: both universities have signed off this record; a document may be issued.")
IN_FORCE = Message("Today: both universities have signed off this record, and a document is in force.")
REVOKED = Message("Today: the document that was issued on this record is revoked.")
NOT_MET = Message("Today: not both degrees are met, so that nothing can be signed off.")
"""How far a student's record has come, where no sign-off is missing."""


def today(session: orm.Session, notices: Sequence[Notice], at: dt.datetime) -> Mapping[int, Message]:
    """By the number of each message of a request, an exception, a move or a sign-off: how far that is.

    A fixed number of statements; none for a kind that no message is about.
    """
    about = [notice.about for notice in notices]
    known = {
        **requests.today(session, about),
        **_states(session, ExceptionRequest, STATES, _numbers(about, "exception")),
        **_states(session, EquivalenceMove, MOVES, _numbers(about, "move")),
    }
    students = {notice.id: _student(notice) for notice in notices if _is_of_sign_off(notice)}
    signed = _sign_offs(session, sorted(set(students.values())), at) if students else {}
    return {
        **{notice.id: known[notice.about] for notice in notices if notice.about in known},
        **{number: signed[student] for number, student in students.items() if student in signed},
    }


def _numbers(subjects: Iterable[str], wanted: str) -> list[int]:
    parts = (subject.partition(":") for subject in subjects)
    return [int(number) for kind, _, number in parts if kind == wanted]


def _is_of_sign_off(notice: Notice) -> bool:
    return notice.about.startswith("student:") and notice.key.removeprefix(f"{notice.about}:").startswith(SIGN_OFFS)


def _student(notice: Notice) -> int:
    return int(notice.about.partition(":")[2])


def _states(
    session: orm.Session, row: Any, words: Mapping[State, tuple[str, Message]], numbers: list[int]
) -> Mapping[str, Message]:
    if not numbers:
        return {}
    papers = session.scalars(sa.select(row).where(row.id.in_(numbers)).order_by(row.id))
    return {paper.subject: Message("Today: %(state)s.", {"state": words[State(paper.state)][1]}) for paper in papers}


def _sign_offs(session: orm.Session, students: Sequence[int], at: dt.datetime) -> Mapping[int, Message]:
    called = names(session)
    standings = conferral.standings(session, students, at)
    return {student: _in_words(standing, called) for student, standing in standings.items()}


def _in_words(standing: ConferralStanding, called: Mapping[str, Text]) -> Message:
    if standing.awaits:
        missing = tuple(called[institution] for institution in standing.awaits)
        return Message("Today: still to be signed off by %(institutions)s.", {"institutions": missing})
    if standing.stage in (BoardStage.ISSUED, BoardStage.CHANGED):
        return IN_FORCE
    if standing.was_revoked:
        return REVOKED
    return OPEN if standing.is_open else NOT_MET
