"""Which grade of the other side has the same place among its students? The method of ECTS grading tables.

A grade's place is its interval of cumulative shares from the top; the grades whose share overlaps it correspond to it,
and the agreement chose beforehand whether the lowest, the average or the highest of them is taken. Source: ECTS Users'
Guide 2015, 4.3. What the guide leaves open is settled so, that a better grade never becomes a lower one: a grade which
nobody has received lies where those below it begin, and whoever is below everybody receives the last passing grade.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dualdegree.core.credit import rounded
from dualdegree.core.grades.methods import CHOICES, GradeChoice, Statistical
from dualdegree.core.grades.scales import Scale
from dualdegree.core.grades.shares import GradingTable, corresponding, place_of
from dualdegree.core.text import Message

Weighted = tuple[tuple[Decimal, Fraction], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertedGrade:
    """The grade that was found, and how."""

    grade: Decimal
    steps: tuple[Message, ...]


def usable(table: GradingTable | None, method: Statistical) -> GradingTable | Message:
    """The table itself when it is large and long enough for the agreement, else why not."""
    if table is None:
        return Message(
            "There is no grading table of field %(field)s, cycle %(cycle)s, of one side; what the agreement names in "
            "its stead is used.",
            {"field": method.field, "cycle": method.cycle},
        )
    words = {"institution": table.institution, "total": str(table.total), "years": str(len(table.years))}
    if table.total < max(method.smallest, 1):
        return Message(
            "The grading table of %(institution)s has %(total)s passing grades, fewer than %(least)s; what the "
            "agreement names in its stead is used.",
            {**words, "least": str(method.smallest)},
        )
    if len(table.years) < method.years:
        return Message(
            "The grading table of %(institution)s covers %(years)s academic years, fewer than %(least)s; what the "
            "agreement names in its stead is used.",
            {**words, "least": str(method.years)},
        )
    return table


def by_shares(
    value: Decimal, choose: GradeChoice, host: GradingTable, home: GradingTable, target: Scale
) -> ConvertedGrade:
    """The grade of ``home`` at the place of ``value`` in ``host``; both tables hold at least one grade."""
    top, bottom = place_of(host, value)
    weighted = corresponding(home, top, bottom)
    grade = _chosen(weighted, choose, target)
    return ConvertedGrade(
        grade=grade, steps=(_place(host, value, top, bottom), _there(home, weighted), _choice(choose, grade))
    )


def _chosen(weighted: Weighted, choose: GradeChoice, target: Scale) -> Decimal:
    match choose:
        case GradeChoice.MINIMUM:
            return weighted[-1][0]
        case GradeChoice.MAXIMUM:
            return weighted[0][0]
        case GradeChoice.AVERAGE:
            whole = sum((width for _, width in weighted), Fraction(0))
            exact = sum((Fraction(grade) * width for grade, width in weighted), Fraction(0)) / whole
            return _half_up(exact, target.places)


def _half_up(exact: Fraction, places: int) -> Decimal:
    return Decimal(int(exact * 10**places + Fraction(1, 2))).scaleb(-places)


def _percent(share: Fraction) -> Decimal:
    return rounded(Decimal(share.numerator * 100) / share.denominator, 2)


def _place(table: GradingTable, value: Decimal, top: Fraction, bottom: Fraction) -> Message:
    words = {
        "value": value,
        "institution": table.institution,
        "total": str(table.total),
        "first": str(table.years[0]),
        "last": str(table.years[-1] + 1),
        "top": _percent(top),
        "bottom": _percent(bottom),
    }
    return Message(
        "Of the %(total)s passing grades of %(institution)s from %(first)s to %(last)s, %(top)s %% are better than "
        "%(value)s, and %(bottom)s %% are as good or better.",
        words,
    )


def _there(table: GradingTable, weighted: Weighted) -> Message:
    words = {
        "institution": table.institution,
        "total": str(table.total),
        "best": weighted[0][0],
        "worst": weighted[-1][0],
    }
    if len(weighted) == 1:
        return Message("Among the %(total)s passing grades of %(institution)s that place is held by %(best)s.", words)
    return Message(
        "Among the %(total)s passing grades of %(institution)s that place reaches from %(best)s down to %(worst)s.",
        words,
    )


def _choice(choose: GradeChoice, grade: Decimal) -> Message:
    return Message("The agreement takes %(choice)s: %(grade)s.", {"choice": CHOICES[choose], "grade": grade})
