"""How does a registrar take the rejected rows away? As a file like theirs, to be mended and offered again."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from dualdegree.records.importing.outcome import ImportPreview
from dualdegree.web import spreadsheet
from dualdegree.web.language.i18n import say


def as_csv(preview: ImportPreview) -> bytes:
    """The rejected rows as the file has them, under its headings, and why each is rejected in a column at the end.

    In the reader's language; in UTF-8 with a byte order mark, as spreadsheets expect.
    """
    return spreadsheet.as_csv([[*preview.heading, _("Line"), _("Reason")], *_rows(preview)])


def _rows(preview: ImportPreview) -> Iterator[Sequence[object]]:
    width = len(preview.heading)
    reasons: dict[int, list[str]] = {}
    for row in preview.rejected:
        words = say(row.reason)
        named = _("%(column)s: %(reason)s", column=row.column, reason=words) if row.column else words
        reasons.setdefault(row.line or 0, []).append(named)
    for line, sentences in reasons.items():
        cells = [*preview.rejected_lines.get(line, ()), *[""] * width][:width]
        yield [*cells, line, " ".join(sentences)]
