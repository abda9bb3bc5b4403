"""How does the mail of what people were told stand, and how is it sent again?"""

import datetime as dt
import json

import click
from flask.cli import with_appcontext

from dualdegree.db import reading, transaction
from dualdegree.messages import service


@click.group()
def messages() -> None:
    """See how the mail stands that people are sent, and send again what did not arrive."""


@messages.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def status(as_json: bool) -> None:
    """Say how many letters wait, were sent, may have been sent, and cannot be delivered."""
    with reading() as session:
        post = service.post(session, dt.datetime.now(dt.UTC))
    counts = {**{state.value: count for state, count in post.states.items()}, "late": post.late}
    click.echo(json.dumps(counts) if as_json else "  ".join(f"{word} {count}" for word, count in counts.items()))


@messages.command()
@click.option("--uncertain", is_flag=True, help="Also what may have been sent already: some may get it twice.")
@with_appcontext
def retry(uncertain: bool) -> None:
    """Send again what could not be delivered, after whatever kept it has been mended."""
    with transaction() as session:
        again = service.retry(session, dt.datetime.now(dt.UTC), uncertain=uncertain)
    click.echo(f"{again} letters are tried again.")
