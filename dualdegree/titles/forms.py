"""What does a registrar send to enter a title, and to send one back?"""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from dualdegree.web.forms import Form, SeenForm, required


class TitleEntryForm(Form):
    """A title in one language."""

    form = StringField(_l("Title in this language"), validators=[required()], render_kw={"maxlength": "200"})


class TitleRefusalForm(SeenForm):
    """Why a title is sent back."""

    ids = "refusal"
    reason = TextAreaField(_l("Reason"), validators=[required()], render_kw={"rows": "3"})
