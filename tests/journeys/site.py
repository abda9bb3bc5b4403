"""Where do the journeys take place? On the whole application, served on this machine from a database of its own."""

import datetime as dt
from pathlib import Path
from threading import Thread

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

import config
from dualdegree import db as database
from dualdegree.accounts import service as accounts
from dualdegree.cli.demonstration.command import accounts_listed, load
from dualdegree.desk import service as desk
from dualdegree.transcript.formats import pdf
from tests import databases
from tests.people import signed_in


class Quiet(WSGIRequestHandler):
    """Serves without a line in the log for each request."""

    def log_request(self, code="-", size="-"):
        pass


def settings(folder: Path, file: Path) -> dict:
    """How an application is set that has its database in ``file`` and keeps what it is handed in ``folder``."""
    chosen = config.from_environment(
        {
            "DATABASE_URL": f"sqlite:///{file}",
            "SECRET_KEY": "a key for journeys only",
            "DUALDEGREE_INSTANCE": str(folder),
            "DUALDEGREE_INSECURE_COOKIES": "1",
        }
    )
    return {**chosen, "RATELIMIT_ENABLED": False, "DEMO_ACCOUNTS": accounts_listed()}


class Site:
    """The application, served at ``url`` until closed."""

    def __init__(self, app: Flask, file: Path) -> None:
        self.app = app
        self.file = file
        self.server = make_server("127.0.0.1", 0, self._whole, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.port}"
        app.config["PUBLIC_URL"] = self.url
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def _whole(self, environ, start_response):
        # This server leaves a file open when the browser hangs up halfway; gunicorn, which the demonstration uses,
        # does not. So it gets every answer whole.
        answer = self.app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        with self.app.app_context():
            database.db.engine.dispose()


def sign_in(app: Flask) -> dict[str, str]:
    """Sign everybody in without a page, where a password takes as long as it should; each one's cookie by e-mail address.

    A copy of the database made afterwards knows these sign-ins, and every site has the same key.
    """
    cookies = {}
    with app.app_context():
        session = database.db.session()
        for account in accounts_listed():
            client = signed_in(app, session, accounts.person_of(session, account["email"]))
            cookies[account["email"]] = client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
        database.db.session.remove()
        database.db.engine.dispose()
    return cookies


def load_demonstration(file: Path) -> None:
    """Fill a new database at ``file`` with the demonstration, as ``dualdegree demo`` does, and audit everybody once."""
    pdf.load()
    databases.migrate(f"sqlite:///{file}")
    bare = databases.bare_app(f"sqlite:///{file}")
    bare.config["BABEL_TRANSLATION_DIRECTORIES"] = str(config.TRANSLATIONS)
    with bare.app_context():
        with database.transaction() as session:
            now = dt.datetime.now(dt.UTC)
            load(session, now, "http://127.0.0.1:8000")
            # Audits are kept, so that no journey waits for those of all students.
            desk.office(session, "upv.es", now)
        database.db.engine.dispose()
