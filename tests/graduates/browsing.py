"""Who opens the pages of the graduates? A browser for each of the people, on an application whose clock stands still."""

import html
import re
from contextlib import contextmanager

from dualdegree.accounts import service as accounts
from dualdegree.db import db
from tests.graduates import READY, Graduates, email_of
from tests.people import NOW, signed_in


class Offices:
    """The whole application with the graduates in it."""

    def __init__(self, app):
        self.app = app
        app.config["WTF_CSRF_ENABLED"] = False
        app.config["CLOCK"] = lambda: NOW

    def build(self):
        """Bring the graduates into an empty database."""
        with self.graduates() as graduates:
            graduates.build()

    @contextmanager
    def graduates(self):
        """The world behind the pages; what the block does to it is committed.

        No request may be sent within: with an application context around them, requests would share who is signed in.
        """
        with self.app.app_context():
            yield Graduates(db.session())
            db.session.commit()

    def reader(self, who):
        """A browser in which one of the people has signed in; a stranger's for ``public``."""
        if who == "public":
            return self.app.test_client()
        with self.app.app_context():
            return signed_in(self.app, db.session, accounts.person_of(db.session(), email_of(who)), NOW)

    def student(self, number=READY):
        """The id of a student, as addresses have it."""
        with self.graduates() as graduates:
            return graduates.student(number).id

    def engine(self):
        """The database that the pages ask."""
        with self.app.app_context():
            return db.engine


def words(response):
    """What a page says, without its tags and breaks."""
    text = re.sub(r"<(script|style|head).*?</\1>|<[^>]+>", " ", response.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(html.unescape(text).split())
