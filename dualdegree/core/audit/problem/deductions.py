"""How much less does a demand have than its pieces give it? Rules that count otherwise than by adding up.

An option *gives* to a demand whatever its piece could bring at best, so that the sum of what is given is never too
little. A *deduction* says what is to be taken off that sum; it looks at *tallies*, to which options add beside what
they give. A problem without its deductions is therefore one that is never stricter, and no search needs to know them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

Amounts = tuple[tuple[int, int], ...]
Added = Mapping[int, Sequence[int]]
"""By tally, the amounts that the chosen options add."""


@dataclass(frozen=True, slots=True)
class Once:
    """Each tally is one value: it counts once, however many pieces bring it."""

    demand: int
    tallies: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ceilings:
    """Of the amounts in each tally only whole ones are kept that total no more than so much, as many as can be."""

    demand: int
    tallies: tuple[tuple[int, int], ...]
    """(tally, the most of it)."""


@dataclass(frozen=True, slots=True)
class Portion:
    """The demand is a share of what is there: the tally, in which each piece there has its share, comes off."""

    demand: int
    tally: int


@dataclass(frozen=True, slots=True)
class BlockMean:
    """One comes off unless the surplus over the mean that is asked for is none too small, and anything weighs."""

    demand: int
    surplus: int
    weight: int


Deduction = Once | Ceilings | Portion | BlockMean


def added_by(options: Iterable[Amounts]) -> Added:
    """What the chosen options add, by tally."""
    added: dict[int, list[int]] = {}
    for adds in options:
        for tally, amount in adds:
            added.setdefault(tally, []).append(amount)
    return added


def taken_off(deduction: Deduction, added: Added) -> int:
    """What comes off the demand's sum."""
    match deduction:
        case Once(_, tallies):
            return sum(max(0, len(added.get(tally, ())) - 1) for tally in tallies)
        case Ceilings(_, tallies):
            return sum(sum(own) - largest(own, most) for tally, most in tallies if (own := added.get(tally, ())))
        case Portion(_, tally):
            return sum(added.get(tally, ()))
        case BlockMean(_, surplus, weight):
            return 0 if sum(added.get(weight, ())) > 0 and sum(added.get(surplus, ())) >= 0 else 1


def largest(amounts: Sequence[int], most: int) -> int:
    """The largest total of whole amounts that is no more than ``most``."""
    if sum(amounts) <= most:
        return sum(amounts)
    unit = gcd(*amounts)
    room = (1 << most // unit + 1) - 1
    # Bit n is set where some of the amounts total n units.
    totals = 1
    for amount in amounts:
        totals |= totals << amount // unit & room
    return (totals.bit_length() - 1) * unit
