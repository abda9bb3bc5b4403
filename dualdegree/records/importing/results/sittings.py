"""What does one row of grades say? A sitting with its term, status and grade, or a row that its register recognised."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.facts import Status
from dualdegree.core.credit import NotADecimal, decimal, figure
from dualdegree.core.grades import ImpossibleGrade, Scale, find_level, read_grade
from dualdegree.core.records import LISTED, RegisterMark
from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.records.importing.files.plain_words import figure_as_text, plain, written_as
from dualdegree.records.importing.files.rows import GradeRow, Refused
from dualdegree.records.importing.files.terms import refuse_future, term_of

APART = re.compile(r"[\s,;:，；：、。.()（）/]+")
CELLS = ("grade", "label")
"""The cells in which a result stands."""
FIRST = "1"
"""The sitting of a register that does not tell sittings apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingRow:
    """One row, understood. ``mark`` is the register's own word for a recognition; then it is no attempt."""

    term: str
    sitting: str
    credits: Decimal
    titles: Mapping[str, str]
    status: Status
    grade_as_given: str
    grade: Decimal | None
    mention: str | None
    marks: tuple[RegisterMark, ...] = ()
    mark: str | None = None
    kind: RegisterMark = RegisterMark.RECOGNISED
    """What ``mark`` means, where there is one."""


def sitting_of(row: GradeRow, titles: Mapping[str, str], layout: Layout, scale: Scale, at: dt.datetime) -> SittingRow:
    """What the row says. Raises ``Refused`` for a term or grade that cannot be."""
    marks = _marks(row, layout)
    kind = next((meaning for meaning in LISTED if meaning in marks), None)
    mark = marks[kind] if kind else None
    sitting = _sitting(row, layout)
    field = "year" if row.year else "term"
    term = term_of(row.year or row.term, layout.term, sitting, field)
    refuse_future(term, at, field)
    result = (Status.PASSED, mark, None, None) if mark else _marked_result(row, layout, scale, marks)
    status, given, grade, mention = result
    return SittingRow(
        term=term,
        sitting=sitting,
        credits=row.credits,
        titles=titles,
        status=status,
        grade_as_given=given,
        grade=grade,
        mention=mention,
        marks=() if mark else tuple(meaning for meaning in RegisterMark if meaning in marks),
        mark=mark,
        kind=kind or RegisterMark.RECOGNISED,
    )


def _marks(row: GradeRow, layout: Layout) -> Mapping[RegisterMark, str]:
    """What the register's words beside the result mean, each with the word, standing alone or beside others."""
    meanings: dict[RegisterMark, str] = {}
    for field in layout.marks_in:
        text = getattr(row, field, "")
        words = {plain(text), *map(plain, APART.split(text))}
        for word, meaning in layout.marks.items():
            if plain(word) in words:
                meanings.setdefault(meaning, word)
    return meanings


def _marked_result(
    row: GradeRow, layout: Layout, scale: Scale, marks: Mapping[RegisterMark, str]
) -> tuple[Status, str, Decimal | None, str | None]:
    """The result as the marks have it: misconduct never passes, a compensated course always does."""
    bare = _without_marks(row, layout, marks)
    given = " ".join(filter(None, (_as_written(row.grade, layout, scale), _word(row.label, "label", layout, scale))))
    if RegisterMark.MISCONDUCT in marks:
        if _passes(bare.grade, layout, scale):
            words = {"text": row.grade, "label": marks[RegisterMark.MISCONDUCT]}
            raise Refused(Message("%(text)s and %(label)s do not go together; ask the register.", words), "grade")
        return Status.FAILED, given or marks[RegisterMark.MISCONDUCT], None, None
    if RegisterMark.COMPENSATED in marks and not _passes(bare.grade, layout, scale):
        # What does not pass by itself bears no grade: it gives credits and stays out of every mean.
        return Status.PASSED, given or marks[RegisterMark.COMPENSATED], None, None
    status, plainly, grade, mention = _result(bare, layout, scale)
    return status, given or plainly, grade, mention


def _without_marks(row: GradeRow, layout: Layout, marks: Mapping[RegisterMark, str]) -> GradeRow:
    """The row whose grade and label do not hold the marks that stand in them, such as 65 of 65（补考）."""
    said = [plain(word) for word in marks.values()]
    bare: dict[str, str] = {field: getattr(row, field) for field in CELLS if field in layout.marks_in}
    for field, text in bare.items():
        rest = [word for word in re.split(r"[\s()（）]+", text) if plain(word) not in said]
        bare[field] = " ".join(filter(None, rest)) if plain(text) not in said else ""
    return row.model_copy(update=bare)


