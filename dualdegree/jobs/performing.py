"""How does one worker do one job: take it, say that it lives, work, and write what came of it exactly once?"""

import datetime as dt
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask

from dualdegree.db import transaction
from dualdegree.jobs import service
from dualdegree.jobs.service import Leased, LeaseLost, Task, Tell

log = structlog.get_logger()

LEASE_SECONDS = 60.0
"""For how long a worker holds a job without a word; it gives three in that time."""
TOLD_EVERY = dt.timedelta(seconds=1)
"""How often a job says how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a worker needs: the tasks by name, how long a lease lasts, and a clock."""

    tasks: Mapping[str, Task]
    seconds: float
    clock: Callable[[], dt.datetime]


def init_app(app: Flask, tasks: Mapping[str, Task]) -> None:
    """Tell the application which tasks its jobs may name."""
    app.extensions["jobs"] = Bench(
        tasks=dict(tasks),
        seconds=float(app.config.get("JOB_LEASE_SECONDS", LEASE_SECONDS)),
        clock=app.config.get("CLOCK") or (lambda: dt.datetime.now(dt.UTC)),
    )


def bench_of(app: Flask) -> Bench:
    """What ``init_app`` was told."""
    bench: Bench = app.extensions["jobs"]
    return bench


def perform_next(app: Flask, *, batch: str | None = None, job_id: int | None = None) -> bool:
    """Take the next job (of one batch, or that one job) and do it; False when there is none to take."""
    bench = bench_of(app)
    with app.app_context():
        with transaction() as session:
            held = service.lease(session, bench.clock(), bench.seconds, batch=batch, job_id=job_id)
        if held is None:
            return False
        with _alive(app, bench, held):
            _perform(app, bench, held)
    return True


def _perform(app: Flask, bench: Bench, held: Leased) -> None:
    try:
        if held.task not in bench.tasks:
            raise LookupError(f"no task is called {held.task}")  # noqa: TRY301 - told like any other failure
        finish = bench.tasks[held.task](held.arguments, bench.clock(), _teller(app, bench, held))
        with transaction() as session:
            service.finish(session, held, finish(session), bench.clock())
    except LeaseLost:
        log.warning("job done by another worker meanwhile, or dropped", job=held.id)
    except Exception as failure:  # noqa: BLE001 - whatever it was, it is told with the job
        # As text: drawing every frame with its values takes seconds, and those are students' records.
        log.error("job failed", job=held.id, tries=held.tries, how=traceback.format_exc())  # noqa: TRY400
        with transaction() as session:
            service.give_back(session, held, f"{type(failure).__name__}: {failure}"[:500])


def _teller(app: Flask, bench: Bench, held: Leased) -> Tell:
    """Writes at most every second how far the job is, in a transaction of its own."""
    due, wanted = bench.clock(), True

    def tell(progress: Mapping[str, Any]) -> bool:
        nonlocal due, wanted
        at = bench.clock()
        if wanted and at >= due:
            with app.app_context(), transaction() as session:
                wanted = service.tell(session, held, progress)
            due = at + TOLD_EVERY
        return wanted

    return tell


@contextmanager
def _alive(app: Flask, bench: Bench, held: Leased) -> Iterator[None]:
    """Prolong the lease from a thread for as long as the block works."""
    ended = threading.Event()

    def prolong() -> None:
        while not ended.wait(bench.seconds / 3):
            with app.app_context(), transaction() as session:
                if not service.prolong(session, held, bench.clock(), bench.seconds):
                    return

    thread = threading.Thread(target=prolong, name=f"lease of job {held.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
