"""What is the smallest application with pages? The shared web, the accounts, a first page: no other office."""

from flask import Blueprint, Flask, get_flashed_messages

import config
from dualdegree import db, web
from dualdegree.accounts import views as accounts
from dualdegree.core.policy import Permission
from dualdegree.core.text import Message
from dualdegree.web.pages import page


def small_settings(url, folder, **settings) -> dict:
    """The settings of a small application on the database at ``url``."""
    environment = {
        "DATABASE_URL": url,
        "SECRET_KEY": "a key for tests only",
        "DUALDEGREE_INSTANCE": str(folder),
        "DUALDEGREE_INSECURE_COOKIES": "1",
    }
    of_tests = {"TESTING": True, "WTF_CSRF_ENABLED": False, "RATELIMIT_ENABLED": False, "PLAN_SECONDS": 60}
    return {**config.from_environment(environment), **of_tests, **settings}


def small_app(settings, *blueprints) -> Flask:
    """An application with these settings, and these blueprints besides."""
    app = Flask("dualdegree")
    app.config.from_mapping(settings)
    db.init_app(app)
    web.init_app(app)
    for blueprint in (accounts.blueprint, first_page(), *blueprints):
        app.register_blueprint(blueprint)
    return app


def first_page() -> Blueprint:
    """A stand-in for the desk, which every page links to; it shows what was flashed."""
    desk = Blueprint("desk", __name__)

    @page(desk, "/", needs=Permission.SEE_OWN_START, menu=(0, Message("Start")))
    def start():
        return "; ".join(["first page", *get_flashed_messages()])

    return desk
