"""What does every form share?"""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from dualdegree.core.refusal import Refusal
from dualdegree.web.language import i18n


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


def minute_field(label: str, *validators: InputRequired, **more: Any) -> StringField:
    """The number under which a body keeps its decision; documents and lists show it in one line."""
    short = Length(max=100, message=_l("A minute's number has at most 100 characters."))
    return StringField(label, validators=[*validators, short], **more)


def revision_in(sent: str | None) -> int | None:
    """The revision that a page had shown; None for whatever no page sends."""
    text = sent or ""
    return int(text) if text.isdecimal() and len(text) < 10 else None
