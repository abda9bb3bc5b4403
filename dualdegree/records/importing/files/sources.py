"""How do the bytes of a register's export become rows? One row type, whatever the format, encoding and column order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.records.importing.files.headings import FileColumn, Headings, headings_of
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.plain_texts import sheet_of_text
from dualdegree.records.importing.files.sheets import FileSheet, cell_text
from dualdegree.records.importing.files.spreadsheets import sheets_of_workbook
from dualdegree.records.importing.files.web_tables import is_page, sheets_of_page
from dualdegree.uploads import Rejected, Unreadable, beginning, refuse_too_many

MOST_BYTES = 10 * 1024 * 1024
MEGABYTE = 1024 * 1024
LONGEST_KEPT = 1000
"""How much of a cell is given back in a file of rejected rows."""
WORKBOOKS = ("xlsx", "xls")
"""The endings of a spreadsheet's name; the others are those of texts."""
ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
SIGNATURES: Mapping[bytes, Message] = {
    b"\x89PNG": Message("a picture"),
    b"\xff\xd8\xff": Message("a picture"),
    b"GIF8": Message("a picture"),
    b"%PDF": Message("a PDF document"),
    b"MZ": Message("a program"),
    b"\x7fELF": Message("a program"),
    b"\x1f\x8b": Message("an archive"),
    b"7z\xbc\xaf": Message("an archive"),
    b"Rar!": Message("an archive"),
    b"<?xml": Message("an XML document"),
}
"""How files begin that were given the name of a table."""

EMPTY = Message("The file is empty. Export it again.")
NAMED_TEXT = Message("The file is a spreadsheet or an archive with the name of a text. Rename a spreadsheet to .xlsx.")
NAMED_XLSX = Message("The file has the name of a spreadsheet but is not one. If it is CSV, rename it to .csv.")
NO_ROWS = Message("The file has a line of headers and nothing else. Export it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One row: field → text, trimmed, with every field that the file has a column for.

    ``written`` holds the cells whose text differs from that, exactly as the file has them.
    """

    line: int
    cells: Mapping[str, str]
    written: Mapping[str, str] = field(default_factory=dict)

    def as_written(self, name: str) -> str:
        """The cell to the letter; "" for a field that the file has no column for."""
        return self.written.get(name, self.cells.get(name, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a file says.

    ``headers`` is field → the header as the file writes it; ``broken`` rows have no cells; ``samples`` are all columns;
    ``heading`` is the row of headings and ``lines`` every row below it, line → cells, both as the file writes them.
    """

    headers: Mapping[str, str]
    rows: tuple[FileRow, ...]
    broken: tuple[Rejected, ...]
    notes: tuple[Message, ...]
    samples: tuple[FileColumn, ...] = ()
    heading: tuple[str, ...] = ()
    lines: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def read_table(content: bytes, filename: str, layout: Layout, needs: Needs, limit: int = MOST_BYTES) -> Table:
    """The rows of an export. Raises ``Unreadable`` in one sentence that says what to do about it."""
    if len(content) > limit:
        words = {"size": str(-(-len(content) // MEGABYTE)), "limit": str(limit // MEGABYTE)}
        raise Unreadable(Message("The file has %(size)s MB; at most %(limit)s MB are read. Split it in two.", words))
    if not content.strip():
        raise Unreadable(EMPTY)
    for known in needs.all_of:
        if known not in layout.columns:
            raise Unreadable(Message('The profile names no column for "%(field)s"; add it there.', {"field": known}))
    sheets = _sheets(content, filename, layout, needs)
    return _table(headings_of(sheets, layout, needs), sheets, layout)


def _sheets(content: bytes, filename: str, layout: Layout, needs: Needs) -> tuple[FileSheet, ...]:
    """The tables of the file, whatever it is; its name and its bytes must not contradict each other."""
    ending = filename.rpartition(".")[2].casefold()
    if ending not in layout.formats:
        endings = tuple(f".{known}" for known in layout.formats)
        words = {"endings": endings}
        raise Unreadable(
            Message(
                "The file's name must end in one of these: %(endings)s. Export it as such, or add its ending to the "
                "formats in the institution's profile.",
                words,
            )
        )
    if content.startswith((ZIP, OLD_OFFICE)):
        if ending not in WORKBOOKS:
            raise Unreadable(NAMED_TEXT)
        return sheets_of_workbook(content, zipped=content.startswith(ZIP))
    if ending == "xls" and is_page(content):
        return sheets_of_page(content, layout)
    _refuse_other_kinds(content, filename)
    if ending == "xlsx":
        raise Unreadable(NAMED_XLSX)
    return (sheet_of_text(content, layout, needs),)


def _refuse_other_kinds(content: bytes, filename: str) -> None:
    kinds = (what for signature, what in SIGNATURES.items() if content.startswith(signature))
    what = Message("a web page") if is_page(content) else next(kinds, None)
    if what is not None:
        words = {"what": what, "name": beginning(filename)}
        raise Unreadable(Message("%(name)s is %(what)s, not a table. Export it as CSV or XLSX.", words))


def _table(heading: Headings, sheets: tuple[FileSheet, ...], layout: Layout) -> Table:
    width = max(at for at, name in enumerate(heading.cells, 1) if name)
    rows, broken, lines = [], list[Rejected](), {}
    for line, cells, written in _below(heading):
        lines[line] = tuple(cell[:LONGEST_KEPT] for cell in written)
        if len(cells) < width or any(cells[width:]):
            words = {"found": str(len(cells)), "expected": str(width)}
            reason = Message("The row has %(found)s cells and the headers are %(expected)s.", words)
            broken.append(Rejected(line=line, column="", value=layout.delimiter.join(cells), reason=reason))
            refuse_too_many(broken)
        else:
            other = {name: written[at] for name, at in heading.places.items() if written[at] != cells[at]}
            kept = {name: cells[at] for name, at in heading.places.items()}
            rows.append(FileRow(line=line, cells=kept, written=other))
    if not lines:
        raise Unreadable(NO_ROWS)
    return Table(
        headers={name: heading.cells[at] for name, at in heading.places.items()},
        rows=tuple(rows),
        broken=tuple(broken),
        notes=tuple(_notes(heading, sheets)),
        samples=heading.samples,
        heading=heading.cells[:width],
        lines=lines,
    )


def _below(heading: Headings) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    """Each filled row under the headings: its line, its cells as they are kept and as they are written."""
    for line, written in heading.sheet.rows:
        cells = tuple(map(cell_text, written))
        # Some systems print the headings again on every page.
        if line > heading.line and any(cells) and cells != heading.cells:
            yield line, cells, written


def _notes(heading: Headings, sheets: tuple[FileSheet, ...]) -> Iterator[Message]:
    words = {"line": str(heading.line), "sheet": heading.sheet.name}
    if heading.sheet is not sheets[0] and heading.sheet.name:
        yield Message("The headings are read from line %(line)s of the sheet “%(sheet)s”.", words)
    elif heading.line > 1:
        yield Message("The headings are read from line %(line)s; what stands above is not read.", words)
    places = heading.places.values()
    extra = tuple(beginning(name) for at, name in enumerate(heading.cells) if name and at not in places)
    if extra:
        yield Message("These columns are not read: %(columns)s.", {"columns": extra})
