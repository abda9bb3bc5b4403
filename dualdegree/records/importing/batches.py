"""Who offered which file, what did it say, and was it confirmed? One batch is one act of the history."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import events, stakes
from dualdegree.accounts.models import Person
from dualdegree.core.acts import IMPORTS, Act
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Conflict
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.programmes.service import lock_imports
from dualdegree.records.importing.files.headings import UnknownHeadings
from dualdegree.records.importing.files.rows import DOCUMENT
from dualdegree.records.importing.kinds import planned
from dualdegree.records.importing.outcome import ImportPreview, PreviewOutdated, RowChange
from dualdegree.records.importing.people.identity import OTHER_NAMES, PERSON
from dualdegree.records.importing.planning import ImportPlan, chunks
from dualdegree.records.importing.tracing import traced
from dualdegree.records.models import Enrolment, ImportBatch
from dualdegree.stakes import Changed

SHOWN = 500
"""How many changes the page of a preview lists."""
HELD_BACK = (*PERSON, OTHER_NAMES, DOCUMENT)
"""What the history does not keep of a person who is new."""
PEOPLE = ("account", "advisor")
"""What a change says with somebody's address."""
OUTDATED = Message("The record has changed since this preview was made. Look at the new one, and confirm that.")
NOTHING_LEFT = Message("Every row of this file is rejected. Mend the rows, and send the file again.")
SETTLED = Message("This file was confirmed or withdrawn before; nothing more was done.")


def preview(
    session: orm.Session, kind: str, institution: str, filename: str, content: bytes, *, at: dt.datetime
) -> ImportPreview:
    """What the file would do now; nothing changes. Raises ``Unreadable``, and ``Absent`` for the institution."""
    return planned(session, kind, institution, filename, content, at=at).preview


def import_file(
    session: orm.Session,
    kind: str,
    institution: str,
    filename: str,
    content: bytes,
    *,
    actor: Actor,
    at: dt.datetime,
    confirm: bool,
    whole: bool = False,
) -> ImportPreview:
    """Preview the file or, with ``confirm``, apply it at once; a file that changes nothing leaves no trace.

    ``whole``: the file is said to be the whole register, so that the preview also tells what it lacks.

    Raises ``Unreadable``, ``Absent`` for the institution, and ``NotAllowed``.
    """
    require(actor, Permission.IMPORT_FILES, of_institutions(institution))
    if confirm:
        lock_imports(session)
    plan = planned(session, kind, institution, filename, content, at=at, whole=whole)
    if not confirm:
        return plan.preview
    if not plan.idle:
        _settle(session, plan, _batch(session, _report(plan.preview), content, actor, at), actor, at)
    return replace(plan.preview, confirmed=True)


def offer(
    session: orm.Session,
    kind: str,
    institution: str,
    filename: str,
    content: bytes,
    *,
    actor: Actor,
    at: dt.datetime,
    whole: bool = False,
) -> ImportBatch:
    """Keep the file and its preview until somebody confirms or withdraws it. Raises as ``import_file`` does.

    A table whose headings nobody knows is kept as well, until somebody says which column is which. ``whole``: the file
    is said to be the whole register, so that the preview also tells what it lacks.
    """
    require(actor, Permission.IMPORT_FILES, of_institutions(institution))
    try:
        report = _report(planned(session, kind, institution, filename, content, at=at, whole=whole).preview)
    except UnknownHeadings as unknown:
        report = {**_unread(unknown, kind, institution, filename), "whole": whole}
    batch = _batch(session, report, content, actor, at)
    batch.content = content
    session.flush()
    return batch


def read_again(session: orm.Session, batch: ImportBatch, at: dt.datetime) -> None:
    """Plan an offered file anew, as the profile and the record now are. Raises ``Unreadable``."""
    batch.report = _report(_planned_again(session, batch, batch.content or b"", at).preview)


def _planned_again(session: orm.Session, batch: ImportBatch, content: bytes, at: dt.datetime) -> ImportPlan:
    whole = bool(batch.report.get("whole"))
    return planned(session, batch.kind, batch.institution_id, batch.filename, content, at=at, whole=whole)


def confirm(session: orm.Session, actor: Actor, batch: ImportBatch, at: dt.datetime) -> ImportPreview:
    """Apply every row of the batch that is not rejected, all of them or none.

    Raises ``PreviewOutdated``, with the new preview already in the batch, when the record has changed so that the file
    would no longer do what was shown; ``Conflict`` when the batch is settled or every row is rejected; ``NotAllowed``.
    """
    require(actor, Permission.IMPORT_FILES, batch.policy_subject())
    lock_imports(session)
    lock(session, batch)
    if batch.content is None:
        raise Conflict(SETTLED)
    plan = _planned_again(session, batch, batch.content, at)
    shown = batch.report.get("digest")
    batch.report = _report(plan.preview)
    if batch.report["digest"] != shown:
        raise PreviewOutdated(OUTDATED)
    if plan.preview.takes_nothing:
        raise Conflict(NOTHING_LEFT)
    _settle(session, plan, batch, actor, at)
    return replace(plan.preview, confirmed=True)


