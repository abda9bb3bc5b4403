"""What is asked of a database while something is measured?"""

import contextlib
from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy import event

from dualdegree.db import db


@contextlib.contextmanager
def statements_of(app: Flask) -> Iterator[list[str]]:
    """Collects the statements that the application sends within the block."""
    statements: list[str] = []
    with app.app_context():
        engine = db.engine

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield statements
    event.remove(engine, "before_cursor_execute", listen)
