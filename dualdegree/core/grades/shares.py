"""How many students received which passing grade? An ECTS grading table, its cumulative shares and its digest."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dualdegree.core.credit import figure
from dualdegree.core.grades.scales import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The share of students with a grade, as an interval from the top: ``better`` than it, ``with_it`` or better."""

    grade: Decimal
    count: int
    better: Fraction
    with_it: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingTable:
    """The passing grades of one reference group: one institution, ISCED-F field and cycle, over whole academic years.

    ``years`` are the first years of the academic years, in order. Source: ECTS Users' Guide 2015, p. 39: absolute
    numbers of passing grades over at least the last two years.
    """

    institution: str
    scale: str
    field: str
    cycle: str
    years: tuple[int, ...]
    counts: tuple[tuple[Decimal, int], ...]
    """(grade, how many), best first, each grade once."""

    @property
    def total(self) -> int:
        """How many passing grades there are."""
        return sum(count for _, count in self.counts)

    @property
    def shares(self) -> tuple[Share, ...]:
        """The cumulative shares, best first; what a curve is drawn of."""
        shares, above = [], 0
        for grade, count in self.counts:
            better, with_it = Fraction(above, self.total), Fraction(above + count, self.total)
            shares.append(Share(grade=grade, count=count, better=better, with_it=with_it))
            above += count
        return tuple(shares)

    @property
    def digest(self) -> str:
        """SHA-256 of the table's canonical form: what a conversion names as its evidence."""
        group = {"institution": self.institution, "scale": self.scale, "field": self.field, "cycle": self.cycle}
        rows = [[figure(grade), count] for grade, count in self.counts]
        text = json.dumps({**group, "years": list(self.years), "counts": rows}, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @staticmethod
    def counting(
        scale: Scale,
        counts: Mapping[Decimal, int] | Iterable[tuple[Decimal, int]],
        *,
        institution: str,
        field: str,
        cycle: str,
        years: Iterable[int],
    ) -> "GradingTable":
        """The table of these counts: failing grades are left out, equal grades are put together."""
        together: dict[Decimal, int] = {}
        for grade, count in counts.items() if isinstance(counts, Mapping) else counts:
            if grade >= scale.pass_mark and count:
                together[grade] = together.get(grade, 0) + count
        return GradingTable(
            institution=institution,
            scale=scale.key,
            field=field,
            cycle=cycle,
            years=tuple(sorted(set(years))),
            counts=tuple(sorted(together.items(), reverse=True)),
        )


def place_of(table: GradingTable, grade: Decimal) -> tuple[Fraction, Fraction]:
    """The interval of shares, from the top, in which a grade lies; without width where nobody had just this grade."""
    for share in table.shares:
        if share.grade == grade:
            return share.better, share.with_it
    above = sum(count for held, count in table.counts if held > grade)
    return Fraction(above, table.total), Fraction(above, table.total)


def corresponding(table: GradingTable, top: Fraction, bottom: Fraction) -> tuple[tuple[Decimal, Fraction], ...]:
    """The grades whose share overlaps the interval, best first, each with the width of the overlap.

    An interval without width lies in one grade's share: in the lower one at a boundary, in the last one at the end.
    """
    if top == bottom:
        at = next((share for share in table.shares if share.better <= top < share.with_it), table.shares[-1])
        return ((at.grade, Fraction(1)),)
    widths = ((share.grade, min(bottom, share.with_it) - max(top, share.better)) for share in table.shares)
    return tuple((grade, width) for grade, width in widths if width > 0)
