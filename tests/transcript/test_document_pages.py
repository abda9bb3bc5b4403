"""The pages that list, issue, download, revoke and replace documents."""

import hashlib

import pytest

from dualdegree.events import history
from dualdegree.transcript.documents import document, documents_of
from tests.counting import counting
from tests.graduates import ALSO_READY, ONE_SIDED, READY, SHORT, UNTITLED
from tests.graduates.browsing import words
from tests.programmes.papers import NORTH

SERIAL = "DOUBLE-2026-000001"


def issued(offices, *numbers):
    with offices.graduates() as graduates:
        for number in numbers or (READY,):
            graduates.sign(number)
            graduates.issue(number)


def issue(reader, student, languages="zh_Hans+en"):
    return reader.post(f"/students/{student}/issue", data={"languages": languages}, follow_redirects=True)


def test_a_registrar_issues_what_both_have_signed(offices):
    student, reader = offices.student(), offices.reader("south")
    assert "It cannot be issued yet" in words(reader.get(f"/students/{student}/documents"))
    with offices.graduates() as graduates:
        graduates.sign()

    assert "Issue the official transcript" in words(reader.get(f"/students/{student}/documents"))
    page = words(issue(reader, student))

    assert f"Issued as {SERIAL}." in page
    assert "in force" in page


def test_issuing_too_early_or_twice_is_refused_in_words(offices):
    student, reader = offices.student(), offices.reader("north")

    early = issue(reader, student)
    issued(offices)
    twice = issue(reader, student)

    assert (early.status_code, twice.status_code) == (400, 409)
    assert "the conferral board says what is missing" in words(early)
    assert f"This state is issued in these languages already, as {SERIAL}." in words(twice)


def test_a_missing_title_is_named_on_the_page(offices):
    with offices.graduates() as graduates:
        graduates.sign(UNTITLED)

    answer = issue(offices.reader("north"), offices.student(UNTITLED), "zh_Hans+es")

    assert answer.status_code == 400
    assert "The title of the course N6 of north.example has no approved form in Spanish." in words(answer)


def test_languages_that_are_not_offered_are_refused(offices):
    student = offices.student()

    assert issue(offices.reader("north"), student, "en+fr").status_code == 400
    assert offices.reader("mei").get(f"/students/{student}/transcript.pdf?languages=en").status_code == 400


