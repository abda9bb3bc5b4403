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
from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.records.importing.files.plain_words import figure_as_text, plain, written_as
from dualdegree.records.importing.files.rows import GradeRow, Refused
from dualdegree.records.importing.files.terms import refuse_future, term_of

APART = re.compile(r"[\s,;:，；：、。.()（）/]+")
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
    mark: str | None = None


def sitting_of(row: GradeRow, titles: Mapping[str, str], layout: Layout, scale: Scale, at: dt.datetime) -> SittingRow:
    """What the row says. Raises ``Refused`` for a term or grade that cannot be."""
    mark = _mark(row, layout)
    sitting = _sitting(row, layout)
    field = "year" if row.year else "term"
    term = term_of(row.year or row.term, layout.term, sitting, field)
    refuse_future(term, at, field)
    status, given, grade, mention = (Status.PASSED, mark, None, None) if mark else _result(row, layout, scale)
    return SittingRow(
        term=term,
        sitting=sitting,
        credits=row.credits,
        titles=titles,
        status=status,
        grade_as_given=given,
        grade=grade,
        mention=mention,
        mark=mark,
    )


def _mark(row: GradeRow, layout: Layout) -> str | None:
    """The register's word that the row was recognised, exempted or transferred, standing alone or beside others."""
    for field in layout.recognised_in:
        text = getattr(row, field, "")
        words = {plain(text), *map(plain, APART.split(text))}
        for mark in layout.recognised:
            if plain(mark) in words:
                return mark
    return None


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
