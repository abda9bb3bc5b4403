"""What do the tables of a web page say? Many systems write one and call it .xls, which Excel opens with a warning."""

import re
from itertools import islice

from lxml import etree, html

from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.records.importing.files.sheets import MOST_COLUMNS, MOST_ROWS, TOO_LONG, FileSheet, Numbered
from dualdegree.uploads import Unreadable

PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|meta|table|body)\b", re.IGNORECASE)
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
HEAD_BYTES = 4096
MOST_TABLES = 50
"""How many tables of a page are looked at."""

NO_TABLE = Message("The file is a web page without a table. Save the table as XLSX or CSV.")
NO_ENCODING = Message("The web page cannot be read in the encoding that it names. Save the table as XLSX or CSV.")


def is_page(content: bytes) -> bool:
    """Whether the bytes begin as a web page does."""
    return PAGE.match(content) is not None


def sheets_of_page(content: bytes, layout: Layout) -> tuple[FileSheet, ...]:
    """Every table of the page, in its order. Raises ``Unreadable``."""
    try:
        document = html.document_fromstring(_text(content, layout), parser=html.HTMLParser(no_network=True))
    except (etree.ParserError, ValueError):
        raise Unreadable(NO_TABLE) from None
    tables = tuple(FileSheet("", tuple(_rows(table))) for table in islice(document.iter("table"), MOST_TABLES))
    if not tables:
        raise Unreadable(NO_TABLE)
    return tables


def _text(content: bytes, layout: Layout) -> str:
    stated = CHARSET.search(content[:HEAD_BYTES])
    for encoding in (stated[1].decode(), *layout.encodings) if stated else layout.encodings:
        try:
            # NULs would end the text for the parser.
            return content.decode(encoding).replace("\x00", "")
        except (LookupError, UnicodeDecodeError):
            continue
    raise Unreadable(NO_ENCODING)


def _rows(table: html.HtmlElement) -> list[Numbered]:
    rows = []
    # A table within a cell is another sheet, whose rows are not this one's.
    own = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    if len(own) > MOST_ROWS:
        raise Unreadable(TOO_LONG)
    for line, row in enumerate(own, 1):
        cells: list[str] = []
        for cell in islice(row.iterchildren("td", "th"), MOST_COLUMNS):
            cells += [cell.text_content(), *[""] * (_span(cell) - 1)]
        rows.append((line, tuple(cells[:MOST_COLUMNS])))
    return rows


def _span(cell: html.HtmlElement) -> int:
    """How many columns a cell is wide."""
    span = cell.get("colspan", "1").strip()
    return min(int(span), MOST_COLUMNS) if span.isascii() and span.isdigit() and int(span) else 1