def withdraw(session: orm.Session, actor: Actor, batch: ImportBatch) -> None:
    """Forget an offered file. Raises ``Conflict`` when the batch is settled, and ``NotAllowed``."""
    require(actor, Permission.IMPORT_FILES, batch.policy_subject())
    lock(session, batch)
    if batch.content is None:
        raise Conflict(SETTLED)
    batch.content, batch.report = None, {**batch.report, "withdrawn": True}


def _batch(
    session: orm.Session, report: Mapping[str, Any], content: bytes, actor: Actor, at: dt.datetime
) -> ImportBatch:
    batch = ImportBatch(
        institution_id=report["institution"],
        kind=report["kind"],
        filename=report["filename"],
        sha256=hashlib.sha256(content).hexdigest(),
        content=None,
        person_id=actor.person_id or None,
        offered_at=at,
        confirmed_at=None,
        report=report,
    )
    session.add(batch)
    session.flush()
    return batch


def _settle(session: orm.Session, plan: ImportPlan, batch: ImportBatch, actor: Actor, at: dt.datetime) -> None:
    """Apply the plan, forget the bytes, and tell of it; a file that changes nothing is settled without a word."""
    batch.content, batch.confirmed_at = None, at
    if plan.idle:
        return
    with traced(session, batch, plan.reach):
        plan.apply(session)
    session.expire_all()
    preview, people = plan.preview, _references(session, plan.preview)
    act = events.NewEvent(
        institution=preview.institution,
        actor=actor.reference,
        act=Act(f"{preview.kind} imported"),
        subject=batch.subject,
        at=at,
        before={_name(change): _kept(change.before, people) for change in preview.changes if change.before},
        after={_name(change): _kept(change.after, people, new=not change.before) for change in preview.changes}
        | {f"{listed.subject} {listed.what}": {"mark": listed.mark} for listed in preview.listed},
    )
    events.record(session, act)
    plan.tell(session, actor, act.subject, at)
    if act.act in IMPORTS:
        touched = frozenset(name.split(" ")[0] for name in (*(act.before or ()), *(act.after or ())))
        where = (preview.institution,)
        stakes.changed(session, Changed(act=act.act, actor=actor, at=at, institutions=where, numbers=touched))


def touched_by(session: orm.Session, batch: ImportBatch) -> list[int]:
    """The ids of the students whose record a waiting file would change."""
    if batch.content is None or not batch.report.get("numbers"):
        return []
    ids: list[int] = []
    for some in chunks(batch.report["numbers"]):
        query = sa.select(Enrolment.student_id).where(
            Enrolment.institution_id == batch.institution_id, Enrolment.number.in_(some)
        )
        ids.extend(session.scalars(query))
    return sorted(ids)


def _name(change: RowChange) -> str:
    return f"{change.subject} {change.what}".strip()


def _references(session: orm.Session, shown: ImportPreview) -> dict[str, str]:
    """How the history names whoever has one of the addresses in the preview: a history is never erased."""
    said = (words for change in shown.changes for words in (change.before, change.after))
    every = (words.get(field) for words in said for field in PEOPLE)
    addresses = sorted({address.casefold() for address in every if address})
    references = {}
    for some in chunks(addresses):
        rows = session.execute(sa.select(Person.id, Person.email).where(sa.func.lower(Person.email).in_(some)))
        references.update({row.email.casefold(): f"person:{row.id}" for row in rows})
    return references


def _kept(words: Mapping[str, str], people: Mapping[str, str], *, new: bool = False) -> dict[str, str]:
    """What the history keeps: no addresses, and of a person who is new no name, birth date or document."""
    kept = {name: value for name, value in words.items() if not (new and name in HELD_BACK)}
    return {name: people.get(value.casefold(), value) if name in PEOPLE else value for name, value in kept.items()}


def _report(shown: ImportPreview) -> dict[str, Any]:
    """The preview as it is kept for its page: all that is rejected, the first of what is changed and added."""
    digest = hashlib.sha256(events.canonical(shown.as_json()).encode()).hexdigest()
    changed_first = sorted(shown.changes, key=lambda change: not change.before)
    numbers = {change.subject for change in shown.changes} | {row.subject for row in shown.listed}
    kept = replace(shown, changes=tuple(changed_first[:SHOWN])).as_json()
    return {**kept, "numbers": [] if shown.kind == "offers" else sorted(numbers), "digest": digest}


def _unread(unknown: UnknownHeadings, kind: str, institution: str, filename: str) -> dict[str, Any]:
    """The same of a table that cannot be read yet: nothing but the reason, for everybody to see."""
    empty = ImportPreview(
        kind=kind,
        institution=institution,
        filename=filename,
        added=0,
        changed=0,
        unchanged=0,
        warnings=(unknown.message,),
    )
    return {**empty.as_json(), "unread": True}
