"""What does a registrar enter about equivalences?"""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField

from dualdegree.recognition.giving import EquivalenceDecision
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.tables.sheet_reading import is_sheet
from dualdegree.uploads import Unreadable
from dualdegree.uploads.forms import NOTHING, TextForm
from dualdegree.web.forms import Form, minute_field, required, revision_in
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


class DecisionForm(Form):
    """Why students are moved to another version, and by which decision; ``seen`` is what the page had shown."""

    to = HiddenField()
    seen = HiddenField()
    reason = TextAreaField(_l("Reason"), validators=[required()], render_kw={"rows": "3"})
    minute = minute_field(_l("Minute number of the decision"), required())

    def decision(self, to: EquivalenceVersion, institution: str) -> EquivalenceDecision:
        """What was decided."""
        return EquivalenceDecision(
            version=to, reason=self.reason.data or "", minute=self.minute.data or "", institution=institution
        )

    def number(self) -> int:
        """What the page had shown, as a number; 0 for whatever is none."""
        return revision_in(self.seen.data) or 0
