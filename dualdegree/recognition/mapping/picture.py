"""Where does everything stand in the picture of a table? One direction: what is sat at the left, granted at the right.

Each entry is a bar in the middle: ribbons as wide as their ECTS come in from its courses and go out to what it gives,
so that one sees whether more goes out than came in. What no entry names stands below, on its own side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.text import Message
from dualdegree.recognition.mapping.coverage import Direction, LeftOut
from dualdegree.recognition.reading import EquivalenceRow, NamedCourse
from dualdegree.web.language.drawing import APART, PAD, Band, Box, Drawing, Measures, Say, band, headed, lettered
from dualdegree.web.language.lettering import broken

GROUPS, BAR, LANE = 18, 6, 2
"""Between entries, the bar's width, between bands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns(Measures):
    """The measures of the picture of a table, in its own units: two columns and what lies between them."""

    column: int
    between: int
    lines: int


WIDE = Columns(column=300, between=200, amount=38, size=12, line=15, lines=2, per_ects=3)
NARROW = Columns(column=138, between=64, amount=30, size=12, line=15, lines=4, per_ects=2)
"""On a telephone."""


def picture(direction: Direction, heads: tuple[object, object], style: Columns, say: Say) -> Drawing:
    """The picture of one direction, in the words of ``say``; ``heads`` stand above both columns."""
    return _Placing(direction, style, say).picture(heads)


class _Placing:
    """The work of placing one direction from top to bottom."""

    def __init__(self, direction: Direction, style: Columns, say: Say) -> None:
        self.direction, self.style, self.say = direction, style, say
        self.width = 2 * style.column + style.between
        self.columns = (0, style.column + style.between)
        self.boxes: list[Box] = []
        self.bands: list[Band] = []

    def picture(self, heads: tuple[object, object]) -> Drawing:
        """The entries in the order of the table, then what is left out."""
        top = max(self._head(side, 0, heads[side]) for side in (0, 1)) + APART
        for row in self.direction.rows:
            top = self._row(row, top) + GROUPS
        sides = (self.direction.not_taken, self.direction.not_given)
        titles = (Message("Taken by no entry"), Message("Given by no entry"))
        height = max(self._rest(side, top, titles[side], sides[side]) for side in (0, 1))
        return Drawing(
            width=self.width, height=height, size=self.style.size, boxes=tuple(self.boxes), bands=tuple(self.bands)
        )

    def _head(self, side: int, top: int, words: object) -> int:
        lines = broken(self.say(words), self.style.column, self.style.size, 3)
        head = headed(self.columns[side], top, self.style.column, lines, self.style)
        self.boxes.append(head)
        return top + head.height

    # One entry

    def _row(self, row: EquivalenceRow, top: int) -> int:
        sides = (row.sources, row.targets)
        heights = [[self._height(course) for course in several] for several in sides]
        whole = [sum(own) + APART * (len(own) - 1) for own in heights]
        bar = max(self.style.thick(row.earned), self.style.thick(row.granted), self.style.line)
        tall = max(*whole, bar)
        self._bar(row, top + (tall - bar) // 2, bar)
        for side in (0, 1):
            y = top + (tall - whole[side]) // 2
            flow = top + (tall - sum(self.style.thick(course.ects) + LANE for course in sides[side]) + LANE) // 2
            for course, height in zip(sides[side], heights[side], strict=True):
                self._course(side, y, height, course)
                self._ribbon(side, (y + (height - self.style.thick(course.ects)) // 2, flow), course)
                flow += self.style.thick(course.ects) + LANE
                y += height + APART
        return top + tall

    def _bar(self, row: EquivalenceRow, top: int, height: int) -> None:
        middle = self.width // 2
        words = {"id": row.id, "earned": row.earned, "granted": row.granted}
        label = self.say(Message("%(id)s: %(earned)s ECTS are sat, %(granted)s ECTS are granted", words))
        self.boxes.append(
            Box(x=middle - BAR // 2, y=top, width=BAR, height=height, label=label, kind="bar", tone="bar")
        )

    def _height(self, course: NamedCourse) -> int:
        return max(len(self._lines(course.title)) * self.style.line, self.style.thick(course.ects)) + PAD

    def _lines(self, title: object) -> Sequence[str]:
        room = self.style.column - 2 * PAD - self.style.amount
        return broken(self.say(title), room, self.style.size, self.style.lines)

    def _course(self, side: int, top: int, height: int, course: NamedCourse) -> None:
        self._box(side, (top, height), course, "course" if course.code else "group")

    def _label(self, code: str, title: object, ects: Decimal) -> str:
        words = {"code": code, "title": title, "ects": ects}
        return self.say(
            Message("%(title)s (%(code)s): %(ects)s ECTS", words)
            if code
            else Message("%(title)s: %(ects)s ECTS", words)
        )

    def _box(self, side: int, at: tuple[int, int], course: NamedCourse | LeftOut, tone: str) -> None:
        (top, height), lines = at, [(words, "title") for words in self._lines(course.title)]
        place = (self.columns[side], top, self.style.column, height)
        letters = lettered(place, lines, self.style, amount=self.say(course.ects), right=side == 1)
        x, y, width, height = place
        label = self._label(course.code, course.title, course.ects)
        self.boxes.append(
            Box(x=x, y=y, width=width, height=height, lines=letters, kind="entry", tone=tone, label=label)
        )

    def _ribbon(self, side: int, ends: tuple[int, int], course: NamedCourse) -> None:
        """From the course's edge at the first height to the bar at the second."""
        thick, middle = self.style.thick(course.ects), self.width // 2
        edge = self.style.column if side == 0 else self.columns[1]
        near = middle - BAR // 2 if side == 0 else middle + BAR // 2
        points = [(edge, ends[0]), (near, ends[1])]
        label = self._label(course.code, course.title, course.ects)
        self.bands.append(band(points, thick, label=label, tone="own" if side == 0 else "recognised"))

    # What is left out

    def _rest(self, side: int, top: int, title: Message, several: Sequence[LeftOut]) -> int:
        if not several:
            return top
        top = self._head(side, top, title) + APART
        for course in several:
            height = len(self._lines(course.title)) * self.style.line + PAD
            self._box(side, (top, height), course, "excluded" if course.excluded else "left-out")
            top += height + APART
        return top
