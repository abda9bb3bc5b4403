"""How is a table set? Columns of fixed width, heads in both languages, cells that grow, rows that never part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dualdegree.transcript.formats.pdf.drawing.blocks import Align, Block, both, padded, text
from dualdegree.transcript.formats.pdf.drawing.marks import Area, Mark, MarkRole, RuledLine
from dualdegree.transcript.formats.pdf.drawing.styles import (
    CELL,
    HEAD,
    LINE,
    NAVY,
    SECOND,
    SUM,
    TINT,
    Colour,
    TextStyle,
)
from dualdegree.transcript.formats.words import Pair

PAD = 4.5
AIR = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its head in both languages, its width, how its cells stand."""

    head: Pair
    width: float
    align: Align = Align.LEFT

    @property
    def room(self) -> float:
        """What a cell may fill."""
        return self.width - 2 * PAD


Columns = tuple[Column, ...]


def cell(column: Column, words: str, style: TextStyle = CELL) -> Block:
    """A cell with one text that is the same in every language: a code, a figure, a grade."""
    return text(words, style, column.room, MarkRole.CELL, align=column.align)


def cell_of(column: Column, pair: Pair, styles: Sequence[TextStyle] = (CELL, SECOND)) -> Block:
    """A cell in both languages, one under the other."""
    return both(pair, styles, column.room, MarkRole.CELL, align=column.align)


def head(columns: Columns) -> Block:
    """The heads of all columns, standing on a line."""
    cells = [both(column.head, (HEAD,), column.room, MarkRole.HEAD, align=column.align) for column in columns]
    height = max(block.height for block in cells)
    raised = [padded(block, top=height - block.height) for block in cells]
    return _ruled(_row(columns, raised), NAVY, 0.7)


def row(columns: Columns, cells: Sequence[Block], *, air: float = AIR) -> Block:
    """A row over a hairline."""
    return _ruled(_row(columns, cells, air), LINE, 0.4)


def sums(columns: Columns, label: Block, cells: Sequence[Block], *, ground: Colour | None = None) -> Block:
    """A row of sums: the label ends where the last columns, one per cell of ``cells``, begin."""
    first, last = columns[: -len(cells)], columns[-len(cells) :]
    spanned = replace(first[0], width=sum(column.width for column in first))
    block = _row((spanned, *last), (label, *cells))
    area = Area(x=0, y=0, width=block.width, height=block.height, fill=ground)
    return replace(block, marks=(area, *block.marks)) if ground else block


def band(block: Block, width: float) -> Block:
    """A tinted band over the whole width, which opens a group of rows."""
    inner = padded(block, left=PAD, top=AIR, bottom=AIR)
    area = Area(x=0, y=0, width=width, height=inner.height, fill=TINT)
    return Block(width=width, height=inner.height, marks=(area, *inner.marks))


def sum_cell(column: Column, words: str) -> Block:
    """A sum beneath its column."""
    return cell(column, words, SUM)


def span(columns: Columns, number: int) -> float:
    """The room that the first columns have together, all but the last ``number`` of them."""
    return sum(column.width for column in columns[:-number]) - 2 * PAD


def _row(columns: Columns, cells: Sequence[Block], air: float = AIR) -> Block:
    height = max(block.height for block in cells) + 2 * air
    marks: list[Mark] = []
    x = 0.0
    for column, block in zip(columns, cells, strict=True):
        marks += block.at(x + PAD, air)
        x += column.width
    return Block(width=x, height=height, marks=tuple(marks))


def _ruled(block: Block, colour: Colour, thickness: float) -> Block:
    rule = RuledLine(x=0, y=block.height, to_x=block.width, to_y=block.height, colour=colour, thickness=thickness)
    return replace(block, marks=(*block.marks, rule))
