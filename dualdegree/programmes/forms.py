"""What does a registrar enter about partners, agreements and curricula?"""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SubmitField, TextAreaField

from dualdegree.core.source.reading import SourceError
from dualdegree.core.text import Message
from dualdegree.uploads import Preview, Unreadable
from dualdegree.web.forms import Form, required
from dualdegree.web.guard.uploads import UploadField
from dualdegree.web.language import i18n

NOT_TEXT = Message("The file is not text in UTF-8; save it as UTF-8 and choose it again.")
NOTHING = Message("Choose a file, or paste its text.")


class ProfileForm(Form):
    """The profile of an institution, as the text of its YAML file."""

    text = TextAreaField(_l("Profile (YAML)"), validators=[required()], render_kw={"rows": "28", "spellcheck": "false"})
    revision = HiddenField()

    def mistake(self, error: SourceError) -> None:
        """Show what is wrong with the text, and on which line."""
        self.text.errors = [*self.text.errors, i18n.say(in_words(error))]


class TextForm(Form):
    """A text in a file or pasted, first to be looked at and then to be stored."""

    file = UploadField(_l("File"), description=_l("YAML in UTF-8. It replaces the text below."))
    text = TextAreaField(_l("Text"), render_kw={"rows": "16", "spellcheck": "false"})
    look = SubmitField(_l("Check without storing"))
    confirm = SubmitField(_l("Store this text"))

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

    def reject(self, preview: Preview) -> None:
        """Show what was rejected beside the text, by line and key."""
        places = ({"line": str(row.line), "key": row.column, "reason": row.reason} for row in preview.rejected)
        self.text.errors = [i18n.say(Message("Line %(line)s, %(key)s: %(reason)s", place)) for place in places]


def in_words(error: SourceError) -> Message:
    """A mistake in a text: line, key and reason."""
    words = {"line": str(error.line), "key": error.key, "reason": error.reason}
    if error.key:
        return Message("Line %(line)s, %(key)s: %(reason)s", words)
    return Message("Line %(line)s: %(reason)s", words)
