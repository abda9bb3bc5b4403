"""What does a registrar send to import a register's export?"""

from collections.abc import Mapping, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import BooleanField, SelectField, StringField

from dualdegree.core.text import Message
from dualdegree.records.importing.files.headings import FileColumn
from dualdegree.web.forms import Form, SeenForm
from dualdegree.web.guard.uploads import UploadField
from dualdegree.web.language import i18n

COLUMN = "column_"
"""How the names of the fields begin that say what a column is."""


class ImportForm(Form):
    """A file, and what it holds."""

    kind = SelectField(_l("What the file holds"))
    file = UploadField(
        _l("File"),
        validators=[FileRequired(_l("Choose a file."))],
        description=_l(
            "A table as your register exports it, at most 10 MB: CSV or other text, XLSX, or XLS. Nothing changes "
            "until you confirm."
        ),
    )

    whole = BooleanField(
        _l("The file is the whole register"),
        description=_l("What the record holds and the file lacks is then listed. Nothing is deleted."),
    )

    def __init__(self, titles: Mapping[str, Message]) -> None:
        super().__init__()
        self.kind.choices = [(kind, i18n.say(title)) for kind, title in titles.items()]


class ColumnsForm(SeenForm):
    """Which column of a file is which field; ``revision`` is the profile's. Its fields are made for each file."""

    @property
    def fields(self) -> list[str]:
        """The field that each column is said to be, "" for none."""
        return [choice.data for choice in self if choice.name.startswith(COLUMN)]


def columns_form(columns: Sequence[FileColumn], titles: Mapping[str, Message], revision: int) -> ColumnsForm:
    """The form for these columns; ``titles`` are the fields that they can be, in words."""
    selects = {
        f"{COLUMN}{at}": SelectField(column.heading, choices=[], default=column.field)
        for at, column in enumerate(columns)
    }
    form: ColumnsForm = type("FileColumnsForm", (ColumnsForm,), selects)(data={"revision": str(revision)})
    words = [("", gettext("not read")), *((name, i18n.say(title)) for name, title in titles.items())]
    for name in selects:
        form[name].choices = words
    return form


class LinkRefusalForm(Form):
    """Why a student of this register is not the one whom the partner means."""

    reason = StringField(_l("Reason"), render_kw={"maxlength": "500"})
