"""How is a proposed table changed on pages, entry by entry? Each change makes another text, to be approved anew."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import orm

from dualdegree.core.curricula.equivalence import Entry, EquivalenceTable
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import history_lines
from dualdegree.recognition.importing import import_equivalences
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.service import equivalences, table_of
from dualdegree.recognition.tables.writing import write_equivalences
from dualdegree.uploads import NEVER_CHANGES, OfferedPaper, Preview

NAME = "table"
"""What errors call a text that no file holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """Who changes a table, for which party, when; ``digest`` is of the text that was read."""

    actor: Actor
    institution: str
    digest: str
    at: dt.datetime


def put_entry(
    session: orm.Session, version: EquivalenceVersion, entry: Entry, *, instead_of: str | None, editing: Editing
) -> Preview:
    """Add an entry at the end, or put it ``instead_of`` the one with this id, where that stands.

    What cannot be stored is in the preview's ``rejected``, by key; then nothing has changed. Raises ``NotAllowed`` and
    ``Conflict``, the latter also where the entry is gone.
    """

    def put(table: EquivalenceTable) -> tuple[Entry, ...]:
        if instead_of is None:
            return (*table.entries, entry)
        if instead_of not in {row.id for row in table.entries}:
            raise _changed(session, version)
        return tuple(entry if row.id == instead_of else row for row in table.entries)

    return _edit(session, version, put, editing)


def remove_entry(session: orm.Session, version: EquivalenceVersion, entry_id: str, *, editing: Editing) -> Preview:
    """Take the entry out. Raises ``NotAllowed`` and ``Conflict``, the latter also where it is gone already."""

    def without(table: EquivalenceTable) -> tuple[Entry, ...]:
        left = tuple(row for row in table.entries if row.id != entry_id)
        if len(left) == len(table.entries):
            raise _changed(session, version)
        return left

    return _edit(session, version, without, editing)


def begin_version(
    session: orm.Session, version: EquivalenceVersion, name: str, *, editing: Editing
) -> EquivalenceVersion:
    """Propose the same entries as another version, to be changed from there.

    Raises ``NotAllowed``, ``Refusal`` without a name, ``Conflict`` where a version of this name exists.
    """
    require(editing.actor, Permission.IMPORT_FILES, of_institutions(editing.institution))
    if not name.strip():
        raise Refusal("Name the new version, such as 2027.", about="version")
    known = [
        candidate
        for candidate in equivalences(session, editing.institution)
        if candidate.programme_id == version.programme_id
    ]
    if name.strip() in {candidate.version for candidate in known}:
        raise Conflict(
            "There is a version of this name already; open that one, or choose another name.", about="version"
        )
    preview = _store(session, replace(table_of(version), version=name.strip()), editing)
    if preview.rejected:
        raise Refusal(
            Message(
                "No version can be named like this: %(why)s. Choose a name such as 2027.",
                {"why": preview.rejected[0].reason},
            ),
            about="version",
        )
    versions = equivalences(session, editing.institution)
    return next(
        candidate
        for candidate in versions
        if (candidate.programme_id, candidate.version) == (version.programme_id, name.strip())
    )


def _edit(
    session: orm.Session,
    version: EquivalenceVersion,
    entries: Callable[[EquivalenceTable], Sequence[Entry]],
    editing: Editing,
) -> Preview:
    require(editing.actor, Permission.IMPORT_FILES, of_institutions(editing.institution))
    lock(session, version)
    if version.digest != editing.digest:
        raise _changed(session, version)
    if version.in_force_from is not None:
        raise Conflict(NEVER_CHANGES)
    table = table_of(version)
    return _store(session, replace(table, entries=tuple(entries(table))), editing)


def _store(session: orm.Session, table: EquivalenceTable, editing: Editing) -> Preview:
    paper = OfferedPaper(
        institution=editing.institution,
        text=write_equivalences(table),
        name=NAME,
        actor=editing.actor,
        at=editing.at,
        confirm=True,
    )
    return import_equivalences(session, paper)


def _changed(session: orm.Session, version: EquivalenceVersion) -> Conflict:
    """The refusal that says who changed the text since it was read."""
    last = next(iter(history_lines(session, version.subject, version.institution_id)), None)
    if last is None:
        return Conflict("The table has changed since you opened it; read it again and repeat your change.")
    return Conflict(
        Message(
            "%(who)s changed the table on %(day)s since you opened it; read it again and repeat your change.",
            {"who": last.by, "day": last.at.date()},
        )
    )
