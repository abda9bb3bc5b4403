"""Which equivalences does a student tick, of those that are a student's choice?"""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SubmitField

from dualdegree.core.curricula.equivalence import Entry
from dualdegree.programmes.curricula.vocabulary import Vocabulary
from dualdegree.recognition.editing.comparing import entry_in_words
from dualdegree.requests.fields import Ticks
from dualdegree.web.forms import DigestForm
from dualdegree.web.language import i18n


class ChoicesForm(DigestForm):
    """All that is on offer, with a tick at what is chosen: first to be looked at, then kept."""

    chosen = Ticks(_l("Equivalences that you can choose"), choices=[])
    look = SubmitField(_l("See the effect"))
    keep = SubmitField(_l("Keep this choice"))

    def offer(self, entries: Sequence[Entry], vocabulary: Vocabulary) -> None:
        """Let the student choose among these."""
        self.chosen.choices = [(entry.id, i18n.say(entry_in_words(entry, vocabulary))) for entry in entries]

    @property
    def keys(self) -> frozenset[str]:
        """The ids of what is ticked."""
        return frozenset(self.chosen.data or ())
