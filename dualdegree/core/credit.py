"""How much is a credit? Exact credits, the figures they print as, and the ratio between two credit systems."""

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

PLAIN_DECIMAL = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)
"""A decimal as people write one: digits, at most one point, no sign, no exponent."""
LONG_DECIMAL = re.compile(r"\d{1,9}(\.\d{1,30})?", re.ASCII)
"""The same with as many decimals as a program may write for a mean."""


class NotADecimal(ValueError):
    """The text is not a plain non-negative decimal, or has more places than its kind of figure allows."""


def decimal(text: str, *, places: int | None = None) -> Decimal:
    """The exact figure written in ``text``; ``places`` is how many decimals it may have (credits: 2).

    Raises ``NotADecimal`` for signs, exponents, separators of thousands, blanks, more than nine digits.
    """
    if not PLAIN_DECIMAL.fullmatch(text):
        raise NotADecimal(text)
    figure = Decimal(text)
    if places is not None and figure != figure.quantize(Decimal(1).scaleb(-places)):
        raise NotADecimal(text)
    return figure


def long_decimal(text: str) -> Decimal:
    """A grade, mean or level as a case holds it. Raises ``NotADecimal``, as ``decimal`` does."""
    if not LONG_DECIMAL.fullmatch(text):
        raise NotADecimal(text)
    return Decimal(text)


def credits_of(text: str) -> Decimal:
    """Credits as written, in the institution's own unit: at most two places."""
    return decimal(text, places=2)


def figure(value: Decimal) -> str:
    """The figure as answers print it: no exponent, no trailing zeros (``30``, ``4.5``, ``0``)."""
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in {"-0", ""} else plain


def ects(credits_: Decimal, per_credit: Decimal) -> Decimal:
    """Native credits as ECTS under the agreed ratio; exact, not rounded."""
    return credits_ * per_credit


def worth(credits_: Decimal, agreed: Decimal | None, per_credit: Decimal) -> Decimal:
    """What a course is in ECTS: what was agreed for it, else its credits by the ratio of its institution; exact."""
    return ects(credits_, per_credit) if agreed is None else agreed


def rounded_down(value: Decimal) -> Decimal:
    """Down to the two places that credits have: the most that may be granted without exceeding ``value``."""
    return value.quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as both partners' regulations round means; for printing only, never for deciding."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
