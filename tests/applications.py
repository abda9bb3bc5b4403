"""Which application does a test open? One per worker and database, given back as it was made.

Making the whole application compiles every address, its first requests every template and every statement: most tests
took longer for that than for what they check.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask

from dualdegree.db import db


class Wardrobe:
    """The applications made so far, by what they are and the database that they are for."""

    def __init__(self) -> None:
        self.applications: dict[tuple[str, str], tuple[Flask, dict, dict]] = {}

    @contextmanager
    def lent(self, kind: str, url: str, make: Callable[[], Flask], settings: dict | None = None) -> Iterator[Flask]:
        """The application with these settings besides its own; afterwards nothing is left of what a test set there."""
        if (kind, url) not in self.applications:
            app = make()
            self.applications[kind, url] = app, dict(app.config), dict(app.extensions)
        app, own, extensions = self.applications[kind, url]
        app.config.update(settings or {})
        try:
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()
            for kept, first in ((app.config, own), (app.extensions, extensions)):
                kept.clear()
                kept.update(first)
