"""What stands in an XLSX file? Its first sheet as rows of texts, once the file is known to be harmless.

calamine reads values and allocates a sheet as one rectangle; so formulas, whose values nobody has checked, and sheets
of absurd size are looked for in the XML beforehand.
"""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from dualdegree.core.text import Message
from dualdegree.uploads import Unreadable

MOST_INFLATED = 64 * 1024 * 1024
MOST_PARTS = 500
WORKBOOK = "xl/workbook.xml"
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*\br\s*=\s*["']([A-Z]+[0-9]+)""", re.IGNORECASE)
FAR_AWAY = re.compile(rb"""\br\s*=\s*["'](?:[A-Z]*[0-9]{6,}|(?:[A-Z]{3,}|[B-Z][A-Z])[0-9])""", re.IGNORECASE)
"""A cell or row beyond line 99,999 or column AZ."""

DAMAGED = Message("The spreadsheet is damaged. Open it, save it again as XLSX, and send that.")
NO_SPREADSHEET = Message("The file is an archive, not a spreadsheet. Export the table as XLSX or CSV.")
TOO_LARGE = Message("Unpacked, the spreadsheet is larger than any export. Save only the table, without pictures.")
TOO_WIDE = Message(
    "The spreadsheet has cells beyond line 99999 or column AZ. Delete what stands there, or split the file."
)
LOCKED = Message("The spreadsheet is protected by a password. Save it without one.")
NO_SHEET = Message("The spreadsheet has no visible sheet with a table.")

Numbered = tuple[int, tuple[str, ...]]
"""A line number and the texts of its cells."""


def rows_of_spreadsheet(content: bytes) -> Iterator[Numbered]:
    """The rows of the first visible sheet; figures as they are written, dates as ISO dates.

    Raises ``Unreadable`` for anything that is not a plain spreadsheet of values.
    """
    _examine(content)
    for line, row in enumerate(_cells(content), 1):
        yield line, tuple(_text(cell) for cell in row)


def _examine(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _examine_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError):
        raise Unreadable(DAMAGED) from None


def _examine_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if WORKBOOK not in archive.namelist():
        raise Unreadable(NO_SPREADSHEET)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_INFLATED:
        raise Unreadable(TOO_LARGE)
    for part in parts:
        # Reading to the end proves that the part is no larger than it says.
        text = archive.read(part)
        if part.filename.startswith("xl/worksheets/"):
            _examine_sheet(text)


def _examine_sheet(text: bytes) -> None:
    if formula := FORMULA.search(text):
        named = CELL.findall(text, max(0, formula.start() - 400), formula.start())
        cell = named[-1].decode() if named else "?"
        raise Unreadable(
            Message("Cell %(cell)s holds a formula. Paste the sheet as values only, and send that.", {"cell": cell})
        )
    if FAR_AWAY.search(text):
        raise Unreadable(TOO_WIDE)


def _cells(content: bytes) -> Iterator[Sequence[object]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_name(_first_visible(workbook))
        yield from sheet.to_python(skip_empty_area=False)
    except PasswordError:
        raise Unreadable(LOCKED) from None
    except (CalamineError, ValueError, OSError):
        raise Unreadable(DAMAGED) from None
    except BaseException as error:
        # calamine is written in Rust, where a panic arrives as a BaseException that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(DAMAGED) from None


def _first_visible(workbook: CalamineWorkbook) -> str:
    for sheet in workbook.sheets_metadata:
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            name: str = sheet.name
            return name
    raise Unreadable(NO_SHEET)


def _text(cell: object) -> str:
    match cell:
        case bool():
            return str(cell).upper()
        case float():
            # The shortest text that is this figure, which is what the register wrote.
            return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
        case dt.datetime():
            return cell.date().isoformat()
        case dt.date():
            return cell.isoformat()
        case _:
            return str(cell)
