"""How many grade points does Beihang give for a grade? The curve of its transcript note, and the caveat beside it."""

from decimal import Decimal

from dualdegree.core.grades.scales import CN_100, Grade, find_level
from dualdegree.core.text import Message

GRADE_POINTS = Message(
    "Grade points as on Beihang's undergraduate transcripts; the rule for its graduates has not been confirmed."
)
"""The caveat that must stand wherever a mean of ``grade_points`` is shown."""


def grade_points(grade: Grade) -> Decimal | None:
    """Beihang's points for a grade of cn-100: 4 − 3·(100 − x)²/1600 from 60 upwards, 0 below; a level has its own.

    None for a pass or fail without grade, which counts credits only. Source: the note that ``CN_100`` names, for
    undergraduates; say ``GRADE_POINTS`` beside it.
    """
    level = find_level(CN_100, grade.level or "")
    if level is not None:
        return level.points
    if grade.value is None:
        return None
    return 4 - 3 * (100 - grade.value) ** 2 / 1600 if grade.value >= CN_100.pass_mark else Decimal(0)
