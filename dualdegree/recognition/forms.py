"""What does a registrar enter about equivalences?"""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField

from dualdegree.recognition.giving import Decision
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.web.forms import Form, required


class DecisionForm(Form):
    """Why students are moved to another version, and by which decision; ``seen`` is what the page had shown."""

    to = HiddenField()
    seen = HiddenField()
    reason = TextAreaField(_l("Reason"), validators=[required()], render_kw={"rows": "3"})
    minute = StringField(_l("Minute number of the decision"), validators=[required()])

    def decision(self, to: EquivalenceVersion, institution: str) -> Decision:
        """What was decided."""
        return Decision(
            version=to, reason=self.reason.data or "", minute=self.minute.data or "", institution=institution
        )

    def number(self) -> int:
        """What the page had shown, as a number; 0 for whatever is none."""
        seen = self.seen.data or ""
        return int(seen) if seen.isdecimal() else 0
