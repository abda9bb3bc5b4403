"""How do the bytes of a register's export become rows? One row type, whatever the format, encoding and column order."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.records.importing.files.spreadsheets import MOST_ROWS, Numbered, rows_of_spreadsheet
from dualdegree.uploads import Rejected, Unreadable, beginning, refuse_too_many

MOST_BYTES = 10 * 1024 * 1024
MEGABYTE = 1024 * 1024
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
"""How encodings are called where Python's name would puzzle."""
TEXT_FOR_EXCEL = re.compile('="([^"]*)"')
"""How many systems write a number that Excel must not take for a figure."""
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
    b"<!DOCTYPE": Message("a web page"),
    b"<html": Message("a web page"),
    b"<?xml": Message("an XML document"),
}
"""How files begin that were given the name of a table."""

MOST_COLUMNS = 500
"""How many cells of a row are looked at."""
TOO_LONG = Message("The file has more than 99999 rows. Delete empty ones at its end, or split the file.")
EMPTY = Message("The file is empty. Export it again.")
OTHER_ENDING = Message("The file's name must end in .csv or .xlsx. Export the table in one of these formats.")
OLD = Message("The file is an old Excel file or is protected by a password. Save it as XLSX without a password.")
NAMED_CSV = Message("The file is a spreadsheet or an archive with the name of a CSV. Rename a spreadsheet to .xlsx.")
NAMED_XLSX = Message("The file has the name of a spreadsheet but is not one. If it is CSV, rename it to .csv.")
BINARY = Message("The file is not text (it holds null bytes). Save it as CSV in UTF-8.")
NO_ROWS = Message("The file has a line of headers and nothing else. Export it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Which fields a kind of file must have; of each group in ``any_of``, at least one."""

    all_of: tuple[str, ...]
    any_of: tuple[tuple[str, ...], ...] = ()


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
    """What a file says. ``headers`` is field → the header as the file writes it; ``broken`` rows have no cells."""

    headers: Mapping[str, str]
    rows: tuple[FileRow, ...]
    broken: tuple[Rejected, ...]
    notes: tuple[Message, ...]


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
    if _format(content, filename, layout) == "xlsx":
        return _table(rows_of_spreadsheet(content), layout, needs)
    return _table(_rows_of_csv(_decoded(content, layout, needs), layout.delimiter), layout, needs)


def _format(content: bytes, filename: str, layout: Layout) -> str:
    """``csv`` or ``xlsx``; the file's name and its bytes must say the same."""
    ending = filename.rpartition(".")[2].casefold()
    if ending not in layout.formats:
        raise Unreadable(OTHER_ENDING)
    if content.startswith(ZIP):
        if ending == "csv":
            raise Unreadable(NAMED_CSV)
        return "xlsx"
    if content.startswith(OLD_OFFICE):
        raise Unreadable(OLD)
    for signature, what in SIGNATURES.items():
        if content.startswith(signature):
            words = {"what": what, "name": beginning(filename)}
            raise Unreadable(Message("%(name)s is %(what)s, not a table. Export it as CSV or XLSX.", words))
    if ending == "xlsx":
        raise Unreadable(NAMED_XLSX)
    return "csv"


def _decoded(content: bytes, layout: Layout, needs: Needs) -> str:
    """The text in the first of the layout's encodings that reads it all."""
    if b"\x00" in content:
        raise Unreadable(BINARY)
    furthest = 0
    for encoding in layout.encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            # One wrong byte in a file whose headers are right must not make it look like another encoding.
            if _has_headers(content, encoding, layout, needs):
                raise _wrong_encoding(content, error.start, (encoding,)) from None
            furthest = max(furthest, error.start)
            continue
        if control := CONTROL.search(text):
            furthest = max(furthest, len(text[: control.start()].encode(encoding)))
            continue
        return text
    raise _wrong_encoding(content, furthest, layout.encodings)


def _has_headers(content: bytes, encoding: str, layout: Layout, needs: Needs) -> bool:
    first = content.lstrip().split(b"\n", 1)[0].decode(encoding, errors="replace")
    headers = {_plain(header) for header in first.split(layout.delimiter)}
    return all(_plain(layout.columns[field]) in headers for field in needs.all_of)


def _wrong_encoding(content: bytes, at: int, encodings: tuple[str, ...]) -> Unreadable:
    start = content.rfind(b"\n", 0, at) + 1
    words = {
        "line": str(content.count(b"\n", 0, at) + 1),
        "byte": str(at - start + 1),
        "encodings": tuple(ENCODINGS.get(encoding, encoding.upper()) for encoding in encodings),
    }
    return Unreadable(
        Message("Line %(line)s, byte %(byte)s, cannot be read as %(encodings)s. Save the file as CSV in UTF-8.", words)
    )


def _rows_of_csv(text: str, delimiter: str) -> Iterator[Numbered]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS:
                raise Unreadable(TOO_LONG)
            # What is cut off is more than any header names: such a row is refused all the same.
            yield line, tuple(cells[:MOST_COLUMNS])
            line = reader.line_num + 1
    except csv.Error:
        wrong = Message(
            "Line %(line)s cannot be read: a quotation mark is not closed, or stands inside a value.",
            {"line": str(line)},
        )
        raise Unreadable(wrong) from None


def _table(numbered: Iterable[Numbered], layout: Layout, needs: Needs) -> Table:
    filled = _filled(numbered)
    _line, header, _written = next(filled, (0, (), ()))
    if not header:
        raise Unreadable(EMPTY)
    places = _places(header, layout, needs)
    rows: list[FileRow] = []
    broken: list[Rejected] = []
    width = len(header)
    for line, cells, written in filled:
        if len(cells) < width or any(cells[width:]):
            words = {"found": str(len(cells)), "expected": str(width)}
            reason = Message("The row has %(found)s cells and the headers are %(expected)s.", words)
            broken.append(Rejected(line=line, column="", value=layout.delimiter.join(cells), reason=reason))
            refuse_too_many(broken)
        else:
            other = {name: written[at] for name, at in places.items() if written[at] != cells[at]}
            rows.append(FileRow(line=line, cells={name: cells[at] for name, at in places.items()}, written=other))
    if not rows and not broken:
        raise Unreadable(NO_ROWS)
    headers = {name: header[at] for name, at in places.items()}
    return Table(headers=headers, rows=tuple(rows), broken=tuple(broken), notes=_notes(header, places))


def _filled(numbered: Iterable[Numbered]) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    """The rows in which anything stands: line, cells as they are kept, cells as they are written."""
    for line, written in numbered:
        cells = tuple(map(_trimmed, written))
        if any(cells):
            yield line, cells, written


def _places(header: tuple[str, ...], layout: Layout, needs: Needs) -> Mapping[str, int]:
    """Field → position, for every column of the layout that the file has, in any order."""
    plain = [_plain(name) for name in header]
    for name in layout.columns.values():
        if plain.count(_plain(name)) > 1:
            raise Unreadable(Message('The column "%(name)s" stands there twice. Delete one.', {"name": name}))
    places = {field: plain.index(_plain(name)) for field, name in layout.columns.items() if _plain(name) in plain}
    missing = [layout.columns[field] for field in needs.all_of if field not in places]
    for group in needs.any_of:
        if not places.keys() & set(group):
            missing += [layout.columns[field] for field in group if field in layout.columns][:1]
    if missing:
        raise _wrong_columns(header, missing, layout)
    return places


def _wrong_columns(header: tuple[str, ...], missing: list[str], layout: Layout) -> Unreadable:
    words = {
        "missing": tuple(missing),
        "found": tuple(beginning(name) for name in header if name)[:30],
        "delimiter": layout.delimiter,
    }
    if len([name for name in header if name]) == 1:
        single = Message(
            'These columns are missing: %(missing)s. The first line is one cell, "%(found)s": cells must be separated '
            'by "%(delimiter)s".',
            words,
        )
        return Unreadable(single)
    several = Message(
        "These columns are missing: %(missing)s. Found: %(found)s. Send the right file, or correct the column names in "
        "the institution's profile.",
        words,
    )
    return Unreadable(several)


def _notes(header: tuple[str, ...], places: Mapping[str, int]) -> tuple[Message, ...]:
    extra = tuple(beginning(name) for at, name in enumerate(header) if name and at not in places.values())
    return (Message("These columns are not read: %(columns)s.", {"columns": extra}),) if extra else ()


def _trimmed(cell: str) -> str:
    """The text of a cell as it is kept: composed, without what nobody sees, one plain blank between words."""
    # First what is not seen: between a letter and its accent it would keep both apart.
    plain = cell if cell.isascii() else unicodedata.normalize("NFC", _visible(cell))
    text = " ".join(plain.split())
    wrapped = TEXT_FOR_EXCEL.fullmatch(text)
    return wrapped[1].strip() if wrapped else text


def _plain(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", _visible(header)).casefold().split())


def _visible(text: str) -> str:
    """Without what nobody sees: zero-width blanks, soft hyphens, marks of the direction of writing, other formats."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
