"""The demonstration is loaded through the real importers, once, and never beside real institutions."""

import socket
from pathlib import Path

import sqlalchemy as sa

from dualdegree import db as database
from dualdegree.cli.demonstration import command as demo
from dualdegree.conferral import service as conferral
from dualdegree.core.conferral.gate import BoardStage
from dualdegree.events import Event
from dualdegree.records.models import Student
from dualdegree.records.service import student_numbered
from dualdegree.requests.models import LearningAgreement, RecognitionRequest
from dualdegree.transcript import documents as issued_documents
from tests.graduates import text
from tests.people import NOW
from tests.programmes.papers import NORTH


def test_the_demonstration_is_loaded_once_and_shows_every_state(terminal, within):
    first = terminal("demo", "--load-only")

    assert first.status == 0
    assert first.lines[0] == "The demonstration is loaded."
    listed = [line.split() for line in first.lines[1:]]
    assert {role for role, *_ in listed} >= {"registrar", "advisor", "student"}
    assert {password for *_, password in listed} == {demo.PASSWORD}
    before = within(states)

    again = terminal("demo", "--load-only")

    assert (again.status, again.lines[0]) == (0, "The demonstration was loaded before; nothing has changed.")
    assert within(states) == before
    assert before["students"] >= 30
    assert set(before["stages"]) == set(BoardStage)
    assert before["void"] == ["ZY2406102", "ZY2406119"]
    assert before["revoked"] == ["ZY2406103", "ZY2406104"]
    assert before["requests"] == ["confirmed", "endorsed", "partly_granted", "partly_granted", "refused", "submitted"]
    assert before["stays"] == ["accepted", "in_force"]
    assert terminal("doctor").status == 0


def states(session):
    """What the demonstration promises to show, and how much the histories tell."""
    ids = session.scalars(sa.select(Student.id).order_by(Student.id)).all()
    standings = conferral.standings(session, ids, NOW)
    return {
        "students": len(ids),
        "stages": [standing.stage for standing in standings.values()],
        "void": [
            standing.state.student.enrolments[0].number
            for standing in standings.values()
            if any(not seen.valid for seen in standing.sign_offs.values())
        ],
        "revoked": sorted(
            number
            for number in ("ZY2406101", "ZY2406102", "ZY2406103", "ZY2406104")
            if any(
                standing.revoked_at
                for standing in issued_documents.documents_of(session, student_numbered(session, number))
            )
        ),
        "requests": sorted(session.scalars(sa.select(RecognitionRequest.state))),
        "stays": sorted(session.scalars(sa.select(LearningAgreement.state))),
        "events": session.scalar(sa.select(sa.func.count(Event.id))),
    }


def test_a_database_with_real_institutions_is_refused_and_left_alone(terminal, within):
    import_real_institution(terminal)

    ran = terminal("demo", "--load-only")

    assert (ran.status, ran.out) == (2, "")
    assert "This database holds real institutions" in ran.err
    assert within(lambda session: session.scalar(sa.select(sa.func.count(Student.id)))) == 0


def test_what_a_database_holds_is_seen_before_the_applications_role_exists(terminal, monkeypatch):
    import_real_institution(terminal)
    monkeypatch.setattr(database, "APPLICATION_ROLE", "dualdegree_not_made_yet")

    ran = terminal("demo", "--load-only")

    assert "This database holds real institutions" in ran.err


def test_a_port_that_is_taken_is_refused_in_a_line_before_anything_is_loaded(terminal, within):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = terminal("demo", "--port", taken.getsockname()[1])

    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("dualdegree: Nothing can be served on 127.0.0.1:")
    assert len(ran.err.splitlines()) == 1
    assert within(lambda session: session.scalar(sa.select(sa.func.count(Student.id)))) == 0


def import_real_institution(terminal):
    real = text("north/institution.yaml").replace("demonstration: true", "demonstration: false")
    Path("institution.yaml").write_text(real, encoding="utf-8")
    terminal("import", "institution", "institution.yaml", "--institution", NORTH, "--confirm")
