"""Is each cell what its column asks for? The typed rows of every kind of file, and what is wrong with others."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from dualdegree.core.credit import NotADecimal, credits_of, decimal
from dualdegree.core.identity.documents import HIDDEN, document_letters, hidden, without_numbers
from dualdegree.core.identity.scripts import in_han, in_latin
from dualdegree.core.text import LANGUAGES, Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.records.importing.files.plain_words import NARROW, figure_as_text, narrow, plain, written_as
from dualdegree.records.importing.files.sources import FileRow, Table
from dualdegree.uploads import Rejected

LONGEST = 200
QUOTED = ("text", "label")
"""The words of a reason that quote a cell."""
TITLE = "course_title_"
"""A column of titles is called by this and the language, ``course_title_es``."""

MISSING = Message("This cell is empty; fill it in.")
TOO_LONG = Message("This cell is longer than any such value; write at most 200 characters.")
FORMULA = Message("This cell begins like a formula. Write the value alone.")
PRIVATE = Message("This holds a character of nobody's alphabet (a private-use code). Type it anew.")
NO_COUNTRY = Message(
    "This nationality is not known. Write the two-letter code, such as CN or ES, or add the word to the profile."
)
SHORTENED = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
SHORTENED_BY_EXCEL = Message("Excel has shortened this number. Format the column as text, and export it again.")
NOT_LATIN = Message(
    "This is the name as the passport writes it, in Latin letters. Write it so, and a name in Chinese characters in "
    "its own column."
)
NOT_HAN = Message(
    "This is the name in Chinese characters. Write those, or leave the cell empty; a name in Latin letters belongs "
    "into the columns of the family and the given name."
)
NO_DOCUMENT = Message("This is not the number of an identity document. Write its 6 to 30 letters and digits.")
DOCUMENT = "identity_document"
BETWEEN_ADDRESSES = re.compile("[;,、，；/\\s]+")
SOME_DAY = dt.date(2026, 9, 25)
"""A day that nobody takes for another when day and month change places."""


class Refused(ValueError):
    """A cell, or what several cells say together, cannot be accepted; ``field`` is whose column is to blame."""

    def __init__(self, reason: Message, field: str = "") -> None:
        super().__init__(str(reason))
        self.reason, self.field = reason, field


def _words(value: str) -> str:
    if len(value) > LONGEST:
        raise Refused(TOO_LONG)
    if value.startswith("="):
        raise Refused(FORMULA)
    if any(unicodedata.category(letter) == "Co" for letter in value):
        raise Refused(PRIVATE)
    # Letters and digits alone: Chinese keeps its own signs.
    return unicodedata.normalize("NFC", value.translate(NARROW))


def _name(value: str) -> str:
    if not value:
        raise Refused(MISSING)
    return _words(value)


def _plain_words(value: str) -> str:
    return _words(narrow(value))


def _number(value: str) -> str:
    number = _plain_words(value)
    if SHORTENED.fullmatch(number):
        raise Refused(SHORTENED_BY_EXCEL)
    return number


def _latin_name(value: str) -> str:
    name = _name(value)
    if not in_latin(name):
        raise Refused(NOT_LATIN)
    return name


def _han_name(value: str) -> str:
    name = _words(value)
    if not in_han(name):
        raise Refused(NOT_HAN)
    return name


def _document(value: str) -> str:
    """The letters and digits of a document's number; one that was hidden already comes back as it is."""
    number = _number(value)
    if not number or number.startswith(HIDDEN):
        return number
    letters = document_letters(number)
    if not letters:
        raise Refused(NO_DOCUMENT)
    return letters


def _code(value: str) -> str:
    return _number(_name(value))


def _credits(value: str, info: ValidationInfo) -> Decimal:
    try:
        return credits_of(figure_as_text(_name(value), _layout(info).decimal))
    except NotADecimal:
        words = {"example": f"4{_layout(info).decimal}5"}
        raise Refused(
            Message(
                "This is not a number of credits. Write digits, at most two after the decimal mark, such as "
                "%(example)s.",
                words,
            )
        ) from None


