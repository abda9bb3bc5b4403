"""How is a whole cohort audited from a terminal, by several processes, stopped, killed and resumed?"""

import contextlib
import datetime as dt
import sys
from collections.abc import Sequence

import click
from flask import Flask, current_app

from dualdegree.audit.cohorts import service as cohorts
from dualdegree.audit.cohorts.models import CohortRun
from dualdegree.audit.cohorts.service import Progress, RunState
from dualdegree.audit.service import Include
from dualdegree.core.credit import figure
from dualdegree.core.policy import operator
from dualdegree.core.refusal import Absent, Conflict
from dualdegree.db import reading, transaction
from dualdegree.jobs import local
from dualdegree.programmes import service as programmes


def audit_everybody(*, workers: int, include: Include, resume: bool) -> None:
    """Start a run over every student, or go on with the latest one, and tell how far it is until it ends."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    with transaction() as session:
        actor = operator(*(institution.id for institution in programmes.institutions(session)))
        if resume:
            run = _latest(cohorts.runs(session))
            cohorts.resume(session, actor, run, _now())
        else:
            run = cohorts.start(session, actor, institution=None, include=include, at=_now())
        number, batch = run.id, run.batch
        click.echo(f"Run {number}: {run.students} students, by {workers} process{'' if workers == 1 else 'es'}.")
    teller = Teller(number)
    if not local.work_in_processes(app, workers, batch=batch, watch=teller.tell):
        with transaction() as session, contextlib.suppress(Conflict):
            # Whoever stops in the very moment in which the last chunk is done has nothing to stop.
            cohorts.stop(session, actor, cohorts.run_of(session, number), _now())
    teller.end()


class Teller:
    """Tells how far a run is: on a terminal in one line that changes, else in a line for each step."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.shown = 0

    def tell(self) -> None:
        """Show how far the run is now."""
        far = self._progress()
        line = in_words(far, _now())
        if sys.stdout.isatty():
            click.echo(f"\r\x1b[K{line}", nl=False)
        elif far.state is RunState.RUNNING and far.done != self.shown:
            click.echo(line)
            self.shown = far.done

    def end(self) -> None:
        """Show how the run ended; the process ends with a status other than 0 unless it is done."""
        far = self._progress()
        click.echo(("\n" if sys.stdout.isatty() else "") + in_words(far, _now()))
        for student, why in far.broken.items():
            click.echo(f"student {student} could not be audited: {why}", err=True)
        for why in far.failures:
            click.echo(f"a chunk was given up: {why}", err=True)
        if far.state is not RunState.DONE:
            click.echo("Go on with: dualdegree audit --all --resume --workers N", err=True)
        sys.exit(0 if far.state is RunState.DONE and not far.broken else 1)

    def _progress(self) -> Progress:
        with reading() as session:
            run = cohorts.run_of(session, self.number)
            return cohorts.progress(session, [run])[run.id]


def in_words(far: Progress, at: dt.datetime) -> str:
    """One line about a run, for a terminal."""
    rate, left = far.per_second(at), far.left(at)
    words = f"run {far.number} {far.state.value}: {far.done} of {far.students} students, {far.stored} new answers"
    words += f" at {figure(rate)} a second" if rate is not None else ""
    return words + (f", {left} left" if left is not None else "")


def _latest(runs: Sequence[CohortRun]) -> CohortRun:
    mine = [run for run in runs if run.institution_id is None]
    if not mine:
        raise Absent("No run over every student was started yet; leave --resume out.")
    return mine[0]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
