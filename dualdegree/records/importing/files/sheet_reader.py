"""What do the visible sheets of a spreadsheet say? A script for a process that may not grow or run for long.

It imports nothing of this program, so that it starts quickly. Called with the most bytes of memory and seconds of CPU;
the file comes on standard input, each sheet leaves as JSON: its name, and its rows as lists of texts. Exit status: 3
for a password, 4 for no sheet, 5 for a damaged file, 6 for more text than any export has.
"""

import datetime as dt
import io
import json
import resource
import sys
from collections.abc import Iterator
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

LOCKED, NO_SHEET, DAMAGED, TOO_LARGE = 3, 4, 5, 6
MOST_IN_CELL = 32_767
"""How many characters the cell of a spreadsheet can hold."""
MOST_TEXT = 32 * 1024 * 1024
"""How many characters all cells may hold together: cells can share one text, which a small file then holds often."""


def main() -> None:
    """Read standard input within the bounds of the command line."""
    memory, seconds = map(int, sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sheets = list(_sheets(sys.stdin.buffer.read()))
    except PasswordError:
        sys.exit(LOCKED)
    except (CalamineError, ValueError, OSError):
        sys.exit(DAMAGED)
    except BaseException as error:
        # calamine is written in Rust, where a panic arrives as a BaseException that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        sys.exit(DAMAGED)
    if not sheets:
        sys.exit(NO_SHEET)
    sys.stdout.write(json.dumps(sheets))


def _sheets(content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    left = MOST_TEXT
    for sheet in workbook.sheets_metadata:
        if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        rows = []
        for row in workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False):
            texts = [_text(cell) for cell in row]
            left -= sum(map(len, texts))
            if left < 0 or any(len(text) > MOST_IN_CELL for text in texts):
                sys.exit(TOO_LARGE)
            rows.append(texts)
        yield sheet.name, rows


def _text(cell: object) -> str:
    match cell:
        case bool():
            return str(cell).upper()
        case float():
            # A spreadsheet shows 15 digits of what it has computed with 17: 6.95, not 6.949999999999999.
            shown = Decimal(format(cell, ".15g"))
            return format(shown, "f") if shown % 1 else str(int(shown))
        case dt.datetime():
            return cell.date().isoformat()
        case dt.date():
            return cell.isoformat()
        case _:
            return str(cell)


if __name__ == "__main__":
    main()
