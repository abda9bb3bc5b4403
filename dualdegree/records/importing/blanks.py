"""What does an empty file look like that an institution's import reads, and what belongs into each of its columns?

The headings are those of the institution's own profile. The first sheet is filled in; the second explains, and no row
of it is read as data.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.programmes.models import Institution
from dualdegree.records.importing.fields import FIELDS
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.rows import SOME_DAY
from dualdegree.records.importing.kinds import KINDS, layout_of
from dualdegree.uploads import Unreadable

EMPTY_ROWS = 300
"""How many rows are ready to be filled in, as texts: nothing that is typed becomes a date or loses its noughts."""
DAYS = ("birth_date", "state_since", "date")
FIGURES = ("credits", "value")
TERMS = ("admission_term", "term", "year")
WRITTEN_TERMS = ("2026-1", "20261", "2026.1", "2026/27", "2026/2027", "2026-27", "2026-2027-1", "2026-2027学年第1学期")
"""How registers write terms: the first that the profile's pattern reads is the example."""
EXAMPLES = {
    "student_number": "20260001",
    "partner_number": "E-0001",
    "nationality": "ES",
    "email": "student@university.example",
    "advisor": "advisor@university.example",
    "course_code": "C101",
}
DAY = Message("a day, such as %(example)s")
FIGURE = Message("a number, such as %(example)s")
TERM = Message("a term or academic year as your register writes it, such as %(example)s")
COUNTRY = Message("two capital letters, or one of the words")
ONE_OF_THE_WORDS = Message("one of the words")
GRADE = Message("a grade of your scale, or one of the words")
TEXT = Message("text")
NO_XLSX = Message("The profile takes no XLSX of this kind; add xlsx to its formats first.")

Say = Callable[[object], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedColumn:
    """One column of a file: its heading, what it is, whether it can be left out, how it is written, and an example."""

    heading: str
    field: Message
    needed: Message
    form: Message
    words: tuple[str, ...]
    """All that may be written, where that is not free."""
    example: str


def explained(layout: Layout, needs: Needs) -> tuple[ExplainedColumn, ...]:
    """The columns that the layout knows, in the order of the profile."""
    return tuple(_explained(name, layout, needs) for name in layout.columns if name in FIELDS)


def _explained(name: str, layout: Layout, needs: Needs) -> ExplainedColumn:
    words = _words(name, layout)
    form, example = _form(name, layout, words)
    return ExplainedColumn(
        heading=layout.columns[name],
        field=FIELDS[name],
        needed=_needed(name, layout, needs),
        form=form,
        words=words,
        example=example,
    )


def _words(name: str, layout: Layout) -> tuple[str, ...]:
    if name == "sitting":
        return tuple(layout.sittings)
    statuses = tuple(layout.statuses) if name in {"grade", "label"} else ()
    marks = tuple(layout.marks) if name in layout.marks_in else ()
    return (*layout.values.get(name, {}), *statuses, *marks)


def _needed(name: str, layout: Layout, needs: Needs) -> Message:
    if name in needs.all_of:
        return Message("yes, in every row")
    group = next((group for group in needs.any_of if name in group), ())
    others = tuple(layout.columns[other] for other in group if other in layout.columns and other != name)
    if others:
        return Message("yes, this or %(others)s", {"others": others})
    return Message("yes, in every row") if group else Message("no, it can stay empty")


def _form(name: str, layout: Layout, words: tuple[str, ...]) -> tuple[Message, str]:
    """How a cell is written, and an example of it."""
    if name in DAYS:
        example = SOME_DAY.strftime(layout.dates)
        return Message(DAY.id, {"example": example}), example
    if name in FIGURES:
        example = f"4{layout.decimal}5"
        return Message(FIGURE.id, {"example": example}), example
    if name in TERMS:
        example = _term(layout)
        return Message(TERM.id, {"example": example}), example
    example = EXAMPLES.get(name) or (words[0] if words else "")
    match name:
        case "nationality":
            return COUNTRY, example
        case "grade":
            return GRADE, example
        case "label" | "note" | "character":
            # Registers write much else there; only these words mean something here.
            return TEXT, example
        case _:
            return (ONE_OF_THE_WORDS if words else TEXT), example


def _term(layout: Layout) -> str:
    pattern = layout.term
    if pattern is None:
        return WRITTEN_TERMS[0]
    return next((written for written in WRITTEN_TERMS if pattern.fullmatch(written)), WRITTEN_TERMS[0])


def blank_file(institution: Institution, kind: str, say: Say) -> bytes:
    """The empty file as XLSX, explained in the words of ``say``.

    Raises ``Unreadable`` where the profile says nothing of such files, or takes none in this format.
    """
    layout, known = layout_of(institution, kind), KINDS[kind]
    if "xlsx" not in layout.formats:
        raise Unreadable(NO_XLSX)
    columns = explained(layout, known.needs)
    book = Workbook()
    book.remove(book.worksheets[0])
    _to_fill_in(book.create_sheet(say(known.title)[:31]), columns)
    _explain(book.create_sheet(say(Message("Columns"))[:31]), columns, say)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _to_fill_in(sheet: Worksheet, columns: tuple[ExplainedColumn, ...]) -> None:
    for number, column in enumerate(columns, 1):
        cell = sheet.cell(1, number, column.heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E7EEF7")
        sheet.column_dimensions[get_column_letter(number)].width = max(14, 2 * len(column.heading))
        for line in range(2, EMPTY_ROWS + 2):
            sheet.cell(line, number).number_format = "@"
    sheet.freeze_panes = "A2"


def _explain(sheet: Worksheet, columns: tuple[ExplainedColumn, ...], say: Say) -> None:
    for line, cells in enumerate(_lines(columns), 1):
        for number, words in enumerate(cells, 1):
            cell = sheet.cell(line, number)
            text = say(words)
            cell.value, cell.data_type = text or None, "s" if text else "n"
            cell.alignment, cell.font = Alignment(wrap_text=True, vertical="top"), Font(bold=line == 1)
    for letter, width in zip("ABCDEF", (26, 30, 22, 40, 60, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _lines(columns: tuple[ExplainedColumn, ...]) -> Iterator[tuple[object, ...]]:
    """A row for each column: never all headings in one row, so that none of them is taken for the head of a table."""
    yield (
        *(Message("Heading"), Message("What it holds"), Message("Needed")),
        *(Message("How it is written"), Message("Words that are understood"), Message("Example")),
    )
    for column in columns:
        yield column.heading, column.field, column.needed, column.form, column.words, column.example
