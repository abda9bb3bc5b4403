"""What does every form share?"""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from dualdegree.core.refusal import Refusal
from dualdegree.web import i18n


class Form(FlaskForm):  # type: ignore[misc]
    """A form with forgery protection, in the reader's language."""

    def refuse(self, refusal: Refusal, field: str = "") -> None:
        """Show a domain error where it belongs: at ``field``, or above the whole form."""
        errors = self[field].errors if field else self.form_errors
        # WTForms gives a tuple to a field that was never validated.
        if isinstance(errors, tuple):
            self[field].errors = errors = []
        errors.append(i18n.say(refusal.message))


def required(sentence: str | None = None) -> InputRequired:
    """The field must be filled in; ``sentence`` says with what."""
    return InputRequired(sentence or _l("Fill this in."))
