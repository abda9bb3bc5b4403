"""How is everybody alerted of deadlines that have passed? Once a day, by whatever runs commands on this machine."""

import datetime as dt
import json

import click
from flask.cli import with_appcontext

from dualdegree.db import reading, transaction
from dualdegree.deadlines import service


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def deadlines(as_json: bool) -> None:
    """Tell of each deadline that has passed whom it concerns, once; to be run daily, harmless to repeat."""
    at = dt.datetime.now(dt.UTC)
    with reading() as session:
        institutions = service.with_rules(session)
    alerted = {}
    for institution in institutions:
        with transaction() as session:
            alerted[institution] = service.alert(session, institution, at)
    if as_json:
        click.echo(json.dumps(alerted))
        return
    for institution, count in alerted.items():
        click.echo(f"{institution}: {count} deadlines have passed since the last time.")
    if not alerted:
        click.echo("No institution's profile sets deadlines.")
