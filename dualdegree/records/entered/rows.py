"""How is a row of the record kept as JSON, read again, and said in the history?"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dualdegree.core.credit import figure

FIGURES = ("value", "credits", "grade")
DAYS = ("achieved_on",)
FIELDS = {
    "value": "value",
    "achieved_on": "achieved on",
    "term": "term",
    "status": "status",
    "grade_as_given": "grade",
    "credits": "credits",
}
"""Column → what the history calls it."""


def as_json(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a milestone or an attempt as JSON values: figures and days as text, exact."""
    return {name: _kept(value) for name, value in columns.items()}


def _kept(value: Any) -> Any:
    match value:
        case Decimal():
            return figure(value)
        case dt.date():
            return value.isoformat()
        case Mapping():
            return dict(value)
        case _:
            return value


def as_columns(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What ``as_json`` wrote, as the columns were."""
    return {name: _restored(name, value) for name, value in kept.items()}


def _restored(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in FIGURES:
        return Decimal(value)
    return dt.date.fromisoformat(value) if name in DAYS else value


def in_words(kept: Mapping[str, Any]) -> dict[str, str]:
    """The same under the history's own words; no titles, and nothing of what is empty."""
    return {FIELDS[name]: str(kept[name]) for name in FIELDS if kept.get(name) not in (None, "")}
