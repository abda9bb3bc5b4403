"""What do the bytes of a text file say? Its encoding, what separates its cells, and its rows."""

import csv
import io
import re
from collections.abc import Iterator

from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import DELIMITERS, Layout
from dualdegree.records.importing.files.headings import FURTHEST, known_in
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.sheets import MOST_COLUMNS, MOST_ROWS, TOO_LONG, FileSheet, Numbered
from dualdegree.uploads import Unreadable

CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}
"""How encodings are called where Python's name would puzzle."""
UNICODE_TEXT = (b"\xff\xfe", b"\xfe\xff")
"""How a file begins that Excel saved as "Unicode text": UTF-16, with tabs."""
HEAD_BYTES = 64 * 1024
STATED = re.compile(r'\ufeff?"?sep=(?P<delimiter>[,;|\t])"?\r?(?:\n|$)', re.IGNORECASE)
"""A first line for Excel alone, which says what separates the cells."""

BINARY = Message("The file is not text (it holds null bytes). Save it as CSV in UTF-8.")


def sheet_of_text(content: bytes, layout: Layout, needs: Needs) -> FileSheet:
    """The rows of a text whose cells are separated by any usual sign. Raises ``Unreadable``."""
    text = _decoded(content, layout, needs)
    if stated := STATED.match(text):
        # The line stays, emptied, so that every other keeps its number.
        text = "\n" + text[stated.end() :]
    delimiter = stated["delimiter"] if stated else _delimiter(text, layout, needs) or layout.delimiter
    return FileSheet("", tuple(_rows(text, delimiter)))


def _decoded(content: bytes, layout: Layout, needs: Needs) -> str:
    """The text in the first of the layout's encodings that reads it all; a mark of UTF-16 speaks for itself."""
    if content.startswith(UNICODE_TEXT):
        return _in_utf_16(content)
    if b"\x00" in content:
        raise Unreadable(BINARY)
    furthest = 0
    for encoding in layout.encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            # One wrong byte in a file whose headings are right must not make it look like another encoding.
            head = content[:HEAD_BYTES].decode(encoding, errors="replace")
            if _delimiter(head, layout, needs):
                raise _wrong_encoding(content, error.start, (encoding,)) from None
            furthest = max(furthest, error.start)
            continue
        if control := CONTROL.search(text):
            furthest = max(furthest, len(text[: control.start()].encode(encoding)))
            continue
        return text
    raise _wrong_encoding(content, furthest, layout.encodings)


def _in_utf_16(content: bytes) -> str:
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError:
        raise Unreadable(BINARY) from None
    if CONTROL.search(text):
        raise Unreadable(BINARY)
    return text


def _delimiter(text: str, layout: Layout, needs: Needs) -> str | None:
    """What separates the cells of a row that has all headings, the layout's own sign first; None where no row has."""
    head = [line for line in text[:HEAD_BYTES].splitlines() if line.strip()][:FURTHEST]
    for delimiter in dict.fromkeys((layout.delimiter, *DELIMITERS)):
        if known_in(list(csv.reader(head, delimiter=delimiter)), layout, needs):
            return delimiter
    return None


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


def _rows(text: str, delimiter: str) -> Iterator[Numbered]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS:
                raise Unreadable(TOO_LONG)
            # What is cut off is more than any heading names: such a row is refused all the same.
            yield line, tuple(cells[:MOST_COLUMNS])
            line = reader.line_num + 1
    except csv.Error:
        wrong = Message(
            "Line %(line)s cannot be read: a quotation mark is not closed, or stands inside a value.",
            {"line": str(line)},
        )
        raise Unreadable(wrong) from None
