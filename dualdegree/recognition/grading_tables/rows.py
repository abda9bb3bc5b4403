"""What does a file of ECTS grading tables say? Grades and how often each was given, by field, cycle and year."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.credit import NotADecimal, decimal, figure
from dualdegree.core.grades import GradingTable, ImpossibleGrade, Scale, read_grade
from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.sources import FileRow, read_table
from dualdegree.uploads import Rejected, refuse_too_many

COLUMNS = ("institution", "field", "cycle", "year", "grade", "count")
LAYOUT = Layout(columns={column: column for column in COLUMNS}, encodings=("utf-8-sig", "gb18030"))
NEEDS = Needs(all_of=COLUMNS)
FIELD = re.compile(r"\d{2,4}", re.ASCII)
YEAR = re.compile(r"(20\d\d)(?:[-/](?:20)?\d\d)?", re.ASCII)

NO_FIELD = Message("Write the ISCED-F code of the field, two to four digits such as 0613.")
NO_CYCLE = Message("Write the EQF level of the cycle: 6 for a bachelor's degree, 7 for a master's.")
NO_YEAR = Message("Write the academic year, such as 2024-2025 or 2024.")
NO_COUNT = Message("Write how many students received this grade, in digits.")
NO_FIGURE = Message("This grade has no figure, so that it has no place among the others; leave the row out.")

Cell = tuple[int, str, int]
"""Year, grade as a figure, count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One table of the file: its reference group, its rows, and what conversions will read."""

    field: str
    cycle: str
    rows: tuple[Cell, ...]
    table: GradingTable


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeFile:
    """Everything that a file says. With anything ``rejected``, nothing of it counts."""

    groups: tuple[Group, ...]
    rejected: tuple[Rejected, ...]
    notes: tuple[Message, ...]
    lines: tuple[tuple[str, ...], ...]
    """The rows as they were read, for a page that shows them again."""


class _Wrong(ValueError):
    """A cell that cannot be read."""

    def __init__(self, column: str, reason: Message) -> None:
        super().__init__(str(reason))
        self.column, self.reason = column, reason


def read_grade_tables(content: bytes, name: str, institution: str, scale: Scale) -> GradeFile:
    """The tables of a CSV or XLSX file, one for each field and cycle. Raises ``Unreadable``."""
    table = read_table(content, name, LAYOUT, NEEDS)
    rejected = list(table.broken)
    counts: dict[tuple[str, str], dict[tuple[int, str], tuple[int, int]]] = {}
    for row in table.rows:
        refuse_too_many(rejected)
        try:
            group, key, count = _read(row, institution, scale)
        except _Wrong as wrong:
            rejected.append(_rejected(row, wrong.column, wrong.reason))
            continue
        held = counts.setdefault(group, {})
        if key in held:
            words = {"line": str(held[key][1])}
            rejected.append(_rejected(row, "grade", Message("Line %(line)s counts this grade already.", words)))
        else:
            held[key] = count, row.line
    groups = tuple(_group(*group, held, institution, scale) for group, held in sorted(counts.items()))
    return GradeFile(
        groups=groups,
        rejected=tuple(sorted(rejected, key=lambda rejection: rejection.line or 0)),
        notes=table.notes,
        lines=tuple(tuple(row.cells[column] for column in COLUMNS) for row in table.rows),
    )


def _rejected(row: FileRow, column: str, reason: Message) -> Rejected:
    return Rejected(line=row.line, column=column, value=row.cells[column], reason=reason)


def _read(row: FileRow, institution: str, scale: Scale) -> tuple[tuple[str, str], tuple[int, str], int]:
    """The reference group, year and grade, and the count of one row."""
    cells = row.cells
    if cells["institution"] != institution:
        words = {"own": institution}
        raise _Wrong("institution", Message("This is not %(own)s; each institution imports its own grades.", words))
    if not FIELD.fullmatch(cells["field"]):
        raise _Wrong("field", NO_FIELD)
    if cells["cycle"] not in {"5", "6", "7", "8"}:
        raise _Wrong("cycle", NO_CYCLE)
    year = YEAR.fullmatch(cells["year"])
    if year is None:
        raise _Wrong("year", NO_YEAR)
    return (cells["field"], cells["cycle"]), (int(year[1]), _grade(cells, scale)), _count(cells)


def _grade(cells: Mapping[str, str], scale: Scale) -> str:
    try:
        grade = read_grade(scale, cells["grade"])
    except ImpossibleGrade as impossible:
        raise _Wrong("grade", impossible.reason) from None
    if grade.value is None:
        raise _Wrong("grade", NO_FIGURE)
    return figure(grade.value)


def _count(cells: Mapping[str, str]) -> int:
    try:
        return int(decimal(cells["count"], places=0))
    except NotADecimal:
        raise _Wrong("count", NO_COUNT) from None


def _group(
    field: str, cycle: str, held: Mapping[tuple[int, str], tuple[int, int]], institution: str, scale: Scale
) -> Group:
    rows = tuple((year, grade, count) for (year, grade), (count, _) in held.items())
    table = GradingTable.counting(
        scale,
        [(Decimal(grade), count) for _, grade, count in rows],
        institution=institution,
        field=field,
        cycle=cycle,
        years=[year for year, _, _ in rows],
    )
    return Group(field=field, cycle=cycle, rows=rows, table=table)
