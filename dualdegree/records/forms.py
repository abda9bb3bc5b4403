"""What does a registrar send to import a register's export?"""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from dualdegree.records.importing import KINDS
from dualdegree.web import i18n
from dualdegree.web.forms import Form


class ImportForm(Form):
    """A file, and what it holds."""

    kind = SelectField(_l("What the file holds"))
    file = FileField(
        _l("File"),
        validators=[FileRequired(_l("Choose a file."))],
        description=_l("CSV or XLSX as your register exports it, at most 10 MB. Nothing changes until you confirm."),
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.kind.choices = [(kind, i18n.say(KINDS[kind].title)) for kind in KINDS]
