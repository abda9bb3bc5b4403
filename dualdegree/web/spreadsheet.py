"""How does a table leave for a spreadsheet? As CSV that it opens and never executes."""

import csv
import io
from collections.abc import Iterable, Sequence

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula."""
MARK = "\ufeff"
"""The byte order mark by which spreadsheets know UTF-8."""


def line(cells: Sequence[object]) -> str:
    """One line of the table; figures stand as they are, texts cannot become formulas."""
    kept = io.StringIO()
    csv.writer(kept).writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return kept.getvalue()


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """The whole table, its head first, in UTF-8 with a byte order mark."""
    return (MARK + "".join(map(line, rows))).encode()


def harmless(cell: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would compute it."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell
