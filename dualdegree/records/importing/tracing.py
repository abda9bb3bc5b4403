"""What exactly did an import change? Every row as it was before and is after, kept so that it can be taken back."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.credit import figure
from dualdegree.db import Base, Exact, Instant
from dualdegree.records.importing.planning import RowsOf, chunks
from dualdegree.records.models import ImportBatch, ImportedRow

NOT_KEPT = ("revision",)
"""What is raised by every change, also by the one that takes another back."""

RowKey = tuple[str, int]
"""Table and id."""
StoredRow = Mapping[str, Any]
"""Column → JSON value."""


@contextmanager
def traced(session: orm.Session, batch: ImportBatch, reach: Sequence[RowsOf]) -> Iterator[None]:
    """Keep what the block does to the rows in ``reach``."""
    session.flush()
    before = _rows(session, reach)
    yield
    session.flush()
    after = _rows(session, reach)
    kept = [
        {"batch_id": batch.id, "institution_id": batch.institution_id, "row_table": key[0], "row_id": key[1], **change}
        for key in sorted({*before, *after})
        if (change := _change(before.get(key), after.get(key)))
    ]
    if kept:
        session.execute(sa.insert(ImportedRow), kept)


def _change(before: StoredRow | None, after: StoredRow | None) -> dict[str, StoredRow | None]:
    if before is None or after is None:
        return {"before": before, "after": after}
    names = [name for name in after if before[name] != after[name]]
    if not names:
        return {}
    return {"before": {name: before[name] for name in names}, "after": {name: after[name] for name in names}}


def _rows(session: orm.Session, reach: Sequence[RowsOf]) -> dict[RowKey, StoredRow]:
    rows: dict[RowKey, StoredRow] = {}
    for part in reach:
        for some in chunks(part.keys):
            rows.update(stored_rows(session, part.table, part.where(some), part.columns))
    return rows


def rows_present(session: orm.Session, table: type[Base], ids: Sequence[int]) -> dict[RowKey, StoredRow]:
    """Those of a table's rows that are there now, whole."""
    rows: dict[RowKey, StoredRow] = {}
    for some in chunks(sorted(ids)):
        rows.update(stored_rows(session, table, _table(table).c.id.in_(some)))
    return rows


def stored_rows(
    session: orm.Session, table: type[Base], where: sa.ColumnElement[bool], columns: Sequence[str] = ()
) -> dict[RowKey, StoredRow]:
    """The rows as they are kept: table and id → column → JSON value."""
    every = _table(table)
    wanted = [column for column in every.c if column.name not in NOT_KEPT and (not columns or column.name in columns)]
    query = sa.select(every.c.id.label("row_id"), *wanted).where(where)
    return {
        (every.name, row["row_id"]): {column.name: _json(row[column.name]) for column in wanted}
        for row in session.execute(query).mappings()
    }


def values_of(table: type[Base], stored: StoredRow) -> dict[str, Any]:
    """The values that a kept row holds, as its table takes them."""
    return {name: _value(_table(table).c[name], value) for name, value in stored.items()}


def _table(table: type[Base]) -> sa.Table:
    every = table.__table__
    assert isinstance(every, sa.Table)  # noqa: S101 - a declared class has a table, and nothing else
    return every


def _json(value: Any) -> Any:
    match value:
        case Decimal():
            return figure(value)
        case dt.date():
            return value.isoformat()
        case _:
            return value


def _value(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    match column.type:
        case Exact():
            return Decimal(value)
        case Instant():
            return dt.datetime.fromisoformat(value)
        case sa.Date():
            return dt.date.fromisoformat(value)
        case _:
            return value
