"""How much may one text hold? The bounds within which any text is read, and where the reading stands in it.

A file is data from a stranger: how long and how deep it may be is fixed here, so that no text costs much time or
memory.
"""

import re

from dualdegree.core.source.tree import Place, Scalar, SourceError
from dualdegree.core.text import Message

MOST_BYTES = 5_000_000
"""The longest text that is read, in bytes of UTF-8."""
MOST_VALUES = 200_000
"""The most keys and values in one text."""
MOST_DEPTH = 100
"""How many lists and mappings may stand in one another."""

NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no text may hold, written out or as an escape: control characters and halves of characters."""

TOO_MANY = Message("the text has more than %(limit)s values; split it", {"limit": str(MOST_VALUES)})
TOO_DEEP = Message("lists and keys stand in one another more than %(limit)s levels deep", {"limit": str(MOST_DEPTH)})
NO_TEXT = Message("a control character, or half of one character, is written here as an escape; remove it")
TWICE = Message("this key stands here twice; keep one")


class Bounds:
    """One text being read: how many values it had so far, and below which keys the reading stands."""

    def __init__(self, source: str) -> None:
        self.source, self.values = source, 0
        self.path: list[str | int] = []

    def wrong(self, line: int, reason: Message) -> SourceError:
        """The error to raise about the place where the reading stands."""
        place = Place(Scalar("", line), self.source, line)
        for key in self.path:
            place = Place(place.node, self.source, line, key, place)
        return place.wrong(reason)

    def scalar(self, text: str, line: int) -> Scalar:
        """One more value. Raises ``SourceError`` when there are too many, or when it is no text."""
        self.values += 1
        if self.values > MOST_VALUES:
            raise self.wrong(line, TOO_MANY)
        if NOT_TEXT.search(text):
            raise self.wrong(line, NO_TEXT)
        return Scalar(text, line)

    def enter(self, line: int) -> None:
        """One more list or mapping begins. Raises ``SourceError`` when it stands too deep."""
        self.scalar("", line)
        if len(self.path) >= MOST_DEPTH:
            raise self.wrong(line, TOO_DEEP)

    def key(self, text: str, line: int, before: dict[str, int]) -> None:
        """Go below a key, which ``leave`` ends. Raises ``SourceError`` when the key was there ``before``."""
        self.scalar(text, line)
        self.path.append(text)
        if text in before:
            raise self.wrong(line, TWICE)
        before[text] = line

    def leave(self) -> None:
        """Come back from below the last key or element."""
        self.path.pop()
