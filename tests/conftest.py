"""What do most tests need? A clean database, an application, a client: each on SQLite and on PostgreSQL."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import orm

import config
from dualdegree import create_app
from dualdegree import db as database
from tests import counting, databases, keeping
from tests.applications import Wardrobe

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys first: they take longest, and what other workers can take over at the end should be short."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)


@pytest.fixture(scope="session")
def worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def backends(tmp_path_factory, worker) -> Iterator[dict]:
    yield from databases.every_backend(tmp_path_factory.mktemp("databases"), worker)


@pytest.fixture(params=databases.BACKENDS)
def backend(request, backends, tmp_path_factory, worker):
    """An empty, migrated database; a test that touches one runs on both."""
    folder = tmp_path_factory.getbasetemp() / "sqlite"
    folder.mkdir(exist_ok=True)
    chosen = databases.backend(backends, request.param, folder, worker)
    chosen.reset()
    return chosen


@pytest.fixture(scope="session")
def wardrobe() -> Wardrobe:
    return Wardrobe()


@pytest.fixture
def session(backend, wardrobe) -> Iterator[orm.Session]:
    """A session for services, without the web application."""
    with wardrobe.lent("bare", backend.url, lambda: databases.bare_app(backend.url)) as bare, bare.app_context():
        yield database.db.session()
        database.db.session.remove()


@pytest.fixture
def app(backend, wardrobe, tmp_path) -> Iterator[Flask]:
    """The whole application on an empty database."""
    settings = config.from_environment(
        {
            "DATABASE_URL": backend.url,
            "SECRET_KEY": "a key for tests only",
            "DUALDEGREE_INSTANCE": str(tmp_path),
            "DUALDEGREE_INSECURE_COOKIES": "1",
            "PUBLIC_URL": "https://verify.example",
        }
    )
    settings |= {"TESTING": True, "RATELIMIT_ENABLED": False}
    with wardrobe.lent("whole", backend.url, lambda: create_app(settings), settings) as whole:
        yield whole


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def counted(session) -> Callable[[], AbstractContextManager[list[str]]]:
    """Counts the statements that a block of a test sends to the session's database."""
    return partial(counting.counting, session.get_bind())


@pytest.fixture
def graduates(backend, session):
    """Two universities with students in every state, as services see them."""
    from tests.graduates import Graduates

    # Documents speak three languages; the bare application knows none.
    current_app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(config.TRANSLATIONS)
    world = Graduates(session)
    if not keeping.recall(backend, "graduates"):
        world.build()
        session.commit()
        keeping.remember(backend, "graduates")
    return world


@pytest.fixture
def offices(backend, app):
    """The same behind the pages of the whole application."""
    from tests.graduates.browsing import Offices

    world = Offices(app)
    if not keeping.recall(backend, "graduates"):
        world.build()
        keeping.remember(backend, "graduates")
    return world
