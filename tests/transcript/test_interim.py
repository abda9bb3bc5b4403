"""An interim transcript: one institution's own attempts, by itself alone, at any time, and no degree."""

import pytest
import sqlalchemy as sa

from dualdegree import events
from dualdegree.conferral.models import IssuedDocument
from dualdegree.core import transcript as printed
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Refusal
from dualdegree.messages.models import Notice
from dualdegree.transcript import documents as issued_documents
from dualdegree.transcript.interim import issue_interim
from dualdegree.transcript.service import replace, revoke
from tests.graduates import LATER, ONE_SIDED, READY, SHORT
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH

PAIR = ("es", "en")


def issue(graduates, number=SHORT, where=SOUTH, languages=PAIR, at=NOW):
    wanted = graduates.wanted(languages, at)
    return issue_interim(graduates.session, graduates.registrar(where), graduates.student(number), where, wanted)


def value(issued):
    return printed.from_bytes(issued.content.encode(), printed.Transcript)


def test_it_prints_the_institutions_own_attempts_and_nothing_of_the_partner(graduates):
    content = value(issue(graduates)).content

    assert [institution.id for institution in content.institutions] == [SOUTH]
    assert {course.institution for course in content.courses} == {SOUTH}
    assert [(course.code, course.grade, course.status) for course in content.courses][:4] == [
        ("S2", "7,5", "passed"),
        ("S3", "8,0", "passed"),
        ("S4", "3,0", "failed"),
        ("S9", "8,4", "passed"),
    ]
    assert (content.recognitions, content.register_entries) == ((), ())
    assert [number.number for number in content.holder.numbers] == ["S202"]


def test_nobody_else_signs_and_no_degree_need_be_met(graduates):
    issued = issue(graduates)

    assert [signer.name for signer in value(issued).issue.signers] == ["Caio Prado"]
    assert issued.kind == "interim"
    assert issued.serial == "SOUTH.EXAMPLE-2026-000001"
    assert graduates.standing(SHORT).sign_offs == {}


def test_it_says_on_its_face_that_it_certifies_no_degree(graduates):
    transcript = value(issue(graduates))

    assert transcript.is_interim
    assert not transcript.content.is_joint
    assert not transcript.content.degrees[0].met


def test_the_same_again_on_one_day_is_the_same_document(graduates):
    first, again = issue(graduates), issue(graduates, at=LATER)
    other = issue(graduates, languages=("zh_Hans", "en"))

    assert again is first
    assert other.serial == "SOUTH.EXAMPLE-2026-000002"


def test_a_later_one_leaves_the_earlier_in_force(graduates):
    first = issue(graduates)
    graduates.changed("grades", SOUTH, "S202;S4", "3,0", "7,0")
    second = issue(graduates, at=LATER)

    assert (first.revoked_at, second.revoked_at) == (None, None)
    assert [row.serial for row in issued_documents.interims_of(graduates.session, graduates.student(SHORT))] == [
        second.serial,
        first.serial,
    ]


def test_it_is_no_document_of_both_degrees(graduates):
    graduates.sign()
    before = graduates.standing()
    issued = issue(graduates, READY)
    after = graduates.standing()

    assert (before.stage, before.may_be_issued) == (after.stage, after.may_be_issued)
    assert after.may_be_issued
    assert list(issued_documents.in_force(graduates.session, [issued.student_id])) == []


def test_only_the_own_registrar_issues_it(graduates):
    with pytest.raises(NotAllowed):
        issue_interim(graduates.session, graduates.registrar(NORTH), graduates.student(), SOUTH, graduates.wanted(PAIR))


def test_the_own_history_and_the_student_are_told_and_not_the_partner(graduates):
    issued = issue(graduates, READY)

    entries = events.history(graduates.session, f"document:{issued.serial}")
    assert [event.institution_id for event in entries] == [SOUTH]
    subjects = [str(row.subject) for row in graduates.session.scalars(sa.select(Notice))]
    assert len(subjects) == 1


def test_it_is_revoked_but_never_replaced(graduates):
    issued = issue(graduates)

    with pytest.raises(Refusal, match="An interim transcript is not replaced: issue a later one"):
        replace(graduates.session, graduates.registrar(SOUTH), issued, graduates.wanted(PAIR), "Wrong name")
    revoke(graduates.session, graduates.registrar(SOUTH), issued, "Wrong name", LATER)

    assert issued.revoked_at == LATER
    assert {event.institution_id for event in events.history(graduates.session, f"document:{issued.serial}")} == {SOUTH}


def test_whoever_studies_at_one_university_alone_can_have_it(graduates):
    assert [course.code for course in value(issue(graduates, ONE_SIDED, NORTH)).content.courses] == ["N1"]


def test_the_page_issues_it_the_student_downloads_it_and_a_stranger_verifies_it(offices):
    offices.app.config["PUBLIC_URL"] = "https://verify.example"
    student, reader = offices.student(), offices.reader("south")

    answer = reader.post(f"/students/{student}/interim", data={"languages": "es+en"}, follow_redirects=True)

    assert "Issued as SOUTH.EXAMPLE-2026-000001." in words(answer)
    mei = offices.reader("mei")
    assert "SOUTH.EXAMPLE-2026-000001" in words(mei.get(f"/students/{student}/documents"))
    pdf = mei.get("/documents/SOUTH.EXAMPLE-2026-000001.pdf")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    with offices.graduates() as graduates:
        code = graduates.session.scalars(sa.select(IssuedDocument.code)).one()
    page = words(offices.reader("public").get(f"/verify/{code}"))
    assert "Southhill University issued this interim transcript by itself." in page
    assert "and no degree" in page
    assert "Both universities issued" not in page
    assert "SOUTH.EXAMPLE-2026-000001" not in words(offices.reader("north").get(f"/students/{student}/documents"))
