"""A stranger checks the document in hand: by its code, on a public page, against what was issued."""

import pytest

from dualdegree.core.refusal import Absent
from dualdegree.transcript import documents as issued_documents
from dualdegree.transcript import service as transcripts
from dualdegree.transcript.marks import spaced
from dualdegree.verification import service
from tests.graduates import LATER, READY, text
from tests.graduates.browsing import words
from tests.programmes.papers import NORTH, SOUTH

SERIAL = "DOUBLE-2026-000001"


@pytest.fixture
def issued(offices):
    """The code of a document that was issued to Mei."""
    with offices.graduates() as graduates:
        graduates.sign()
        return graduates.issue().code


def page(offices, code, language="en"):
    reader = offices.reader("public")
    reader.set_cookie("language", language)
    return words(reader.get(f"/verify/{code}"))


def test_the_page_says_who_issued_what_to_whom_and_when(offices, issued):
    shown = page(offices, issued)

    for said in (
        f"Document {SERIAL}",
        "Genuine and in force",
        "Northlake University · Southhill University",
        "Double degree in data science",
        "Lin, Mei · 林梅",
        "23 November 2026",
        spaced(issued),
    ):
        assert said in shown


def test_a_specimen_says_that_it_proves_nothing(offices, issued):
    assert "This is a specimen from a demonstration." in page(offices, issued)


def test_a_document_of_real_universities_is_no_specimen(offices):
    with offices.graduates() as graduates:
        for where, side in ((NORTH, "north"), (SOUTH, "south")):
            graduates.take(
                "institution",
                where,
                text(f"{side}/institution.yaml").replace("demonstration: true", "demonstration: false"),
            )
        graduates.sign()
        code = graduates.issue().code

    assert "Demonstration" not in page(offices, code)


def test_only_what_is_printed_for_everybody_is_shown(offices, issued):
    shown = page(offices, issued).replace(spaced(issued), "")

    for private in ("2001", "Matrices", "S201", "N101", "85"):
        assert private not in shown.split("SHA-256")[0]


@pytest.mark.parametrize("way", [str.lower, spaced, lambda code: spaced(code).lower()])
def test_a_code_is_known_in_small_letters_and_with_hyphens(offices, issued, way):
    assert "Genuine and in force" in page(offices, way(issued))


def test_typing_a_code_leads_to_its_page(offices, issued):
    reader = offices.reader("public")

    answer = reader.post("/verify", data={"code": f" {spaced(issued).lower()} "})

    assert (answer.status_code, answer.location) == (302, f"/verify/{issued}")


@pytest.mark.parametrize("typed", ["", " ", "---", "。"])
def test_typing_nothing_is_answered_at_the_form(offices, typed):
    answer = offices.reader("public").post("/verify", data={"code": typed})

    assert answer.status_code == 400
    assert "Type the code that is printed on the document." in words(answer)


@pytest.mark.parametrize("code", ["AAAABBBBCCCCDDDD", "<script>", "２", "x" * 300])
def test_an_unknown_code_is_answered_in_words(offices, code):
    answer = offices.reader("public").get(f"/verify/{code}")

    assert answer.status_code == 404
    assert "This document was not issued here" in words(answer)
    assert "<script>" not in answer.text


def test_a_code_with_a_control_character_is_refused_at_the_door(offices):
    answer = offices.reader("public").get("/verify/%00")

    assert answer.status_code == 400
    assert "control character" in words(answer)


def test_a_revoked_document_says_so_when_and_why(offices, issued):
    with offices.graduates() as graduates:
        document = issued_documents.document(graduates.session, SERIAL)
        transcripts.revoke(graduates.session, graduates.registrar(NORTH), document, "The name was misspelt", LATER)

    shown = page(offices, issued)

    assert "Revoked: this document is no longer valid" in shown
    assert "Revoked on 23 November 2026. The name was misspelt" in shown
    assert "Genuine" not in shown


def test_a_replaced_document_names_the_one_that_replaced_it(offices, issued):
    with offices.graduates() as graduates:
        document = issued_documents.document(graduates.session, SERIAL)
        wanted = graduates.wanted(("es", "en"), LATER)
        transcripts.replace(graduates.session, graduates.registrar(NORTH), document, wanted, "In Spanish")

    assert "It was replaced by the document DOUBLE-2026-000002." in page(offices, issued)


def test_a_later_change_of_the_record_changes_nothing_that_was_printed(offices, issued):
    with offices.graduates() as graduates:
        for where, row in ((NORTH, "N101"), (SOUTH, "S201")):
            graduates.changed("roster", where, row, "林梅", "林玫")

    assert "林梅" in page(offices, issued)


@pytest.mark.parametrize(("language", "said"), [("zh_Hans", "北湖大学"), ("es", "Universidad de Lago Norte")])
def test_issuers_and_dates_are_said_in_the_reader_s_language(offices, issued, language, said):
    shown = page(offices, issued, language)

    assert said in shown
    assert {"zh_Hans": "2026年11月23日", "es": "23 de noviembre de 2026"}[language] in shown


def test_the_service_tells_the_digest_of_the_very_bytes(graduates):
    graduates.sign()
    issued = graduates.issue(READY)

    document = service.verified(graduates.session, issued.code)

    assert (document.serial, document.sha256, document.languages) == (SERIAL, issued.sha256, ("zh_Hans", "en"))
    assert document.revoked_on is None
    with pytest.raises(Absent):
        service.verified(graduates.session, "nothing")
