"""What grade is proposed for a block of courses? The mean of the converted grades by credits, with its working."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.credit import figure, rounded
from dualdegree.core.grades.converting import Converted
from dualdegree.core.text import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPart:
    """One course of a block: its credits in its own unit, and its converted grade beside the original."""

    credits: Decimal
    converted: Converted


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedBlock:
    """The grade that is proposed for all that a recognition grants; None is a recognition without grade."""

    grade: Decimal | None
    parts: tuple[BlockPart, ...]
    steps: tuple[Message, ...]


def mean(weighted: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The mean of (credits, grade) weighted by credits, exact; None where no credits bear a grade.

    Source: RD 1125/2003 art. 5.3.
    """
    pairs = tuple(weighted)
    total = sum((credits_ for credits_, _ in pairs), Decimal(0))
    return sum((credits_ * grade for credits_, grade in pairs), Decimal(0)) / total if total else None


def block_of(parts: Sequence[BlockPart], *, places: int) -> GradedBlock:
    """The mean over what bears a grade, half up to ``places``; what bears none gives credits and stays out of it.

    Source: UPV's practice of one weighted mean for the whole block of a stay.
    """
    graded = [(part.credits, part.converted.grade) for part in parts if part.converted.grade is not None]
    average = mean(graded)
    grade = None if average is None else rounded(average, places)
    steps = tuple(step for part in parts for step in part.converted.steps)
    if len(graded) > 1 and grade is not None:
        terms = tuple(f"{figure(weight)} × {figure(value)}" for weight, value in graded)
        words = {"terms": terms, "grade": grade}
        steps = (*steps, Message("Mean weighted by credits of %(terms)s: %(grade)s.", words))
    return GradedBlock(grade=grade, parts=tuple(parts), steps=steps)
