"""Documents are issued and verified from a terminal."""

import hashlib
import json
from pathlib import Path

import pytest

from dualdegree.transcript import documents as issued_documents
from dualdegree.transcript import service as transcripts
from dualdegree.transcript.marks import spaced
from tests.graduates import LATER, READY, SHORT, UNTITLED, email_of

SERIAL = "DOUBLE-2026-000001"


@pytest.fixture
def code(filled):
    """The code of a document that was issued to Mei."""

    def issue(graduates):
        graduates.sign()
        return graduates.issue().code

    return filled(issue)


def revoke(graduates):
    document = issued_documents.document(graduates.session, SERIAL)
    transcripts.revoke(graduates.session, graduates.actor("north"), document, "The name was misspelt", LATER)


def test_a_registrar_issues_a_document_into_a_file(terminal, filled):
    filled(lambda graduates: graduates.sign())

    ran = terminal("issue", "--student", READY, "--by", email_of("north"), "--languages", "es+en", "--out", "mei.pdf")

    assert ran.status == 0
    _serial, _code, sha256 = ran.out.split()
    assert hashlib.sha256(Path("mei.pdf").read_bytes()).hexdigest() == sha256
    assert terminal("verify", "mei.pdf").status == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--student", SHORT, "--by", email_of("north")), "both degrees are met"),
        (("--student", UNTITLED, "--by", email_of("south"), "--languages", "zh_Hans+es"), "The title of the course N6"),
        (("--student", UNTITLED, "--by", email_of("mei")), "Only these may do this"),
        (("--student", UNTITLED, "--by", email_of("elsewhere")), "Only these may do this"),
        (("--student", UNTITLED, "--by", "nobody@people.example"), "Nobody signs in with the address"),
        (("--student", "N999", "--by", email_of("north")), "No register has the student number N999."),
        (("--student", UNTITLED, "--by", email_of("north"), "--languages", "en"), "two of the languages"),
    ],
)
def test_what_may_not_be_issued_is_refused_and_leaves_no_file(terminal, filled, arguments, said):
    filled(lambda graduates: graduates.sign(UNTITLED))

    ran = terminal("issue", *arguments, "--out", "none.pdf")

    assert (ran.status, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert said in ran.err
    assert not Path("none.pdf").exists()


def test_a_document_that_is_issued_but_cannot_be_written_is_still_issued(terminal, filled):
    filled(lambda graduates: graduates.sign())

    ran = terminal("issue", "--student", READY, "--by", email_of("north"), "--out", "no/such/folder.pdf")

    assert ran.status == 2
    assert ran.err == "dualdegree: no/such/folder.pdf: No such file or directory.\n"
    assert filled(lambda graduates: len(issued_documents.documents_of(graduates.session, graduates.student()))) == 1
    assert len(ran.lines) == 1


def test_a_code_is_verified_however_it_is_typed(terminal, code):
    ran = terminal("verify", spaced(code).lower())

    assert ran.status == 0
    assert ran.out == (
        f"{SERIAL}, issued on 2026-11-23 to Lin, Mei: genuine and in force (demonstration: proves nothing)\n"
    )


def test_a_file_is_verified_to_the_byte(terminal, filled, code):
    pdf = filled(lambda graduates: issued_documents.document(graduates.session, SERIAL).pdf)
    Path("right.pdf").write_bytes(pdf)
    Path("altered.pdf").write_bytes(pdf + b" ")

    assert terminal("verify", "right.pdf").status == 0
    altered = terminal("verify", "altered.pdf")
    assert altered.status == 1
    assert altered.err == "Error: This file is not a document as it was issued; it is another or was altered.\n"


def test_a_revoked_document_ends_with_1_and_says_why(terminal, filled, code):
    filled(revoke)

    ran = terminal("verify", code)

    assert ran.status == 1
    assert "REVOKED: The name was misspelt" in ran.out


def test_an_unknown_code_ends_with_1(terminal):
    ran = terminal("verify", "AAAA-BBBB-CCCC-DDDD")

    assert (ran.status, ran.out) == (1, "")
    assert "No document has this code" in ran.err


def test_what_is_verified_can_be_read_by_programs(terminal, filled, code):
    filled(revoke)

    answer = json.loads(terminal("verify", code, "--json").out)

    assert answer["serial"] == SERIAL
    assert answer["holder"] == "Lin, Mei"
    assert answer["issued_on"] == "2026-11-23"
    assert (answer["in_force"], answer["revoked_because"], answer["replaced_by"]) == (
        False,
        "The name was misspelt",
        None,
    )
    assert answer["demonstration"] is True
