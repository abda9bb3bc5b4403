"""What does a file hold, as text, and on which line? The tree that every reader of the law's files walks.

No scalar has a type here: ``0123``, ``no`` and ``2026-09-01`` stay the words that were written, and a JSON number
equals its text. A ``Place`` is one spot of the tree that knows its file, line and key; it reads the spot as the type
that the key asks for, or says in one sentence what is wrong there.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from dualdegree.core.credit import NotADecimal, credits_of, decimal, long_decimal
from dualdegree.core.text import Message

Word = TypeVar("Word", bound=StrEnum)
SHOWN = 40
VERSION_NAME = re.compile(r"\w(?:[\w /-]|\.(?!\.)){0,59}")
DEEPEST_SHOWN = 160


class SourceError(ValueError):
    """A file of rules or facts cannot be accepted; ``str()`` is one line: ``file:line: key: reason``.

    ``line`` is ``None`` where the values did not come from a text; ``key`` is ``""`` where the text has no keys yet.
    """

    def __init__(self, *, source: str, line: int | None, key: str, reason: Message) -> None:
        super().__init__(source, line, key, reason)
        self.source, self.line, self.key, self.reason = source, line, key, reason

    def __str__(self) -> str:
        """The sentence in English, on one line."""
        where = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{where}: {self.key}: {self.reason}" if self.key else f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single text as written, without quotes."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Tree", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and what stands under them, in the order of the file; ``lines`` tells where each key stands."""

    entries: AnyMapping[str, "Tree"]
    lines: AnyMapping[str, int]
    line: int


Tree = Scalar | Sequence | Mapping


def shown(text: str) -> str:
    """The text as an error quotes it: one line, without control characters, cut after forty characters."""
    clean = "".join(letter if letter.isprintable() else "�" for letter in text[: SHOWN + 1])
    return clean if len(clean) <= SHOWN else clean[:SHOWN] + "…"


