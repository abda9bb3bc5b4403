"""What is a drawn picture made of? Boxes with words in them, and bands between boxes, all in whole units.

Whoever draws decides where things stand; how a word sits in a box and how a band bends is the same everywhere. The
template ``ui/drawing.html`` makes SVG of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

Say = Callable[[object], str]
"""Puts whatever is to be read into the reader's words."""
PAD = 8
"""Between the edge of a box and its words."""
APART = 6
"""Between two boxes of one column."""
THINNEST = 2
"""The narrowest band that can be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The measures that every picture has: letters, the room for a figure, and how wide one ECTS is drawn."""

    size: int
    line: int
    amount: int
    per_ects: int

    def thick(self, ects: Decimal) -> int:
        """How wide a band of so many ECTS is."""
        return max(int((ects * self.per_ects).to_integral_value(ROUND_HALF_UP)), THINNEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLine:
    """One line of words; ``y`` is where the letters stand."""

    x: int
    y: int
    words: str
    tone: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A placed thing of a ``kind``, perhaps with a key, or words alone: a ``head``. ``label`` is its whole name."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[DrawnLine, ...] = ()
    kind: str = "head"
    key: str = ""
    tone: str = "head"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A way from ``start`` to ``end``, the upper corners of its two ends, ``width`` units wide.

    ``ends`` are the keys of the boxes between which it runs, where they have keys.
    """

    start: tuple[int, int]
    end: tuple[int, int]
    width: int
    path: str
    label: str
    tone: str
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The placed picture; ``size`` is the height of its letters."""

    width: int
    height: int
    size: int
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]


def headed(x: int, y: int, width: int, lines: Sequence[str], measures: Measures, *, below: int = 0) -> Box:
    """Words above a column, without a frame; ``below`` is the room that is left under them."""
    line = measures.line
    words = tuple(
        DrawnLine(x=x, y=y + measures.size + n * line, words=said, tone="head") for n, said in enumerate(lines)
    )
    return Box(x=x, y=y, width=width, height=len(lines) * line + below, lines=words)


def lettered(
    at: tuple[int, int, int, int], lines: Sequence[tuple[str, str]], measures: Measures, *, amount: str, right: bool
) -> tuple[DrawnLine, ...]:
    """Words of (what, tone) in the middle of a box (x, y, width, height), with its figure where the bands are.

    That is at the right of what stands at the left, and at the left of what stands at the ``right``.
    """
    x, y, width, height = at
    shift = measures.amount if amount and right else 0
    first = y + (height - max(len(lines), 1) * measures.line) // 2 + measures.size
    words = [
        DrawnLine(x=x + PAD + shift, y=first + n * measures.line, words=said, tone=tone)
        for n, (said, tone) in enumerate(lines)
    ]
    if amount:
        end, anchor = (x + PAD, "start") if right else (x + width - PAD, "end")
        words.append(DrawnLine(x=end, y=first, words=amount, tone="amount", anchor=anchor))
    return tuple(words)


def band(
    points: Sequence[tuple[int, int]], width: int, *, label: str, tone: str, ends: tuple[str, str] = ("", "")
) -> Band:
    """A band along these points, which are its upper corners, and back along the lower ones."""
    below = [(x, y + width) for x, y in reversed(points)]
    path = f"M{points[0][0]},{points[0][1]}{_along(points)}L{below[0][0]},{below[0][1]}{_along(below)}Z"
    return Band(start=points[0], end=points[-1], width=width, path=path, label=label, tone=tone, ends=ends)


def _along(points: Sequence[tuple[int, int]]) -> str:
    steps = pairwise(points)
    return "".join(f"C{(a + c) // 2},{b} {(a + c) // 2},{d} {c},{d}" for (a, b), (c, d) in steps)