@pytest.mark.parametrize("who", ["mei", "advisor", "north", "south"])
def test_the_download_is_the_very_bytes_that_were_issued(offices, who):
    issued(offices)

    answer = offices.reader(who).get(f"/documents/{SERIAL}.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{SERIAL}.pdf"'
    with offices.graduates() as graduates:
        kept = document(graduates.session, SERIAL)
        assert answer.data == kept.pdf
        assert hashlib.sha256(answer.data).hexdigest() == kept.sha256


@pytest.mark.parametrize("who", ["elsewhere", "ines", "public"])
def test_strangers_find_no_document(offices, who):
    issued(offices)
    student, reader = offices.student(), offices.reader(who)
    gone = 302 if who == "public" else 404

    for url in (f"/documents/{SERIAL}.pdf", f"/students/{student}/documents", f"/documents/{SERIAL}/revoke"):
        assert reader.get(url).status_code == gone
    assert reader.post(f"/students/{student}/issue").status_code == gone
    assert reader.post(f"/documents/{SERIAL}/replace").status_code == gone


@pytest.mark.parametrize("who", ["mei", "advisor"])
def test_only_a_registrar_issues_and_revokes(offices, who):
    issued(offices)
    student, reader = offices.student(), offices.reader(who)

    assert reader.post(f"/students/{student}/issue").status_code == 403
    assert reader.post(f"/documents/{SERIAL}/revoke", data={"reason": "x"}).status_code == 403
    assert "Revoke" not in words(reader.get(f"/students/{student}/documents"))


def test_revoking_asks_for_a_reason_and_shows_it(offices):
    issued(offices)
    reader = offices.reader("south")
    form = f"/documents/{SERIAL}/revoke"

    asked = words(reader.get(form))
    silent = reader.post(form, data={"reason": " "})
    done = reader.post(form, data={"reason": "The name was misspelt"}, follow_redirects=True)
    again = reader.post(form, data={"reason": "Once more"})

    assert "This cannot be taken back." in asked
    assert silent.status_code == 400
    assert f"{SERIAL} is revoked." in words(done)
    assert "The name was misspelt" in words(done)
    assert again.status_code == 409


def test_replacing_issues_a_new_document_that_both_name(offices):
    issued(offices)
    reader = offices.reader("north")

    asked = reader.get(f"/documents/{SERIAL}/replace")
    silent = reader.post(f"/documents/{SERIAL}/replace", data={"languages": "es+en"})
    page = words(
        reader.post(
            f"/documents/{SERIAL}/replace", data={"languages": "es+en", "reason": "In Spanish"}, follow_redirects=True
        )
    )

    assert (asked.status_code, silent.status_code) == (200, 400)
    assert f"{SERIAL} is replaced by DOUBLE-2026-000002." in page
    assert "replaced by DOUBLE-2026-000002" in page
    assert "replaced by DOUBLE-2026-000002" in words(reader.get("/documents"))


def test_every_document_of_the_institution_is_listed_newest_first(offices):
    issued(offices, READY, ALSO_READY)

    page = words(offices.reader("south").get("/documents"))

    assert page.index("DOUBLE-2026-000002") < page.index(SERIAL)
    assert "Lin, Mei · 林梅" in page
    assert "Nothing has been issued yet." in words(offices.reader("elsewhere").get("/documents"))


def test_a_longer_list_costs_no_more_queries(offices):
    issued(offices, READY)
    reader = offices.reader("north")
    reader.get("/documents")
    with counting(offices.engine()) as few:
        reader.get("/documents")
    issued(offices, ALSO_READY)
    with offices.graduates() as graduates:
        graduates.issue(READY, ("es", "en"))
    reader.get("/documents")

    with counting(offices.engine()) as many:
        reader.get("/documents")

    assert len(many) == len(few)
    assert not any("issued_document.pdf" in statement for statement in many)


def test_an_unofficial_transcript_is_offered_at_any_time(offices):
    student, reader = offices.student(SHORT), offices.reader("advisor")

    answer = reader.get(f"/students/{student}/transcript.pdf?languages=zh_Hans%2Bes")

    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="unofficial-{student}.pdf"'


def test_a_student_of_one_university_is_told_why_there_is_none(offices):
    student, reader = offices.student(ONE_SIDED), offices.reader("ines")

    answer = reader.get(f"/students/{student}/transcript.pdf?languages=es%2Ben")

    assert answer.status_code == 400
    assert "A joint transcript needs the student's enrolment at both institutions" in words(answer)
    assert reader.get(f"/students/{student}/documents").status_code == 200


def test_the_printed_address_is_the_office_s_own(offices):
    offices.app.config["PUBLIC_URL"] = "https://office.example"
    student, reader = offices.student(), offices.reader("north")
    with offices.graduates() as graduates:
        graduates.sign()

    issue(reader, student)

    with offices.graduates() as graduates:
        assert "https://office.example/verify/" in document(graduates.session, SERIAL).content


def test_nothing_is_issued_while_the_public_address_is_not_set(offices):
    offices.app.config["PUBLIC_URL"] = ""
    student, reader = offices.student(), offices.reader("north")
    with offices.graduates() as graduates:
        graduates.sign()

    answer = issue(reader, student)

    assert answer.status_code == 400
    assert "ask whoever runs it to set PUBLIC_URL" in words(answer)
    with offices.graduates() as graduates:
        assert documents_of(graduates.session, graduates.student()) == []


def test_the_history_of_a_page_s_act_names_who_did_it(offices):
    issued(offices)
    offices.reader("south").post(f"/documents/{SERIAL}/revoke", data={"reason": "Wrong"})

    with offices.graduates() as graduates:
        entries = history(graduates.session, f"document:{SERIAL}")
        last = next(entry for entry in entries if entry.institution_id == NORTH)
        assert (last.act, last.reason, last.actor) == (
            "document revoked",
            "Wrong",
            graduates.actor("south").reference,
        )
