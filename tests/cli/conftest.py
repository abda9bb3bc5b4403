"""What does a test at the terminal need? The command run in this process, on a database that may hold graduates."""

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import pytest

import config
from dualdegree import cli, create_app
from dualdegree import db as database
from tests import databases, keeping
from tests.graduates import PUBLIC_URL, Graduates


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def lines(self):
        return self.out.splitlines()


@pytest.fixture
def terminal(backend, wardrobe, tmp_path, monkeypatch, capsys):
    """Runs ``dualdegree`` on an empty, migrated database."""
    lent = ExitStack()

    def application():
        settings = {**config.from_environment(), "RATELIMIT_ENABLED": False}
        # What an application is made of, apart from where it puts things: another broker is another application.
        kind = repr({name: value for name, value in settings.items() if not name.endswith("_FOLDER")})
        make = partial(create_app, settings)
        return lent.enter_context(wardrobe.lent(kind, settings["SQLALCHEMY_DATABASE_URI"], make, settings))

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["dualdegree", *map(str, arguments)])
        with lent, pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return Ran(ended.value.code or 0, printed.out, printed.err)

    monkeypatch.setattr(cli.group, "create_app", application)
    for name, value in {
        "DATABASE_URL": backend.url,
        "DUALDEGREE_INSTANCE": str(tmp_path / "instance"),
        "SECRET_KEY": "a key for tests only",
        "PUBLIC_URL": PUBLIC_URL,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return run


@pytest.fixture
def within(backend):
    """Acts in the database of the terminal, outside any command: ``within(lambda session: ...)``; it is kept."""

    def act(does):
        bare = databases.bare_app(backend.url)
        bare.config["BABEL_TRANSLATION_DIRECTORIES"] = str(config.TRANSLATIONS)
        with bare.app_context():
            answer = does(database.db.session())
            database.db.session.commit()
            database.db.session.remove()
            database.db.engine.dispose()
        return answer

    return act


@pytest.fixture
def filled(backend, within):
    """The same with graduates in the database: ``filled(lambda graduates: ...)``."""
    if not keeping.recall(backend, "graduates"):
        within(lambda session: Graduates(session).build() and None)
        keeping.remember(backend, "graduates")
    return lambda does: within(lambda session: does(Graduates(session)))
