"""The learning agreement as a download, offered once it is signed and to whom it concerns."""

import pytest

from tests.graduates.browsing import words
from tests.learning_agreements.test_stays import in_force, written
from tests.requests import Desk

XML = "/recognition/stays/1/ewp.xml"
OFFER = "Download for other systems (XML)"


@pytest.fixture
def signed(offices):
    with offices.graduates() as graduates:
        in_force(Desk(graduates))
    return offices


def test_student_and_staff_download_what_is_signed(signed):
    for who in ("mei", "endorser", "confirmer"):
        reader = signed.reader(who)
        assert OFFER in words(reader.get("/recognition/stays/1"))

        answer = reader.get(XML)

        assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=stay-")
        assert b"<components-studied>" in answer.data


def test_nobody_else_does(signed):
    assert signed.reader("ines").get(XML).status_code == 404
    assert signed.reader("public").get(XML).status_code == 302


def test_what_is_not_signed_is_not_offered_and_says_why(offices):
    with offices.graduates() as graduates:
        written(Desk(graduates))
    mei = offices.reader("mei")

    assert OFFER not in words(mei.get("/recognition/stays/1"))
    answer = mei.get(XML)
    assert answer.status_code == 409
    assert "Nobody but the student has signed a version of this stay yet" in words(answer)
