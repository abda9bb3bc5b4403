"""What does somebody offer in a file, and what would it do? Nothing is stored unless the offer is confirmed."""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Refusal
from dualdegree.core.source.reading import Place, SourceError, read
from dualdegree.core.text import Message

NEVER_CHANGES = Message("this version is in force and never changes; give the new text a new version")


class Unreadable(Refusal):
    """The file cannot be read at all, so that there is nothing to preview."""


SHOWN = 80
"""How many characters of a value are shown."""


def beginning(text: str) -> str:
    """What is shown of a text that somebody sent, however long it is."""
    # One more, so that what was shortened before stays as it is.
    return text if len(text) <= SHOWN + 1 else text[:SHOWN] + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """What was not taken from a file: where it stands (line, and column or key), what it says, why not.

    Of a long value its beginning is kept: lists of thousands of them are stored and shown.
    """

    line: int | None
    column: str
    value: str = ""
    reason: Message

    def __post_init__(self) -> None:
        """Shorten the value."""
        object.__setattr__(self, "value", beginning(self.value))


MOST_REJECTED = 2000
"""With more rejected rows than these something is wrong with the whole file, and nobody reads them one by one."""


def refuse_too_many(rejected: Sequence[Rejected]) -> None:
    """Raise ``Unreadable`` when more is rejected than anybody would read; asked after each, no more is looked for."""
    if len(rejected) <= MOST_REJECTED:
        return
    first = rejected[0]
    words = {"most": str(MOST_REJECTED), "line": str(first.line), "column": first.column, "reason": first.reason}
    if not first.column:
        raise Unreadable(
            "More than %(most)s rows cannot be taken. The first: line %(line)s: %(reason)s Correct the export or the "
            "profile, then send the file again.",
            words,
        )
    raise Unreadable(
        "More than %(most)s rows cannot be taken. The first: line %(line)s, %(column)s: %(reason)s Correct the export "
        "or the profile, then send the file again.",
        words,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file would do, or did when it was confirmed. A file with anything rejected does nothing."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    warnings: tuple[Message, ...] = ()
    replaces: str = ""
    """The digest of the text that would not be there any more."""

    @classmethod
    def single(cls, fate: "Fate", warnings: tuple[Message, ...] = (), replaces: str = "") -> "Preview":
        """What a file does that states one version."""
        return cls(
            added=int(fate is Fate.ADDED),
            changed=int(fate is Fate.CHANGED),
            unchanged=int(fate is Fate.UNCHANGED),
            warnings=warnings,
            replaces=replaces,
        )


class Fate(StrEnum):
    """What happens to one version that a file states."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedPaper:
    """A file as somebody offers it, not read yet: where, by whom and when, and whether it is to be stored."""

    institution: str
    text: str | bytes
    name: str
    actor: Actor
    at: dt.datetime
    confirm: bool

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.text.encode() if isinstance(self.text, str) else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A file that somebody offers, read: its text, whose it is, who offers it when, and whether it is to be stored."""

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


def offered(paper: OfferedPaper) -> Offer:
    """The offer of a file. The stored text has no byte order mark, and a plain line feed at the end of each line."""
    text = paper.text
    try:
        place = read(text, paper.name)
    except SourceError as error:
        raise _unreadable(error) from error
    plain = (text.decode() if isinstance(text, bytes) else text).removeprefix("\ufeff").replace("\r\n", "\n")
    return Offer(
        place=place,
        text=plain,
        institution=paper.institution,
        actor=paper.actor,
        at=paper.at,
        confirm=paper.confirm,
    )


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
