"""Does a text fit, and on how many lines? Every text is measured before it is drawn; what does not fit stops it."""

import re
import unicodedata
from functools import lru_cache

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.transcript.formats.pdf.drawing.faces import HAN, Face, covers, drawn, face
from dualdegree.transcript.formats.pdf.drawing.styles import TextStyle

SMALLEST = 0.72
"""Text is shrunk to this share of its size, and no further."""
STEPS = (1.0, 0.94, 0.88, 0.82, 0.77, SMALLEST)

OPENING = "（《〈「『【〔“‘"
CLOSING = "，。、；：！？）》〉」』】〕”’…·"
ATOM = re.compile(rf"[{OPENING}]*[{HAN}][{CLOSING}]*|[^\s{HAN}]+?[-/–:](?=[^\s\-/–:])|[^\s{HAN}{OPENING}]+|\S")
"""What is never parted: a Han character with the punctuation that clings to it, a word, a word up to its hyphen."""


class NoGlyph(Refusal):
    """No typeface has the character, so the document is not made: a box in place of a name is never printed."""

    def __init__(self, character: str, text: str) -> None:
        self.character = character
        self.text = text
        point = f"U+{ord(character):04X}"
        super().__init__(
            "The document is not made: no typeface has the character %(character)s (%(point)s) of “%(text)s”.",
            {"character": character, "point": point, "text": text},
        )


class DoesNotFit(Refusal):
    """The text is too long for its place, even in the smallest type."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            Message("The document is not made: “%(text)s” is too long for its place on the page.", {"text": text})
        )


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """The text as it is drawn: accents composed, blanks evened, Catalan ŀ as l· (no typeface has it).

    Raises ``NoGlyph``. Han compatibility characters are left alone: they are some people's names.
    """
    even = " ".join(text.replace("ŀ", "l·").replace("Ŀ", "L·").split())
    if any(map(unicodedata.combining, even)):
        even = unicodedata.normalize("NFC", even)
    if not covers(Face.REGULAR, even):
        raise NoGlyph(next(character for character in even if not covers(Face.REGULAR, character)), text)
    return even


@lru_cache(maxsize=8192)
def face_for(text: str, wanted: Face) -> Face:
    """The wanted face where it has every character, else Regular: Bold lacks the rare ones."""
    return wanted if covers(wanted, text) else Face.REGULAR


def width(text: str, style: TextStyle) -> float:
    """How wide the clean ``text`` is."""
    return _width(text, face_for(text, style.face), style.size)


@lru_cache(maxsize=32768)
def _width(text: str, name: Face, size: float) -> float:
    return float(face(name).stringWidth(drawn(text), size))


@lru_cache(maxsize=8192)
def fitted(text: str, style: TextStyle, room: float, most: int | None = None) -> tuple[TextStyle, tuple[str, ...]]:
    """The lines of ``text`` within ``room``, at most ``most`` of them, in the largest type that parts no word.

    Raises ``DoesNotFit`` and ``NoGlyph``. A word longer than the room in the smallest type is parted anywhere, unless
    the number of lines forbids it.
    """
    tidy = clean(text)
    atoms = _atoms(tidy)
    for step in STEPS:
        smaller = style.scaled(step)
        if max((width(atom, smaller) for _, atom in atoms), default=0) > room and step != SMALLEST:
            continue
        lines = _lines(atoms, smaller, room)
        if most is None or len(lines) <= most:
            return smaller, lines
    raise DoesNotFit(tidy)


def _atoms(text: str) -> tuple[tuple[str, str], ...]:
    """Every atom with the blank that stands before it, or with none."""
    return tuple((" " if text[: match.start()].endswith(" ") else "", match[0]) for match in ATOM.finditer(text))


def _lines(atoms: tuple[tuple[str, str], ...], style: TextStyle, room: float) -> tuple[str, ...]:
    lines: list[str] = [""]
    for blank, atom in atoms:
        if width(lines[-1] + blank + atom, style) <= room:
            lines[-1] += blank + atom if lines[-1] else atom
            continue
        pieces = (atom,) if width(atom, style) <= room else _parted(atom, style, room)
        lines[len(lines) - (not lines[-1]) :] = pieces
    return tuple(lines)


def _parted(atom: str, style: TextStyle, room: float) -> tuple[str, ...]:
    pieces = [""]
    for character in atom:
        if pieces[-1] and width(pieces[-1] + character, style) > room:
            pieces.append("")
        pieces[-1] += character
    return tuple(pieces)
