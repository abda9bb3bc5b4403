"""What does a registrar send to undo a link, and to answer whoever wants it undone?"""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, TextAreaField

from dualdegree.records.models import LinkUndoing
from dualdegree.web.forms import DigestForm, SeenForm, required


class UndoingForm(DigestForm):
    """Why the link is wrong, and whose account it is; ``digest`` is that of the consequences that were read."""

    reason = TextAreaField(_l("Why they are two persons"), validators=[required()], render_kw={"rows": "3"})
    account = SelectField(
        _l("The account belongs to the student with the number"),
        description=_l("The other student signs in once their own roster names an address."),
        validate_choice=True,
    )

    def offer(self, numbers: Iterable[tuple[int, str]], chosen: int | None) -> None:
        """Ask whose account it is, where there is one; the one that is likely comes chosen."""
        choices = [(str(enrolment), number) for enrolment, number in numbers]
        if not choices:
            del self.account
            return
        self.account.choices = choices
        if self.account.data not in dict(choices):
            self.account.data = str(chosen)

    def account_of(self) -> int | None:
        """The enrolment that was chosen."""
        return int(self.account.data) if "account" in self else None


class SeenUndoingForm(SeenForm):
    """A form of the undoing that stands on its student's page."""

    def reread(self, row: object) -> None:
        """Take the revision of the undoing for seen; the page gives it, whose thing is the student."""
        if isinstance(row, LinkUndoing):
            super().reread(row)


class UndoingAnswerForm(SeenUndoingForm):
    """A yes to the undoing as it was read, with the digest of its consequences."""

    digest = HiddenField()


class UndoingRefusalForm(SeenUndoingForm):
    """Why the link stays."""

    ids = "refusal"
    answer = TextAreaField(_l("Why the link stays"), validators=[required()], render_kw={"rows": "3"})
