"""Which numbers may stand in an address? Those that a row can have; a longer one names nothing that there is."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1
"""The largest number of a row on PostgreSQL; SQLite's is larger."""


class RowNumber(IntegerConverter):
    """A row's number. An address with a larger one is not found, instead of asked of a database that cannot hold it."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, *args, **{"max": LARGEST, **kwargs})


def init_app(app: Flask) -> None:
    """Have every ``int`` in an address be the number of a row; before any address is known."""
    app.url_map.converters["int"] = RowNumber
