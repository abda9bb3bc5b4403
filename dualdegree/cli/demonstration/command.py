"""How does the demonstration get into a database? Through the real importers and services, as its scenario says."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
import sqlalchemy as sa
import yaml
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import orm

from dualdegree.accounts import service as accounts
from dualdegree.audit.rule_changes import publishing as with_students
from dualdegree.cli.demonstration import degrees as demo_degrees
from dualdegree.cli.demonstration import enrolments
from dualdegree.cli.demonstration import placements as demo_placements
from dualdegree.cli.demonstration import requests as demo_requests
from dualdegree.cli.demonstration import theses as demo_theses
from dualdegree.cli.demonstration.loading import FOLDER, Loading
from dualdegree.cli.importing import OfferedFile, take
from dualdegree.cli.serving import refuse_taken, serve
from dualdegree.conferral import service as conferral
from dualdegree.conferral.models import IssuedDocument
from dualdegree.core.policy import Actor, Role, operator
from dualdegree.core.refusal import Refusal
from dualdegree.db import transaction
from dualdegree.programmes import service as programmes
from dualdegree.programmes.curricula import publishing
from dualdegree.programmes.models import AgreementVersion, CurriculumVersion, Institution
from dualdegree.recognition import service as recognition
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.records.models import Student
from dualdegree.transcript import documents as issued_documents
from dualdegree.transcript import service as transcripts

STEPS = (
    *("institutions", "accounts", "imports", "enterprises", "mentors", "placements"),
    *("sign_offs", "issue", "revoke", "replace"),
    *("applications", "graduations", "sessions", "notices", "interims"),
    *("requests", "stays", "theses", "certificates", "later"),
    *("states", "holds"),
)
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - only compared with
PASSWORD = "two-degrees-one-road"  # noqa: S105 - printed on the sign-in page of the demonstration, and only there


@click.command()
@click.option("--load-only", is_flag=True, help="Fill the database of DATABASE_URL and do not serve.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@with_appcontext
def demo(load_only: bool, host: str, port: int) -> None:
    """Load the demonstration, unless it is loaded already, and serve it."""
    from flask_migrate import upgrade

    if not load_only:
        refuse_taken(host, port)
    # Before the tables are touched: nobody's real database is brought up to date by trying the demonstration.
    with transaction() as session:
        # Where there are no tables yet, the application's role need not exist either.
        session.info["as_owner"] = True
        _refuse_real(session)
    upgrade()
    url = f"http://{host}:{port}"
    current_app.config["PUBLIC_URL"] = current_app.config["PUBLIC_URL"] or url
    # Served to other machines, the demonstration may be called by any of this one's names.
    current_app.config["HOSTS"] = None if host in EVERYWHERE else current_app.config["HOSTS"] | {host}
    # Nobody of the demonstration has a mailbox: what they are told by mail is kept as files.
    current_app.config["SMTP_HOST"] = ""
    with transaction() as session:
        loaded = load(session, dt.datetime.now(dt.UTC), current_app.config["PUBLIC_URL"])
    click.echo(
        "The demonstration is loaded." if loaded else "The demonstration was loaded before; nothing has changed."
    )
    listed = accounts_listed()
    for account in listed:
        click.echo(f"  {account['role']!s:<10} {account['email']:<28} {account['password']}")
    if not load_only:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        app.config["DEMO_ACCOUNTS"] = listed
        click.echo(f"Serving on {url} (stop with Ctrl-C)")
        serve(app, host=host, port=port, workers=1)


def load(session: orm.Session, at: dt.datetime, public_url: str) -> bool:
    """Do what ``scenario.yaml`` says, in one transaction; False when the database holds it already.

    Raises ``Refusal`` when the database holds institutions that are not the demonstration's.
    """
    _refuse_real(session)
    if session.scalar(sa.select(sa.exists(sa.select(Institution.id)))):
        return False
    loading = Loading(session=session, scenario=_scenario(), at=at, public_url=public_url)
    for step in STEPS:
        for entry in loading.scenario[step]:
            DO[step](loading, entry)
            session.flush()
    return True


def _refuse_real(session: orm.Session) -> None:
    if not sa.inspect(session.connection()).has_table(Institution.__tablename__):
        return
    if session.scalar(sa.select(sa.exists().where(Institution.demonstration.is_(False)))):
        raise Refusal("This database holds real institutions; name another one in DATABASE_URL for the demonstration.")


def accounts_listed() -> Sequence[Mapping[str, Any]]:
    """The accounts that the sign-in page of the demonstration offers."""
    return [
        {"role": account["role"], "name": account["name"], "email": account["email"], "password": PASSWORD}
        for account in _scenario()["accounts"]
    ]


def _scenario() -> Mapping[str, Any]:
    scenario: Mapping[str, Any] = yaml.safe_load((FOLDER / "scenario.yaml").read_text(encoding="utf-8"))
    return scenario


def _offered(kind: str, file: str, institution: str) -> OfferedFile:
    content = FOLDER.joinpath(*file.split("/")).read_bytes()
    return OfferedFile(kind=kind, institution=institution, name=file.rsplit("/", 1)[-1], content=content)


def _save_institution(loading: Loading, file: str) -> None:
    content = FOLDER.joinpath(*file.split("/")).read_bytes()
    institution = yaml.safe_load(content)["institution"]
    offered = _offered("institution", file, institution)
    take(loading.session, offered, operator(institution), loading.at, confirm=True)


def _add_account(loading: Loading, entry: Mapping[str, Any]) -> None:
    person = accounts.person_of(loading.session, entry["email"]) or accounts.add_person(
        loading.session, email=entry["email"], name=entry["name"], password=PASSWORD, locale=entry["language"]
    )
    who = operator(entry["institution"])
    accounts.grant_role(loading.session, who, person, Role(entry["role"]), entry["institution"], at=loading.at)


def _import(loading: Loading, entry: Mapping[str, Any]) -> None:
    offered = _offered(entry["kind"], entry["file"], entry["institution"])
    report = take(loading.session, offered, loading.registrar(entry["institution"]), loading.at, confirm=True)
    if report["rejected"]:
        row = report["rejected"][0]
        raise Refusal(f"{entry['file']}:{row['line']}: {row['column']}: {row['reason']}")
    for approval in loading.scenario["approvals"]:
        if approval["file"] == entry["file"]:
            _approve(loading, approval)


def _approve(loading: Loading, entry: Mapping[str, Any]) -> None:
    digest = hashlib.sha256(_offered("", entry["file"], "").content).hexdigest()
    people = [loading.person(email) for email in entry["by"]]
    session, at = loading.session, loading.at
    match entry["kind"]:
        case "curriculum":
            author, other = people
            version = _version(session, CurriculumVersion, digest)
            publishing.submit(session, author, version, digest=digest, at=at)
            with_students.publish(session, other, version, digest=digest, at=at)
        case "agreement":
            agreement = _version(session, AgreementVersion, digest)
            for actor in people:
                programmes.approve_agreement(
                    session, actor, agreement, institution_id=actor.institution or "", at=at, digest=digest
                )
        case _:
            table = _version(session, EquivalenceVersion, digest)
            for actor in people:
                recognition.approve_equivalences(
                    session, actor, table, institution_id=actor.institution or "", at=at, digest=digest
                )


def _version(session: orm.Session, kind: Any, digest: str) -> Any:
    return session.scalars(sa.select(kind).where(kind.digest == digest)).one()


def _sign(loading: Loading, entry: Mapping[str, Any]) -> None:
    student = loading.student(entry["student"])
    for institution in entry["institutions"]:
        state = conferral.states(loading.session, [student.id], loading.at)[student.id]
        conferral.sign_off(
            loading.session, loading.registrar(institution), student,
            institution=institution, digest=state.digest, at=loading.at,
        )  # fmt: skip


def _issuer(loading: Loading, student: Student) -> Actor:
    return loading.registrar(student.enrolments[0].institution_id)


def _wanted(loading: Loading, entry: Mapping[str, Any]) -> transcripts.WantedDocument:
    return transcripts.WantedDocument(
        languages=transcripts.pair_of("+".join(entry["languages"])), at=loading.at, public_url=loading.public_url
    )


def _issue(loading: Loading, entry: Mapping[str, Any]) -> None:
    student = loading.student(entry["student"])
    transcripts.issue(loading.session, _issuer(loading, student), student, _wanted(loading, entry))


def _latest(loading: Loading, student: Student) -> IssuedDocument:
    return issued_documents.documents_of(loading.session, student)[0]


def _revoke(loading: Loading, entry: Mapping[str, Any]) -> None:
    student = loading.student(entry["student"])
    issued = _latest(loading, student)
    transcripts.revoke(loading.session, _issuer(loading, student), issued, entry["reason"], loading.at)


def _replace(loading: Loading, entry: Mapping[str, Any]) -> None:
    student = loading.student(entry["student"])
    issued = _latest(loading, student)
    wanted = _wanted(loading, entry)
    transcripts.replace(loading.session, _issuer(loading, student), issued, wanted, entry["reason"])


DO: Mapping[str, Callable[[Loading, Any], None]] = {
    "institutions": _save_institution,
    "accounts": _add_account,
    "imports": _import,
    "enterprises": demo_placements.add_enterprise,
    "mentors": demo_placements.add_mentor,
    "placements": demo_placements.place,
    "sign_offs": _sign,
    "issue": _issue,
    "revoke": _revoke,
    "replace": _replace,
    "applications": demo_degrees.apply,
    "graduations": demo_degrees.graduate,
    "sessions": demo_degrees.hold,
    "notices": demo_degrees.notify,
    "interims": demo_degrees.certify,
    "requests": demo_requests.ask,
    "stays": demo_requests.plan_stay,
    "theses": demo_theses.write_thesis,
    "certificates": demo_theses.hand_in_certificate,
    "later": _import,
    "states": enrolments.enter_state,
    "holds": enrolments.place_hold,
}
"""What each part of the scenario does."""
