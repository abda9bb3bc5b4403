"""What stands in a spreadsheet? Its visible sheets as rows of texts, once the file is known to be harmless.

calamine reads values and allocates a sheet as one rectangle; so formulas, whose values nobody has checked, and sheets
of absurd size are looked for in the XML of an XLSX beforehand. An old XLS has at most 65,536 rows and shows nobody its
formulas. Both are read in a process that is stopped at its bounds.
"""

import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

from dualdegree.core.text import Message
from dualdegree.records.importing.files.sheets import MOST_ROWS, FileSheet
from dualdegree.uploads import Unreadable

MOST_INFLATED = 64 * 1024 * 1024
MOST_PARTS = 500
MOST_CELLS = 2_000_000
MOST_MEMORY = 1024 * 1024 * 1024
"""How many bytes the process that reads a spreadsheet may take."""
MOST_SECONDS = 20
READER = Path(__file__).with_name("sheet_reader.py")
ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
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

REFUSALS = {3: LOCKED, 4: NO_SHEET, 5: DAMAGED}
"""What the reader's exit status means; any other but 0 is that it was stopped at its bounds."""


def sheets_of_workbook(content: bytes, *, zipped: bool) -> tuple[FileSheet, ...]:
    """The visible sheets in their order; figures as they are written, dates as ISO dates.

    ``zipped`` tells XLSX from an old XLS. Raises ``Unreadable`` for anything that is not a plain spreadsheet of values.
    """
    if zipped:
        _examine(content)
    return tuple(
        FileSheet(name, tuple((line, tuple(row)) for line, row in enumerate(rows, 1)))
        for name, rows in _read_apart(content)
    )


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
    # Rows and cells need not say where they stand, so that they are counted as well.
    too_many = _more_than(MOST_ROWS, ROW, text) or _more_than(MOST_CELLS, ANY_CELL, text)
    if too_many or FAR_AWAY.search(text):
        raise Unreadable(TOO_WIDE)


def _more_than(most: int, pattern: re.Pattern[bytes], text: bytes) -> bool:
    return any(number >= most for number, _ in enumerate(pattern.finditer(text)))


def _read_apart(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """Name and rows of each sheet, as a process of its own reads them, which has so much time and memory."""
    try:
        reader = subprocess.run(  # noqa: S603 - our own script, with two figures of ours
            [sys.executable, "-I", str(READER), str(MOST_MEMORY), str(MOST_SECONDS)],
            input=content,
            capture_output=True,
            check=False,
            timeout=2 * MOST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(TOO_LARGE) from None
    refusal = REFUSALS.get(reader.returncode, TOO_LARGE if reader.returncode else None)
    if refusal is not None:
        raise Unreadable(refusal)
    sheets: list[tuple[str, list[list[str]]]] = json.loads(reader.stdout)
    return sheets
