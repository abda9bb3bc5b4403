"""How far has the search for a plan come, and does whoever watches it let it go on?"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class SearchStage(StrEnum):
    """What is made least at the time."""

    WORK = "work"
    END = "end"
    EARLY = "early"
    CONFLICT = "conflict"
    """There is no plan; what stands in the way is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProgress:
    """``best``: ECTS of work of the best plan known so far; ``least``: below which there is none. None: not known."""

    stage: SearchStage
    best: Decimal | None = None
    least: Decimal | None = None


Watch = Callable[[SearchProgress], bool]
"""Asked again and again while a plan is searched; false leaves the search."""


class Left(Exception):
    """Whoever watched the search left it."""
