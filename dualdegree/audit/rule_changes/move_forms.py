"""What does a registrar enter who proposes, renews, confirms, refuses or withdraws a move of students?"""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from dualdegree.recognition.moves.hitting import Hit
from dualdegree.recognition.moves.service import WantedMove
from dualdegree.web.forms import Form, ReadList, SeenForm, minute_field, required, revision_in
from dualdegree.web.language import i18n


class ReadMove(ReadList):
    """The tick under the list of what a move would hit."""

    confirmed = BooleanField(_l("I have read whose verdict, sign-off and document this touches."))


class MoveProposalForm(ReadMove, Form):
    """Why these students are moved and by which decision, and which holders of a document in force are moved as well.

    Those who are on the list stand in the page's address.
    """

    holders = SelectMultipleField(
        _l("Move them although they hold a document in force"),
        description=_l(
            "Whoever is not ticked here stays. If they are moved, their document stays in force, marked as changed "
            "since."
        ),
        choices=[],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = TextAreaField(_l("Reason"), validators=[required()], render_kw={"rows": "3"})
    minute = minute_field(_l("Minute number of the decision"), required())

    def offer(self, seen: Hit) -> None:
        """Let each holder of a document in force be named by themselves."""
        listed = [student for student in seen.students if student.id in seen.holders]
        self.holders.choices = [(str(student.id), i18n.say(student.name)) for student in listed]
        self.untick_unless(seen.digest)

    def wanted(self, students: Iterable[int]) -> WantedMove:
        """What is proposed of those who were shown."""
        named = (revision_in(key) for key in self.holders.data or ())
        return WantedMove(
            students=tuple(students),
            holders=frozenset(key for key in named if key is not None),
            reason=self.reason.data or "",
            minute=self.minute.data or "",
            seen=self.digest(),
        )


class MoveRenewalForm(MoveProposalForm, SeenForm):
    """The same for a proposal that is void: what it would hit has changed."""

    ids = "renewal"


class MoveConfirmationForm(ReadMove, SeenForm):
    """By which decision the other institution says yes."""

    ids = "confirmation"
    minute = minute_field(_l("Minute number of your institution's decision"), required())


class MoveReasonForm(SeenForm):
    """Why a move is refused or withdrawn."""

    ids = "ending"
    reason = StringField(_l("Reason"), validators=[required(_l("Say why; the reason stays in the history."))])
