"""How long do an advisor's queue, precedents and preview take among 10,000 open requests and 100,000 decisions?"""

import datetime as dt
import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import orm

from dualdegree.accounts import service as accounts
from dualdegree.audit.dossiers import Dossier, dossiers
from dualdegree.bench.statements import statements_of
from dualdegree.bench.workloads.decisions import AWAY, HOME, fill, settle
from dualdegree.bench.workloads.filling import environment_of, filled, schema
from dualdegree.core.audit.facts import Status
from dualdegree.db import db, reading, transaction
from dualdegree.records.models import Student
from dualdegree.requests.judging.effects import effects
from dualdegree.requests.judging.precedents import precedents
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.wanted import WantedRecognition, Wish

STUDENTS, WAITING, DECIDED = 1000, 10_000, 100_000
REPEATS, PREVIEWS = 30, 60
ADVISOR, ASKER = "vicent.soler@upv.example", "neus.ferrer@upv.example"
ADDRESS = "https://localhost"


def run() -> dict[str, float]:
    """The figures of the group ``recognition``: the worse of both databases under the contract's names, and each."""
    by_database = {}
    with tempfile.TemporaryDirectory() as folder:
        by_database["sqlite"] = _measured(filled(environment_of("", Path(folder)), STUDENTS))
        with schema() as url:
            if url:
                by_database["postgres"] = _measured(filled(environment_of(url, Path(folder)), STUDENTS))
    each = {
        f"recognition.{database}.{name}": value for database, own in by_database.items() for name, value in own.items()
    }
    worst = {f"recognition.{name}": max(own[name] for own in by_database.values()) for name in by_database["sqlite"]}
    return {**worst, **each}


def _measured(app: Flask) -> Mapping[str, float]:
    with app.app_context(), db.engine.begin() as connection:
        person = connection.scalar(sa.text("SELECT id FROM person WHERE email = :email"), {"email": ASKER})
        fill(connection, WAITING, DECIDED, person or 0)
    with app.app_context():
        settle(db.engine)
    # As the server does before it forks: what is loaded by now is never looked at again.
    gc.collect()
    gc.freeze()
    queue, statements = _queue(app)
    with app.app_context():
        with reading() as session:
            looked_up, previewed = _precedents(session), _previews(session)
        db.engine.dispose()
    return {
        "queue.median_ms": queue,
        "queue.statements": statements,
        "precedents.median_ms": looked_up,
        "preview.p95_ms": previewed,
    }


def _queue(app: Flask) -> tuple[float, int]:
    """The page of what waits for an advisor, opened in this process; how many statements it sends."""
    with app.app_context(), transaction() as session:
        advisor = accounts.person_of(session, ADVISOR)
        if advisor is None:
            raise LookupError(f"the demonstration has no {ADVISOR}")
        token, _ = accounts.begin(session, advisor, dt.datetime.now(dt.UTC))
    client = app.test_client()
    with client.session_transaction(base_url=ADDRESS) as cookie:
        cookie.update({"_user_id": token, "_fresh": True})

    def look() -> None:
        statements.clear()
        if client.get("/recognition", base_url=ADDRESS).status_code != HTTPStatus.OK:
            raise RuntimeError("the queue did not open")

    with statements_of(app) as statements:
        times = [_milliseconds(look) for _ in range(REPEATS)]
    return median(times), len(statements)


def _precedents(session: orm.Session) -> float:
    asked = RecognitionRequest
    query = (
        sa.select(asked).where(asked.state == "confirmed").order_by(asked.id).options(orm.selectinload(asked.courses))
    )
    requests = session.scalars(query.limit(REPEATS)).all()
    return median(_milliseconds(partial(precedents, session, request)) for request in requests)


def _previews(session: orm.Session) -> float:
    """Both degrees before and after a course of the partner is recognised, for students of whom nothing is kept."""
    at = dt.datetime.now(dt.UTC)
    times = [
        _milliseconds(partial(effects, session, dossier, [("request:0", wanted)], at))
        for dossier, wanted in islice(_askable(session), PREVIEWS)
    ]
    return quantiles(times, n=20)[-1]


def _askable(session: orm.Session) -> Iterator[tuple[Dossier, WantedRecognition]]:
    """Students with a passed course of the partner that no recognition rests on, and a request for it."""
    ids = session.scalars(sa.select(Student.id).order_by(Student.id.desc()).limit(3 * PREVIEWS)).all()
    for dossier in dossiers(session, ids).values():
        used = {source for each in dossier.recognised.recognitions for source in each.sources}
        free = [
            attempt
            for attempt in dossier.case.record
            if attempt.institution == AWAY and attempt.status is Status.PASSED and attempt.id not in used
        ]
        side = next((each for each in dossier.sides if each.curriculum.institution == HOME), None)
        if free and side is not None:
            tag = next(tag for course in side.curriculum.courses.values() for tag in course.tags)
            wish = Wish(course=None, tag=tag, credits=free[0].credits)
            yield dossier, WantedRecognition(degree=side.curriculum.degree.id, sources=(free[0].id,), targets=(wish,))


def _milliseconds(work: Callable[[], Any]) -> float:
    """The best of three: the database works in another process, and others on the machine are not to be measured."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000
