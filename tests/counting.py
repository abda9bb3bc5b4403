"""How many statements reach the database? For pages and services that must not ask once per student."""

from contextlib import contextmanager

from sqlalchemy import event


@contextmanager
def counting(engine):
    """Collects the statements that the block sends."""
    statements = []

    def keep(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    yield statements
    event.remove(engine, "before_cursor_execute", keep)
