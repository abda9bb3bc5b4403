"""The conferral board, and the page on which a registrar signs."""

import re

import pytest

from dualdegree.transcript.service import revoke
from tests.counting import counting
from tests.graduates import ALSO_READY, ONE_SIDED, READY, SHORT
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH


def shown_digest(reader, student):
    """The digest in the form that signs."""
    page = reader.get(f"/students/{student}/conferral").text
    return re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]


def sign(reader, student, digest=None):
    return reader.post(f"/students/{student}/conferral/sign", data={"digest": digest or shown_digest(reader, student)})


def test_the_board_shows_each_verdict_and_filters_by_state(offices):
    with offices.graduates() as graduates:
        graduates.sign(READY)
        graduates.sign(ALSO_READY, NORTH)
    reader = offices.reader("north")

    board = words(reader.get("/conferral"))

    assert "All (6)" in board
    assert "Signed by both (1)" in board
    assert "Signed by one (1)" in board
    assert "Both sides met (1)" in board
    assert "One side met (2)" in board
    assert "Studying (1)" in board
    assert "A document may be issued (1)" in board
    assert "6 ECTS" in board
    signed = words(reader.get("/conferral?stage=signed_by_one"))
    assert "Ramos, Lia" in signed
    assert "Otieno, Achieng" not in signed
    assert "Nobody is in this state." in words(reader.get("/conferral?stage=nonsense"))


def test_who_may_be_issued_a_document_has_none_in_force_and_none_revoked(offices):
    with offices.graduates() as graduates:
        graduates.sign(READY)
        graduates.sign(ALSO_READY)
        graduates.issue(READY)
        withdrawn = graduates.issue(ALSO_READY)
        revoke(graduates.session, graduates.registrar(NORTH), withdrawn, "Wrong name", NOW)
    reader = offices.reader("north")

    board = words(reader.get("/conferral"))

    assert "A document may be issued (0)" in board
    assert "Document issued (1)" in board
    assert "Document revoked" in board
    assert "Lin, Mei" in words(reader.get("/conferral?stage=issued"))
    assert "Nobody is in this state." in words(reader.get("/conferral?stage=may_be_issued"))


def test_each_university_s_board_shows_its_own_students(offices):
    assert "Muñoz, Inés" not in words(offices.reader("south").get("/conferral"))
    assert "Nobody is in this state." in words(offices.reader("elsewhere").get("/conferral"))


def test_two_registrars_open_the_gate(offices):
    student = offices.student()

    for who in ("north", "south"):
        assert sign(offices.reader(who), student).status_code == 302

    page = words(offices.reader("north").get(f"/students/{student}/conferral"))
    assert "Signed by both" in page
    assert "Caio Prado" in page


def test_a_stale_page_signs_nothing(offices):
    student, reader = offices.student(), offices.reader("south")
    digest = shown_digest(reader, student)
    with offices.graduates() as graduates:
        graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    answer = sign(reader, student, digest)

    assert answer.status_code == 409
    assert "The record has changed since you opened the page" in words(answer)
    assert sign(reader, student, "nothing").status_code == 409
    assert "not signed" in words(reader.get(f"/students/{student}/conferral"))


def test_the_page_says_what_voided_a_sign_off(offices):
    student = offices.student()
    with offices.graduates() as graduates:
        graduates.sign()
        graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    page = words(offices.reader("north").get(f"/students/{student}/conferral"))

    assert "Njeri Mwangi signed another state on 23 November 2026." in page
    assert "Statistics (N2, 2024/2025 term 1): grade was 78 and is now 79." in page
    assert "Sign off this record" in page


def test_withdrawing_asks_for_a_reason(offices):
    student, reader = offices.student(), offices.reader("north")
    sign(reader, student)

    silent = reader.post(f"/students/{student}/conferral/withdraw", data={"reason": ""})
    page = reader.post(f"/students/{student}/conferral/withdraw", data={"reason": "Too early"}, follow_redirects=True)

    assert silent.status_code == 400
    assert "Say why the sign-off is withdrawn." in words(silent)
    assert "The sign-off is withdrawn." in words(page)
    assert reader.post(f"/students/{student}/conferral/withdraw", data={"reason": "Again"}).status_code == 409


def test_what_is_not_met_offers_no_signature(offices):
    student, reader = offices.student(SHORT), offices.reader("north")

    page = words(reader.get(f"/students/{student}/conferral"))

    assert "30 of 36 ECTS counted; open: Optional" in page
    assert "Sign off this record" not in page


def test_a_student_of_one_university_is_explained(offices):
    page = words(offices.reader("north").get(f"/students/{offices.student(ONE_SIDED)}/conferral"))

    assert "A joint transcript needs the student's enrolment at both institutions" in page


def test_a_student_whom_no_curriculum_binds_is_explained(offices):
    student = offices.student(ONE_SIDED)
    with offices.graduates() as graduates:
        graduates.student(ONE_SIDED).enrolments[0].curriculum_version = None
    reader = offices.reader("north")

    assert "No curriculum binds this student" in words(reader.get(f"/students/{student}/conferral"))
    assert reader.get(f"/students/{student}/progress").status_code == 400
    assert reader.get(f"/students/{student}/transcript.pdf?languages=zh_Hans%2Ben").status_code == 400
    assert reader.get(f"/students/{student}/documents").status_code == 200
    assert sign(reader, student, "0" * 64).status_code == 400


@pytest.mark.parametrize("who", ["elsewhere", "ines"])
def test_strangers_do_not_learn_that_there_is_such_a_student(offices, who):
    student, reader = offices.student(), offices.reader(who)

    assert reader.get(f"/students/{student}/conferral").status_code == 404
    assert sign(reader, student, "0" * 64).status_code == 404


@pytest.mark.parametrize("who", ["mei", "advisor"])
def test_who_may_read_the_record_may_not_sign_it(offices, who):
    student, reader = offices.student(), offices.reader(who)

    assert reader.get(f"/students/{student}/conferral").status_code == 403
    assert sign(reader, student, "0" * 64).status_code == 403


def test_a_board_of_many_costs_as_many_queries_as_one_of_few(offices):
    reader = offices.reader("south")
    reader.get("/conferral")
    with counting(offices.engine()) as few:
        reader.get("/conferral")
    with offices.graduates() as graduates:
        graduates.more(5)
        graduates.sign()
    reader.get("/conferral")

    with counting(offices.engine()) as many:
        reader.get("/conferral")

    assert len(many) == len(few)
    assert len(few) <= 30


@pytest.mark.parametrize("language", ["zh_Hans", "es"])
def test_board_and_page_speak_the_reader_s_language(offices, language):
    with offices.graduates() as graduates:
        graduates.sign()
        graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")
    student, reader = offices.student(), offices.reader("south")
    reader.set_cookie("language", language)

    page = words(reader.get(f"/students/{student}/conferral"))

    assert {"zh_Hans": "统计", "es": "Estadística"}[language] in page
    assert "signed another state" not in page
    assert "Northlake University" not in words(reader.get("/conferral"))
    assert SOUTH not in page
