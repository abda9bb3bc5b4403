"""How are students audited from a terminal?"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from sqlalchemy import orm

from dualdegree.audit.cases import dossiers
from dualdegree.audit.service import Audit, Include, audits
from dualdegree.core.audit.result import as_json as answer_as_json
from dualdegree.core.credit import figure
from dualdegree.core.refusal import Absent
from dualdegree.db import transaction
from dualdegree.records.models import Enrolment, Student

CHUNK = 200
"""How many students are held in memory at once."""


@click.command()
@click.option("--student", help="A student number of either institution.")
@click.option("--all", "everybody", is_flag=True, help="Every student.")
@click.option("--include", type=click.Choice([one.value for one in Include]), default="official", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@with_appcontext
def audit(student: str | None, everybody: bool, include: str, as_json: bool) -> None:
    """Audit both degrees of one student or of all, and keep the answers."""
    if (student is None) is not everybody:
        raise click.UsageError("Name one student with --student NUMBER, or all with --all.")
    with transaction() as session:
        ids = _everybody(session) if student is None else [_student(session, student)]
        for start in range(0, len(ids), CHUNK):
            for one in _audited(session, ids[start : start + CHUNK], Include(include)):
                click.echo(_as_json(one) if as_json else _in_words(one))


def _audited(session: orm.Session, ids: Sequence[int], include: Include) -> Iterator[Audit]:
    yield from audits(session, dossiers(session, ids).values(), include, dt.datetime.now(dt.UTC)).values()


def _everybody(session: orm.Session) -> Sequence[int]:
    return session.scalars(sa.select(Student.id).order_by(Student.id)).all()


def _student(session: orm.Session, number: str) -> int:
    found = session.scalars(sa.select(Enrolment.student_id).where(Enrolment.number == number)).first()
    if found is None:
        raise Absent("No register has the student number %(number)s.", {"number": number})
    return found


def _as_json(audit: Audit) -> str:
    student = audit.question.dossier.student
    numbers = {one.institution_id: one.number for one in student.enrolments}
    answer = answer_as_json(audit.answer, next(iter(numbers.values())))
    told = {"numbers": numbers, "include": audit.question.include.value, "audited_at": audit.audited_at.isoformat()}
    return json.dumps({**told, **answer}, ensure_ascii=False)


def _in_words(audit: Audit) -> str:
    student = audit.question.dossier.student
    verdicts = ", ".join(f"{degree} {'met' if one.met else 'not met'}" for degree, one in audit.answer.degrees.items())
    short = figure(audit.answer.joint_shortfall_ects)
    proven = "" if audit.answer.proven else " (not proven)"
    return f"{student.enrolments[0].number}  {student.full_name}: {verdicts}; {short} ECTS short{proven}"
