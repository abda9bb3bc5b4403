"""Does PostgreSQL get ready as docs/configuration.md says: for a login that may create roles, and for one that may not?"""

import os

import pytest
import sqlalchemy as sa

from dualdegree import db as database
from tests import databases

LOGIN, NAME, ROLE = (f"dualdegree_{what}_{os.getpid()}" for what in ("login", "fresh", "role"))


@pytest.fixture
def administrator():
    """Whoever may create logins and databases; what the test created is gone afterwards."""
    engine = sa.create_engine(databases.POSTGRES, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            allowed = connection.scalar(sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
            if not allowed:
                pytest.skip("only an administrator of the server can try how another login fares")
            connection.exec_driver_sql(f"CREATE ROLE {LOGIN} LOGIN")
            connection.exec_driver_sql(f"CREATE DATABASE {NAME} OWNER {LOGIN}")
            yield connection
            connection.exec_driver_sql(f"DROP DATABASE {NAME} WITH (FORCE)")
            for role in (ROLE, LOGIN):
                connection.exec_driver_sql(f"DROP ROLE IF EXISTS {role}")
    except sa.exc.OperationalError as error:
        databases.required("PostgreSQL", str(error.orig).splitlines()[0])


@pytest.fixture
def fresh(administrator, terminal, monkeypatch):
    """The command on that database, as that login, for an application whose role the server has never seen."""
    monkeypatch.setattr(database, "APPLICATION_ROLE", ROLE)
    monkeypatch.setenv("DATABASE_URL", str(sa.make_url(databases.POSTGRES).set(username=LOGIN, database=NAME)))
    return terminal


# The terminal's own database is not touched here.
once = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@once
def test_a_login_that_was_granted_the_role_needs_no_right_to_create_roles(administrator, fresh):
    administrator.exec_driver_sql(f"CREATE ROLE {ROLE} NOLOGIN")
    administrator.exec_driver_sql(f"GRANT {ROLE} TO {LOGIN}")

    ran = fresh("init-db")

    assert (ran.status, ran.lines[-1:]) == (0, ["The database is up to date."])
    assert fresh("init-db").status == 0
    assert "ok     role of the application" in fresh("doctor").lines


@once
def test_a_login_that_may_create_roles_creates_it(administrator, fresh):
    administrator.exec_driver_sql(f"ALTER ROLE {LOGIN} CREATEROLE")

    assert fresh("init-db").status == 0
    assert "ok     role of the application" in fresh("doctor").lines


@once
@pytest.mark.parametrize("exists", [True, False])
def test_whoever_may_neither_is_told_what_an_administrator_has_to_do(administrator, fresh, exists):
    if exists:
        administrator.exec_driver_sql(f"CREATE ROLE {ROLE} NOLOGIN")

    ran = fresh("init-db")

    assert ran.status == 2
    assert f"“GRANT {ROLE} TO {LOGIN};”" in ran.err
    assert "the tables are at nothing" in fresh("doctor").out
