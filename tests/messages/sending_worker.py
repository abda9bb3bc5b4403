"""A worker of the tests that sends letters, as a process that can be killed; its clock may be ahead of this one."""

import datetime as dt
import os

import config
from dualdegree.jobs import local, performing
from dualdegree.messages import delivering
from tests.databases import bare_app


def build():
    """The bare application with the one task of this layer."""
    settings = config.from_environment(os.environ)
    app = bare_app(settings["SQLALCHEMY_DATABASE_URI"])
    app.config.update(settings)
    ahead = dt.timedelta(minutes=int(os.environ["MINUTES_AHEAD"]))
    app.config["CLOCK"] = lambda: dt.datetime.now(dt.UTC) + ahead
    performing.init_app(app, delivering.TASKS)
    return app


if __name__ == "__main__":
    local.work_in_processes(build(), 1)
