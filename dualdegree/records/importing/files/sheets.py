"""What is a table before anybody knows its headings? Rows of texts under the number of their line."""

import re
import unicodedata
from typing import NamedTuple

from dualdegree.core.text import Message

TEXT_FOR_EXCEL = re.compile('="([^"]*)"')
"""How many systems write a number that Excel must not take for a figure."""

UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]")
"""Fillers, blanks that are letters to Unicode, and selectors of a letter's shape: nobody sees them either."""

MOST_ROWS = 99_999
"""How many rows of a table are read."""
MOST_COLUMNS = 500
"""How many cells of a row are looked at."""
TOO_LONG = Message("The file has more than 99999 rows. Delete empty ones at its end, or split the file.")

Numbered = tuple[int, tuple[str, ...]]
"""A line number and the texts of its cells, as the file has them."""


class FileSheet(NamedTuple):
    """One table of a file; ``name`` is what its tab is called, "" where the file has no tabs."""

    name: str
    rows: tuple[Numbered, ...]


def cell_text(cell: str) -> str:
    """The text of a cell as it is kept: composed, without what nobody sees, one plain blank between words."""
    # First what is not seen: between a letter and its accent it would keep both apart.
    plain = cell if cell.isascii() else unicodedata.normalize("NFC", visible(cell))
    text = " ".join(plain.split())
    wrapped = TEXT_FOR_EXCEL.fullmatch(text)
    return wrapped[1].strip() if wrapped else text


def visible(text: str) -> str:
    """Without what nobody sees: zero-width blanks, soft hyphens, marks of the direction of writing, fillers."""
    return UNSEEN.sub("", "".join(letter for letter in text if unicodedata.category(letter) != "Cf"))
