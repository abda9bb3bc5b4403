"""How does a registrar take the rejected rows away? As CSV in the reader's language."""

from collections.abc import Iterable

from flask_babel import gettext as _

from dualdegree.uploads import Rejected
from dualdegree.web import spreadsheet
from dualdegree.web.language.i18n import say


def as_csv(rows: Iterable[Rejected]) -> bytes:
    """The rows under their head, in UTF-8 with a byte order mark, as spreadsheets expect."""
    head = [_("Line"), _("Column"), _("Value"), _("Reason")]
    return spreadsheet.as_csv([head, *([row.line, row.column, row.value, say(row.reason)] for row in rows)])
