"""Where do the journeys take place? On the whole application, served on this machine from a database of its own."""

import datetime as dt
import re
from http import HTTPStatus
from pathlib import Path
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server

import config
from dualdegree import create_app
from dualdegree import db as database
from dualdegree.cli.demo import accounts_listed, load
from dualdegree.desk import service as desk
from dualdegree.transcript.formats import pdf
from tests import databases


class Quiet(WSGIRequestHandler):
    """Serves without a line in the log for each request."""

    def log_request(self, code="-", size="-"):
        pass


class Site:
    """The application on the database in ``file``, at ``url`` until closed."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.file = file
        settings = config.from_environment(
            {
                "DATABASE_URL": f"sqlite:///{file}",
                "SECRET_KEY": "a key for journeys only",
                "DUALDEGREE_INSTANCE": str(folder),
                "DUALDEGREE_INSECURE_COOKIES": "1",
            }
        )
        self.app = create_app({**settings, "RATELIMIT_ENABLED": False, "DEMO_ACCOUNTS": accounts_listed()})
        self.server = make_server("127.0.0.1", 0, self._whole, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.port}"
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


def sign_in(site: Site) -> dict[str, str]:
    """Sign everybody in without a browser; each one's session cookie by e-mail address.

    A copy of the database made afterwards knows these sign-ins, and every site has the same key.
    """
    cookies = {}
    for account in accounts_listed():
        client = site.app.test_client()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text).group(1)
        answer = client.post("/sign-in", data={**account, "csrf_token": token})
        assert answer.status_code == HTTPStatus.FOUND, account
        cookies[account["email"]] = client.get_cookie(site.app.config["SESSION_COOKIE_NAME"]).value
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
