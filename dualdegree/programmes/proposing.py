"""How is a text of both institutions proposed from a file? By one party, for approval by both."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.approving import Document
from dualdegree.programmes.notices import tell_awaiting
from dualdegree.programmes.service import parties_of
from dualdegree.uploads import NEVER_CHANGES, Fate, Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What happens to the version, and the digest of the text that it had before, if another one."""

    fate: Fate
    replaces: str = ""


def check_parties(session: orm.Session, offer: Offer, programme_id: str, parties: Sequence[str]) -> None:
    """The proposer is a party, and the parties are those of the programme. Raises ``SourceError``."""
    if offer.institution not in parties:
        wrong = Message("%(own)s is not one of the institutions; only a party proposes", {"own": offer.institution})
        raise offer.place.entry("institutions").wrong(wrong)
    earlier = parties_of(session, programme_id)
    if earlier and set(earlier) != set(parties):
        wrong = Message(
            "this is the programme of %(first)s and %(second)s; choose another id",
            {"first": earlier[0], "second": earlier[1]},
        )
        raise offer.place.entry("programme").wrong(wrong)


def propose(
    session: orm.Session, kind: type[Document], offer: Offer, *, programme: str, version: str, parties: Sequence[str]
) -> Proposed:
    """Store the offered text as this version of a text of both, unless it is only previewed.

    Another text under a version that one party has approved starts the approval again. Raises ``SourceError`` at the
    key ``version`` when that version is in force.
    """
    query = sa.select(kind).where(kind.programme_id == programme, kind.version == version)
    known = session.scalars(query).first()
    if known is not None:
        lock(session, known)
    if known is not None and known.digest == offer.digest:
        return Proposed(fate=Fate.UNCHANGED)
    if known is not None and known.in_force_from is not None:
        raise offer.place.entry("version").wrong(NEVER_CHANGES)
    replaces = known.digest if known is not None else ""
    if offer.confirm:
        document = known or kind()
        document.programme_id, document.version = programme, version
        _store(session, document, offer, parties)
    return Proposed(fate=Fate.CHANGED if known else Fate.ADDED, replaces=replaces)


def _store(session: orm.Session, document: Document, offer: Offer, parties: Sequence[str]) -> None:
    before = {"digest": document.digest} if document.digest else None
    document.institution_id = offer.institution
    document.partner_id = next(party for party in parties if party != offer.institution)
    document.text, document.digest = offer.text, offer.digest
    document.revision = (document.revision or 0) + 1
    session.add(document)
    session.flush()
    facts = {"programme": document.programme_id, "version": document.version, "digest": offer.digest}
    tell(
        session, offer.actor, document.subject, Act(f"{document.KIND} proposed"),
        concerned=document.parties, at=offer.at, before=before, after=facts,
    )  # fmt: skip
    tell_awaiting(session, offer.actor, document, by=offer.institution, at=offer.at)
