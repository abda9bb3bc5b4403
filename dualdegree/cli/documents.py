"""How are documents issued and verified from a terminal?"""

import datetime as dt
import hashlib
import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import orm

from dualdegree.accounts import service as accounts
from dualdegree.core.policy import Permission, require
from dualdegree.core.refusal import Absent
from dualdegree.db import transaction
from dualdegree.records.service import student_numbered
from dualdegree.transcript import documents as issued_documents
from dualdegree.transcript import service as transcripts
from dualdegree.transcript.marks import spaced
from dualdegree.verification import service as verification


@click.command()
@click.option("--student", required=True, help="A student number of either institution.")
@click.option("--languages", default="zh_Hans+en", show_default=True, help="Two of zh_Hans, en and es, joined by +.")
@click.option("--by", required=True, help="The e-mail address of the registrar who issues.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write the PDF to this file.")
@with_appcontext
def issue(student: str, languages: str, by: str, out: Path | None) -> None:
    """Issue the official transcript of a student whose record both registrars have signed off."""
    with transaction() as session:
        person, holder = accounts.person_of(session, by), student_numbered(session, student)
        if person is None:
            raise Absent("Nobody signs in with the address %(email)s; name a registrar with --by.", {"email": by})
        actor = accounts.actor_of(person)
        require(actor, Permission.ISSUE_DOCUMENT, holder.policy_subject())
        wanted = transcripts.WantedDocument(
            languages=transcripts.pair_of(languages),
            at=dt.datetime.now(dt.UTC),
            public_url=current_app.config["PUBLIC_URL"],
        )
        issued = transcripts.issue(session, actor, holder, wanted)
        pdf, line = issued.pdf, f"{issued.serial}  {spaced(issued.code)}  {issued.sha256}"
    # Only now that it is kept: a file of a document that nobody issued must not lie about.
    click.echo(line)
    if out is not None:
        out.write_bytes(pdf)


@click.command()
@click.argument("code_or_file")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def verify(code_or_file: str, as_json: bool) -> None:
    """Say what was issued under a code, or whether a PDF file is an issued document, to the byte.

    Exit status: 0 when it is genuine and in force, 1 when it is revoked or unknown.
    """
    with transaction() as session:
        try:
            document = verification.verified(session, _code(session, code_or_file))
        except Absent as absent:
            raise click.ClickException(str(absent)) from absent
    facts = {
        "serial": document.serial,
        "holder": document.holder,
        "issued_on": document.issued_on.isoformat(),
        "in_force": document.revoked_on is None,
        "revoked_because": document.revoked_because,
        "replaced_by": document.replaced_by,
        "demonstration": document.demonstration,
        "sha256": document.sha256,
    }
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _in_words(facts))
    raise SystemExit(0 if facts["in_force"] else 1)


def _code(session: orm.Session, code_or_file: str) -> str:
    path = Path(code_or_file)
    if not path.is_file():
        return code_or_file
    return issued_documents.by_digest(session, hashlib.sha256(path.read_bytes()).hexdigest()).code


def _in_words(facts: dict[str, object]) -> str:
    state = "genuine and in force" if facts["in_force"] else f"REVOKED: {facts['revoked_because']}"
    specimen = " (demonstration: proves nothing)" if facts["demonstration"] else ""
    return f"{facts['serial']}, issued on {facts['issued_on']} to {facts['holder']}: {state}{specimen}"
