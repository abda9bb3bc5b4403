"""What does somebody offer a text with: a file, or the text itself; looked at first, then stored?"""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField, SubmitField, TextAreaField

from dualdegree.core.text import Message
from dualdegree.uploads import Preview, Rejected, Unreadable
from dualdegree.web.forms import Form
from dualdegree.web.guard.uploads import UploadField
from dualdegree.web.language import i18n

NOT_TEXT = Message("The file is not text in UTF-8; save it as UTF-8 and choose it again.")
NOTHING = Message("Choose a file, or paste its text.")
SAID = 10
"""How many of the places that are wrong are said at the field; the list of the page has all."""


class TextForm(Form):
    """A text in a file or pasted, first to be looked at and then to be stored."""

    file = UploadField(_l("File"), description=_l("YAML in UTF-8. It replaces the text below."))
    text = TextAreaField(_l("Text"), render_kw={"rows": "16", "spellcheck": "false"})
    replaces = HiddenField()
    """The digest of the text that the reader has seen it replace: nobody overwrites unseen what somebody else wrote."""
    look = SubmitField(_l("Check without storing"))
    confirm = SubmitField(_l("Store this text"))

    @property
    def source(self) -> str:
        """The field with which the text was sent."""
        return "file" if self.file.data and self.file.data.filename else "text"

    @property
    def identity(self) -> str:
        """What a text is about stands in it."""
        return self.source

    def paper(self) -> tuple[str, str]:
        """The text that was sent and what to call it. Raises ``Unreadable``."""
        chosen = self.file.data
        if not chosen or not chosen.filename:
            if not (self.text.data or "").strip():
                raise Unreadable(NOTHING)
            return self.text.data or "", i18n.say(Message("the text"))
        try:
            self.text.data = chosen.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unreadable(NOT_TEXT) from None
        return self.text.data or "", chosen.filename

    def reject(self, preview: Preview, place: str) -> None:
        """Show at this field what was rejected."""
        rejected = preview.rejected
        more = len(rejected) - SAID
        rest = [ngettext("%(num)s more place is in the list.", "%(num)s more places are in the list.", more)]
        said = [i18n.say(in_words(row)) for row in rejected[:SAID]]
        self[place].errors = [*said, *(rest if more > 0 else ())]


def in_words(row: Rejected) -> Message:
    """A mistake in a text: line, key and reason."""
    words = {"line": str(row.line), "key": row.column, "reason": row.reason}
    if row.line is None:
        return Message("%(key)s: %(reason)s", words) if row.column else row.reason
    if row.column:
        return Message("Line %(line)s, %(key)s: %(reason)s", words)
    return Message("Line %(line)s: %(reason)s", words)
