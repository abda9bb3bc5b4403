"""Where do a hundred thousand decisions come from? Requests of copied students, always the same."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa

from dualdegree.core.approval import State
from dualdegree.core.curricula.curriculum import read_curriculum
from dualdegree.core.recognition import RecognitionKind, RefusalReason
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.records.models import Enrolment, RegisteredAttempt, reference
from dualdegree.requests.models import RecognitionRequest, RequestedCourse

HOME, AWAY = "upv.es", "buaa.edu.cn"
"""The institution that decides in the bench, and the one whose courses are recognised."""
SEED = 11
Row = dict[str, Any]
AT_ONCE = 1000
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
OPEN = (State.SUBMITTED, State.ENDORSED, State.CONFIRMED, State.GRANTED, State.APPEALED)
SETTLED = (State.ENTERED, State.ENTERED, State.ENTERED, State.REFUSED, State.CLOSED)
"""Three in five are granted."""
Sat = Sequence[tuple[str, str]]
"""A student's courses at the partner, each with the reference of the attempt at it."""


def fill(connection: sa.Connection, waiting: int, decided: int, person: int) -> None:
    """Add that many requests that wait for somebody, and that many that are decided, spread over all students."""
    random = Random(SEED)  # noqa: S311 - a seeded workload
    sat, targets = _sat(connection), _targets(connection)
    students = sorted(sat)
    # After the requests that the demonstration has of its own.
    first = (connection.scalar(sa.select(sa.func.max(RecognitionRequest.id))) or 0) + 1
    states = [OPEN[number % len(OPEN)] for number in range(waiting)]
    states += [SETTLED[number % len(SETTLED)] for number in range(decided)]
    random.shuffle(states)
    for start in range(0, len(states), AT_ONCE):
        rows, named = [], []
        for number, state in enumerate(states[start : start + AT_ONCE], start=first + start):
            student = students[number % len(students)]
            sources = random.sample(sat[student], random.choice((1, 1, 1, 2)))
            row = _row(number, state, student, person, random)
            rows.append(row | _asked([attempt for _, attempt in sources], random.choice(targets)))
            named += [_course(rows[-1], course) for course, _ in sources]
        connection.execute(sa.insert(RecognitionRequest), rows)
        connection.execute(sa.insert(RequestedCourse), named)
    if connection.dialect.name == "postgresql":
        last = {"last": first + len(states)}
        connection.execute(sa.text("SELECT setval(pg_get_serial_sequence('recognition_request', 'id'), :last)"), last)


def settle(engine: sa.Engine) -> None:
    """What a database in use does by itself: know how its values are spread, and which pages hold nothing unsettled."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE")


def _sat(connection: sa.Connection) -> Mapping[int, Sat]:
    """The courses that each student of the partner has attempted."""
    query = sa.select(Enrolment.student_id, RegisteredAttempt.course, RegisteredAttempt.term, RegisteredAttempt.sitting)
    query = query.join_from(RegisteredAttempt, Enrolment, RegisteredAttempt.enrolment_id == Enrolment.id).order_by(
        RegisteredAttempt.id
    )
    sat: dict[int, dict[str, str]] = {}
    for student, course, term, sitting in connection.execute(query.where(RegisteredAttempt.institution_id == AWAY)):
        sat.setdefault(student, {})[course] = reference(AWAY, course, term, sitting)
    return {student: tuple(courses.items()) for student, courses in sat.items()}


def _targets(connection: sa.Connection) -> Sequence[str]:
    """The courses of the curriculum into which recognition is asked for."""
    version = CurriculumVersion
    text = connection.scalars(
        sa.select(version.text).where(version.institution_id == HOME).order_by(version.id)
    ).first()
    return sorted(read_curriculum(text or "", HOME).courses)


def _asked(sources: Sequence[str], target: str) -> Row:
    """What is asked for, as the pages of requests draw it."""
    targets = [{"course": target, "tag": None, "credits": "6"}]
    return {"sources": sources, "targets": targets, "target_key": target}


def _row(number: int, state: State, student: int, person: int, random: Random) -> Row:
    on = NOW - dt.timedelta(days=random.randrange(1, 1500))
    is_granted = state in {State.ENTERED, State.GRANTED}
    is_decided = state is not State.SUBMITTED and state not in {State.ENDORSED, State.CONFIRMED}
    granted = Decimal(random.choice(("3", "4.5", "6"))) if is_granted else None
    return {
        "id": number,
        "student_id": student,
        "institution_id": HOME,
        "partner_id": AWAY,
        "degree": "upv",
        "kind": RecognitionKind.STUDY.value,
        "outside": [],
        "words": "",
        "mobility": "",
        "state": state.value,
        "since": on,
        "due_on": on.date() + dt.timedelta(days=30) if state in OPEN else None,
        "asked_by": person,
        "submitted_at": on,
        "decided_by": person if is_decided else None,
        "decided_on": on.date() if is_decided else None,
        "reason": None if is_granted or not is_decided else RefusalReason.CONTENT.value,
        "granted": [],
        "granted_credits": granted,
        "granted_grade": Decimal(random.randrange(50, 101)) / 10 if is_granted else None,
        "originals": [],
        "working": [],
        "grading_tables": [],
        "revision": 1,
    }


def _course(row: Row, course: str) -> Row:
    stands = row["decided_on"] is not None
    return {
        "request_id": row["id"],
        "institution_id": AWAY,
        "course": course,
        "decider_id": HOME if stands else None,
        "target_key": row["target_key"],
        "credits": row["granted_credits"],
        "grade": row["granted_grade"],
        "reason": row["reason"],
        "decided_on": row["decided_on"],
    }
