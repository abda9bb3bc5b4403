"""How does an equivalence table leave as a file? As YAML, CSV or XLSX; without a table, as a template to fill in."""

import csv
import io
from collections.abc import Callable, Mapping

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from dualdegree.core.curricula.equivalence import EquivalenceTable
from dualdegree.core.text import Message
from dualdegree.recognition.tables.columns import MEANINGS
from dualdegree.recognition.tables.sheets import COLUMNS, PLACES, rows_of_sheet
from dualdegree.recognition.tables.writing import write_equivalences
from dualdegree.web.spreadsheet import MARK

TYPES: Mapping[str, str] = {
    "yaml": "application/yaml",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The formats, and how the web calls each."""
EMPTY_ROWS = 300
"""How many rows of a template are ready to be filled in."""
TEXT = "@"

Say = Callable[[object], str]


def written(table: EquivalenceTable, ending: str, say: Say) -> bytes:
    """The table in one of the formats; explanations beside it in the words of ``say``. Raises ``Refusal``."""
    match ending:
        case "csv":
            return _csv(table)
        case "xlsx":
            return _xlsx(table, say)
        case _:
            return write_equivalences(table).encode()


def _csv(table: EquivalenceTable) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows_of_sheet(table))
    return (MARK + text.getvalue()).encode()


def _xlsx(table: EquivalenceTable, say: Say) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(say(Message("Equivalences")))
    rows = list(rows_of_sheet(table))
    for line, cells in enumerate(rows, 1):
        for column, words in enumerate(cells, 1):
            cell = sheet.cell(line, column)
            cell.value, cell.data_type = words or None, "s" if words else "n"
    # Whatever is typed stays what was typed: "2026-1" is no month, "0042" keeps its noughts.
    for line in range(2, len(rows) + EMPTY_ROWS):
        for column in range(1, len(COLUMNS) + 1):
            sheet.cell(line, column).number_format = TEXT
    _dress(sheet)
    _explain(book.create_sheet(say(Message("Columns"))), say)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _dress(sheet: Worksheet) -> None:
    """The head stays in sight, and what belongs to the whole entry looks otherwise than what belongs to a course."""
    whole, course = PatternFill("solid", fgColor="E7EEF7"), PatternFill("solid", fgColor="ECEDEC")
    for number, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, number)
        cell.font = Font(bold=True)
        cell.fill = whole if column in PLACES else course
        sheet.column_dimensions[get_column_letter(number)].width = max(11, len(column) + 2)
    sheet.freeze_panes = "A2"


def _explain(sheet: Worksheet, say: Say) -> None:
    rows = [(Message("Column"), Message("What it holds")), *MEANINGS.items()]
    for line, (column, meaning) in enumerate(rows, 1):
        for number, words in enumerate((column, meaning), 1):
            cell = sheet.cell(line, number, say(words))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=line == 1)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
