"""By which method does a grade of one institution become a grade of the other? The closed set, chosen by the agreement.

A method is agreed per direction, dated and with its source, before any grade is seen. What it gives is a proposal until
the recognising side has decided; no method ever gives a mention such as Matrícula de Honor.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from dualdegree.core.grades.scales import Scale
from dualdegree.core.text import Message, Text


class GradeChoice(StrEnum):
    """Which grade is taken where one grade's share of students covers several grades of the other side."""

    MINIMUM = "minimum"
    AVERAGE = "average"
    MAXIMUM = "maximum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """Pass mark onto pass mark and highest onto highest, straight between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    """One line of a fixed table: from this grade upwards, up to the line above, it is that grade."""

    at_least: Decimal
    grade: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedTable:
    """What both sides wrote down, grade for grade, best first; the last line begins at the pass mark."""

    rows: tuple[MethodRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutGrade:
    """Credits only: the recognition bears no grade and stays out of every mean."""


PLAIN: Mapping[str, "Linear | WithoutGrade"] = MappingProxyType({"linear": Linear(), "ungraded": WithoutGrade()})
"""The methods that need nothing beside their name: what a single equivalence may ask for instead of the agreement's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistical:
    """Cumulative shares of passing grades in the ECTS grading tables of both sides.

    ``field`` (ISCED-F) and ``cycle`` (EQF level) name the reference group. A table of fewer than ``smallest`` passing
    grades, or of fewer than ``years`` years, is not used: then ``otherwise`` is. Source: ECTS Users' Guide 2015, 4.3.
    """

    field: str
    cycle: str
    choose: GradeChoice
    otherwise: "Linear | FixedTable | WithoutGrade"
    smallest: int = 50
    years: int = 2


Method = Linear | FixedTable | Statistical | WithoutGrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """How grades of ``origin`` become grades of ``into``: the method, since when, and where that is written."""

    origin: str
    into: str
    method: Method = field(default_factory=Linear)
    since: dt.date | None = None
    source: Text = field(default_factory=dict)


class UnsoundConversion(ValueError):
    """The method does not fit the two scales. ``reason`` says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def check_conversion(method: Method, source: Scale, target: Scale) -> None:
    """A fixed table takes every passing grade, never falls, and maps top to top; raises ``UnsoundConversion``."""
    match method:
        case FixedTable():
            _check_table(method, source, target)
        case Statistical():
            check_conversion(method.otherwise, source, target)
        case Linear() | WithoutGrade():
            pass


def _check_table(table: FixedTable, source: Scale, target: Scale) -> None:
    ends = {"pass": source.pass_mark, "highest": target.highest, "lowest": target.pass_mark}
    if table.rows[-1].at_least != source.pass_mark:
        raise UnsoundConversion(Message("the last line must begin at the pass mark, %(pass)s", ends))
    if table.rows[0].at_least > source.highest or table.rows[0].grade != target.highest:
        raise UnsoundConversion(Message("the first line must give the highest grade, %(highest)s", ends))
    for row in table.rows:
        if not target.pass_mark <= row.grade <= target.highest or row.grade != round(row.grade, target.places):
            words = {**ends, "grade": row.grade}
            raise UnsoundConversion(
                Message("%(grade)s is no passing grade of the other side, %(lowest)s to %(highest)s", words)
            )


CHOICES = {
    GradeChoice.MINIMUM: Message("the lowest of them"),
    GradeChoice.AVERAGE: Message("their average"),
    GradeChoice.MAXIMUM: Message("the highest of them"),
}


def in_words(method: Method) -> Message:
    """The method as pages and transcripts name it."""
    match method:
        case Linear():
            return Message("linear conversion: pass mark and highest mark onto each other, straight between them")
        case FixedTable():
            return Message("the fixed table of the agreement")
        case WithoutGrade():
            return Message("recognition without grade")
        case Statistical():
            words = {
                "field": method.field,
                "cycle": method.cycle,
                "choice": CHOICES[method.choose],
                "smallest": method.smallest,
                "otherwise": in_words(method.otherwise),
            }
            return Message(
                "ECTS grading tables (field %(field)s, cycle %(cycle)s): where several grades correspond, %(choice)s; "
                "with fewer than %(smallest)s passing grades, %(otherwise)s",
                words,
            )
