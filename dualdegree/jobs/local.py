"""How do local processes do the jobs, and what happens when one of them dies or is told to stop?"""

import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from types import FrameType

from flask import Flask

from dualdegree.db import db, reading, transaction
from dualdegree.jobs import service
from dualdegree.jobs.models import JobState
from dualdegree.jobs.performing import bench_of, perform_next

POLL_SECONDS = 0.5
"""How often an idle worker looks for work, and whether whoever started it still lives."""


class Stop:
    """Whether SIGTERM or SIGINT has come; the job at hand is finished before it is obeyed."""

    def __init__(self) -> None:
        self.asked = False

    def listen(self) -> None:
        """Catch both signals in this process."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)

    def _tell(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def work(app: Flask, *, batch: str | None = None, stopped: Callable[[], bool]) -> None:
    """Do jobs until ``stopped()``; of one batch only, if named, and then until none of it is left."""
    while not stopped():
        if perform_next(app, batch=batch):
            continue
        with app.app_context():
            with transaction() as session:
                service.give_up_on(session, bench_of(app).clock())
            with reading() as session:
                left = service.states(session, [batch])[batch] if batch else {JobState.WAITING: 1}
        if not left.keys() & {JobState.WAITING, JobState.RUNNING}:
            return
        time.sleep(POLL_SECONDS)


def work_in_processes(
    app: Flask,
    number: int,
    *,
    batch: str | None = None,
    parent: int | None = None,
    watch: Callable[[], None] = lambda: None,
) -> bool:
    """Let ``number`` processes do jobs, and replace one that dies; True when there was nothing left to do.

    ``watch`` is called about twice a second. SIGINT and SIGTERM, and the end of the process ``parent``, let each
    process finish its job; then this returns False.
    """
    stop = Stop()
    stop.listen()
    with app.app_context():
        # A connection opened before the fork must not be shared by the processes.
        db.engine.dispose()
    gc.collect()
    gc.freeze()  # what is loaded by now is never looked at again, and its memory stays shared
    running = [_start(app, batch) for _ in range(number)]
    while running and not stop.asked:
        time.sleep(POLL_SECONDS)
        watch()
        stop.asked = stop.asked or (parent is not None and os.getppid() != parent)
        died = [process for process in running if process.exitcode not in (None, 0)]
        running = [process for process in running if process.exitcode is None] + [_start(app, batch) for _ in died]
    for process in running:
        if process.pid and process.is_alive():
            os.kill(process.pid, signal.SIGTERM)
    for process in running:
        process.join()
    watch()
    return not stop.asked


def _start(app: Flask, batch: str | None) -> BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=_worker, args=(app, batch, os.getpid()))
    process.start()
    return process


def _worker(app: Flask, batch: str | None, parent: int) -> None:
    stop = Stop()
    stop.listen()
    # Whoever started this process may be killed without a word: then nobody could ever stop it.
    work(app, batch=batch, stopped=lambda: stop.asked or os.getppid() != parent)
