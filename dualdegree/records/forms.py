"""What does a registrar send to import a register's export?"""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import SelectField, StringField

from dualdegree.core.text import Message
from dualdegree.web.forms import Form
from dualdegree.web.guard.uploads import UploadField
from dualdegree.web.language import i18n


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

    def __init__(self, titles: Mapping[str, Message]) -> None:
        super().__init__()
        self.kind.choices = [(kind, i18n.say(title)) for kind, title in titles.items()]


class LinkRefusalForm(Form):
    """Why a student of this register is not the one whom the partner means."""

    reason = StringField(_l("Reason"), render_kw={"maxlength": "500"})
