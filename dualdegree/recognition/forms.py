"""What does a registrar enter about equivalences?"""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from dualdegree.recognition.tables.sheet_reading import is_sheet
from dualdegree.uploads import Unreadable
from dualdegree.uploads.forms import NOTHING, TextForm
from dualdegree.web.forms import Form
from dualdegree.web.guard.uploads import UploadField


class TableForm(TextForm):
    """A table in a file of any format or pasted as YAML, first to be looked at and then to be stored."""

    file = UploadField(_l("File"), description=_l("YAML, CSV or XLSX. It replaces the text below."))
    text = TextAreaField(_l("Text (YAML)"), render_kw={"rows": "16", "spellcheck": "false"})

    def offered(self) -> tuple[bytes, str]:
        """What was sent and what to call it. Raises ``Unreadable``."""
        chosen = self.file.data
        if chosen and chosen.filename and is_sheet(chosen.filename):
            return chosen.read(), chosen.filename
        text, name = self.paper()
        return text.encode(), name


class GradeTableForm(TextForm):
    """Grading tables in a file or pasted as CSV, first to be looked at and then to be stored."""

    file = UploadField(_l("File"), description=_l("CSV or XLSX. It replaces the rows below."))
    text = TextAreaField(_l("Rows (CSV)"), render_kw={"rows": "12", "spellcheck": "false"})

    def offered(self) -> tuple[bytes, str]:
        """What was sent and what to call it. Raises ``Unreadable``."""
        chosen = self.file.data
        if chosen and chosen.filename:
            return chosen.read(), chosen.filename
        if not (self.text.data or "").strip():
            raise Unreadable(NOTHING)
        return (self.text.data or "").encode(), "rows.csv"


class NewVersionForm(Form):
    """What the next version of a table is called."""

    ids = "new"
    version = StringField(_l("Name of the new version"))

    @property
    def identity(self) -> str:
        """A version is told from the others by its name."""
        return "version"