@dataclass(frozen=True, slots=True)
class Place:
    """One spot of a file: what stands there, and how to name it. ``line`` 0 means that there is no text."""

    node: Tree
    source: str
    line: int
    key: str | int = ""
    parent: "Place | None" = None

    @property
    def path(self) -> str:
        """The keys from the top down to here, as errors name them: ``requirements.parts[0].at_least``."""
        above = self.parent.path if self.parent else ""
        if isinstance(self.key, int):
            path = f"{above}[{self.key}]"
        else:
            path = f"{above}.{shown(self.key)}" if above else shown(self.key)
        return path if len(path) <= DEEPEST_SHOWN else "…" + path[-DEEPEST_SHOWN:]

    def wrong(self, reason: Message) -> SourceError:
        """The error to raise about this place."""
        return SourceError(source=self.source, line=self.line or None, key=self.path, reason=reason)

    def entries(self) -> dict[str, "Place"]:
        """What stands under each key, whatever the keys are called."""
        if not isinstance(self.node, Mapping):
            raise self.wrong(Message("keys with values are expected here, such as {id: core}"))
        lines = self.node.lines
        return {key: Place(node, self.source, lines[key], key, self) for key, node in self.node.entries.items()}

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, "Place"]:
        """What stands under each key, when it has all the required keys and none but the optional ones besides."""
        entries = self.entries()
        must, may = tuple(required), tuple(optional)
        for key, place in entries.items():
            if key not in must and key not in may:
                raise place.wrong(Message("this key is not known here; known are %(keys)s", {"keys": (*must, *may)}))
        for key in must:
            if key not in entries:
                raise self._missing(key)
        return entries

    def entry(self, key: str) -> "Place":
        """What stands under one key that must be there."""
        entries = self.entries()
        if key not in entries:
            raise self._missing(key)
        return entries[key]

    def _missing(self, key: str) -> SourceError:
        absent = Place(self.node, self.source, self.line, key, self)
        return absent.wrong(Message("this key is missing; add it"))

    def each(self) -> tuple["Place", ...]:
        """The elements of a list."""
        if not isinstance(self.node, Sequence):
            raise self.wrong(Message("a list is expected here, such as [a, b]"))
        return tuple(Place(node, self.source, node.line, at, self) for at, node in enumerate(self.node.items))

    def one_or_more(self) -> tuple["Place", ...]:
        """The elements of a list, or the single value that stands in its stead."""
        return (self,) if isinstance(self.node, Scalar) else self.each()

    def words(self) -> str:
        """Any text, perhaps empty."""
        if not isinstance(self.node, Scalar):
            raise self.wrong(Message("a single value is expected here, not a list or keys"))
        return self.node.text

    def name(self) -> str:
        """An id, code or other name: not empty, on one line."""
        text = self.words()
        if not text.strip() or not text.isprintable():
            raise self.wrong(Message("a name is expected here, on one line and not empty"))
        return text

    def version_name(self) -> str:
        """What a version is called, in words that everybody types and reads alike: 2027, 2024/25, 2024-international.

        Letters of double width look like others and are others; what is longer than a line fits no list.
        """
        text = self.name()
        if not VERSION_NAME.fullmatch(text) or unicodedata.normalize("NFKC", text) != text:
            wrong = Message(
                '"%(text)s" is no name for a version; take at most 60 letters, figures, blanks, hyphens, full stops '
                "or strokes, such as 2027",
                self._quoted(),
            )
            raise self.wrong(wrong)
        return text

    def filled(self) -> str:
        """Any text that is not empty."""
        if not self.words().strip():
            raise self.wrong(Message("this is empty; fill it in"))
        return self.words()

    def number(self) -> Decimal:
        """A non-negative decimal without exponent."""
        wrong = Message(
            '"%(text)s" is not a number; write digits such as 4.5, at most nine before the point and nine after',
            self._quoted(),
        )
        return self._figure(decimal, wrong)

    def grade(self) -> Decimal:
        """A grade or another figure of a scale: the same with up to thirty decimals, as means may have."""
        wrong = Message(
            '"%(text)s" is not a number; write digits such as 4.5, at most nine before the point and thirty after',
            self._quoted(),
        )
        return self._figure(long_decimal, wrong)

    def credits(self) -> Decimal:
        """Credits: a non-negative decimal with at most two places."""
        wrong = Message(
            '"%(text)s" is not a number of credits; write digits such as 4.5, at most two after the point',
            self._quoted(),
        )
        return self._figure(credits_of, wrong)

    def positive(self, figure: Decimal) -> Decimal:
        """The figure that was read here, which must not be zero."""
        if not figure:
            raise self.wrong(Message("this must be more than 0"))
        return figure

    def whole(self) -> int:
        """A non-negative whole number."""
        wrong = Message('"%(text)s" is not a whole number; write digits such as 3', self._quoted())
        figure = self._figure(decimal, wrong)
        if figure != int(figure):
            raise self.wrong(wrong)
        return int(figure)

    def day(self) -> dt.date:
        """A day in one of the ways in which ISO 8601 writes it, so that every text has one meaning and one form."""
        try:
            return dt.datetime.strptime(self.words(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise self.wrong(Message('"%(text)s" is not a day; write it like 2026-09-01', self._quoted())) from None

    def flag(self) -> bool:
        """``true`` or ``false``."""
        if self.words() not in {"true", "false"}:
            raise self.wrong(Message('"%(text)s" is neither true nor false', self._quoted()))
        return self.words() == "true"

    def word(self, known: tuple[str, ...]) -> str:
        """One of these words."""
        if self.words() not in known:
            words = {**self._quoted(), "words": known}
            raise self.wrong(Message('"%(text)s" is not known here; known are %(words)s', words))
        return self.words()

    def one_of(self, kind: type[Word]) -> Word:
        """One of a closed set of words."""
        return kind(self.word(tuple(word.value for word in kind)))

    def _quoted(self) -> dict[str, str]:
        return {"text": shown(self.words())}

    def _figure(self, read: Callable[[str], Decimal], wrong: Message) -> Decimal:
        try:
            return read(self.words())
        except NotADecimal:
            raise self.wrong(wrong) from None
