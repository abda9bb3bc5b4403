"""How does a register's export come into the record? Looked at first, confirmed as a whole, harmless to repeat.

A file is read, planned and shown; confirming reads and plans it anew and applies every row that is not rejected, in one
transaction and as one act of the history. Rejected rows are left out whole; the others do not depend on them.
"""

from dualdegree.records.importing.batches import confirm, import_file, offer, preview, touched_by, withdraw
from dualdegree.records.importing.blanks import blank_file
from dualdegree.records.importing.columns import ColumnsForKind, columns_of, say_columns
from dualdegree.records.importing.fields import FIELDS
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.kinds import KINDS
from dualdegree.records.importing.outcome import ImportPreview, Listed, PreviewOutdated, RowChange, from_json
from dualdegree.uploads import Rejected, Unreadable

__all__ = [
    "FIELDS",
    "KINDS",
    "ColumnsForKind",
    "ImportPreview",
    "Listed",
    "Needs",
    "PreviewOutdated",
    "Rejected",
    "RowChange",
    "Unreadable",
    "blank_file",
    "columns_of",
    "confirm",
    "from_json",
    "import_file",
    "offer",
    "preview",
    "say_columns",
    "touched_by",
    "withdraw",
]
