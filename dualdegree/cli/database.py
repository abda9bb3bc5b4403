"""Is there a database, is it up to date, and is everything else in its place?"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import orm

from dualdegree.db import db, transaction


@click.command("init-db")
@with_appcontext
def init_db() -> None:
    """Create the tables in the database of DATABASE_URL, or bring them up to date. A repeat changes nothing."""
    from flask_migrate import upgrade

    upgrade()
    click.echo("The database is up to date.")


@click.command()
@with_appcontext
def doctor() -> None:
    """Examine the installation: each line says what is well, or what is wrong and how to mend it."""
    missing = list(_migrations())
    wrong = [_reports("database", missing)]
    for name, examine in OF_TABLES.items():
        if missing:
            click.echo(f"?      {name}: not examined while the database is not in its place.")
        else:
            wrong.append(_reports(name, examine()))
    wrong.append(_reports("translations", _translations()))
    raise SystemExit(1 if any(wrong) else 0)


def _reports(name: str, findings: Iterable[str]) -> bool:
    """Print what was found; whether anything was."""
    faults = list(findings)
    for finding in faults:
        click.echo(f"WRONG  {name}: {finding}")
    if not faults:
        click.echo(f"ok     {name}")
    return bool(faults)


def _migrations() -> Iterator[str]:
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    head = ScriptDirectory(current_app.config["MIGRATIONS"]).get_current_head()
    try:
        with db.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except sa.exc.DBAPIError as error:
        yield f"the database does not answer ({str(error.orig).splitlines()[0]}); check DATABASE_URL."
        return
    if current != head:
        yield f"the tables are at {current or 'nothing'}, the program at {head}; run `dualdegree init-db`."


def _role() -> Iterator[str]:
    if db.engine.dialect.name != "postgresql":
        return
    with transaction() as session:
        owned = session.scalars(sa.text("SELECT tablename FROM pg_tables WHERE tableowner = current_user")).all()
    if owned:
        yield f"the application's role owns {len(owned)} tables; run `dualdegree init-db` as another role."


def _history() -> Iterator[str]:
    from dualdegree.events import broken_links
    from dualdegree.programmes.models import Institution

    with transaction() as session:
        for institution in session.scalars(sa.select(Institution.id).order_by(Institution.id)).all():
            broken = list(broken_links(session, institution))
            if broken:
                yield f"the history of {institution} does not hold at event {broken[0]}; compare it with a backup."


def _documents() -> Iterator[str]:
    from dualdegree.conferral.models import IssuedDocument

    with transaction() as session:
        kept = sa.select(IssuedDocument).options(orm.undefer(IssuedDocument.pdf)).order_by(IssuedDocument.id)
        for document in session.scalars(kept.execution_options(yield_per=50)):
            if hashlib.sha256(document.pdf).hexdigest() != document.sha256:
                yield f"the stored document {document.serial} was altered; restore it from a backup."


def _evidence() -> Iterator[str]:
    from dualdegree.recognition.evidence import service as evidence

    settings = current_app.config
    store = evidence.Store(folder=Path(settings["EVIDENCE_FOLDER"]), most_bytes=settings["EVIDENCE_BYTES"])
    with transaction() as session:
        for number in evidence.lost(session, store):
            yield f"file {number} is missing from {store.folder} or was altered; restore it from a backup."


def _mail() -> Iterator[str]:
    from dualdegree.messages import service
    from dualdegree.messages.models import MailState

    with transaction() as session:
        post = service.post(session, dt.datetime.now(dt.UTC))
        numbers = service.failed(session, most=5)
    if post.states[MailState.UNDELIVERABLE]:
        named = "; ".join(f"notice {number}: {failure}" for number, failure in numbers)
        count = post.states[MailState.UNDELIVERABLE]
        yield f"{count} letters could not be delivered ({named}); mend that, then `dualdegree messages retry`."
    if post.states[MailState.UNCERTAIN]:
        count = post.states[MailState.UNCERTAIN]
        yield f"{count} letters may have been sent or not; `dualdegree messages retry --uncertain` sends them again."
    if post.late:
        yield f"{post.late} letters have waited for more than a day; is `dualdegree jobs worker` running?"
    if current_app.config["SMTP_HOST"] and not current_app.config["PUBLIC_URL"]:
        yield "letters cannot say where to read on; set PUBLIC_URL."


def _address() -> Iterator[str]:
    from dualdegree.programmes.service import institutions

    with transaction() as session:
        invented = [place.demonstration for place in institutions(session)]
    if not current_app.config["PUBLIC_URL"] and not (invented and all(invented)):
        yield (
            "nothing can be issued, and readers are refused who call this system by another name than localhost; "
            "set PUBLIC_URL."
        )


def _translations() -> Iterator[str]:
    folder = Path(current_app.config["BABEL_TRANSLATION_DIRECTORIES"])
    for language in current_app.config["LANGUAGES"]:
        if language != "en" and not (folder / language / "LC_MESSAGES" / "messages.mo").exists():
            yield f"{language} is not compiled; run `make install`."


OF_TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "role of the application": _role,
    "public address": _address,
    "history": _history,
    "issued documents": _documents,
    "evidence": _evidence,
    "mail": _mail,
}
"""What can be examined once the tables are there."""
