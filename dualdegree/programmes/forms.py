"""What does a registrar enter about an institution?"""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from dualdegree.core.source.reading import SourceError
from dualdegree.uploads import rejected
from dualdegree.uploads.forms import in_words
from dualdegree.web.forms import SeenForm, required
from dualdegree.web.language import i18n


class ProfileForm(SeenForm):
    """The profile of an institution, as the text of its YAML file."""

    text = TextAreaField(_l("Profile (YAML)"), validators=[required()], render_kw={"rows": "28", "spellcheck": "false"})

    def mistake(self, error: SourceError) -> None:
        """Show what is wrong with the text, and on which line."""
        self.text.errors = [*self.text.errors, i18n.say(in_words(rejected(error)))]
