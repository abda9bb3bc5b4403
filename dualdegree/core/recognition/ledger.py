"""Where did each credit go? What each attempt earned, what was granted from it in each degree, and what rests.

An attempt goes into at most one recognition per degree. A recognition may grant less than was earned: the rest is shown
and can never be spent. All figures are ECTS as the agreement counts them, exact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

CENT = Decimal("0.01")


class Unbalanced(ValueError):
    """An attempt was spent twice in one degree, or on something that is not there: an error of this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning:
    """What an attempt is worth."""

    attempt: str
    ects: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What a recognition takes, and what it grants in all."""

    recognition: str
    degree: str
    attempts: tuple[str, ...]
    granted: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One attempt in one degree; ``recognition`` is None while it is not spent there."""

    attempt: str
    degree: str
    earned: Decimal
    recognition: str | None
    granted: Decimal

    @property
    def rest(self) -> Decimal:
        """What was earned and not granted: to be spent while nothing was, else lost to this degree."""
        return max(self.earned - self.granted, Decimal(0))


def book(earnings: Sequence[Earning], spendings: Sequence[Spending], degrees: Iterable[str]) -> tuple[LedgerLine, ...]:
    """Every attempt in every degree, in the order given; a recognition's grant is divided as its attempts were earned.

    Raises ``Unbalanced``.
    """
    worth = {earning.attempt: earning.ects for earning in earnings}
    taken: dict[tuple[str, str], tuple[str, Decimal]] = {}
    for spending in spendings:
        for attempt, share in _shares(spending, worth):
            if attempt not in worth or (spending.degree, attempt) in taken:
                raise Unbalanced(f"{attempt} in {spending.degree}: {spending.recognition}")
            taken[spending.degree, attempt] = (spending.recognition, share)
    nothing = (None, Decimal(0))
    return tuple(
        LedgerLine(attempt=earned.attempt, degree=degree, earned=earned.ects, recognition=held[0], granted=held[1])
        for degree in degrees
        for earned in earnings
        for held in [taken.get((degree, earned.attempt), nothing)]
    )


def _shares(spending: Spending, worth: dict[str, Decimal]) -> Iterable[tuple[str, Decimal]]:
    """The grant in hundredths, in proportion to what each attempt is worth; the last takes what is left."""
    whole = sum((worth.get(attempt, Decimal(0)) for attempt in spending.attempts), Decimal(0))
    left = spending.granted
    for attempt in spending.attempts[:-1]:
        part = spending.granted * worth.get(attempt, Decimal(0)) / whole if whole else Decimal(0)
        share = part.quantize(CENT, rounding=ROUND_DOWN)
        left -= share
        yield attempt, share
    yield spending.attempts[-1], left
