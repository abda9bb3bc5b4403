"""Where does everything stand in the picture of a table? One direction: what is sat at the left, granted at the right.

Each entry is a bar in the middle: ribbons as wide as their ECTS come in from its courses and go out to what it gives,
so that one sees whether more goes out than came in. What no entry names stands below, on its own side.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from dualdegree.core.text import Message
from dualdegree.recognition.mapping.coverage import Direction, LeftOut
from dualdegree.recognition.reading import Named, Row
from dualdegree.web.language.lettering import broken

Say = Callable[[object], str]

PAD, APART, GROUPS, BAR, LANE = 8, 6, 18, 6, 2
"""Around words, between boxes, between entries, the bar's width, between ribbons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The measures of the picture, in its own units."""

    column: int
    between: int
    amount: int
    size: int
    line: int
    lines: int
    per_ects: int


WIDE = Style(column=300, between=200, amount=38, size=12, line=15, lines=2, per_ects=3)
NARROW = Style(column=138, between=64, amount=30, size=12, line=15, lines=4, per_ects=2)
"""On a telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of words."""

    x: int
    y: int
    words: str
    tone: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A course, or the bar of an entry where it has no words; ``told`` is its whole name."""

    x: int
    y: int
    width: int
    height: int
    told: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """The way between a course and its entry."""

    path: str
    told: str
    tone: str


@dataclass(slots=True)
class Picture:
    """Everything placed."""

    width: int
    height: int
    size: int
    boxes: list[Box] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    ribbons: list[Ribbon] = field(default_factory=list)


def picture(direction: Direction, heads: tuple[object, object], style: Style, say: Say) -> Picture:
    """The picture of one direction, in the words of ``say``; ``heads`` stand above both columns."""
    return _Placing(direction, style, say).picture(heads)


class _Placing:
    """The work of placing one direction from top to bottom."""

    def __init__(self, direction: Direction, style: Style, say: Say) -> None:
        self.direction, self.style, self.say = direction, style, say
        self.made = Picture(width=2 * style.column + style.between, height=0, size=style.size)
        self.columns = (0, style.column + style.between)

    def picture(self, heads: tuple[object, object]) -> Picture:
        """The entries in the order of the table, then what is left out."""
        top = max(self._head(side, 0, heads[side]) for side in (0, 1)) + APART
        for row in self.direction.rows:
            top = self._row(row, top) + GROUPS
        sides = (self.direction.not_taken, self.direction.not_given)
        titles = (Message("Taken by no entry"), Message("Given by no entry"))
        self.made.height = max(self._rest(side, top, titles[side], sides[side]) for side in (0, 1))
        return self.made

    def _head(self, side: int, top: int, words: object) -> int:
        lines = broken(self.say(words), self.style.column, self.style.size, 3)
        for number, line in enumerate(lines):
            y = top + self.style.size + number * self.style.line
            self.made.words.append(Words(x=self.columns[side], y=y, words=line, tone="head"))
        return top + len(lines) * self.style.line

    # One entry

    def _row(self, row: Row, top: int) -> int:
        sides = (row.sources, row.targets)
        heights = [[self._height(course) for course in several] for several in sides]
        whole = [sum(own) + APART * (len(own) - 1) for own in heights]
        bar = max(self._thick(row.earned), self._thick(row.granted), self.style.line)
        tall = max(*whole, bar)
        self._bar(row, top + (tall - bar) // 2, bar)
        for side in (0, 1):
            y = top + (tall - whole[side]) // 2
            flow = top + (tall - sum(self._thick(course.ects) + LANE for course in sides[side]) + LANE) // 2
            for course, height in zip(sides[side], heights[side], strict=True):
                self._course(side, y, height, course)
                self._ribbon(side, (y + (height - self._thick(course.ects)) // 2, flow), course)
                flow += self._thick(course.ects) + LANE
                y += height + APART
        return top + tall

    def _bar(self, row: Row, top: int, height: int) -> None:
        middle = self.made.width // 2
        words = {"id": row.id, "earned": row.earned, "granted": row.granted}
        label = self.say(Message("%(id)s: %(earned)s ECTS are sat, %(granted)s ECTS are granted", words))
        self.made.boxes.append(Box(x=middle - BAR // 2, y=top, width=BAR, height=height, told=label, tone="bar"))

    def _height(self, course: Named) -> int:
        return max(len(self._lines(course.title)) * self.style.line, self._thick(course.ects)) + PAD

    def _lines(self, title: object) -> Sequence[str]:
        room = self.style.column - 2 * PAD - self.style.amount
        return broken(self.say(title), room, self.style.size, self.style.lines)

    def _thick(self, ects: Decimal) -> int:
        return max(int((ects * self.style.per_ects).to_integral_value(ROUND_HALF_UP)), 2)

    def _course(self, side: int, top: int, height: int, course: Named) -> None:
        self._box(side, (top, height), course, "course" if course.code else "group")

    def _told(self, code: str, title: object, ects: Decimal) -> str:
        words = {"code": code, "title": title, "ects": ects}
        return self.say(
            Message("%(title)s (%(code)s): %(ects)s ECTS", words)
            if code
            else Message("%(title)s: %(ects)s ECTS", words)
        )

    def _box(self, side: int, at: tuple[int, int], course: Named | LeftOut, tone: str) -> None:
        (top, height), lines, label = at, self._lines(course.title), self._told(course.code, course.title, course.ects)
        x, style = self.columns[side], self.style
        self.made.boxes.append(Box(x=x, y=top, width=style.column, height=height, told=label, tone=tone))
        first = top + (height - len(lines) * style.line) // 2 + style.size
        # The figure stands where the ribbons are: at the right of the left column, at the left of the right one.
        words = x + PAD + (style.amount if side else 0)
        for number, line in enumerate(lines):
            self.made.words.append(Words(x=words, y=first + number * style.line, words=line, tone="title"))
        end = (x + PAD, "start") if side else (x + style.column - PAD, "end")
        self.made.words.append(Words(x=end[0], y=first, words=self.say(course.ects), tone="amount", anchor=end[1]))

    def _ribbon(self, side: int, ends: tuple[int, int], course: Named) -> None:
        """From the course's edge at the first height to the bar at the second."""
        thick, middle = self._thick(course.ects), self.made.width // 2
        edge = self.style.column if side == 0 else self.columns[1]
        near = middle - BAR // 2 if side == 0 else middle + BAR // 2
        turn = (edge + near) // 2
        outer, inner = ends
        path = (
            f"M{edge},{outer}C{turn},{outer} {turn},{inner} {near},{inner}L{near},{inner + thick}"
            f"C{turn},{inner + thick} {turn},{outer + thick} {edge},{outer + thick}Z"
        )
        label = self._told(course.code, course.title, course.ects)
        self.made.ribbons.append(Ribbon(path=path, told=label, tone="own" if side == 0 else "recognised"))

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
