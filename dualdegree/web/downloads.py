"""How does a list leave as a file? As CSV or XLSX, with the rows, columns, order and words of its page.

Every table of a page offers both. Who follows such a link asks for the very page once more: the view answers as always,
for whom it always answers, but a list comes whole, and of what is drawn only the one table is kept and sent.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser

from flask import Flask, abort, g, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from dualdegree.core.refusal import Refusal
from dualdegree.web import spreadsheet

ASKED = re.compile(r"([1-9][0-9]?)\.(csv|xlsx)", re.ASCII)
"""What a download is asked for by: which table of the page, and how."""
MOST_ROWS = 50_000
FORMATS: Mapping[str, str] = {"csv": "text/csv; charset=utf-8", "xlsx": spreadsheet.XLSX}
APART = frozenset({"div", "li", "p", "br", "summary", "ul", "dt", "dd"})
"""What stands in a line of its own within a cell."""
UNSAID = frozenset({"form", "script", "style", "svg", "button", "select"})
"""What a cell offers to do, or draws, and does not say."""

Rows = Sequence[Sequence[str]]


def init_app(app: Flask) -> None:
    """Let tables offer themselves as files."""
    app.jinja_env.globals.update(offered_files=offered_files)


def asked() -> "re.Match[str] | None":
    """What of this page is asked for as a file, if anything is: number and format."""
    return ASKED.fullmatch(request.args.get("download", "")) if request and request.method == "GET" else None


def refuse_too_long(total: int) -> None:
    """Raise ``Refusal`` for a list that nobody opens in a spreadsheet."""
    if total > MOST_ROWS:
        words = {"total": str(total), "most": str(MOST_ROWS)}
        raise Refusal("This list has %(total)s rows. At most %(most)s leave as a file; filter the list first.", words)


def offered_files(caption: str, columns: Sequence[str | Sequence[str]], rows: Markup) -> Sequence[str]:
    """What a table of the page can be asked for by, one for each format; nothing on a page that was sent to.

    Where this very table is asked for it is kept for ``sent``.
    """
    if request.method != "GET":
        return ()
    g.tables_drawn = getattr(g, "tables_drawn", 0) + 1
    wanted = asked()
    if wanted is not None and int(wanted[1]) == g.tables_drawn:
        words = [column if isinstance(column, str) else column[0] for column in columns]
        g.table_kept = (_plain(caption), [list(map(_plain, words)), *cells_of(rows)])
    return tuple(f"{g.tables_drawn}.{ending}" for ending in FORMATS)


def sent(answer: Callable[[], Response]) -> Response:
    """The page, or the one table of it that is asked for as a file; 404 where the page has no such table."""
    wanted, response = asked(), answer()
    if wanted is None or response.status_code != 200 or response.mimetype != "text/html":
        return response
    if "table_kept" not in g:
        abort(404)
    caption, rows = g.table_kept
    ending = wanted[2]
    content = spreadsheet.as_csv(rows) if ending == "csv" else spreadsheet.as_xlsx(caption, rows)
    name = f"{(request.endpoint or 'list').replace('.', '-')}-{wanted[1]}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=FORMATS[ending], headers=headers)


def cells_of(rows: str) -> Rows:
    """What the rows of a table say, cell by cell; several lines of one cell are set apart by a semicolon."""
    reader = _Reader()
    reader.feed(rows)
    reader.close()
    return [row for row in reader.rows if any(row)]


def _plain(words: str) -> str:
    return " ".join((words.striptags() if isinstance(words, Markup) else words).split())


class _Reader(HTMLParser):
    """Reads what cells say out of the markup of rows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._lines: list[str] | None = None
        self._span, self._unsaid = 1, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in {"th", "td"}:
            self._lines, self._span = [""], int(dict(attrs).get("colspan") or 1)
        elif tag in UNSAID:
            self._unsaid += 1
        elif tag in APART and self._lines is not None:
            self._lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"th", "td"} and self._lines is not None and self.rows:
            self.rows[-1] += ["; ".join(_said(self._lines)), *[""] * (self._span - 1)]
            self._lines = None
        elif tag in UNSAID:
            self._unsaid -= 1
        elif tag in APART and self._lines is not None:
            self._lines.append("")

    def handle_data(self, data: str) -> None:
        if self._lines is not None and not self._unsaid:
            self._lines[-1] += data


def _said(lines: Sequence[str]) -> Iterator[str]:
    return (words for words in (" ".join(text.split()) for text in lines) if words)
