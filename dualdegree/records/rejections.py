"""How does a registrar take the rejected rows away? As CSV that a spreadsheet opens and never executes."""

import csv
import io
from collections.abc import Iterable

from flask_babel import gettext as _

from dualdegree.programmes.offering import Rejected
from dualdegree.web.i18n import say

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula."""


def as_csv(rows: Iterable[Rejected]) -> bytes:
    """The rows in the reader's language, in UTF-8 with a byte order mark, as spreadsheets expect."""
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow([_("Line"), _("Column"), _("Value"), _("Reason")])
    for row in rows:
        writer.writerow([row.line, *map(_harmless, (row.column, row.value, say(row.reason)))])
    return kept.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell
