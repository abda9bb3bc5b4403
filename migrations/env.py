"""How do the migrations run? On the application's engine, as the tables' owner; then the application's role is given its rights."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

from dualdegree.core.refusal import Refusal
from dualdegree.db import APPLICATION_ROLE, Exact, Instant

db = current_app.extensions["migrate"].db


def render_item(kind: str, value: object, autogen: object) -> object:
    """Write our own column types as plain ones, so that a shipped migration never changes with the code."""
    if kind == "type" and isinstance(value, Exact):
        return 'sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite")'
    if kind == "type" and isinstance(value, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def take_on_role(connection: sa.Connection) -> None:
    """See to it that there is the application's role and that this login may take it on. Raises ``Refusal``."""
    if not connection.scalar(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": APPLICATION_ROLE}):
        # Another database of the same server may be prepared at the same moment.
        as_administrator(connection, f"""
            DO $$ BEGIN CREATE ROLE {APPLICATION_ROLE} NOLOGIN;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$""")
    # Since PostgreSQL 16 a member may be one who cannot take the role on.
    held = "SET" if connection.dialect.server_version_info >= (16,) else "MEMBER"
    asked = sa.text("SELECT pg_has_role(current_user, :role, :held)")
    if not connection.scalar(asked, {"role": APPLICATION_ROLE, "held": held}):
        as_administrator(connection, f"GRANT {APPLICATION_ROLE} TO CURRENT_USER")


def as_administrator(connection: sa.Connection, statement: str) -> None:
    """Do what takes the right CREATEROLE; raises ``Refusal`` with what an administrator has to do instead."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement)
    except sa.exc.ProgrammingError as error:
        login = connection.scalar(sa.text("SELECT quote_ident(current_user)"))
        raise Refusal(
            "This login may not prepare the role of the application. Let an administrator of the server run "
            "“CREATE ROLE %(role)s NOLOGIN;” if there is no such role, then “GRANT %(role)s TO %(login)s;”, and run this "
            "again.",
            {"role": APPLICATION_ROLE, "login": login},
        ) from error


def grant_rights(connection: sa.Connection) -> None:
    """Let the application's role use the tables without owning one; history it may only write and read."""
    schema = connection.scalar(sa.text("SELECT current_schema()"))
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
        if connection.dialect.name == "postgresql":
            take_on_role(connection)
        context.run_migrations()
        if connection.dialect.name == "postgresql":
            grant_rights(connection)
    connection.commit()
