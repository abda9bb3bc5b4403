"""Which part of a long list is on this page?"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import request
from sqlalchemy import orm

from dualdegree.web import downloads

ROWS = 50
MOST_PAGES = 1_000_000
"""No list has so many; a database takes no larger figures than it has bits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPart:
    """Some rows of a list: page ``number`` of ``pages``, counted from 1, out of ``total`` rows."""

    rows: tuple[Any, ...]
    number: int
    pages: int
    total: int


def part(session: orm.Session, select: sa.Select[Any], rows: int = ROWS) -> ListPart:
    """The rows of ``select`` (which must order them) that ``?page=`` asks for; beyond the end, the last ones.

    For whoever takes the list away as a file, all of them.
    """
    if downloads.asked():
        return _whole(session, select)
    counting, paging = _statements(select)
    number = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    total, listed = _read(session, paging, number, rows)
    if not listed and number > 1:
        # Beyond the end nothing tells how many there are.
        number = max(1, -(-(session.scalar(counting) or 0) // rows))
        total, listed = _read(session, paging, number, rows)
    return ListPart(rows=listed, number=number, pages=max(1, -(-total // rows)), total=total)


def _whole(session: orm.Session, select: sa.Select[Any]) -> ListPart:
    total, listed = _read(session, _statements(select)[1], 1, downloads.MOST_ROWS)
    downloads.refuse_too_long(total)
    return ListPart(rows=listed, number=1, pages=1, total=total)


def _read(session: orm.Session, paging: sa.Select[Any], number: int, rows: int) -> tuple[int, tuple[Any, ...]]:
    """How many rows there are in all, if this page has any; and the page's."""
    listed = session.execute(paging, {"rows_of_page": rows, "rows_before": (number - 1) * rows}).unique().all()
    return (listed[0][1] if listed else 0), tuple(row for row, _ in listed)


@lru_cache(maxsize=512)
def _statements(select: sa.Select[Any]) -> tuple[sa.Select[int], sa.Select[Any]]:
    """How many rows there are; and a part of them, each with that number. Where a statement is kept, so are these."""
    counting = sa.select(sa.func.count()).select_from(select.order_by(None).subquery())
    paging = select.add_columns(counting.scalar_subquery())
    return counting, paging.limit(sa.bindparam("rows_of_page")).offset(sa.bindparam("rows_before"))
