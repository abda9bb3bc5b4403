"""What is to be drawn of where credits went? The words and figures to be placed, and the measures."""

from dataclasses import dataclass
from decimal import Decimal

from dualdegree.web.language.drawing import Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Style(Measures):
    """The measures of a picture, in its own units: its columns beside the letters and how wide one ECTS is drawn."""

    course: int
    reach: int
    place: int
    between: int
    course_lines: int
    place_lines: int


WIDE = Style(
    course=210,
    reach=54,
    place=128,
    between=96,
    size=12,
    line=15,
    amount=34,
    course_lines=2,
    place_lines=3,
    per_ects=3,
)
"""Both degrees side by side: on a wide screen the letters are larger than 12 units, on paper a little smaller."""
NARROW = Style(
    course=160,
    reach=28,
    place=118,
    between=0,
    size=12,
    line=15,
    amount=28,
    course_lines=3,
    place_lines=4,
    per_ects=3,
)
"""One degree alone, on a telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseBox:
    """A course at the outer edge of its side; all words as ``say`` takes them."""

    key: str
    side: int
    title: object
    amount: object
    note: object = ""
    label: object = ""
    tone: str = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where courses of either side may lead: a requirement of its side's degree, or what stands in for one."""

    key: str
    side: int
    title: object
    note: object = ""
    label: object = ""
    tone: str = "met"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """That so many ECTS of a course went to a spot."""

    course: str
    spot: str
    ects: Decimal
    label: object = ""
    tone: str = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is to be placed; ``heads`` are words above both columns of each side, ``rest`` those above the rest."""

    heads: tuple[tuple[object, object], ...]
    rest: object
    courses: tuple[CourseBox, ...]
    spots: tuple[Spot, ...]
    ribbons: tuple[Ribbon, ...]
