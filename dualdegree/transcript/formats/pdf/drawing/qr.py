"""How is an address drawn as a QR code? As few rectangles as its rows allow, all in one fill."""

from functools import lru_cache
from itertools import groupby

import segno

from dualdegree.transcript.formats.pdf.drawing.blocks import Block
from dualdegree.transcript.formats.pdf.drawing.marks import Squares
from dualdegree.transcript.formats.pdf.drawing.styles import INK

MASK = 3
"""Fixed: trying all eight takes five times as long, and every reader takes any of them."""
QUIET = 4
"""Modules of quiet around the code. Source: ISO/IEC 18004."""

Rectangle = tuple[float, float, float, float]


def square(address: str, side: float) -> Block:
    """The code in a block of ``side``, quiet zone included."""
    return Block(
        width=side, height=side, marks=(Squares(x=0, y=0, parts=_parts(address, side), colour=INK, alt=address),)
    )


@lru_cache(maxsize=64)
def _parts(address: str, side: float) -> tuple[Rectangle, ...]:
    rows = segno.make_qr(address, error="m", mask=MASK, boost_error=False).matrix
    module = side / (len(rows) + 2 * QUIET)
    return tuple(
        ((QUIET + start) * module, (QUIET + y) * module, length * module, module)
        for y, row in enumerate(rows)
        for start, length in _dark(tuple(row))
    )


def _dark(row: tuple[int, ...]) -> list[tuple[int, int]]:
    """Where dark stretches begin in a row, and how long they are."""
    x = 0
    runs = []
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            runs.append((x, length))
        x += length
    return runs
