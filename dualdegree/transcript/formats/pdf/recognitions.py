"""What did each institution recognise of the other, and what does a register list without counting it?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from dualdegree.core.credit import figure
from dualdegree.core.text import Message
from dualdegree.core.transcript import (
    Content,
    Listing,
    PrintedRecognition,
    RecognitionPart,
    RegisterEntry,
    TranscriptDegree,
)
from dualdegree.transcript.formats.pdf import facts
from dualdegree.transcript.formats.pdf.courses import NONE
from dualdegree.transcript.formats.pdf.drawing import blocks, tables
from dualdegree.transcript.formats.pdf.drawing.blocks import Align, Block
from dualdegree.transcript.formats.pdf.drawing.flow import FlowPiece
from dualdegree.transcript.formats.pdf.drawing.marks import MarkRole
from dualdegree.transcript.formats.pdf.drawing.styles import CELL, NOTE, SECOND, SUM, WIDTH
from dualdegree.transcript.formats.pdf.drawing.tables import Column, Columns
from dualdegree.transcript.formats.words import DocumentWords

LISTINGS = {
    Listing.RECOGNISED: Message("Recognised"),
    Listing.TRANSFERRED: Message("Transferred"),
    Listing.EXEMPTED: Message("Exempted"),
}


def recognitions(content: Content, words: DocumentWords) -> Iterator[FlowPiece]:
    """One table per degree: from which courses, as which, with what credits and grade, by which decision."""
    if content.recognitions:
        yield facts.heading(words, Message("Recognitions between the two degrees"))
        if content.equivalences is not None:
            title = blocks.inline(words.text(content.equivalences), NOTE, WIDTH, MarkRole.NOTE)
            yield FlowPiece(block=title, before=5, keep=True)
    for degree in content.degrees:
        into = [recognition for recognition in content.recognitions if recognition.degree == degree.id]
        if into:
            yield from _table(content, degree, into, words)


def _table(
    content: Content, degree: TranscriptDegree, into: Sequence[PrintedRecognition], words: DocumentWords
) -> Iterator[FlowPiece]:
    columns = _columns(content, degree, words)
    title = blocks.stack(
        (
            blocks.inline(words.label(Message("Recognised towards")), NOTE, WIDTH, MarkRole.LABEL),
            blocks.inline(words.text(degree.award), SUM, WIDTH, MarkRole.HEADING),
        )
    )
    head = blocks.stack((blocks.padded(title, bottom=3), tables.head(columns)))
    yield FlowPiece(block=head, before=8, keep=True)
    for recognition in into:
        yield FlowPiece(block=_row(columns, recognition, words), head=head)


def _columns(content: Content, degree: TranscriptDegree, words: DocumentWords) -> Columns:
    own, other = content.institution(degree.institution), content.partner(degree.institution)
    fixed = (
        Column(head=words.label(Message("From")), width=60),
        Column(head=words.text(other.unit), width=50, align=Align.RIGHT),
        Column(head=words.label(Message("Recognised as")), width=0),
        Column(head=words.text(own.unit), width=50, align=Align.RIGHT),
        Column(head=words.label(Message("Grade")), width=50, align=Align.RIGHT),
        Column(head=words.label(Message("Decision")), width=84),
    )
    taken = sum(column.width for column in fixed)
    return tuple(column if column.width else replace(column, width=WIDTH - taken) for column in fixed)


def _row(columns: Columns, recognition: PrintedRecognition, words: DocumentWords) -> Block:
    codes = [blocks.text(part.code, CELL, columns[0].room, MarkRole.CELL) for part in recognition.sources]
    targets = [_target(columns[2], part, words) for part in recognition.targets]
    cells = (
        blocks.stack(codes),
        tables.cell(columns[1], _sum(recognition.sources)),
        blocks.stack(targets, gap=2),
        tables.cell(columns[3], _sum(recognition.targets)),
        tables.cell(columns[4], recognition.grade or NONE),
        tables.cell_of(columns[5], words.text(recognition.decision), (SECOND,)),
    )
    return tables.row(columns, cells)


def _target(column: Column, part: RecognitionPart, words: DocumentWords) -> Block:
    """The code stands before the titles, which keep their own edge."""
    code = blocks.text(part.code, CELL, 0.24 * column.room, MarkRole.CELL)
    titles = blocks.both(words.text(part.title), (CELL, SECOND), 0.76 * column.room, MarkRole.CELL)
    return blocks.beside((code, titles))


def _sum(parts: Sequence[RecognitionPart]) -> str:
    return figure(sum((part.credits for part in parts), Decimal(0)))


def register_entries(content: Content, words: DocumentWords) -> Iterator[FlowPiece]:
    """What the registers mark as recognised, transferred or exempted: listed once more here, counted nowhere."""
    if not content.register_entries:
        return
    columns = _listed_columns(words)
    head = tables.head(columns)
    yield facts.heading(words, Message("Recognised or transferred in the registers: listed, not counted"))
    yield FlowPiece(block=head, before=4, keep=True)
    for entry in content.register_entries:
        yield FlowPiece(block=_listed(content, columns, entry, words), head=head)


def _listed_columns(words: DocumentWords) -> Columns:
    fixed = (
        Column(head=words.label(Message("Code")), width=66),
        Column(head=words.label(Message("Course")), width=0),
        Column(head=words.label(Message("Term")), width=42),
        Column(head=words.label(Message("Credits")), width=88, align=Align.RIGHT),
        Column(head=words.label(Message("Listed as")), width=88),
    )
    taken = sum(column.width for column in fixed)
    return tuple(column if column.width else replace(column, width=WIDTH - taken) for column in fixed)


def _listed(content: Content, columns: Columns, entry: RegisterEntry, words: DocumentWords) -> Block:
    unit = words.text(content.institution(entry.institution).unit)
    cells = (
        tables.cell(columns[0], entry.code),
        tables.cell_of(columns[1], words.text(entry.title)),
        tables.cell(columns[2], entry.term or NONE),
        blocks.stack(
            (tables.cell(columns[3], figure(entry.credits)), tables.cell_of(columns[3], unit, (SECOND,))),
        ),
        tables.cell_of(columns[4], words.label(LISTINGS[entry.listing])),
    )
    return tables.row(columns, cells)
