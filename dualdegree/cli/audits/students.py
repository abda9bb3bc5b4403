"""How are students audited from a terminal?"""

import datetime as dt
import json
from collections.abc import Sequence

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from sqlalchemy import orm

from dualdegree.audit.dossiers import dossier, dossiers
from dualdegree.audit.service import Audit, Include, audit_of, audits
from dualdegree.cli.audits.cohorts import audit_everybody
from dualdegree.core.audit.case.answers import as_json as answer_as_json
from dualdegree.core.text import say
from dualdegree.db import transaction
from dualdegree.records.models import Student
from dualdegree.records.service import student_numbered

CHUNK = 200
"""How many students are held in memory at once."""


@click.command()
@click.option("--student", help="A student number of either institution.")
@click.option("--all", "everybody", is_flag=True, help="Every student.")
@click.option("--include", type=click.Choice([kind.value for kind in Include]), default="official", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--workers", type=click.IntRange(1, 64), help="Audit all by this many processes; print how far it is.")
@click.option("--resume", is_flag=True, help="Go on with the latest run of --all --workers that was stopped or killed.")
@with_appcontext
def audit(
    *, student: str | None, everybody: bool, include: str, as_json: bool, workers: int | None, resume: bool
) -> None:
    """Audit both degrees of one student or of all, and keep the answers."""
    if (student is None) is not everybody:
        raise click.UsageError("Name one student with --student NUMBER, or all with --all.")
    if workers or resume:
        if student is not None or as_json:
            raise click.UsageError("--workers and --resume go with --all alone: answers are kept, not printed.")
        audit_everybody(workers=workers or 1, include=Include(include), resume=resume)
        return
    tell = _as_json if as_json else _in_words
    if student is not None:
        with transaction() as session:
            judged = dossier(session, student_numbered(session, student))
            line = tell(audit_of(session, judged, Include(include), _now()))
        click.echo(line)
        return
    with transaction() as session:
        ids = _everybody(session)
    for start in range(0, len(ids), CHUNK):
        # Each chunk is kept before it is printed, and on SQLite other writers come in between.
        with transaction() as session:
            chunk = dossiers(session, ids[start : start + CHUNK]).values()
            lines = [tell(judged) for judged in audits(session, chunk, Include(include), _now()).values()]
        for line in lines:
            click.echo(line)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _everybody(session: orm.Session) -> Sequence[int]:
    return session.scalars(sa.select(Student.id).order_by(Student.id)).all()


def _as_json(audit: Audit) -> str:
    student = audit.question.dossier.student
    numbers = {enrolment.institution_id: enrolment.number for enrolment in student.enrolments}
    answer = answer_as_json(audit.answer, next(iter(numbers.values())))
    facts = {"numbers": numbers, "include": audit.question.include.value, "audited_at": audit.audited_at.isoformat()}
    return json.dumps({**facts, **answer}, ensure_ascii=False)


def _in_words(audit: Audit) -> str:
    student = audit.question.dossier.student
    verdicts = (
        f"{degree} {'met' if answer.met else 'not met'} ({audit.counted(degree).words})"
        for degree, answer in audit.answer.degrees.items()
    )
    proven = "" if audit.answer.proven else " (not proven)"
    return f"{student.enrolments[0].number}  {say(student.full_name, 'en')}: {', '.join(verdicts)}{proven}"
