"""Is this a number that the institution can have given to a certificate, and which is the next one?

How a number is made up is data of the institution: parts with names, checked one by one.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message, Text

DIGITS = re.compile("[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPart:
    """Some digits of a number, by their name. ``always`` are the digits that it always has; ``after`` a sign before it.

    ``is_year``: it is the year of the decision.
    """

    name: Text
    digits: int
    always: str | None = None
    is_year: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPattern:
    """How an institution calls a number of its own, and of what it is made up."""

    name: Text
    parts: tuple[NumberPart, ...]

    @property
    def length(self) -> int:
        """How many signs a number has."""
        return sum(part.digits + len(part.after) for part in self.parts)


def plain_number(text: str) -> str:
    """The number as it is kept: digits of one width, no blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def require_number(number: str, pattern: NumberPattern, year: int) -> None:
    """Raise ``Refusal`` unless the number is made up as the pattern says, for a decision of this year."""
    if len(number) != pattern.length:
        words = {"number": number, "has": len(number), "name": pattern.name, "wanted": pattern.length}
        raise Refusal(
            Message(
                "The number %(number)s has %(has)s signs, but %(name)s has %(wanted)s: %(parts)s.",
                {**words, "parts": tuple(map(_part_in_words, pattern.parts))},
            ),
            about="number",
        )
    at = 0
    for part in pattern.parts:
        sign, digits = number[at : at + len(part.after)], number[at + len(part.after) :][: part.digits]
        at += len(part.after) + part.digits
        _require_part(number, part, sign, digits, year)


def next_number(pattern: NumberPattern, known: Iterable[str], year: int) -> str:
    """The number that follows the highest known one of this year; "" where a part is nobody's to guess."""
    *fixed, last = pattern.parts
    begins = "".join(part.after + (_given(part, year) or "") for part in fixed) + last.after
    if any(_given(part, year) is None for part in fixed):
        return ""
    ours = (number for number in known if number.startswith(begins) and len(number) == pattern.length)
    highest = max(
        (int(number[-last.digits :]) for number in ours if DIGITS.fullmatch(number[-last.digits :])), default=0
    )
    return f"{begins}{highest + 1:0{last.digits}}"


def _given(part: NumberPart, year: int) -> str | None:
    return f"{year:04}" if part.is_year else part.always


def _require_part(number: str, part: NumberPart, sign: str, digits: str, year: int) -> None:
    words = {"number": number, "part": part.name, "has": f"{sign}{digits}"}
    if sign != part.after or not DIGITS.fullmatch(digits):
        form = f"{part.after}{'0' * part.digits}"
        wrong = Message(
            'In the number %(number)s, "%(has)s" stands where %(part)s has digits, as in %(form)s.',
            {**words, "form": form},
        )
        raise Refusal(wrong, about="number")
    wanted = _given(part, year)
    if wanted is not None and digits != wanted:
        wrong = Message(
            "In the number %(number)s, %(part)s is %(has)s and has to be %(wanted)s.", {**words, "wanted": wanted}
        )
        raise Refusal(wrong, about="number")


def _part_in_words(part: NumberPart) -> Message:
    return Message("%(digits)s for %(part)s", {"digits": part.digits, "part": part.name})


def doubled(numbers: Sequence[str]) -> str | None:
    """The first number that stands twice among these; None where each stands once."""
    return next((number for at, number in enumerate(numbers) if number and number in numbers[:at]), None)
