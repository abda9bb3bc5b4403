"""What can stand on a page? Marks with a place, measured from the upper left corner in points, and what each one is.

A run of text knows its role and its language, so that tagged PDF can be made from the same marks.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from dualdegree.transcript.formats.pdf.drawing import measure
from dualdegree.transcript.formats.pdf.drawing.styles import Colour, TextStyle


class MarkRole(StrEnum):
    """What a mark is to somebody who hears the page."""

    TITLE = "title"
    HEADING = "heading"
    LABEL = "label"
    VALUE = "value"
    HEAD = "head"
    CELL = "cell"
    NOTE = "note"
    FIGURE = "figure"
    ARTIFACT = "artifact"
    """Of no meaning: rules, repeated heads and feet, marks behind the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text on one line in one language; ``y`` is its baseline."""

    x: float
    y: float
    text: str
    style: TextStyle
    role: MarkRole
    language: str | None = None
    angle: float = 0.0

    @property
    def width(self) -> float:
        """As measured with its typeface."""
        return measure.width(self.text, self.style)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledLine:
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: Colour
    thickness: float = 0.5
    role: MarkRole = MarkRole.ARTIFACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle, filled, outlined or both."""

    x: float
    y: float
    width: float
    height: float
    fill: Colour | None = None
    outline: Colour | None = None
    role: MarkRole = MarkRole.ARTIFACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A circle's outline; ``x`` and ``y`` are its centre."""

    x: float
    y: float
    radius: float
    colour: Colour
    thickness: float = 0.6
    role: MarkRole = MarkRole.ARTIFACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Squares:
    """Rectangles (x, y, width, height, from this mark's corner) drawn as one figure in one fill."""

    x: float
    y: float
    parts: tuple[tuple[float, float, float, float], ...]
    colour: Colour
    alt: str
    """What the figure is, for those who do not see it."""
    role: MarkRole = MarkRole.FIGURE


Mark = Run | RuledLine | Area | Ring | Squares


def moved(mark: Mark, dx: float, dy: float) -> Mark:
    """The same mark elsewhere."""
    if isinstance(mark, RuledLine):
        return replace(mark, x=mark.x + dx, y=mark.y + dy, to_x=mark.to_x + dx, to_y=mark.to_y + dy)
    return replace(mark, x=mark.x + dx, y=mark.y + dy)


def muted(mark: Mark) -> Mark:
    """The same mark as an artifact: a head that is repeated on a further page."""
    return replace(mark, role=MarkRole.ARTIFACT)
