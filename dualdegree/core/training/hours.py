"""How many hours may a student work at enterprises, and which placements stand in each other's way?"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Text
from dualdegree.core.training.periods import TrainingPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """When somebody works at an enterprise, how many hours a week, and how many in all."""

    name: Text
    period: TrainingPeriod
    weekly: Decimal
    total: Decimal


def refuse_hours(work: Workload, most_weekly: Decimal) -> None:
    """Raise ``Refusal`` for more hours a week than the institution allows, or more in all than those weeks have."""
    if work.weekly <= 0:
        raise Refusal("Give the hours a week, such as 35.", about="weekly_hours")
    if work.weekly > most_weekly:
        raise Refusal(
            "%(hours)s hours a week are more than the %(most)s that the institution allows. Lower the hours.",
            {"hours": work.weekly, "most": most_weekly},
            about="weekly_hours",
        )
    last = work.period.last or work.period.first
    weeks = Fraction((last - work.period.first).days + 1, 7)
    if not 0 < Fraction(work.total) <= Fraction(work.weekly) * weeks:
        raise Refusal(
            "%(total)s hours do not fit into these weeks at %(hours)s hours a week. Correct the hours or the days.",
            {"total": work.total, "hours": work.weekly},
            about="hours",
        )


def refuse_overlap(work: Workload, others: Iterable[Workload], most_weekly: Decimal) -> None:
    """Raise ``Refusal`` where the student would work more in a week at several enterprises than is allowed at one."""
    for other in others:
        if work.period.overlaps(other.period) and work.weekly + other.weekly > most_weekly:
            raise Refusal(
                "The student is at %(name)s from %(first)s to %(last)s for %(hours)s hours a week; together that would "
                "be more than %(most)s. Choose other days or fewer hours.",
                {
                    "name": other.name,
                    "first": other.period.first,
                    "last": other.period.last or "…",
                    "hours": other.weekly,
                    "most": most_weekly,
                },
                about="starts_on",
            )
