"""With which typefaces are documents printed? Loaded once per process; what they print can be copied and found."""

import re
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from dualdegree.transcript import fonts

HAN = r"\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
"""What stands as wide as it is high, as the inside of a regular expression's class."""

IN_LATIN = re.compile(rf"(?<![{HAN}])[{''.join(fonts.NARROW)}](?![{HAN}])")
WIDE = {ord(narrow): ord(wide) for wide, narrow in fonts.NARROW.items()}

BLOCK = 100
"""A ToUnicode map may have no more entries in a block (Adobe Technical Note 5014)."""


class Face(StrEnum):
    """A typeface by the name under which it is registered."""

    REGULAR = "DualDegreeRegular"
    BOLD = "DualDegreeBold"


FILES = {Face.REGULAR: fonts.REGULAR, Face.BOLD: fonts.BOLD}


class _Searchable(TTFont):  # type: ignore[misc]  # ReportLab has no types
    """A typeface whose ToUnicode maps are right also above U+FFFF, where ReportLab 5.1 writes no UTF-16."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # ReportLab's name
        subsets = self.state[doc].subsets
        super().addObjects(doc)
        for number, characters in enumerate(subsets):
            name = b"".join((SUBSETN(number), b"+", self.face.name, self.face.subfontNameX)).decode("ascii")
            doc.idToObject[f"toUnicodeCMap:{name}"].content = to_unicode(name, characters)


@cache
def face(name: Face) -> Any:
    """The typeface, registered with ReportLab at the first call; workers call ``load`` before they fork."""
    typeface = _Searchable(name.value, str(FILES[name]), asciiReadable=0)
    pdfmetrics.registerFont(typeface)
    return typeface


def load() -> None:
    """Register every typeface, so that no request waits for it."""
    for name in Face:
        face(name)


def covers(name: Face, text: str) -> bool:
    """Whether the typeface has a glyph for every character of ``text``; its private codes stand for none."""
    return _characters(name) >= set(map(ord, text))


@cache
def _characters(name: Face) -> frozenset[int]:
    return frozenset(face(name).face.charToGlyph) - WIDE.keys()


@lru_cache(maxsize=32768)
def drawn(text: str) -> str:
    """The codes to draw ``text`` with: between Latin letters, quotation marks and the point have a narrow form."""
    return IN_LATIN.sub(lambda match: fonts.NARROW[match[0]], text)


def to_unicode(name: str, characters: list[int]) -> str:
    """The map from the codes of one subset to Unicode, by which readers copy and search (ISO 32000-1, 9.10.3)."""
    entries = [
        f"<{code:02X}> <{chr(WIDE.get(point, point)).encode('utf-16-be').hex().upper()}>"
        for code, point in enumerate(characters)
        if point  # code 0 is "no glyph", which stands for nothing
    ]
    blocks = [entries[start : start + BLOCK] for start in range(0, len(entries), BLOCK)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            f"/CMapName /{name} def /CMapType 2 def",
            "1 begincodespacerange <00> <FF> endcodespacerange",
            *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )
