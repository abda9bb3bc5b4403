"""The pages of equivalences: proposed on one side, approved on both, read by everybody concerned."""

import pytest

from dualdegree.db import db
from tests.graduates.browsing import words
from tests.programmes.papers import with_curricula
from tests.programmes.readers import application, hidden, readers, send, store, text
from tests.recognition.test_equivalences import TABLE


@pytest.fixture
def app(backend, wardrobe, tmp_path):
    with application(wardrobe, backend.url, tmp_path) as lent:
        yield lent


@pytest.fixture
def office(backend, app):
    with app.app_context():
        with_curricula(backend, db.session())
        return readers(app)


def propose(reader, table=TABLE, **button):
    return (
        send(reader, "/equivalences/new", text=table, **button) if button else store(reader, "/equivalences/new", table)
    )


def approve(reader):
    digest = hidden(text(reader.get("/equivalences/1")), "digest")
    return send(reader, "/equivalences/1/approve", "/equivalences/1", digest=digest)


def test_without_a_table_the_page_says_what_would_bring_one(office):
    assert "There is no equivalence table yet." in text(office["south"].get("/equivalences"))


def test_a_table_is_checked_before_it_is_proposed(office):
    looked = text(propose(office["south"], look="1"))

    assert "The text is sound. Nothing has been stored yet" in looked
    assert "There is no equivalence table yet." in text(office["south"].get("/equivalences"))
    assert "Stored." in text(propose(office["south"]))
    assert "There is no equivalence table yet." not in text(office["north"].get("/equivalences"))


def test_warnings_are_shown_before_the_table_is_stored(office):
    looked = text(propose(office["south"], TABLE.replace('N1, credits: "3"', 'N3, credits: "1"'), look="1"))

    assert "Look at this before you store it" in looked
    assert "6 ECTS would be granted for 2 ECTS earned" in looked


def test_a_bad_table_is_refused_on_the_page_with_its_line(office):
    answer = propose(office["south"], TABLE.replace("code: N1", "code: N8"))

    assert answer.status_code == 400
    assert "Line 6, entries[0].from.courses[0].code: no curriculum of north.example has this course" in words(answer)


def test_a_row_shows_both_credits_and_the_agreed_ects(office):
    propose(office["south"])
    page = text(office["advisor"].get("/equivalences/1"))

    assert "Matrices" in page
    assert "Mathematics" in page
    assert "· 3 credits" in page
    assert "any pass" in page
    # Three credits of North are 6 ECTS, as the ratio of its degree says.
    assert page.count('<td class="number" data-label="ECTS">6</td>') == 2


def test_a_table_comes_into_force_on_the_pages_of_two_registrars(office):
    propose(office["south"])

    assert "when the other institution approves this very text" in text(approve(office["south"]))
    assert "Waits for North University" in text(office["advisor"].get("/equivalences"))
    assert "it is in force." in text(approve(office["north"]))
    assert "Approve for" not in text(office["north"].get("/equivalences/1"))


def test_an_advisor_reads_but_neither_proposes_nor_approves(office):
    propose(office["south"])

    assert "Approve for" not in text(office["advisor"].get("/equivalences/1"))
    assert office["advisor"].get("/equivalences/new").status_code == 403
    assert send(office["advisor"], "/equivalences/1/approve", "/account").status_code == 403
    assert office["student"].get("/equivalences/1").status_code == 403


def test_what_is_not_there_is_not_found(office):
    assert office["south"].get("/equivalences/99").status_code == 404
