"""A worker killed with -9 loses nothing and doubles nothing: local processes on SQLite, Celery on PostgreSQL."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa

from dualdegree.events import Event
from dualdegree.jobs import service
from dualdegree.jobs.models import Job, JobState
from dualdegree.jobs.service import JobPart
from tests import databases
from tests.people import institution

ROOT = Path(__file__).parents[2]
NUMBERS = [1, 2, 3, 4]
PATIENCE = 60
REDIS = os.environ.get("TEST_BROKER_URL", "redis://127.0.0.1:6379/9")


@pytest.fixture
def queue(backend, worker):
    """A queue of this test's own for PostgreSQL; none for SQLite, where local processes do the work."""
    if isinstance(backend, databases.SQLite):
        yield {}
        return
    client = redis.Redis.from_url(REDIS)
    try:
        client.ping()
    except redis.ConnectionError as error:
        databases.required("Redis", f"{REDIS} did not answer ({error})")
    name = f"dualdegree-test-{worker}-{os.getpid()}"
    yield {"BROKER_URL": REDIS, "BROKER_QUEUE": name}
    client.delete(name)
    client.close()


@pytest.fixture
def start(backend, queue, tmp_path):
    """Starts workers, each in a process group of its own, and leaves none behind."""
    started = []
    given = {"DATABASE_URL": backend.url, "JOB_LEASE_SECONDS": "1", "MARKER": str(tmp_path / "begun"), **queue}

    def make():
        command = [sys.executable, "-m", "tests.jobs.counting_worker"]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **given}, start_new_session=True)
        started.append(process)
        return process

    yield make
    for process in started:
        kill(process)


def kill(process):
    """Kill a worker and all of its processes with -9."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def eventually(happened):
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(session, start, tmp_path):
    institution(session, "upv.es")
    parts = [JobPart(task="count", arguments={"to": number}) for number in NUMBERS]
    service.put(session, parts, batch="counting:1", institution=None, at=dt.datetime.now(dt.UTC))
    session.commit()

    first = start()
    eventually((tmp_path / "begun").exists)
    kill(first)
    start()

    def all_done():
        states = service.states(session, ["counting:1"])["counting:1"]
        session.rollback()
        return states == {JobState.DONE: len(NUMBERS)}

    eventually(all_done)
    subjects = session.scalars(sa.select(Event.subject).order_by(Event.subject)).all()
    assert subjects == [f"number:{number}" for number in NUMBERS]
    assert session.scalars(sa.select(Job.outcome).order_by(Job.id)).all() == [
        {"counted": counted_to} for counted_to in NUMBERS
    ]
    assert session.scalar(sa.select(Job.tries).where(Job.id == 2)) >= 2
