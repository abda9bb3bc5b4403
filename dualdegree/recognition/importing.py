"""How does an equivalence table come in from its file? Checked against curricula and agreement, then proposed."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import orm

from dualdegree.core.audit.entries import EquivalenceTable
from dualdegree.core.audit.equivalences import mistakes, table_at
from dualdegree.core.audit.source import Place
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.text import Message
from dualdegree.programmes.offering import Fate, Offer, Preview, offered, previewed, propose, rejected
from dualdegree.recognition.checking import mistakes_in
from dualdegree.recognition.grounds import grounds_of
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.remarks import remarks_on
from dualdegree.recognition.service import equivalences, table_of


def import_equivalences(
    session: orm.Session,
    institution_id: str,
    text: str | bytes,
    name: str,
    *,
    actor: Actor,
    at: dt.datetime,
    confirm: bool,
) -> Preview:
    """A version of the equivalence table from its file, proposed by one party; nothing is stored unless ``confirm``.

    The counts are of entries, compared with the same version as stored, else with the latest other one. Raises
    ``Unreadable``, ``NotAllowed``.
    """
    require(actor, Permission.IMPORT_FILES, of_institutions(institution_id))

    def take() -> Preview:
        offer = offered(text, name, institution=institution_id, actor=actor, at=at, confirm=confirm)
        if wrong := tuple(map(rejected, mistakes(offer.place.entry("entries")))):
            return Preview(rejected=wrong)
        return _take(session, offer, table_at(offer.place))

    return previewed(take)


def _take(session: orm.Session, offer: Offer, table: EquivalenceTable) -> Preview:
    grounds = grounds_of(session, offer.place, offer.institution, table.programme)
    if wrong := tuple(rejected(error) for error in mistakes_in(offer.place, table, grounds)):
        return Preview(rejected=wrong)
    before = _before(session, offer.institution, table)
    fate = propose(
        session,
        EquivalenceVersion,
        offer,
        programme=table.programme,
        version=table.version,
        parties=grounds.parties,
    )
    return _compared(table, table if fate is Fate.UNCHANGED else before, remarks_on(table, grounds))


def check_table(session: orm.Session, place: Place, institution_id: str, table: EquivalenceTable) -> None:
    """The table fits the programme's curricula and agreement; ``place`` is the top of its file.

    Raises ``SourceError`` for the first thing that does not.
    """
    for error in mistakes_in(place, table, grounds_of(session, place, institution_id, table.programme)):
        raise error


# What it changes


def _before(session: orm.Session, institution_id: str, table: EquivalenceTable) -> EquivalenceTable | None:
    stored = [one for one in equivalences(session, institution_id) if one.programme_id == table.programme]
    same = next((one for one in stored if one.version == table.version), None)
    base = same or next(iter(stored), None)
    return table_of(base) if base else None


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
