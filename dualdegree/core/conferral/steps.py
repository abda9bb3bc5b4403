"""By which steps does an institution confer a degree, in its own order, and for which of them does a student wait?

Requirements met, graduation and the degree are three decisions that the law separates; no step implies another.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class DegreeStep(StrEnum):
    """One step to a degree; which of them an institution has, and in which order, its profile says."""

    REQUIREMENTS = "requirements"
    """The official joint audit finds the degree's requirements met. Always the first step."""
    APPLICATION = "application"
    """The student applies to the institution."""
    GRADUATION = "graduation"
    """The institution records how the studies ended, such as 毕业 or 结业, under a number of its own."""
    DECISION = "decision"
    """The institution's body decides on the degree. Every institution has this one."""


FOR_THE_STUDENT = frozenset({DegreeStep.REQUIREMENTS, DegreeStep.APPLICATION})
"""The steps that wait for the student; the others wait for the institution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeProgress:
    """How far one student has come at one institution; None is what has not happened.

    ``leads_to_degree``: the way in which the studies ended lets the degree be decided on.
    """

    met: bool = False
    applied_on: dt.date | None = None
    graduated_on: dt.date | None = None
    leads_to_degree: bool = True
    conferred_on: dt.date | None = None

    def has_taken(self, step: DegreeStep) -> bool:
        """Whether the step is behind the student. A degree that is conferred has its requirements behind it."""
        match step:
            case DegreeStep.REQUIREMENTS:
                return self.met or self.conferred_on is not None
            case DegreeStep.APPLICATION:
                return self.applied_on is not None
            case DegreeStep.GRADUATION:
                return self.graduated_on is not None and self.leads_to_degree
            case DegreeStep.DECISION:
                return self.conferred_on is not None


def awaited(order: Sequence[DegreeStep], progress: DegreeProgress) -> DegreeStep | None:
    """The first step that is still to be taken; None once all are."""
    return next((step for step in order if not progress.has_taken(step)), None)


def missing_before(step: DegreeStep, order: Sequence[DegreeStep], progress: DegreeProgress) -> DegreeStep | None:
    """The first earlier step that has to be taken before this one may be; None where nothing is missing.

    A step that the institution does not have waits for nothing but the requirements.
    """
    earlier = order[: order.index(step)] if step in order else (DegreeStep.REQUIREMENTS,)
    return awaited(earlier, progress)


def days_of(progress: DegreeProgress, order: Sequence[DegreeStep]) -> tuple[tuple[DegreeStep, dt.date], ...]:
    """The days of the steps before the decision that were taken, in order."""
    days = {DegreeStep.APPLICATION: progress.applied_on, DegreeStep.GRADUATION: progress.graduated_on}
    before = order[: order.index(DegreeStep.DECISION)]
    return tuple((step, day) for step in before if (day := days.get(step)) is not None)
