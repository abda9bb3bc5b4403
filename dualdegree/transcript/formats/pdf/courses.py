"""Which courses were sat where, and with what result? One table per institution, by academic year, with subtotals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from dualdegree.core.audit.facts import Status
from dualdegree.core.credit import figure
from dualdegree.core.text import Message
from dualdegree.core.transcript import Content, TranscriptCourse, TranscriptInstitution
from dualdegree.transcript.formats.pdf import facts
from dualdegree.transcript.formats.pdf.drawing import blocks, tables
from dualdegree.transcript.formats.pdf.drawing.blocks import Align, Block
from dualdegree.transcript.formats.pdf.drawing.flow import FlowPiece
from dualdegree.transcript.formats.pdf.drawing.marks import MarkRole
from dualdegree.transcript.formats.pdf.drawing.styles import CELL, MUTED, NOTE, SECOND, STRONG, SUM, TINT, WIDTH
from dualdegree.transcript.formats.pdf.drawing.tables import Column, Columns
from dualdegree.transcript.formats.words import DocumentWords, Pair

MARK = "†"
NONE = "–"

STATUSES = {
    Status.FAILED: Message("Failed"),
    Status.ABSENT: Message("Absent"),
    Status.DEFERRED: Message("Deferred"),
    Status.IN_PROGRESS: Message("In progress"),
    Status.PLANNED: Message("Planned"),
    Status.WITHDRAWN: Message("Withdrawn"),
}
"""What is printed beneath a title whose course was not passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """One institution's table: what each of its rows needs."""

    institution: TranscriptInstitution
    columns: Columns
    head: Block
    words: DocumentWords


def courses(content: Content, words: DocumentWords) -> Iterator[FlowPiece]:
    """Each attempt once, under the institution where it was sat, numbered through both tables."""
    yield facts.heading(words, Message("Courses taken"))
    number = 1
    for institution in content.institutions:
        sat = [course for course in content.courses if course.institution == institution.id]
        if sat:
            yield from _table(content, institution, sat, words, number)
            number += len(sat)


def _table(
    content: Content,
    institution: TranscriptInstitution,
    sat: Sequence[TranscriptCourse],
    words: DocumentWords,
    number: int,
) -> Iterator[FlowPiece]:
    columns = _columns(words, words.text(institution.unit), joint=content.is_joint)
    title = blocks.inline(words.text(institution.name), STRONG, WIDTH, MarkRole.HEADING)
    table = _Table(
        institution=institution,
        columns=columns,
        head=blocks.stack((blocks.padded(title, bottom=2), tables.head(columns))),
        words=words,
    )
    yield FlowPiece(block=table.head, before=9, keep=True)
    in_order = sorted(sat, key=lambda course: (course.academic_year, course.term))
    for year, group in groupby(in_order, key=lambda course: course.academic_year):
        in_year = tuple(group)
        yield from _year(table, year, in_year, number, last_year=year == in_order[-1].academic_year)
        number += len(in_year)
    yield FlowPiece(block=_sums(table, Message("Total taken at this institution"), sat, total=True), head=table.head)


def _columns(words: DocumentWords, unit: Pair, *, joint: bool) -> Columns:
    """Of one institution alone nothing is converted and nothing recognised elsewhere."""
    fixed: Columns = (
        Column(head=words.label(Message("No.")), width=27, align=Align.RIGHT),
        Column(head=words.label(Message("Code")), width=59),
        Column(head=words.label(Message("Course")), width=0),
        Column(head=words.label(Message("Term")), width=41),
        Column(head=unit, width=48, align=Align.RIGHT),
        Column(head=words.label(Message("ECTS")), width=35, align=Align.RIGHT),
        Column(head=words.label(Message("Grade")), width=50, align=Align.RIGHT),
    )
    if joint:
        fixed = (
            *fixed,
            Column(head=words.label(Message("Converted grade")), width=50, align=Align.RIGHT),
            Column(head=(), width=18, align=Align.CENTRE),
        )
    taken = sum(column.width for column in fixed)
    return tuple(column if column.width else replace(column, width=WIDTH - taken) for column in fixed)


def _year(
    table: _Table, year: str, sat: Sequence[TranscriptCourse], number: int, *, last_year: bool
) -> Iterator[FlowPiece]:
    label = table.words.label(Message("Academic year %(year)s", {"year": year.replace("-", "–")}))
    band = tables.band(blocks.inline(label, SUM, WIDTH - 2 * tables.PAD, MarkRole.HEAD), WIDTH)
    yield FlowPiece(block=band, keep=True, head=table.head)
    for at, course in enumerate(sat):
        last = at == len(sat) - 1  # stays with the subtotal
        yield FlowPiece(block=_row(table, course, number + at), keep=last, head=table.head)
    # Stays with what follows: a total alone on the next page would be a total of nothing that is seen.
    yield FlowPiece(block=_sums(table, Message("Subtotal"), sat), keep=last_year, head=table.head)


def _row(table: _Table, course: TranscriptCourse, number: int) -> Block:
    colours = (CELL, SECOND) if course.counts else (CELL.coloured(MUTED), SECOND)
    first = colours[0]
    figures = (
        course.term or NONE,
        _added(course, course.credits),
        _added(course, course.ects),
        course.grade or NONE,
        course.converted or NONE,
        MARK if course.recognised else " ",
    )
    columns = table.columns
    title = tables.cell_of(columns[2], table.words.text(course.title), colours)
    cells = (
        tables.cell(columns[0], str(number), CELL.coloured(MUTED)),
        tables.cell(columns[1], course.code, first),
        blocks.stack((title, *_remark(table, course))),
        *(tables.cell(column, words, first) for column, words in zip(columns[3:], figures, strict=False)),
    )
    return tables.row(columns, cells)


def _added(course: TranscriptCourse, credits_: Decimal) -> str:
    """Its credits; in brackets where they are no part of the sums, so that the rest of the column adds up to them."""
    return figure(credits_) if course.counts else f"({figure(credits_)})"


def _remark(table: _Table, course: TranscriptCourse) -> Iterator[Block]:
    """Why a course adds nothing to the sums."""
    message = STATUSES.get(course.status)
    if message is None and not course.stands:
        message = Message("Not counted: another attempt stands")
    if message is not None:
        yield blocks.inline(table.words.label(message), NOTE, table.columns[2].room, MarkRole.NOTE)


def _sums(table: _Table, message: Message, sat: Sequence[TranscriptCourse], *, total: bool = False) -> Block:
    """The sums of what was passed and stands, each column in its own unit."""
    counted = [course for course in sat if course.counts]
    native = sum((course.credits for course in counted), Decimal(0))
    ects = sum((course.ects for course in counted), Decimal(0))
    columns = table.columns
    label = table.words.label(message)
    room = tables.span(columns, len(columns) - 4)
    cells = [tables.sum_cell(columns[4], figure(native)), tables.sum_cell(columns[5], figure(ects))]
    blank = [blocks.space(0)] * (len(columns) - 6)
    words = blocks.inline(label, SUM, room, MarkRole.CELL, align=Align.RIGHT)
    return tables.sums(columns, words, (*cells, *blank), ground=TINT if total else None)
