"""How do two grading tables look beside each other? Two cumulative curves over the students, with one grade marked.

From left to right stand the students of each table, the best first, in per cent; from bottom to top the grades, each
scale at its own axis, pass mark and highest at the same heights. Where the strip of a grade's share on one curve meets
the other curve, the corresponding grades are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dualdegree.core.credit import figure
from dualdegree.core.grades import GradingTable, Scale
from dualdegree.core.grades.shares import corresponding, place_of

STEPS = (1, 2, 5, 10, 20)
MOST_TICKS = 6
SHARES = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The measures of the drawing in its own units: the field of the curves and the room around it."""

    width: int
    height: int
    side: int
    above: int
    below: int
    size: int


WIDE = Frame(width=620, height=330, side=52, above=16, below=44, size=13)
NARROW = Frame(width=250, height=260, side=40, above=16, below=44, size=12)
"""On a telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the grid with its figure."""

    at: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedGrade:
    """A grade on the first curve, the strip of its share, and what lies there on the second curve."""

    left: int
    width: int
    host: int
    grades: tuple[tuple[int, int, int], ...]
    """(left, right, height) of each corresponding stretch of the second curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Everything placed."""

    frame: Frame
    width: int
    height: int
    host: str
    home: str
    host_ticks: tuple[Tick, ...]
    home_ticks: tuple[Tick, ...]
    share_ticks: tuple[Tick, ...]
    marked: MarkedGrade | None

    @property
    def bottom(self) -> int:
        """Where the axis of the students lies."""
        return self.frame.above + self.frame.height

    @property
    def right(self) -> int:
        """Where the second axis of grades stands."""
        return self.frame.side + self.frame.width


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePair:
    """Two tables that hold at least one passing grade each, with their scales; grades of ``host`` are converted."""

    host: GradingTable
    host_scale: Scale
    home: GradingTable
    home_scale: Scale


def curves(pair: CurvePair, frame: Frame, grade: Decimal | None = None) -> Curves:
    """Both tables' curves, and a passing ``grade`` of the first marked on them."""
    return Curves(
        frame=frame,
        width=frame.width + 2 * frame.side,
        height=frame.above + frame.height + frame.below,
        host=_path(pair.host, pair.host_scale, frame),
        home=_path(pair.home, pair.home_scale, frame),
        host_ticks=tuple(_ticks(pair.host_scale, frame)),
        home_ticks=tuple(_ticks(pair.home_scale, frame)),
        share_ticks=tuple(Tick(at=_x(Fraction(share, 100), frame), words=f"{share} %") for share in SHARES),
        marked=None if grade is None else _mark(pair, grade, frame),
    )


def _mark(pair: CurvePair, grade: Decimal, frame: Frame) -> MarkedGrade:
    """The strip of the grade's share among the host's students, and the corresponding grades of the home's."""
    top, bottom = place_of(pair.host, grade)
    left, right = _x(top, frame), _x(bottom, frame)
    grades = {grades for grades, _width in corresponding(pair.home, top, bottom)}
    stretches = (
        (max(share.better, top), min(share.with_it, bottom), share.grade)
        for share in pair.home.shares
        if share.grade in grades
    )
    return MarkedGrade(
        left=left,
        width=max(right - left, 2),
        host=_y(grade, pair.host_scale, frame),
        grades=tuple(
            (_x(start, frame), max(_x(end, frame), _x(start, frame) + 2), _y(grade, pair.home_scale, frame))
            for start, end, grade in stretches
        ),
    )


def _path(table: GradingTable, scale: Scale, frame: Frame) -> str:
    """A step for each grade, from the best to the last, as SVG writes paths."""
    steps: list[str] = []
    for share in table.shares:
        y = _y(share.grade, scale, frame)
        steps.append(f"{'L' if steps else 'M'}{_x(share.better, frame)},{y}L{_x(share.with_it, frame)},{y}")
    return "".join(steps)


def _ticks(scale: Scale, frame: Frame) -> Iterable[Tick]:
    whole = scale.highest - scale.pass_mark
    step = next(candidate for candidate in STEPS if whole / candidate <= MOST_TICKS)
    at = scale.pass_mark
    while at <= scale.highest:
        yield Tick(at=_y(at, scale, frame), words=figure(at))
        at += step


def _x(share: Fraction, frame: Frame) -> int:
    return frame.side + _rounded(share * frame.width)


def _y(grade: Decimal, scale: Scale, frame: Frame) -> int:
    share = Fraction(grade - scale.pass_mark) / Fraction(scale.highest - scale.pass_mark)
    return frame.above + frame.height - _rounded(share * frame.height)


def _rounded(figure: Fraction) -> int:
    return int(figure + Fraction(1, 2))
