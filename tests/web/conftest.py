"""What do the tests of pages need? A small application that each test gives its own pages."""

import pytest
from flask import Blueprint

from dualdegree.db import db
from tests.small import small_app, small_settings


@pytest.fixture
def office() -> Blueprint:
    """An office without pages yet; give it some before asking for ``make_app``."""
    return Blueprint("office", "tests.office")


@pytest.fixture
def make_app(backend, tmp_path, office):
    """Makes the application, on a clean database, once the office has its pages."""
    yield from making(backend.url, tmp_path, office)


@pytest.fixture
def make_app_without_tables(tmp_path, office):
    """The same for pages that ask no table."""
    yield from making("sqlite://", tmp_path, office)


def making(url, folder, office):
    apps = []

    def make(**settings):
        apps.append(small_app(small_settings(url, folder, **settings), office))
        return apps[-1]

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()
