"""How does a small world come back for every test? Built once by each worker, then copied within the database."""

import copy

import sqlalchemy as sa

from dualdegree import db as database
from tests import databases


def again(backend, world, session, make):
    """What ``make(session)`` builds, of plain values besides its session: built once and committed, then brought back."""
    if not recall(backend, world):
        built = make(session)
        session.commit()
        remember(backend, world)
        backend.builders[world] = built
    again_built = copy.copy(backend.builders[world])
    again_built.session = session
    return again_built


def recall(backend, world):
    """Bring back what ``remember`` has kept of this world; whether there was anything."""
    if world not in backend.kept:
        return False
    if isinstance(backend, databases.SQLite):
        backend.file.write_bytes(backend.kept[world])
        return True
    with backend.owner.begin() as connection:
        connection.exec_driver_sql(backend.kept[world])
    return True


def remember(backend, world):
    """Keep everything that was committed, aside."""
    if isinstance(backend, databases.SQLite):
        backend.kept[world] = _in_one_file(backend)
        return
    with backend.owner.begin() as connection:
        tables = [table.name for table in database.Base.metadata.sorted_tables]
        filled = [
            name
            for name in tables
            if connection.scalar(sa.text(f"SELECT EXISTS (SELECT FROM {backend.schema}.{name})"))
        ]
        for name in filled:
            aside = f"{backend.schema}.kept_{world}_{name}"
            connection.exec_driver_sql(f"CREATE TABLE {aside} AS TABLE {backend.schema}.{name}")
        numbered = [name for name in filled if _sequence(connection, backend.schema, name)]
    copies = [
        f"INSERT INTO {backend.schema}.{name} SELECT * FROM {backend.schema}.kept_{world}_{name}" for name in filled
    ]
    counts = [
        f"SELECT setval(pg_get_serial_sequence('{backend.schema}.{name}', 'id'), max(id)) FROM {backend.schema}.{name}"
        for name in numbered
    ]
    backend.kept[world] = ";\n".join([*copies, *counts])


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
