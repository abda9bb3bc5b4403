"""Which part of a long list is on this page?"""

from dataclasses import dataclass
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
    total = session.scalar(sa.select(sa.func.count()).select_from(select.order_by(None).subquery())) or 0
    pages = max(1, -(-total // rows))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    found = session.scalars(select.limit(rows).offset((number - 1) * rows)).unique()
    return Part(rows=tuple(found), number=number, pages=pages, total=total)
