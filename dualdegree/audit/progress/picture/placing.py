"""Where does everything in the picture stand? Courses, requirements and ribbons in, boxes and paths in whole units out.

A side is a university: its courses at the outer edge, its degree's requirements further in. A ribbon to the other
degree passes its own side's requirements in a channel below the one that its course serves, so that it crosses no box.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dualdegree.audit.progress.picture.sketch import CourseBox, Ribbon, Sketch, Spot, Style
from dualdegree.web.language.drawing import APART, PAD, Band, Box, Drawing, Say, band, headed, lettered
from dualdegree.web.language.lettering import broken

GROUPS = 16
"""Between what serves one requirement and what serves the next."""
LANE = 3
"""Between two ribbons."""


def drawn(sketch: Sketch, style: Style, say: Say) -> Drawing:
    """The picture of a sketch, in the words of ``say``. The same sketch is always placed alike."""
    return _Placing(sketch, style, say).drawing()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The courses that serve one spot of their own side (or none), and those of their ribbons that go across."""

    spot: Spot | None
    courses: tuple[CourseBox, ...]
    across: tuple[Ribbon, ...]


class _Placing:
    """The work of placing one sketch, side by side and from top to bottom."""

    def __init__(self, sketch: Sketch, style: Style, say: Say) -> None:
        self.sketch, self.style, self.say = sketch, style, say
        self.sides = range(len(sketch.heads))
        self.spots = {spot.key: spot for spot in sketch.spots}
        self.rank = {spot.key: rank for rank, spot in enumerate(sketch.spots)}
        self.side = {course.key: course.side for course in sketch.courses} | {
            spot.key: spot.side for spot in sketch.spots
        }
        self.leaving = {course.key: self._leaving(course) for course in sketch.courses}
        self.heads: dict[tuple[int, int], Box] = {}
        self.boxes: dict[str, Box] = {}
        self.lanes: dict[tuple[str, str], int] = {}

    def drawing(self) -> Drawing:
        """Everything placed."""
        top = max(self._head(side, column) for side in self.sides for column in (0, 1)) + GROUPS
        height = max(self._rest(side, self._side(side, top, GROUPS)) for side in self.sides)
        for side in self.sides:
            # Both sides end at the same height, so that what crosses between them is less steep.
            self._rest(side, self._side(side, top, GROUPS + self._slack(side, height)))
        boxes = (*self.heads.values(), *self.boxes.values())
        bands = tuple(self._bands())
        return Drawing(width=self._width(), height=height, size=self.style.size, boxes=boxes, bands=bands)

    # From left to right

    def _width(self) -> int:
        style = self.style
        side = style.course + style.reach + style.place
        return side * len(self.sides) + style.between * (len(self.sides) - 1)

    def _column(self, side: int, column: int) -> tuple[int, int]:
        """Where a column of a side begins and how wide it is; 0 are courses, 1 are spots."""
        style = self.style
        width = (style.course, style.place)[column]
        outer = (0, style.course + style.reach)[column]
        return (outer if side == 0 else self._width() - outer - width), width

    # From top to bottom

    def _head(self, side: int, column: int) -> int:
        x, width = self._column(side, column)
        lines = broken(self.say(self.sketch.heads[side][column]), width, self.style.size, 3)
        self.heads[side, column] = head = self._words(x, 0, width, lines)
        return head.height

    def _words(self, x: int, y: int, width: int, lines: Sequence[str]) -> Box:
        return headed(x, y, width, lines, self.style, below=LANE)

    def _slack(self, side: int, height: int) -> int:
        """How much further apart the groups of a side stand so that it is as tall as the other one."""
        ends = [box.y + box.height for key, box in self.boxes.items() if self.side[key] == side]
        each = max(height - max(ends, default=height) - GROUPS, 0) // max(len(list(self._groups(side))), 1)
        return min(each, 3 * GROUPS)

    def _side(self, side: int, top: int, apart: int) -> int:
        for group in self._groups(side):
            courses = [(course, self._course_height(course)) for course in group.courses]
            outer = sum(height for _, height in courses) + APART * max(len(courses) - 1, 0)
            channel = sum(self._thick(ribbon) + LANE for ribbon in group.across)
            spot = self._spot_height(group.spot) if group.spot else 0
            inner = spot + (APART if spot and channel else 0) + channel
            tall = max(outer, inner)
            self._stack(courses, side, top + (tall - outer) // 2)
            inside = top + (tall - inner) // 2
            if group.spot:
                self._box(group.spot, side, inside, spot)
            self._channel(group.across, inside + inner - channel)
            top += tall + apart
        return top

    def _groups(self, side: int) -> Iterator[_Group]:
        """The courses of a side by the spot that they serve there, then those that only serve the other degree."""
        serving = [course for course in self.sketch.courses if course.side == side and self.leaving[course.key]]
        for spot in (*(spot for spot in self.sketch.spots if spot.side == side), None):
            own = [course for course in serving if self._home(course) is spot]
            own.sort(key=lambda course: [self.rank[ribbon.spot] for ribbon in self._across(course)])
            if own or spot:
                across = tuple(ribbon for course in own for ribbon in self._across(course))
                yield _Group(spot=spot, courses=tuple(own), across=across)

    def _leaving(self, course: CourseBox) -> list[Ribbon]:
        """The ribbons of a course, those to its own side first."""
        own = [ribbon for ribbon in self.sketch.ribbons if ribbon.course == course.key]
        return sorted(own, key=lambda each: (self.spots[each.spot].side != course.side, self.rank[each.spot]))

    def _across(self, course: CourseBox) -> list[Ribbon]:
        return [ribbon for ribbon in self.leaving[course.key] if self.spots[ribbon.spot].side != course.side]

    def _home(self, course: CourseBox) -> Spot | None:
        spot = self.spots[self.leaving[course.key][0].spot]
        return spot if spot.side == course.side else None

    def _thick(self, ribbon: Ribbon) -> int:
        return self.style.thick(ribbon.ects)

    def _thickness(self, ribbons: Sequence[Ribbon]) -> int:
        return sum(map(self._thick, ribbons)) + LANE * max(len(ribbons) - 1, 0)

    def _course_height(self, course: CourseBox) -> int:
        lines = len(self._course_lines(course, self._room(course)))
        return max(max(lines, 1) * self.style.line, self._thickness(self.leaving[course.key])) + PAD

    def _spot_height(self, spot: Spot) -> int:
        arriving = [ribbon for ribbon in self.sketch.ribbons if ribbon.spot == spot.key]
        own = [ribbon for ribbon in arriving if self.side[ribbon.course] == spot.side]
        other = [ribbon for ribbon in arriving if self.side[ribbon.course] != spot.side]
        lines = len(self._spot_lines(spot))
        return max(lines * self.style.line, self._thickness(own), self._thickness(other)) + 2 * PAD

    def _stack(self, courses: Sequence[tuple[CourseBox, int]], side: int, top: int) -> None:
        for course, height in courses:
            self._box(course, side, top, height)
            top += height + APART

    def _channel(self, across: Sequence[Ribbon], top: int) -> None:
        for ribbon in across:
            self.lanes[ribbon.course, ribbon.spot] = top
            top += self._thick(ribbon) + LANE

    def _rest(self, side: int, top: int) -> int:
        """Below all: the courses that lead nowhere, each with its reason, as wide as their side."""
        idle = [course for course in self.sketch.courses if course.side == side and not self.leaving[course.key]]
        if not idle:
            return top
        style = self.style
        width = style.course + style.reach + style.place
        x = 0 if side == 0 else self._width() - width
        head = self._words(x, top, width, broken(self.say(self.sketch.rest), width, style.size, 2))
        self.heads[side, 2] = head
        top += head.height + APART
        for course in idle:
            lines = self._course_lines(course, width - 2 * PAD - style.amount)
            box = self._lettered(course, (x, top, width, max(len(lines), 1) * style.line + PAD), lines)
            self.boxes[course.key] = box
            top += box.height + APART
        return top

    # Words in boxes

    def _room(self, course: CourseBox) -> int:
        return self._column(course.side, 0)[1] - 2 * PAD - self.style.amount

    def _course_lines(self, course: CourseBox, room: int) -> list[tuple[str, str]]:
        size, say = self.style.size, self.say
        title = broken(say(course.title), room, size, self.style.course_lines)
        note = broken(say(course.note), room, size, 3) if course.note else ()
        return [*((words, "title") for words in title), *((words, "note") for words in note)]

    def _spot_lines(self, spot: Spot) -> list[tuple[str, str]]:
        room, size, say = self.style.place - 2 * PAD, self.style.size, self.say
        title = broken(say(spot.title), room, size, self.style.place_lines)
        note = broken(say(spot.note), room, size, 3) if spot.note else ()
        return [*((words, "title") for words in title), *((words, "note") for words in note)]

    def _box(self, box: CourseBox | Spot, side: int, top: int, height: int) -> None:
        x, width = self._column(side, 0 if isinstance(box, CourseBox) else 1)
        lines = self._course_lines(box, self._room(box)) if isinstance(box, CourseBox) else self._spot_lines(box)
        self.boxes[box.key] = self._lettered(box, (x, top, width, height), lines)

    def _lettered(self, box: CourseBox | Spot, at: tuple[int, int, int, int], lines: Sequence[tuple[str, str]]) -> Box:
        x, y, width, height = at
        amount = self.say(box.amount) if isinstance(box, CourseBox) else ""
        letters = lettered(at, lines, self.style, amount=amount, right=bool(box.side))
        return Box(
            x=x,
            y=y,
            width=width,
            height=height,
            lines=letters,
            kind="course" if isinstance(box, CourseBox) else "spot",
            key=box.key,
            tone=box.tone,
            label=self.say(box.label),
        )

    # Ribbons between boxes

    def _bands(self) -> Iterator[Band]:
        starts = {
            (ribbon.course, ribbon.spot): y
            for course, ribbons in self.leaving.items()
            for ribbon, y in self._spread(self.boxes[course], ribbons)
        }
        ends: dict[tuple[str, str], int] = {}
        for spot in self.sketch.spots:
            for own in (True, False):
                arriving = [
                    ribbon
                    for ribbon in self.sketch.ribbons
                    if ribbon.spot == spot.key and (self.side[ribbon.course] == spot.side) is own
                ]
                arriving.sort(key=lambda each: self.lanes.get((each.course, each.spot), starts[each.course, each.spot]))
                for ribbon, y in self._spread(self.boxes[spot.key], arriving):
                    ends[ribbon.course, ribbon.spot] = y
        for ribbon in self.sketch.ribbons:
            key = ribbon.course, ribbon.spot
            yield self._band(ribbon, self.side[ribbon.course], starts[key], ends[key])

    def _spread(self, box: Box, ribbons: Sequence[Ribbon]) -> Iterator[tuple[Ribbon, int]]:
        """The ribbons at one edge of a box, from top to bottom around its middle."""
        y = box.y + (box.height - self._thickness(ribbons)) // 2
        for ribbon in ribbons:
            yield ribbon, y
            y += self._thick(ribbon) + LANE

    def _band(self, ribbon: Ribbon, side: int, start: int, end: int) -> Band:
        course, spot = self.boxes[ribbon.course], self.boxes[ribbon.spot]
        points = [(course.x + course.width if side == 0 else course.x, start)]
        lane = self.lanes.get((ribbon.course, ribbon.spot))
        if lane is not None:
            x, width = self._column(side, 1)
            points += [(x, lane), (x + width, lane)] if side == 0 else [(x + width, lane), (x, lane)]
        points.append((spot.x if points[-1][0] <= spot.x else spot.x + spot.width, end))
        ends = ribbon.course, ribbon.spot
        return band(points, self._thick(ribbon), label=self.say(ribbon.label), tone=ribbon.tone, ends=ends)
