"""What do the tests of records need besides a database?"""

from contextlib import contextmanager

import pytest
from sqlalchemy import event


@pytest.fixture
def counted(session):
    """Counts the statements that reach the database."""

    @contextmanager
    def counting():
        statements = []

        def keep(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", keep)
        yield statements
        event.remove(engine, "before_cursor_execute", keep)

    return counting
