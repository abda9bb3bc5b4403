"""What does one grade become on the other side, and how was that worked out? A proposal with its working."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from dualdegree.core.grades.methods import PLAIN, Conversion, FixedTable, Linear, Method, Statistical, WithoutGrade
from dualdegree.core.grades.scales import Scale
from dualdegree.core.grades.shares import GradingTable
from dualdegree.core.grades.statistics import by_shares, usable
from dualdegree.core.text import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A converted grade beside the original, which is never lost; ``grade`` None is a recognition without grade.

    ``method`` is the one that gave the figure, which a small table may have changed; ``steps`` is the working, in
    order; ``tables`` are the digests of the grading tables that were read.
    """

    original: Decimal | None
    scale: str
    grade: Decimal | None
    target: str
    method: Method
    steps: tuple[Message, ...]
    tables: tuple[str, ...] = ()


def convert(value: Decimal, source: Scale, target: Scale) -> Decimal:
    """The figure of ``target`` that lies where ``value`` lies in ``source``: linear from pass mark to highest.

    A pass is rounded half up, a fail down, so that no fail becomes a pass; mentions are never produced. This is a
    proposal for a professor or board to approve. Source: the general linear form (non-binding) y = 5 + 5·(x − 60)/40.
    """
    if source is target:
        return value
    passed = value >= source.pass_mark
    low, high = (source.pass_mark, source.highest) if passed else (source.lowest, source.pass_mark)
    start, end = (target.pass_mark, target.highest) if passed else (target.lowest, target.pass_mark)
    exact = start + (end - start) * (value - low) / (high - low)
    return exact.quantize(Decimal(1).scaleb(-target.places), rounding=ROUND_HALF_UP if passed else ROUND_DOWN)


def converted(
    value: Decimal | None,
    method: Method,
    source: Scale,
    target: Scale,
    tables: tuple[GradingTable | None, GradingTable | None] = (None, None),
) -> Converted:
    """What a grade becomes by this method, with its working; ``tables`` are those of source and target, if any.

    A pass without grade stays without one. A fail is converted by the linear method only, and stays a fail.
    """
    if value is None:
        return _converted(None, method, source, target, Message("There is no figure to convert; credits only."))
    match method:
        case Linear():
            return _linear(value, method, source, target)
        case FixedTable():
            return _by_table(value, method, source, target)
        case WithoutGrade():
            return _converted(
                value, method, source, target, Message("The agreement recognises without grade; credits only.")
            )
        case Statistical():
            return _by_shares(value, method, source, target, tables)


def _converted(
    value: Decimal | None,
    method: Method,
    source: Scale,
    target: Scale,
    *steps: Message,
    grade: Decimal | None = None,
    tables: tuple[str, ...] = (),
) -> Converted:
    return Converted(
        original=value, scale=source.key, grade=grade, target=target.key, method=method, steps=steps, tables=tables
    )


def _linear(value: Decimal, method: Linear, source: Scale, target: Scale) -> Converted:
    grade = convert(value, source, target)
    words = {
        "value": value, "pass": source.pass_mark, "highest": source.highest,
        "low": target.pass_mark, "high": target.highest, "grade": grade,
    }  # fmt: skip
    if value < source.pass_mark:
        step = Message("%(value)s is below the pass mark %(pass)s, and stays below %(low)s: %(grade)s.", words)
    else:
        step = Message(
            "%(low)s + (%(high)s − %(low)s) × (%(value)s − %(pass)s) / (%(highest)s − %(pass)s) = %(grade)s, rounded.",
            words,
        )
    return _converted(value, method, source, target, step, grade=grade)


def _failed(value: Decimal, method: Method, source: Scale, target: Scale) -> Converted:
    words = {"value": value, "pass": source.pass_mark}
    return _converted(
        value,
        method,
        source,
        target,
        Message("%(value)s is below the pass mark %(pass)s; nothing is converted.", words),
    )


def _by_table(value: Decimal, method: FixedTable, source: Scale, target: Scale) -> Converted:
    row = next((row for row in method.rows if value >= row.at_least), None)
    if row is None or value < source.pass_mark:
        return _failed(value, method, source, target)
    words = {"value": value, "least": row.at_least, "grade": row.grade}
    step = Message("%(value)s is %(least)s or more: the agreement's table gives %(grade)s.", words)
    return _converted(value, method, source, target, step, grade=row.grade)


def _by_shares(
    value: Decimal,
    method: Statistical,
    source: Scale,
    target: Scale,
    tables: tuple[GradingTable | None, GradingTable | None],
) -> Converted:
    if value < source.pass_mark:
        return _failed(value, method, source, target)
    read = tuple(table.digest for table in tables if table is not None)
    host, home = usable(tables[0], method), usable(tables[1], method)
    if isinstance(host, GradingTable) and isinstance(home, GradingTable):
        conversion = by_shares(value, method.choose, host, home, target)
        return _converted(value, method, source, target, *conversion.steps, grade=conversion.grade, tables=read)
    missing = tuple(table for table in (host, home) if isinstance(table, Message))
    instead = converted(value, method.otherwise, source, target)
    return replace(instead, steps=(*missing, *instead.steps), tables=read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """How grades pass between institutions: each one's scale, the agreed methods, and the grading tables at hand."""

    scales: Mapping[str, Scale]
    agreed: tuple[Conversion, ...] = ()
    tables: tuple[GradingTable, ...] = ()

    def conversion(self, origin: str, into: str) -> Conversion:
        """What the agreement chose for this direction; linear where it chose nothing."""
        chosen = (conversion for conversion in self.agreed if (conversion.origin, conversion.into) == (origin, into))
        return next(chosen, Conversion(origin=origin, into=into))

    def convert(self, value: Decimal | None, origin: str, into: str, *, plain: str | None = None) -> Converted:
        """What a grade of ``origin`` becomes at ``into``; ``plain`` names a method to use instead of the agreed."""
        method = self.conversion(origin, into).method if plain is None else PLAIN[plain]
        tables = (self._table(origin, method), self._table(into, method))
        return converted(value, method, self.scales[origin], self.scales[into], tables)

    def _table(self, institution: str, method: Method) -> GradingTable | None:
        """The latest table of the method's reference group."""
        if not isinstance(method, Statistical):
            return None
        group = (institution, self.scales[institution].key, method.field, method.cycle)
        own = [table for table in self.tables if (table.institution, table.scale, table.field, table.cycle) == group]
        return max(own, key=lambda table: (table.years, table.digest), default=None)
