"""How are grades and credits to be read? Both scales with their distribution, the credit units, the marks."""

from collections.abc import Iterator
from decimal import Decimal

from dualdegree.core.credit import figure
from dualdegree.core.text import Message
from dualdegree.core.transcript import Content, GradeScale, PrintedSharing
from dualdegree.transcript.formats.pdf import facts
from dualdegree.transcript.formats.pdf.drawing import blocks, tables
from dualdegree.transcript.formats.pdf.drawing.blocks import Align, Block
from dualdegree.transcript.formats.pdf.drawing.flow import FlowPiece
from dualdegree.transcript.formats.pdf.drawing.marks import MarkRole
from dualdegree.transcript.formats.pdf.drawing.styles import NOTE, SECOND, SUM, WIDTH
from dualdegree.transcript.formats.pdf.drawing.tables import Column, Columns
from dualdegree.transcript.formats.pdf.facts import COLUMN, GUTTER
from dualdegree.transcript.formats.words import DocumentWords, Pair, Said


def legend(content: Content, words: DocumentWords) -> Iterator[FlowPiece]:
    """Everything that a reader abroad needs to read the tables."""
    yield facts.heading(words, Message("Legend"))
    if content.scales:
        scales = [_scale(content, scale, words) for scale in content.scales]
        rows = [scales[at : at + 2] for at in range(0, len(scales), 2)]
        for row in rows:
            yield FlowPiece(block=blocks.beside(row, gap=GUTTER), before=7)
    for pair in (*map(words.text, content.credit_legend), *_marks(content, words)):
        # Kept with what follows, so that the last page is never one of signatures alone.
        yield FlowPiece(block=blocks.inline(pair, NOTE, WIDTH, MarkRole.NOTE), before=3, keep=True)


def _marks(content: Content, words: DocumentWords) -> Iterator[Pair]:
    if content.is_joint:
        yield words.label(
            Message("† Recognised by the other institution: see the recognitions between the two degrees.")
        )
    if not all(course.counts for course in content.courses):
        yield words.label(Message("Figures in brackets are no part of any sum."))
    if not content.is_joint:
        return
    yield words.label(
        Message(
            "Each degree has its own total in its own unit. ECTS figures are equivalents agreed by both institutions."
        )
    )
    if content.shared:
        yield words.label(_shared(content.shared))


def _shared(shared: PrintedSharing) -> Message:
    figures: dict[str, object] = {"ects": figure(shared.ects)}
    if shared.at_most is None:
        return Message("Study that both degrees count: %(ects)s ECTS.", figures)
    figures["at_most"] = figure(shared.at_most)
    return Message("Study that both degrees count: %(ects)s ECTS; the agreement allows %(at_most)s ECTS.", figures)


def _scale(content: Content, scale: GradeScale, words: DocumentWords) -> Block:
    columns = _columns(scale, words)
    issuer = words.text(content.institution(scale.institution).name)
    parts = [
        blocks.inline(issuer, NOTE, COLUMN, MarkRole.LABEL),
        blocks.inline(words.text(scale.name), SUM, COLUMN, MarkRole.HEADING),
        tables.head(columns),
        *_steps(columns, scale, words),
    ]
    if scale.distribution_of:
        share = words.label(Message("Last column: per cent of the passing grades of the reference group"))
        parts += [blocks.inline(share, NOTE, COLUMN, MarkRole.NOTE)]
        parts += [blocks.inline(words.text(scale.distribution_of), NOTE, COLUMN, MarkRole.NOTE)]
    return blocks.padded(blocks.stack(parts, gap=1), right=COLUMN - max(part.width for part in parts))


def _columns(scale: GradeScale, words: DocumentWords) -> Columns:
    shares = any(step.share is not None for step in scale.steps)
    fixed = (
        Column(head=words.label(Message("Grade")), width=48),
        Column(head=words.label(Message("Range")), width=50),
        Column(head=words.label(Message("Meaning")), width=COLUMN - 98 - (30 if shares else 0)),
    )
    return (*fixed, Column(head=(Said("%", words.languages[0]),), width=30, align=Align.RIGHT)) if shares else fixed


def _steps(columns: Columns, scale: GradeScale, words: DocumentWords) -> Iterator[Block]:
    for step in scale.steps:
        meaning = blocks.inline(words.text(step.meaning), SECOND, columns[2].room, MarkRole.CELL)
        cells = [tables.cell(columns[0], step.label, SECOND), tables.cell(columns[1], step.range, SECOND), meaning]
        if len(columns) == 4:
            cells.append(tables.cell(columns[3], _share(step.share), SECOND))
        yield tables.row(columns, cells, air=0.8)


def _share(share: Decimal | None) -> str:
    return "–" if share is None else figure(share)