def _sitting(row: GradeRow, layout: Layout) -> str:
    if "sitting" not in layout.columns:
        # Such a register tells a second examination in its notes, or not at all.
        said = (written_as(word, layout.sittings) for word in APART.split(row.note))
        return next((sitting for sitting in said if sitting), FIRST)
    if not row.sitting:
        return FIRST
    sitting = written_as(row.sitting, layout.sittings)
    if sitting is None:
        known = tuple(layout.sittings)
        raise Refused(Message("This sitting is not known. The profile knows: %(words)s.", {"words": known}), "sitting")
    return sitting


def _result(row: GradeRow, layout: Layout, scale: Scale) -> tuple[Status, str, Decimal | None, str | None]:
    """Status, grade as given, grade, mention."""
    given = " ".join(filter(None, (_as_written(row.grade, layout, scale), _word(row.label, "label", layout, scale))))
    if status := _instead(row, layout, scale):
        return Status(status), given or row.note, None, None
    try:
        text = _profile_word(row.grade, "grade", layout)
        grade = read_grade(scale, figure_as_text(text, layout.decimal), _profile_word(row.label, "label", layout))
    except ImpossibleGrade as impossible:
        blamed = "label" if impossible.in_label or ("grade" not in layout.columns) else "grade"
        raise Refused(_quoting(impossible.reason, row, layout), blamed) from None
    return Status.PASSED if grade.passed else Status.FAILED, given, grade.value, grade.mention


def _quoting(reason: Message, row: GradeRow, layout: Layout) -> Message:
    """The reason with the grade as the register writes it, rather than as the scale reads it."""
    params = reason.params or {}
    quoted = params.get("text") == figure_as_text(row.grade, layout.decimal)
    return Message(reason.id, {**params, "text": row.grade}) if quoted else reason


def _as_written(text: str, layout: Layout, scale: Scale) -> str:
    """The grade to the letter, or the scale's word for it; a spreadsheet's figure with the register's decimal mark."""
    if decimal_of(text, layout) is None:
        return _word(text, "grade", layout, scale)
    return text.replace(".", layout.decimal)


def _profile_word(text: str, field: str, layout: Layout) -> str:
    """What the profile says that the register's word means, under ``values``."""
    return written_as(text, layout.values.get(field, {})) or text


def _word(text: str, field: str, layout: Layout, scale: Scale) -> str:
    """The first of the scale's names for a level, such as 优 for 优秀; what is none of its words stays as it is."""
    said = _profile_word(text, field, layout)
    level = find_level(scale, said)
    return level.names[0] if level else said


def words_read(row: GradeRow, layout: Layout, scale: Scale) -> dict[str, tuple[str, str]]:
    """The grades in words that are kept as another of the scale's words: field → what is written, and what is kept."""
    written = {"grade": row.grade, "label": row.label}
    kept = {field: _word(text, field, layout, scale) for field, text in written.items() if text}
    return {field: (written[field], word) for field, word in kept.items() if plain(word) != plain(written[field])}


def _instead(row: GradeRow, layout: Layout, scale: Scale) -> str | None:
    """The status that the register writes instead of a grade, or, beside no passing figure, in its note."""
    passing = _passes(row.grade, layout, scale)
    for field in ("grade", "label"):
        status = written_as(getattr(row, field), layout.statuses)
        if status and passing:
            words = {"text": row.grade, "label": row.label}
            raise Refused(Message("%(text)s and %(label)s do not go together; ask the register.", words), field)
        if status:
            return status
    if passing or (row.grade and decimal_of(row.grade, layout) is None):
        return None
    said = (written_as(word, layout.statuses) for word in APART.split(row.note))
    return next((status for status in said if status), None)


def _passes(text: str, layout: Layout, scale: Scale) -> bool:
    value = decimal_of(text, layout)
    return value is not None and value >= scale.pass_mark


def decimal_of(text: str, layout: Layout) -> Decimal | None:
    """The figure in a cell, or None where it is none."""
    try:
        return decimal(figure_as_text(text, layout.decimal))
    except NotADecimal:
        return None


def same_words(first: str, second: str, scale: Scale) -> bool:
    """Whether two ways of writing a grade differ in nothing but decimal mark, zeros, width, blanks and synonyms."""
    return _canonical(first, scale) == _canonical(second, scale)


def _canonical(given: str, scale: Scale) -> tuple[str, ...]:
    level = find_level(scale, given)
    if level is not None:
        return (level.names[0].casefold(),)
    first, _, rest = given.partition(" ")
    label = find_level(scale, rest)
    words = [first, label.names[0]] if label else given.split()
    return tuple(_token(unicodedata.normalize("NFKC", word).casefold()) for word in words)


def _token(word: str) -> str:
    try:
        return figure(decimal(word.replace(",", ".")))
    except NotADecimal:
        return word
