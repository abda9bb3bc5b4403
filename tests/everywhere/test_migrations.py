"""The migrations: up and down on both databases, and at head equal to the models."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from dualdegree import db as database
from dualdegree.programmes.models import Institution
from tests import databases


@pytest.fixture
def empty(request, backend, tmp_path):
    """A database of its own, so that going down disturbs nobody."""
    if isinstance(backend, databases.SQLite):
        yield f"sqlite:///{tmp_path / 'migrations.db'}"
        return
    schema = f"{backend.schema}_migrations"
    with backend.owner.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    yield backend.url.replace(backend.schema, schema)
    with backend.owner.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")


def test_at_head_the_tables_equal_the_models(empty):
    with databases.bare_app(empty).app_context():
        upgrade()
        with database.db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, database.Base.metadata)
        database.db.engine.dispose()

    assert differences == []


def test_every_migration_can_be_taken_back(empty):
    with databases.bare_app(empty).app_context():
        upgrade()
        downgrade(revision="base")
        assert sa.inspect(database.db.engine).get_table_names() == ["alembic_version"]
        upgrade()
        database.db.engine.dispose()


def test_what_a_profile_called_an_institution_for_short_is_kept_for_every_language(empty):
    with databases.bare_app(empty).app_context():
        upgrade(revision="0022")
        row = {"id": "south.example", "names": "{}", "profile": "short_name: South\ncountry: ES\n"}
        with database.db.engine.begin() as connection:
            connection.execute(
                sa.text(
                    "INSERT INTO institution (id, names, profile, grade_scale, demonstration, revision) "
                    "VALUES (:id, :names, :profile, 'es-10', false, 1)"
                ),
                row,
            )
        upgrade()
        with database.db.engine.connect() as connection:
            kept = connection.execute(sa.select(Institution.short_names)).scalar_one()
        database.db.engine.dispose()

    assert kept == {"und": "South"}


def test_the_applications_role_owns_no_table(session):
    if session.connection().dialect.name == "sqlite":
        pytest.skip("SQLite has no roles")

    owned = session.scalars(
        sa.text("SELECT tablename FROM pg_tables WHERE tableowner = current_user AND schemaname = current_schema()")
    ).all()

    assert session.scalar(sa.text("SELECT current_user")) == database.APPLICATION_ROLE
    assert owned == []
