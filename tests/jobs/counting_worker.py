"""A worker of the tests, as a process that can be killed: its one task tells the history, and dawdles the first time."""

import os
import time
from pathlib import Path

import config
from dualdegree.core.acts import Act
from dualdegree.events import NewEvent, record
from dualdegree.jobs import broker, local, performing
from tests.databases import bare_app


def count(arguments, at, _tell):
    """Wait to be killed the first time that the marked number comes up; tell the number when done."""
    marker = Path(os.environ["MARKER"])
    if arguments["to"] == 2 and not marker.exists():
        marker.touch()
        time.sleep(60)

    def finish(session):
        act = NewEvent(
            institution="upv.es",
            actor="operator",
            act=Act.COHORT_AUDIT_STARTED,
            subject=f"number:{arguments['to']}",
            at=at,
        )
        record(session, act)
        return {"counted": arguments["to"]}

    return finish


def build():
    """The bare application with this task."""
    settings = config.from_environment(os.environ)
    app = bare_app(settings["SQLALCHEMY_DATABASE_URI"])
    app.config.update({name: settings[name] for name in ("BROKER_URL", "BROKER_QUEUE", "JOB_LEASE_SECONDS")})
    performing.init_app(app, {"count": count})
    return app


if __name__ == "__main__":
    whole = build()
    if whole.config["BROKER_URL"]:
        broker.work(whole, 1)
    else:
        local.work_in_processes(whole, 1)
