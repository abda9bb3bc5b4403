"""How is long work done and looked at from a terminal?"""

import json

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from dualdegree.db import transaction
from dualdegree.jobs import local, service
from dualdegree.jobs.models import JobState


@click.group()
def jobs() -> None:
    """Do long work, such as the audits of whole cohorts, and see how far it has come."""


@jobs.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="How many processes.")
@click.option("--beside", type=int, hidden=True, help="Stop as soon as this process is no longer the parent.")
@with_appcontext
def worker(workers: int, beside: int | None) -> None:
    """Do whatever work there is until stopped (Ctrl-C): with Celery where BROKER_URL is set, else by itself."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    if app.config["BROKER_URL"]:
        # Celery takes a second to import, and most installations have no broker.
        from dualdegree.jobs import broker

        broker.work(app, workers)
    else:
        local.work_in_processes(app, workers, parent=beside)


@jobs.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def status(as_json: bool) -> None:
    """Say how many jobs of each batch are waiting, running, held back, done and failed; newest batch first."""
    with transaction() as session:
        newest = service.batches(session)
        counts = service.states(session, newest)
    states = {batch: {state.value: counts[batch].get(state, 0) for state in JobState} for batch in newest}
    if as_json:
        click.echo(json.dumps(states))
        return
    for batch, numbers in states.items():
        click.echo(f"{batch:<24} " + "  ".join(f"{state} {number}" for state, number in numbers.items()))
    if not states:
        click.echo("There has been no long work yet.")
