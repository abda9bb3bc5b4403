"""How do the migrations run? On the application's engine, as the tables' owner; then the application's role is given its rights."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

from dualdegree.db import APPLICATION_ROLE, Exact, Instant

db = current_app.extensions["migrate"].db


def render_item(kind: str, value: object, autogen: object) -> object:
    """Write our own column types as plain ones, so that a shipped migration never changes with the code."""
    if kind == "type" and isinstance(value, Exact):
        return 'sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite")'
    if kind == "type" and isinstance(value, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def grant_rights(connection: sa.Connection) -> None:
    """Let the application's role use the tables without owning one; history it may only write and read."""
    schema = connection.scalar(sa.text("SELECT current_schema()"))
    connection.exec_driver_sql(f"""
        DO $$ BEGIN CREATE ROLE {APPLICATION_ROLE} NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$""")
    member = connection.scalar(sa.text(f"SELECT pg_has_role(current_user, '{APPLICATION_ROLE}', 'MEMBER')"))
    if not member:
        connection.exec_driver_sql(f"GRANT {APPLICATION_ROLE} TO CURRENT_USER")
    connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA "{schema}" TO {APPLICATION_ROLE}')
    rights = "SELECT, INSERT, UPDATE, DELETE"
    connection.exec_driver_sql(f'GRANT {rights} ON ALL TABLES IN SCHEMA "{schema}" TO {APPLICATION_ROLE}')
    connection.exec_driver_sql(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "{schema}" TO {APPLICATION_ROLE}')
    if sa.inspect(connection).has_table("event"):
        connection.exec_driver_sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON event FROM {APPLICATION_ROLE}")


with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "postgresql":
            grant_rights(connection)
    connection.commit()
