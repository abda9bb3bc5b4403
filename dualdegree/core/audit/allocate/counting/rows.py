"""How are deductions said to a solver? Columns and rows that any integer model of a problem can take in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import Protocol

from dualdegree.core.audit.problem.deductions import BlockMean, Ceilings, Deduction, Once, Portion

Row = dict[int, int]
Tallied = Mapping[int, Sequence[Row]]
"""By tally and piece, what the columns of its options add."""


class Lines(Protocol):
    """A model that grows."""

    def column(self, upper: int = 1) -> int:
        """A new column for a whole number from 0 to ``upper``."""

    def add(self, least: int | None, most: int | None, row: Row) -> object:
        """Hold the sum of a row between two figures."""


@dataclass
class Taken:
    """What is to be added to the row of what a demand is given, and how far that may then fall below 0."""

    row: Row = field(default_factory=dict)
    constant: int = 0
    depth: int = 0

    def add(self, column: int, amount: int) -> None:
        """One more coefficient."""
        self.row[column] = self.row.get(column, 0) + amount


def taken_by(deductions: Sequence[Deduction], tallied: Tallied, lines: Lines) -> dict[int, Taken]:
    """By demand, what comes off; the lines grow by what is needed to say it."""
    taken: dict[int, Taken] = {}
    for deduction in deductions:
        own = taken.setdefault(deduction.demand, Taken())
        match deduction:
            case Once(_, tallies):
                for tally in tallies:
                    _once(tallied.get(tally, ()), own, lines)
            case Ceilings(_, tallies):
                for tally, most in tallies:
                    _held(tallied.get(tally, ()), most, own, lines)
            case Portion(_, tally):
                _come_off(tallied.get(tally, ()), own)
                own.depth += sum(max(piece.values()) for piece in tallied.get(tally, ()))
            case BlockMean(_, surplus, weight):
                own.add(_reached(tallied.get(surplus, ()), tallied.get(weight, ()), lines), 1)
                own.constant -= 1
                own.depth += 1
    return taken


def _come_off(pieces: Sequence[Row], own: Taken) -> None:
    for piece in pieces:
        for column, amount in piece.items():
            own.add(column, -amount)


def _once(pieces: Sequence[Row], own: Taken, lines: Lines) -> None:
    """One is given where any piece brings the value."""
    if len(pieces) < 2:
        return
    _come_off(pieces, own)
    brought = lines.column()
    lines.add(0, None, {brought: -1, **{column: 1 for piece in pieces for column in piece}})
    own.add(brought, 1)


def _held(pieces: Sequence[Row], most: int, own: Taken, lines: Lines) -> None:
    """Of the pieces that are there, whole ones are kept that total no more than so much."""
    if sum(max(piece.values()) for piece in pieces) <= most:
        return
    _come_off(pieces, own)
    kept: Row = {}
    for piece in pieces:
        amount = max(piece.values())
        if amount <= most:
            is_kept = lines.column()
            kept[is_kept] = amount
            lines.add(0, None, {is_kept: -1, **dict.fromkeys(piece, 1)})
            own.add(is_kept, amount)
    if kept:
        unit = gcd(*kept.values())
        lines.add(None, most // unit, {column: amount // unit for column, amount in kept.items()})


def _reached(surplus: Sequence[Row], weight: Sequence[Row], lines: Lines) -> int:
    """A column that may be 1 only where the mean is reached."""
    reached = lines.column()
    lines.add(0, None, {reached: -1, **{column: 1 for piece in weight for column in piece}})
    lifts = {column: lift for piece in surplus for column, lift in piece.items() if lift}
    deepest = sum(max(0, *(-lift for lift in piece.values())) for piece in surplus if piece)
    if deepest:
        lines.add(-deepest, None, {**lifts, reached: -deepest})
    return reached
