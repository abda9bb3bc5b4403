"""Does a register mark as recognised what is recognised here? Course by course, by credits, exact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Reconciliation(StrEnum):
    """How a course of a register stands to what is recognised here."""

    AGREES = "agrees"
    CREDITS_DIFFER = "credits_differ"
    ONLY_IN_REGISTER = "only_in_register"
    ONLY_HERE = "only_here"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciledCourse:
    """A course of the recognising institution: its credits as the register marks them, and as they are granted here.

    ``course`` is "" for credits of a group, which no register can name by a code. None where one side has nothing.
    """

    course: str
    marked: Decimal | None
    granted: Decimal | None

    @property
    def outcome(self) -> Reconciliation:
        """How both stand to each other."""
        if self.granted is None:
            return Reconciliation.ONLY_IN_REGISTER
        if self.marked is None:
            return Reconciliation.ONLY_HERE
        return Reconciliation.AGREES if self.marked == self.granted else Reconciliation.CREDITS_DIFFER


def reconciled(
    marked: Iterable[tuple[str, Decimal]], granted: Iterable[tuple[str, Decimal]]
) -> tuple[ReconciledCourse, ...]:
    """Every course of either side in the order of the codes; credits that one side has in several rows are added."""
    register, here = _sums(marked), _sums(granted)
    return tuple(
        ReconciledCourse(course=course, marked=register.get(course), granted=here.get(course))
        for course in sorted({*register, *here})
    )


def _sums(rows: Iterable[tuple[str, Decimal]]) -> Mapping[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for course, credits_ in rows:
        sums[course] = sums.get(course, Decimal(0)) + credits_
    return sums
