"""On which page does each block stand? Pages filled from the top; what belongs together is never parted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dualdegree.transcript.formats.pdf.drawing.blocks import Block
from dualdegree.transcript.formats.pdf.drawing.marks import Mark, Run, muted
from dualdegree.transcript.formats.pdf.drawing.measure import DoesNotFit
from dualdegree.transcript.formats.pdf.drawing.styles import HEIGHT, SIDE, TOP

Page = tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPiece:
    """A block in the flow."""

    block: Block
    before: float = 0.0
    """Room above it, but not at the top of a page."""
    keep: bool = False
    """Whether it stands on the page of the piece after it."""
    head: Block | None = None
    """The head of its table, repeated when the piece opens a page."""


def pages(pieces: Iterable[FlowPiece]) -> tuple[Page, ...]:
    """The marks of every page. Raises ``DoesNotFit`` for a group of pieces that is higher than a page."""
    filled: list[list[Mark]] = [[]]
    y = 0.0
    for group in _groups(pieces):
        if y and y + _height(group, fresh=False) > HEIGHT:
            filled.append([])
            y = 0.0
        if not y and _height(group, fresh=True) > HEIGHT:
            raise DoesNotFit(_first_words(group))
        if not y and len(filled) > 1 and group[0].head is not None:
            filled[-1] += map(muted, group[0].head.at(SIDE, TOP))
            y = group[0].head.height
        for piece in group:
            y += piece.before if y else 0
            filled[-1] += piece.block.at(SIDE, TOP + y)
            y += piece.block.height
    return tuple(map(tuple, filled))


def _groups(pieces: Iterable[FlowPiece]) -> Iterator[tuple[FlowPiece, ...]]:
    group: list[FlowPiece] = []
    for piece in pieces:
        group.append(piece)
        if not piece.keep:
            yield tuple(group)
            group = []
    if group:
        yield tuple(group)


def _height(group: tuple[FlowPiece, ...], *, fresh: bool) -> float:
    """How much room the group takes, at the top of a page (``fresh``) or beneath something."""
    own = sum(piece.before + piece.block.height for piece in group)
    repeated = group[0].head
    return own - group[0].before + (repeated.height if repeated else 0) if fresh else own


def _first_words(group: tuple[FlowPiece, ...]) -> str:
    return next((mark.text for piece in group for mark in piece.block.marks if isinstance(mark, Run)), "")
