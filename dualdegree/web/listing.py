"""Which part of a long list is on this page?"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import request
from sqlalchemy import orm

ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some rows of a list: page ``number`` of ``pages``, counted from 1, out of ``total`` rows."""

    rows: tuple[Any, ...]
    number: int
    pages: int
    total: int


def part(session: orm.Session, select: sa.Select[Any], rows: int = ROWS) -> Part:
    """The rows of ``select`` (which must order them) that ``?page=`` asks for; beyond the end, the last ones."""
    counting, paging = _statements(select)
    total = session.scalar(counting) or 0
    pages = max(1, -(-total // rows))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    found = session.scalars(paging, {"rows_of_page": rows, "rows_before": (number - 1) * rows}).unique()
    return Part(rows=tuple(found), number=number, pages=pages, total=total)


@lru_cache(maxsize=512)
def _statements(select: sa.Select[Any]) -> tuple[sa.Select[int], sa.Select[Any]]:
    """How many rows there are, and a part of them; where a statement is kept, so is what is made of it."""
    counting = sa.select(sa.func.count()).select_from(select.order_by(None).subquery())
    return counting, select.limit(sa.bindparam("rows_of_page")).offset(sa.bindparam("rows_before"))