def _figure(value: str, info: ValidationInfo) -> Decimal | None:
    try:
        return decimal(figure_as_text(_words(value), _layout(info).decimal), places=4) if value else None
    except NotADecimal:
        words = {"example": f"4{_layout(info).decimal}5"}
        raise Refused(Message("This is not a number. Write digits, such as %(example)s.", words)) from None


def _meaning(value: str, info: ValidationInfo) -> str:
    """The profile's meaning of the register's word, or the word where it is already a meaning."""
    words = _layout(info).values.get(info.field_name or "", {})
    return written_as(_name(value), words) or value


def _known_meaning(value: str, info: ValidationInfo) -> str:
    words = _layout(info).values.get(info.field_name or "", {})
    meaning = _meaning(value, info)
    if meaning not in words.values():
        raise Refused(Message("This word is not known. The profile knows: %(words)s.", {"words": tuple(words)}))
    return meaning


def _known_meaning_if_any(value: str, info: ValidationInfo) -> str:
    return _known_meaning(value, info) if value else ""


def _country(value: str, info: ValidationInfo) -> str:
    country = _meaning(value, info)
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise Refused(NO_COUNTRY)
    return country


def _date(value: str, info: ValidationInfo) -> dt.date:
    # Spreadsheets arrive with ISO dates, whatever the register's own way.
    for way in (_layout(info).dates, "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(narrow(_name(value)), way).date()  # noqa: DTZ007 - a date has no zone
        except ValueError as wrong:
            if isinstance(wrong, Refused):
                raise
    words = {"example": SOME_DAY.strftime(_layout(info).dates)}
    raise Refused(Message("This is not a date. Write it like %(example)s.", words))


def _date_if_any(value: str, info: ValidationInfo) -> dt.date | None:
    return _date(value, info) if value else None


def _layout(info: ValidationInfo) -> Layout:
    layout: Layout = info.context["layout"]  # type: ignore[index]
    return layout


Words = Annotated[str, BeforeValidator(_words)]
Plain = Annotated[str, BeforeValidator(_plain_words)]
Number = Annotated[str, BeforeValidator(_number)]
Name = Annotated[str, BeforeValidator(_name)]
LatinName = Annotated[str, BeforeValidator(_latin_name)]
HanName = Annotated[str, BeforeValidator(_han_name)]
Document = Annotated[str, BeforeValidator(_document)]
Code = Annotated[str, BeforeValidator(_code)]
Credits = Annotated[Decimal, BeforeValidator(_credits)]
Figure = Annotated[Decimal | None, BeforeValidator(_figure)]
Country = Annotated[str, BeforeValidator(_country)]
KnownMeaning = Annotated[str, BeforeValidator(_known_meaning)]
KnownMeaningIfAny = Annotated[str, BeforeValidator(_known_meaning_if_any)]
Date = Annotated[dt.date, BeforeValidator(_date)]
DateIfAny = Annotated[dt.date | None, BeforeValidator(_date_if_any)]


class TypedRow(BaseModel):
    """What every kind of row has."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class StudentRow(TypedRow):
    """What every row about a student has."""

    student_number: Code


class RosterRow(StudentRow):
    """A student as one register has them."""

    partner_number: Number = ""
    family_name: LatinName
    given_name: LatinName
    han_name: HanName = ""
    other_names: Words = ""
    birth_date: Date
    nationality: Country
    route: KnownMeaning
    admission_term: Code
    programme: Plain = ""
    email: Plain = ""
    advisor: Plain = ""
    identity_document: Document = Field(default="", repr=False)
    cohort: Words = ""
    field: Words = ""
    state: KnownMeaningIfAny = ""
    state_since: DateIfAny = None

    @property
    def advisors(self) -> tuple[str, ...]:
        """Every address that the column of advisors holds."""
        return tuple(filter(None, BETWEEN_ADDRESSES.split(self.advisor)))

    @property
    def tells_document(self) -> bool:
        """Whether the number of an identity document is given, and not only its end."""
        return bool(self.identity_document) and not self.identity_document.startswith(HIDDEN)


class GradeRow(StudentRow):
    """One sitting of one course as one register has it."""

    name: Words = ""
    family_name: Words = ""
    given_name: Words = ""
    course_code: Code
    credits: Credits
    grade: Plain = ""
    label: Plain = ""
    term: Plain = ""
    year: Plain = ""
    sitting: Plain = ""
    note: Words = ""
    character: Words = ""


class MilestoneRow(StudentRow):
    """Something achieved that is not a course."""

    milestone: KnownMeaning
    value: Figure = None
    date: DateIfAny = None


class OfferRow(TypedRow):
    """One course that is offered in one or several terms."""

    course_code: Code
    term: Plain = ""
    year: Plain = ""
    sitting: Plain = ""


Typed = TypeVar("Typed", bound=TypedRow)


def typed(kind: type[Typed], row: FileRow, layout: Layout, table: Table) -> Typed | tuple[Rejected, ...]:
    """The row as its kind, or every cell of it that cannot be read."""
    try:
        return kind.model_validate(row.cells, context={"layout": layout})
    except ValidationError as errors:
        return tuple(_rejected(error, row, table) for error in errors.errors(include_url=False))


def _rejected(error: Any, row: FileRow, table: Table) -> Rejected:
    refused: Refused = error["ctx"]["error"]
    return rejected(Refused(refused.reason, str(error["loc"][0])), row, table)


def rejected(refused: Refused, row: FileRow, table: Table) -> Rejected:
    """The row as it is shown among those left out, with the cell that is to blame."""
    value = row.as_written(refused.field)
    value = hidden(value) if refused.field == DOCUMENT else value
    reason = _quoting(refused.reason, row)
    return Rejected(line=row.line, column=table.headers.get(refused.field, ""), value=value, reason=reason)


def _quoting(reason: Message, row: FileRow) -> Message:
    """The reason with each cell that it quotes to the letter, and never as it is read."""
    if not reason.params:
        return reason
    cells = {plain(text): text for name in row.cells if name != DOCUMENT and (text := row.as_written(name))}
    quoted = {name: str(value) for name, value in reason.params.items() if name in QUOTED}
    words = {name: cells.get(plain(text), text) for name, text in quoted.items()}
    return Message(reason.id, {**reason.params, **words})


def rewritten(row: FileRow, read: TypedRow) -> dict[str, str]:
    """The fields whose cell is read in another writing than the file has: field → as it is read."""
    texts = {name: _as_read(getattr(read, name, None), row.cells[name]) for name in row.cells if _is_read(name, read)}
    return {name: text for name, text in texts.items() if text != row.as_written(name).strip(" ")}


def _is_read(name: str, read: TypedRow) -> bool:
    # Where blanks stood in a document's number is of no interest, and its number is shown to nobody.
    return (name in type(read).model_fields and name != DOCUMENT) or name.startswith(TITLE)


def _as_read(value: object, cell: str) -> str:
    """The cell in the writing in which it was read, also where a word stands for a meaning."""
    if value is None or (isinstance(value, str) and plain(value) != plain(cell)):
        return cell.translate(NARROW)
    return value if isinstance(value, str) else narrow(cell)


def without_documents(cells: Sequence[str], table: Table, *, broken: bool) -> tuple[str, ...]:
    """A row as its file has it, with the number of an identity document hidden.

    In a ``broken`` row the cells may stand under the wrong headings, so that every long number is hidden.
    """
    if DOCUMENT not in table.headers:
        return tuple(cells)
    if broken:
        return tuple(map(without_numbers, cells))
    at = table.heading.index(table.headers[DOCUMENT])
    return tuple(hidden(cell) if place == at else cell for place, cell in enumerate(cells))


def titles_of(row: FileRow) -> dict[str, str]:
    """The course's titles that the row gives, by language."""
    titles = {language: row.cells.get(f"{TITLE}{language}", "") for language in LANGUAGES}
    return {language: title.translate(NARROW) for language, title in titles.items() if title}
