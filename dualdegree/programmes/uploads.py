"""What does somebody offer in a file, and what would it do? Nothing is stored unless the offer is confirmed."""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Refusal
from dualdegree.core.source.reading import Place, SourceError, read
from dualdegree.core.text import Message
from dualdegree.history import tell
from dualdegree.programmes.approving import Document
from dualdegree.programmes.notices import tell_awaiting
from dualdegree.programmes.service import parties_of

NEVER_CHANGES = Message("this version is in force and never changes; give the new text a new version")


class Unreadable(Refusal):
    """The file cannot be read at all, so that there is nothing to preview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """What was not taken from a file: where it stands (line, and column or key), what it says, why not."""

    line: int | None
    column: str
    value: str = ""
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file would do, or did when it was confirmed. A file with anything rejected does nothing."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    warnings: tuple[Message, ...] = ()

    @classmethod
    def of(cls, fate: "Fate", warnings: tuple[Message, ...] = ()) -> "Preview":
        """What a file does that states one version."""
        return cls(
            added=int(fate is Fate.ADDED),
            changed=int(fate is Fate.CHANGED),
            unchanged=int(fate is Fate.UNCHANGED),
            warnings=warnings,
        )


class Fate(StrEnum):
    """What happens to one version that a file states."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A file that somebody offers: its text, whose it is, who offers it when, and whether it is to be stored."""

    place: Place
    text: str
    institution: str
    actor: Actor
    at: dt.datetime
    confirm: bool

    @property
    def digest(self) -> str:
        """SHA-256 of the text as stored, by which it is approved."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def offered(text: str | bytes, name: str, *, institution: str, actor: Actor, at: dt.datetime, confirm: bool) -> Offer:
    """The offer of a file. The stored text has no byte order mark, and a plain line feed at the end of each line."""
    try:
        place = read(text, name)
    except SourceError as error:
        raise _unreadable(error) from error
    plain = (text.decode() if isinstance(text, bytes) else text).removeprefix("\ufeff").replace("\r\n", "\n")
    return Offer(place=place, text=plain, institution=institution, actor=actor, at=at, confirm=confirm)


def previewed(take: Callable[[], Preview]) -> Preview:
    """What ``take`` finds; the first thing wrong in the file becomes a rejected line.

    Raises ``Unreadable`` for a file that is not YAML at all.
    """
    try:
        return take()
    except SourceError as error:
        if not error.key:
            raise _unreadable(error) from error
        return Preview(rejected=(rejected(error),))


def rejected(error: SourceError) -> Rejected:
    """What is wrong at one place of a file, as a line of its preview."""
    return Rejected(line=error.line, column=error.key, reason=error.reason)


def _unreadable(error: SourceError) -> Unreadable:
    where = error.source if error.line is None else f"{error.source}:{error.line}"
    return Unreadable("%(where)s: %(reason)s", {"where": where, "reason": error.reason})


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
) -> Fate:
    """Store the offered text as this version of a text of both, unless it is only previewed.

    Another text under a version that one party has approved starts the approval again. Raises ``SourceError`` at the
    key ``version`` when that version is in force.
    """
    query = sa.select(kind).where(kind.programme_id == programme, kind.version == version)
    known = session.scalars(query.with_for_update()).first()
    if known is not None and known.digest == offer.digest:
        return Fate.UNCHANGED
    if known is not None and known.in_force_from is not None:
        raise offer.place.entry("version").wrong(NEVER_CHANGES)
    if offer.confirm:
        document = known or kind()
        document.programme_id, document.version = programme, version
        _store(session, document, offer, parties)
    return Fate.CHANGED if known else Fate.ADDED


def _store(session: orm.Session, document: Document, offer: Offer, parties: Sequence[str]) -> None:
    before = {"digest": document.digest} if document.digest else None
    document.institution_id = offer.institution
    document.partner_id = next(party for party in parties if party != offer.institution)
    document.text, document.digest = offer.text, offer.digest
    document.revision = (document.revision or 0) + 1
    session.add(document)
    session.flush()
    told = {"programme": document.programme_id, "version": document.version, "digest": offer.digest}
    tell(
        session, offer.actor, document.subject, Act(f"{document.KIND} proposed"),
        concerned=document.parties, at=offer.at, before=before, after=told,
    )  # fmt: skip
    tell_awaiting(session, offer.actor, document, by=offer.institution, at=offer.at)
