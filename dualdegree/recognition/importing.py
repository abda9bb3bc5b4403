"""How does an equivalence table come in from its file? Checked against curricula and agreement, then proposed."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import orm

from dualdegree.core.curricula.equivalence import EquivalenceTable
from dualdegree.core.curricula.equivalence_table import mistakes, table_at
from dualdegree.core.policy import Permission, of_institutions, require
from dualdegree.core.source.reading import Place, SourceError
from dualdegree.core.text import Message
from dualdegree.programmes.proposing import propose
from dualdegree.recognition.checking import mistakes_in
from dualdegree.recognition.grounds import grounds_of
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.remarks import remarks_on
from dualdegree.recognition.service import equivalences, table_of
from dualdegree.recognition.tables.sheet_reading import Sheet, is_sheet, read_sheet
from dualdegree.recognition.tables.writing import write_equivalences
from dualdegree.uploads import Fate, Offer, OfferedPaper, Preview, Rejected, offered, previewed, rejected


def import_equivalences(session: orm.Session, paper: OfferedPaper) -> Preview:
    """A version of the equivalence table from its file, proposed by one party; stored only if it is confirmed.

    The counts are of entries, compared with the same version as stored, else with the latest other one. Raises
    ``Unreadable``, ``NotAllowed``.
    """
    require(paper.actor, Permission.IMPORT_FILES, of_institutions(paper.institution))

    def take() -> Preview:
        if is_sheet(paper.name):
            return _take_sheet(session, read_sheet(paper.content, paper.name), paper)
        offer = offered(paper)
        if wrong := tuple(map(rejected, mistakes(offer.place.entry("entries")))):
            return Preview(rejected=wrong)
        return _take(session, offer, table_at(offer.place))

    return previewed(take)


def _take_sheet(session: orm.Session, sheet: Sheet, paper: OfferedPaper) -> Preview:
    """What a table that came as rows does: its rows become the text that is stored and approved."""
    wrong = [*sheet.rejected, *map(sheet.rejection, mistakes(sheet.place.entry("entries")))]
    if wrong:
        return Preview(rejected=tuple(sorted(wrong, key=lambda row: row.line or 0)))
    try:
        table = table_at(sheet.place)
        offer = Offer(
            place=sheet.place,
            text=text_of(session, paper.institution, table),
            institution=paper.institution,
            actor=paper.actor,
            at=paper.at,
            confirm=paper.confirm,
        )
        imported = _take(session, offer, table, wrong=sheet.rejection)
    except SourceError as error:
        return Preview(rejected=(sheet.rejection(error),))
    return replace(imported, warnings=(*sheet.notes, *imported.warnings))


def text_of(session: orm.Session, institution_id: str, table: EquivalenceTable) -> str:
    """The text under which a table is stored that has none of its own.

    That is the stored text itself while it says the same, so that approvals stand; title and notes, which rows do not
    have, are those of the version before.
    """
    before = _before(session, institution_id, table)
    if before is None:
        return write_equivalences(table)
    held = table_of(before)
    named = replace(table, title=table.title or held.title, notes=table.notes or held.notes)
    return before.text if before.version == table.version and same_table(held, named) else write_equivalences(named)


def text_of_sheet(session: orm.Session, institution_id: str, content: bytes, name: str) -> str:
    """The text that the rows of a file become. Raises as ``read_sheet`` does, and ``SourceError``."""
    return text_of(session, institution_id, table_at(read_sheet(content, name).place))


def same_table(table: EquivalenceTable, other: EquivalenceTable) -> bool:
    """Whether both say the same, wherever their entries stand in their files."""
    return without_lines(table) == without_lines(other)


def without_lines(table: EquivalenceTable) -> EquivalenceTable:
    """The table as it is, wherever it was written."""
    return replace(table, entries=tuple(replace(entry, line=0) for entry in table.entries))


def _take(
    session: orm.Session,
    offer: Offer,
    table: EquivalenceTable,
    wrong: Callable[[SourceError], Rejected] = rejected,
) -> Preview:
    grounds = grounds_of(session, offer.place, offer.institution, table.programme)
    if refused := tuple(map(wrong, mistakes_in(offer.place, table, grounds))):
        return Preview(rejected=refused)
    before = _before(session, offer.institution, table)
    held = table_of(before) if before else None
    proposed = propose(
        session,
        EquivalenceVersion,
        offer,
        programme=table.programme,
        version=table.version,
        parties=grounds.parties,
    )
    old = table if proposed.fate is Fate.UNCHANGED else held
    return replace(_compared(table, old, remarks_on(table, grounds)), replaces=proposed.replaces)


def check_table(session: orm.Session, place: Place, institution_id: str, table: EquivalenceTable) -> None:
    """The table fits the programme's curricula and agreement; ``place`` is the top of its file.

    Raises ``SourceError`` for the first thing that does not.
    """
    for error in mistakes_in(place, table, grounds_of(session, place, institution_id, table.programme)):
        raise error


# What it changes


def _before(session: orm.Session, institution_id: str, table: EquivalenceTable) -> EquivalenceVersion | None:
    """The same version as it is stored, else the latest other one."""
    stored = [version for version in equivalences(session, institution_id) if version.programme_id == table.programme]
    same = next((version for version in stored if version.version == table.version), None)
    return same or next(iter(stored), None)


def _compared(table: EquivalenceTable, before: EquivalenceTable | None, warnings: tuple[Message, ...]) -> Preview:
    old = {entry.id: replace(entry, line=0) for entry in before.entries} if before else {}
    known = [entry for entry in table.entries if entry.id in old]
    same = [entry for entry in known if replace(entry, line=0) == old[entry.id]]
    gone = sorted(old.keys() - {entry.id for entry in table.entries})
    left_out = Message("%(ids)s: no longer in the table.", {"ids": tuple(gone)})
    return Preview(
        added=len(table.entries) - len(known),
        changed=len(known) - len(same),
        unchanged=len(same),
        warnings=(*warnings, left_out) if gone else warnings,
    )
