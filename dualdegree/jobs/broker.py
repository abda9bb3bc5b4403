"""How do jobs travel through Celery, so that no message leaves before its commit and none that is lost loses a job?

The job's row stays the truth. A message only says "look at job 7": whoever gets it takes the lease or finds that there
is nothing to take. The relay sends messages about committed rows, and again about rows of which nothing was heard.
"""

import datetime as dt
import gc
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog
from celery import Celery, signals
from flask import Flask
from kombu.exceptions import OperationalError
from sqlalchemy import orm

from dualdegree.db import db, transaction
from dualdegree.jobs import service
from dualdegree.jobs.models import Job, JobState
from dualdegree.jobs.performing import bench_of, perform_next

log = structlog.get_logger()

MESSAGE = "dualdegree.perform"
RELAY_SECONDS = 1.0
AGAIN = dt.timedelta(minutes=30)
"""A job that still waits this long after its message was sent is sent again: the broker may have lost it."""
AT_ONCE = 1000
"""How many messages one round of the relay sends at most."""

Send = Callable[[int], None]


def celery_of(app: Flask) -> Celery:
    """Celery over the broker of ``BROKER_URL``, with the one kind of message that there is."""
    celery = Celery("dualdegree", broker=app.config["BROKER_URL"], set_as_current=False)
    celery.conf.update(
        task_default_queue=app.config["BROKER_QUEUE"],
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        enable_utc=True,
        timezone="UTC",
    )

    @celery.task(name=MESSAGE)  # type: ignore[untyped-decorator]
    def perform(job_id: int) -> None:
        perform_next(app, job_id=job_id)

    return celery


def sender(celery: Celery) -> Send:
    """What sends one message."""
    return lambda job_id: celery.send_task(MESSAGE, args=(job_id,), retry=False)


def relay(session: orm.Session, send: Send, at: dt.datetime) -> int:
    """Send a message about every job that needs one, in one transaction with noting so; how many were sent.

    Killed in between, it sends some twice, which does no harm.
    """
    service.give_up_on(session, at)
    unsent = sa.and_(
        Job.state == JobState.WAITING, service.is_due(at), sa.or_(Job.sent_at.is_(None), Job.sent_at < at - AGAIN)
    )
    unheard = sa.and_(Job.state == JobState.RUNNING, Job.leased_until < at, Job.sent_at < Job.leased_until)
    query = sa.select(Job.id).where(sa.or_(unsent, unheard)).order_by(Job.id).limit(AT_ONCE)
    ids = session.scalars(query.with_for_update(skip_locked=True)).all()
    for job_id in ids:
        send(job_id)
    noted = sa.update(Job).where(Job.id.in_(ids)).values(sent_at=at)
    session.execute(noted.execution_options(synchronize_session=False))
    return len(ids)


def work(app: Flask, number: int) -> None:
    """Be a Celery worker with this many processes, and the relay beside them, until told to stop."""
    celery = celery_of(app)
    send = sender(celery)

    def relay_once() -> None:
        try:
            with app.app_context(), transaction() as session:
                relay(session, send, bench_of(app).clock())
        except (OperationalError, sa.exc.OperationalError) as error:
            log.warning("nothing relayed; the next round tries again", error=str(error))

    def begin_relaying(sender: Any, **_signal: Any) -> None:
        relay_once()
        sender.timer.call_repeatedly(RELAY_SECONDS, relay_once)

    def own_connections(**_signal: Any) -> None:
        with app.app_context():
            db.engine.dispose(close=False)

    signals.worker_ready.connect(begin_relaying, weak=False)
    signals.worker_process_init.connect(own_connections, weak=False)
    gc.collect()
    gc.freeze()
    options = ["--concurrency", str(number), "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    celery.worker_main(["worker", *options, "--without-heartbeat", "--pool", "prefork"])
