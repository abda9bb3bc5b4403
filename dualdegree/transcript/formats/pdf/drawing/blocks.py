"""How are marks put together? Blocks of known size, made of measured text, stacked, set side by side, framed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from dualdegree.transcript.formats.pdf.drawing import measure
from dualdegree.transcript.formats.pdf.drawing.marks import Area, Mark, MarkRole, Run, moved
from dualdegree.transcript.formats.pdf.drawing.styles import Colour, TextStyle
from dualdegree.transcript.formats.words import Pair, Said

BETWEEN = "  ·  "
ASCENT = 0.88
"""The typefaces' ascender; what leading adds is shared evenly above and below."""


class Align(Enum):
    """Where a line stands in its width, as the share of free room to its left."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Marks in a box of known size, placed from the box's upper left corner."""

    width: float
    height: float
    marks: tuple[Mark, ...] = ()

    def at(self, x: float, y: float) -> tuple[Mark, ...]:
        """The marks where the box's corner is at ``x``, ``y``."""
        return tuple(moved(mark, x, y) for mark in self.marks)


def text(
    said: Said | str,
    style: TextStyle,
    room: float,
    role: MarkRole,
    *,
    align: Align = Align.LEFT,
    most: int | None = None,
) -> Block:
    """One text on as many lines as it needs within ``room``, at most ``most``. Raises ``DoesNotFit``, ``NoGlyph``."""
    words, language = (said.text, said.language) if isinstance(said, Said) else (said, None)
    chosen, lines = measure.fitted(words, style, room, most)
    runs = tuple(
        _run(line, chosen, role, language, x=align.value * (room - measure.width(line, chosen)), line=number)
        for number, line in enumerate(lines)
        if line
    )
    return Block(width=room, height=len(lines) * chosen.leading, marks=runs)


def _run(words: str, style: TextStyle, role: MarkRole, language: str | None, *, x: float, line: int) -> Run:
    baseline = line * style.leading + (style.leading - style.size) / 2 + ASCENT * style.size
    return Run(x=x, y=baseline, text=words, style=style, role=role, language=language)


def both(
    pair: Pair,
    styles: Sequence[TextStyle],
    room: float,
    role: MarkRole,
    *,
    align: Align = Align.LEFT,
    most: int | None = None,
) -> Block:
    """Both languages, one under the other, each in its style."""
    styles_ = (*styles, styles[-1])
    return stack(
        text(said, style, room, role, align=align, most=most) for said, style in zip(pair, styles_, strict=False)
    )


def inline(pair: Pair, style: TextStyle, room: float, role: MarkRole, *, align: Align = Align.LEFT) -> Block:
    """Both languages on one line, where there is room for that; else one under the other."""
    words = [measure.clean(said.text) for said in pair]
    widths = [measure.width(word, style) for word in words]
    whole = sum(widths) + measure.width(BETWEEN, style) * (len(words) - 1)
    if whole > room:
        return both(pair, (style,), room, role, align=align)
    x = align.value * (room - whole)
    runs: list[Mark] = []
    for number, (said, word, width) in enumerate(zip(pair, words, widths, strict=True)):
        if number:
            runs.append(_run(BETWEEN, style, MarkRole.ARTIFACT, None, x=x, line=0))
            x += measure.width(BETWEEN, style)
        runs.append(_run(word, style, role, said.language, x=x, line=0))
        x += width
    return Block(width=room, height=style.leading, marks=tuple(runs))


def space(height: float) -> Block:
    """Nothing, so high."""
    return Block(width=0, height=height)


def stack(blocks: Iterable[Block], *, gap: float = 0.0) -> Block:
    """Blocks one under the other."""
    marks: list[Mark] = []
    y = width = 0.0
    for number, block in enumerate(blocks):
        y += gap if number else 0
        marks += block.at(0, y)
        y += block.height
        width = max(width, block.width)
    return Block(width=width, height=y, marks=tuple(marks))


def beside(blocks: Iterable[Block], *, gap: float = 0.0, middle: bool = False) -> Block:
    """Blocks side by side, their tops level, or their middles."""
    blocks = tuple(blocks)
    height = max(block.height for block in blocks)
    marks: list[Mark] = []
    x = 0.0
    for block in blocks:
        marks += block.at(x, (height - block.height) / 2 if middle else 0)
        x += block.width + gap
    return Block(width=x - gap, height=height, marks=tuple(marks))


def padded(block: Block, *, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> Block:
    """The block with room around it."""
    width, height = left + block.width + right, top + block.height + bottom
    return Block(width=width, height=height, marks=block.at(left, top))


def level(blocks: Iterable[Block], *, fill: Colour | None = None, outline: Colour | None = None) -> list[Block]:
    """Blocks as high as the highest of them, each on a coloured ground or in a frame."""
    blocks = tuple(blocks)
    height = max(block.height for block in blocks)
    return [_framed(block, height, fill, outline) for block in blocks]


def _framed(block: Block, height: float, fill: Colour | None, outline: Colour | None) -> Block:
    ground = [Area(x=0, y=0, width=block.width, height=height, fill=fill)] if fill else []
    frame = [Area(x=0, y=0, width=block.width, height=height, outline=outline)] if outline else []
    return Block(width=block.width, height=height, marks=(*ground, *block.marks, *frame))
