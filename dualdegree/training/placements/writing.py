"""What do the student, both mentors and the registrars write into a placement, and when may they?"""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.days import day_in
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.core.training.checklist import TICKS, ChecklistItem, months, weeks
from dualdegree.core.training.parties import TrainingParty
from dualdegree.training.placements.entries import kept, lock_for_writing, sign, tell_of
from dualdegree.training.placements.models import Placement, PlacementEntry
from dualdegree.training.placements.standing import (
    LOG,
    MID_TERM,
    OPINION,
    READ,
    REPORT,
    SUMMARY,
    TICK,
    parts_of,
    profiles,
)

BY_STUDENT = (LOG, REPORT, MID_TERM, SUMMARY)
NOT_NOW: Mapping[str, Message] = {
    LOG: Message("A log is written for a week of the placement that has begun; choose another week."),
    REPORT: Message("A report is written for a month of the placement that has begun; choose another month."),
    MID_TERM: Message("The mid-term report is written once the placement has begun."),
    SUMMARY: Message("The summary is written once the placement has begun."),
}


def write(
    session: orm.Session, actor: Actor, row: Placement, kind: str, what: str, *, words: str, at: dt.datetime
) -> PlacementEntry:
    """Write the log of a week, the report of a month, the mid-term report or the summary; again it is written anew.

    What a mentor has read already is not written anew. Raises ``NotAllowed``; ``Refusal`` without words, for a week or
    month that is not of the placement or has not begun; ``Conflict`` where it was read, certified or withdrawn.
    """
    require(actor, Permission.WRITE_PLACEMENT, row.policy_subject())
    if not words.strip():
        raise Refusal("Write what was done.", about="words")
    lock_for_writing(session, row)
    profile = profiles(session, [row.institution_id])[row.institution_id]
    today = day_in(at, profile.time_zone)
    if kind not in BY_STUDENT or not _has_begun(row, kind, what, today):
        raise Refusal(NOT_NOW.get(kind, NOT_NOW[LOG]), about="what")
    _refuse_read(row, kind, what)
    entry = kept(row, kind, what, TrainingParty.STUDENT, institution=row.institution_id)
    if entry.words == words.strip():
        return entry
    sign(entry, actor, at, words=words.strip(), on=entry.on or today)
    tell_of(session, actor, row, Act.PLACEMENT_WRITTEN, entry, at=at)
    return entry


def _has_begun(row: Placement, kind: str, what: str, today: dt.date) -> bool:
    if kind == LOG:
        return any(name == what and last - dt.timedelta(days=6) <= today for name, last in weeks(row.period))
    if kind == REPORT:
        return any(name == what and name <= f"{today:%Y-%m}" for name, _last in months(row.period))
    return row.starts_on <= today and not what


def _refuse_read(row: Placement, kind: str, what: str) -> None:
    answer = {REPORT: READ, SUMMARY: OPINION}.get(kind)
    if any(entry.kind == answer and entry.what == what for entry in row.entries):
        raise Conflict("A mentor has read this already; write what is to be added into the next report.", about="words")


def read(
    session: orm.Session, actor: Actor, row: Placement, kind: str, what: str, *, words: str, at: dt.datetime
) -> None:
    """Note that a mentor has read the report of a month (perhaps with words), or give an opinion on the summary.

    Raises ``NotAllowed``; ``Refusal`` for an opinion without words, or where the student has written no such report.
    """
    require(actor, Permission.GUIDE_PLACEMENT, row.policy_subject())
    answered = {READ: REPORT, OPINION: SUMMARY}[kind]
    if kind == OPINION and not words.strip():
        raise Refusal("Write your opinion on the summary.", about="words")
    lock_for_writing(session, row)
    if not any(entry.kind == answered and entry.what == what for entry in row.entries):
        raise Refusal("The student has not written it yet; you are told as soon as it is there.", about="what")
    known = profiles(session, row.institutions)
    for party, institution in _mentoring(actor, row):
        where = institution or row.institution_id
        entry = kept(row, kind, what, party, institution=where)
        if entry.person_id is not None and entry.words == words.strip():
            continue
        sign(entry, actor, at, words=words.strip(), on=day_in(at, known[where].time_zone))
        tell_of(session, actor, row, Act.PLACEMENT_READ, entry, at=at)


def _mentoring(actor: Actor, row: Placement) -> list[tuple[TrainingParty, str]]:
    return [
        part
        for part in parts_of(actor, row)
        if part[0] in {TrainingParty.ENTERPRISE_MENTOR, TrainingParty.UNIVERSITY_MENTOR}
    ]


def tick(
    session: orm.Session,
    actor: Actor,
    row: Placement,
    institution: str,
    *,
    item: ChecklistItem,
    on: dt.date,
    at: dt.datetime,
) -> None:
    """Record that something was done on a day: a briefing, an insurance, a registration; never a number of it.

    Raises ``NotAllowed``, ``Refusal`` for a day to come; ``Conflict`` once certified or withdrawn.
    """
    require(actor, Permission.CERTIFY_PLACEMENT, row.policy_subject().at(institution))
    if item not in TICKS:
        raise Refusal("Nothing of the kind is ticked off; it is done on its own form.", about="item")
    lock_for_writing(session, row, institution)
    profile = profiles(session, [institution])[institution]
    if on > day_in(at, profile.time_zone):
        raise Refusal("This day has not come yet.", about="on")
    entry = kept(row, TICK, item.value, TrainingParty.REGISTRAR, institution=institution)
    if entry.on == on:
        return
    sign(entry, actor, at, words="", on=on)
    tell_of(session, actor, row, Act.PLACEMENT_RECORDED, entry, at=at)
