"""How do the graduates come back for every test? Built once by each worker, then copied within the database."""

import sqlalchemy as sa

from dualdegree import db as database
from tests import databases


def recall(backend):
    """Bring back what ``remember`` has kept; whether there was anything."""
    if not getattr(backend, "kept", None):
        return False
    if isinstance(backend, databases.SQLite):
        backend.file.write_bytes(backend.kept)
        return True
    with backend.owner.begin() as connection:
        connection.exec_driver_sql(backend.kept)
    return True


def remember(backend):
    """Keep everything that was committed, aside."""
    if isinstance(backend, databases.SQLite):
        backend.kept = _in_one_file(backend)
        return
    with backend.owner.begin() as connection:
        tables = [table.name for table in database.Base.metadata.sorted_tables]
        filled = [
            name
            for name in tables
            if connection.scalar(sa.text(f"SELECT EXISTS (SELECT FROM {backend.schema}.{name})"))
        ]
        for name in filled:
            connection.exec_driver_sql(f"CREATE TABLE {backend.schema}.kept_{name} AS TABLE {backend.schema}.{name}")
        numbered = [name for name in filled if _sequence(connection, backend.schema, name)]
    copies = [f"INSERT INTO {backend.schema}.{name} SELECT * FROM {backend.schema}.kept_{name}" for name in filled]
    counts = [
        f"SELECT setval(pg_get_serial_sequence('{backend.schema}.{name}', 'id'), max(id)) FROM {backend.schema}.{name}"
        for name in numbered
    ]
    backend.kept = ";\n".join([*copies, *counts])


def _in_one_file(backend):
    whole = backend.file.with_name("kept.db")
    whole.unlink(missing_ok=True)
    engine = sa.create_engine(f"sqlite:///{backend.file}", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{whole}'")
    engine.dispose()
    return whole.read_bytes()


def _sequence(connection, schema, name):
    columns = {column["name"]: column for column in sa.inspect(connection).get_columns(name, schema)}
    integer = "id" in columns and isinstance(columns["id"]["type"], sa.Integer)
    return integer and connection.scalar(sa.text(f"SELECT pg_get_serial_sequence('{schema}.{name}', 'id')")) is not None
