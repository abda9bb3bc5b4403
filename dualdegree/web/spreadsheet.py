"""How does a table leave for a spreadsheet? As CSV or XLSX that it opens and never executes."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would take for a formula; in some languages also in full width."""
FIGURE = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
"""What begins with a minus and can only be a number."""
MARK = "\ufeff"
"""The byte order mark by which spreadsheets know UTF-8."""
LONGEST = 32_000
"""How many characters of a cell a spreadsheet takes, and some to spare."""
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no cell of XLSX can hold."""
WIDEST = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def line(cells: Sequence[object]) -> str:
    """One line of the table; figures stand as they are, texts cannot become formulas."""
    kept = io.StringIO()
    csv.writer(kept).writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return kept.getvalue()


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """The whole table, its head first, in UTF-8 with a byte order mark."""
    return (MARK + "".join(map(line, rows))).encode()


def harmless(cell: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would compute it, now or once it has trimmed it."""
    is_formula = cell.lstrip(" \u00a0\u3000").startswith(DANGEROUS) and not FIGURE.fullmatch(cell)
    return f"'{cell}" if is_formula else cell


def as_xlsx(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """The same as one sheet, its head in bold and in sight; every cell is a text, which nothing computes or rounds."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or "1")
    widths: dict[int, int] = {}
    for number, cells in enumerate(rows, 1):
        for place, words in enumerate(cells, 1):
            cell = sheet.cell(number, place)
            cell.value, cell.data_type = UNPRINTABLE.sub("", words)[:LONGEST] or None, "s" if words else "n"
            cell.alignment, cell.font = Alignment(wrap_text=True, vertical="top"), Font(bold=number == 1)
            widths[place] = max(widths.get(place, 10), min(len(words) + 2, WIDEST))
    for place, width in widths.items():
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
