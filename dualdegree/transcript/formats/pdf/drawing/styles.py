"""How do documents look? The page, the colours, and every style of type, in points."""

from dataclasses import dataclass, replace

from dualdegree.transcript.formats.pdf.drawing.faces import Face

PAGE_WIDTH = 595.276
PAGE_HEIGHT = 841.89
"""A4."""
SIDE = 44.0
TOP = 46.0
BOTTOM = 58.0
WIDTH = PAGE_WIDTH - 2 * SIDE
HEIGHT = PAGE_HEIGHT - TOP - BOTTOM
MM = 72 / 25.4

Colour = tuple[float, float, float]

INK: Colour = (0.10, 0.11, 0.14)
NAVY: Colour = (0.09, 0.19, 0.37)
MUTED: Colour = (0.33, 0.36, 0.42)
ALERT: Colour = (0.62, 0.10, 0.10)
LINE: Colour = (0.76, 0.79, 0.85)
GOLD: Colour = (0.72, 0.58, 0.29)
TINT: Colour = (0.945, 0.957, 0.976)
GHOST: Colour = (0.925, 0.925, 0.935)
"""For marks behind the text; every colour of text has at least 4.5:1 on white and on ``TINT`` (tested)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How a piece of text is set."""

    size: float
    leading: float
    face: Face = Face.REGULAR
    colour: Colour = INK

    def scaled(self, factor: float) -> "TextStyle":
        """The same, smaller."""
        return replace(self, size=self.size * factor, leading=self.leading * factor)

    def coloured(self, colour: Colour) -> "TextStyle":
        """The same in another colour."""
        return replace(self, colour=colour)


TITLE = (
    TextStyle(size=20, leading=26, face=Face.BOLD, colour=NAVY),
    TextStyle(size=12.5, leading=17, face=Face.BOLD, colour=NAVY),
)
SUBTITLE = (TextStyle(size=10, leading=13.5), TextStyle(size=9, leading=12))
ISSUER = (TextStyle(size=11, leading=14.5, face=Face.BOLD, colour=NAVY), TextStyle(size=8.6, leading=11.4))
HEADING = TextStyle(size=9.6, leading=13, face=Face.BOLD, colour=NAVY)
STRONG = TextStyle(size=8.6, leading=11.4, face=Face.BOLD, colour=NAVY)
LABEL = TextStyle(size=6.7, leading=9, colour=MUTED)
VALUE = TextStyle(size=8.8, leading=11.8)
NAME = TextStyle(size=12, leading=15.5)
HEAD = TextStyle(size=6.3, leading=7.8, face=Face.BOLD, colour=NAVY)
CELL = TextStyle(size=7.9, leading=9.3)
SECOND = TextStyle(size=7.0, leading=8.4, colour=MUTED)
SUM = TextStyle(size=7.9, leading=9.8, face=Face.BOLD, colour=NAVY)
NOTE = TextStyle(size=6.9, leading=9, colour=MUTED)
FOOT = TextStyle(size=6.6, leading=8.6, colour=MUTED)
STRIP = TextStyle(size=7.4, leading=9.6, face=Face.BOLD, colour=ALERT)
CODE = TextStyle(size=8.6, leading=11, face=Face.BOLD)
GHOSTLY = TextStyle(size=54, leading=66, face=Face.BOLD, colour=GHOST)
