"""What does every form share?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, g
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FormField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from dualdegree.core.refusal import Refusal
from dualdegree.web.language import i18n


def init_app(app: Flask) -> None:
    """Let templates note that a page shows what was refused, and ask for it."""
    app.jinja_env.globals.update(refused=_refused, was_refused=_was_refused)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, in words, and at which field: its id and label, or ``""`` for the form as a whole."""

    id: str
    label: str
    words: str


class Form(FlaskForm):  # type: ignore[misc]
    """A form with forgery protection, in the reader's language."""

    def refuse(self, refusal: Refusal, field: str = "") -> None:
        """Show a domain error where it belongs: at ``field``, or above the whole form."""
        errors = self[field].errors if field else self.form_errors
        # WTForms gives a tuple to a field that was never validated.
        if isinstance(errors, tuple):
            self[field].errors = errors = []
        errors.append(i18n.say(refusal.message))

    def mistakes(self) -> Iterator[Mistake]:
        """Everything that is wrong with what was sent, in the order of the fields; fields within fields as well."""
        for words in self.form_errors:
            yield Mistake("", "", str(words))
        yield from _mistakes(self)


def required(sentence: str | None = None) -> InputRequired:
    """The field must be filled in; ``sentence`` says with what."""
    return InputRequired(sentence or _l("Fill this in."))


def minute_field(label: str, *validators: InputRequired, **more: Any) -> StringField:
    """The number under which a body keeps its decision; documents and lists show it in one line."""
    short = Length(max=100, message=_l("A minute's number has at most 100 characters."))
    return StringField(label, validators=[*validators, short], **more)


def _mistakes(fields: Iterable[Field]) -> Iterator[Mistake]:
    for field in fields:
        # What is wrong within a field of fields stands there as a mapping.
        own = [str(words) for words in field.errors if not isinstance(field, FormField) and not isinstance(words, dict)]
        if isinstance(field, HiddenField):
            # Nobody can be sent to what nobody sees.
            yield from (Mistake("", "", words) for words in own)
        else:
            yield from (Mistake(field.id, str(field.label.text), words) for words in own)
        if isinstance(field, FormField | FieldList):
            yield from _mistakes(field)


def _refused() -> str:
    g.shows_refusal = True
    return ""


def _was_refused() -> bool:
    return getattr(g, "shows_refusal", False)


def revision_in(sent: str | None) -> int | None:
    """The revision that a page had shown; None for whatever no page sends."""
    text = sent or ""
    return int(text) if text.isdecimal() and len(text) < 10 else None
