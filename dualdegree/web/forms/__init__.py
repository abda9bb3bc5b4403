"""What does every form share?"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Flask, g
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    PasswordField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import ListWidget

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.web.language import i18n


def init_app(app: Flask) -> None:
    """Let templates note that a page shows what was refused, and ask for it, and for what no form of it shows."""
    app.jinja_env.globals.update(note_refusal=_note_refusal, was_refused=_was_refused, unshown_form=_unshown_form)


TYPED_WITH_COMMA = re.compile(r"\d{1,9},\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, in words, and at which field: its id and label, or ``""`` for the form as a whole."""

    id: str
    label: str
    words: str


class Form(FlaskForm):  # type: ignore[misc]
    """A form with forgery protection, in the reader's language."""

    ids: ClassVar[str] = ""
    """What the ids of its fields begin with, where a page has several forms whose fields have the same names."""
    headline = Message("Please correct this")
    """What stands above what is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.ids:
            self.begin_ids_with(self.ids)

    def begin_ids_with(self, ids: str) -> None:
        """Tell its fields apart from those of another form of the page, of the same names."""
        for field in self:
            field.id = field.label.field_id = f"{ids}-{field.name}"

    def refuse(self, refusal: Refusal, field: str = "") -> None:
        """Show a domain error where it belongs: at ``field``, else at the field that it is about, else above all."""
        wanted = field or refusal.about
        place = next((known for known in _every(self) if known.name == wanted), None)
        words = i18n.say(refusal.message)
        if place is None:
            self.form_errors.append(words)
        else:
            # WTForms gives a tuple to a field that was never validated.
            place.errors = [*place.errors, words]

    @property
    def identity(self) -> str:
        """The field that tells what is made from any other: what may be there only once is refused there, if it is."""
        return ""

    def reread(self, row: Any) -> None:
        """Take ``row`` for seen as it stands now: the page that shows the form again shows it so."""

    def mistakes(self) -> Iterator[Mistake]:
        """Everything that is wrong with what was sent, in the order of the fields; fields within fields as well."""
        for words in self.form_errors:
            yield Mistake("", "", str(words))
        yield from _mistakes(self)

    def typed(self) -> Iterator[tuple[str, str]]:
        """What somebody wrote into it, under the label of each field."""
        for field in self:
            secret = isinstance(field, HiddenField | PasswordField)
            words = "" if secret or not isinstance(field, StringField) else (field.data or "").strip()
            if words:
                yield str(field.label.text), words


class FigureField(StringField):
    """A figure, shown and typed as the reader writes it: with a comma or with a point, neither for thousands.

    ``data`` has a point. What is no figure stays as it was typed, for whoever reads it to refuse.
    """

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take a single comma between digits for the decimal mark."""
        super().process_formdata(valuelist)
        if self.data and TYPED_WITH_COMMA.fullmatch(self.data.strip()):
            self.data = self.data.strip().replace(",", ".")

    def _value(self) -> str:
        return i18n.typed_figure(self.data or "")


class SeenForm(Form):
    """A form of something that others may change: the revision that was read, so that nobody acts on an old page."""

    revision = HiddenField()

    @property
    def seen(self) -> int | None:
        """The revision, if one was sent."""
        return revision_in(self.revision.data)

    def reread(self, row: Any) -> None:
        """Take its present revision for seen."""
        self.revision.data = str(row.revision)


class DigestForm(Form):
    """A form of a text: the digest of what was read, so that nobody approves another one."""

    digest = HiddenField()

    @property
    def read(self) -> str:
        """The digest that was sent."""
        return self.digest.data or ""

    def reread(self, row: Any) -> None:
        """Take its present text for read."""
        self.digest.data = row.digest


class ReadList:
    """The tick ``confirmed`` of a form under the list of what it touches; its value is the digest of that very list."""

    confirmed: BooleanField

    def digest(self) -> str:
        """The digest of the list that was ticked; "" where none was."""
        return str(self.confirmed.raw_data[0]) if self.confirmed.data and self.confirmed.raw_data else ""

    def untick_unless(self, digest: str) -> None:
        """A list that has changed has not been read."""
        if self.digest() != digest:
            self.confirmed.data = False


@contextmanager
def at(place: str) -> Iterator[None]:
    """Let what the block refuses be about this value."""
    try:
        yield
    except Refusal as refusal:
        refusal.about = refusal.about or place
        raise


def required(sentence: str | None = None) -> InputRequired:
    """The field must be filled in; ``sentence`` says with what."""
    return InputRequired(sentence or _l("Fill this in."))


def minute_field(label: str, *validators: InputRequired, **more: Any) -> StringField:
    """The number under which a body keeps its decision; documents and lists show it in one line."""
    short = Length(max=100, message=_l("A minute's number has at most 100 characters."))
    return StringField(label, validators=[*validators, short], **more)


def _every(fields: Iterable[Field]) -> Iterator[Field]:
    """All fields, those within others as well."""
    for field in fields:
        yield field
        if isinstance(field, FormField | FieldList):
            yield from _every(field)


def _mistakes(fields: Iterable[Field]) -> Iterator[Mistake]:
    for field in _every(fields):
        # What is wrong within a field of fields stands there as a mapping or a list, and is said by its own field.
        inner = isinstance(field, FormField)
        own = [] if inner else [str(words) for words in field.errors if not isinstance(words, dict | list | tuple)]
        if isinstance(field, HiddenField):
            # Nobody can be sent to what nobody sees.
            yield from (Mistake("", "", words) for words in own)
        else:
            yield from (Mistake(_focus_of(field), str(field.label.text), words) for words in own)


def _focus_of(field: Field) -> str:
    """The id of what one would mend: of several boxes to tick the first, for their frame takes no focus."""
    if isinstance(field, SelectMultipleField) and isinstance(field.widget, ListWidget):
        return next((str(box.id) for box in field), str(field.id))
    return str(field.id)


def _note_refusal() -> str:
    g.shows_refusal = True
    return ""


def _was_refused() -> bool:
    return getattr(g, "shows_refusal", False)


def _unshown_form() -> Form | None:
    """The form that was refused, if the page does not offer it any more: what is wrong has to be said all the same."""
    return None if _was_refused() else getattr(g, "refused_form", None)


def revision_in(sent: str | None) -> int | None:
    """The revision that a page had shown; None for whatever no page sends."""
    text = sent or ""
    return int(text) if text.isdecimal() and len(text) < 10 else None
