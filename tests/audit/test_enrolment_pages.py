"""The page of a student's enrolments: what a state changes is read before it is entered, and by whom its reason."""

import re

import pytest

from tests.graduates import READY, text
from tests.graduates.browsing import words
from tests.programmes.papers import SOUTH

LEAVING = {"state": "withdrawn", "since": "2026-11-20", "reason": "Another job"}
PAGES = (
    "",
    "/progress",
    "/picture",
    "/plans",
    "/enrolment",
    "/recognition",
    "/documents",
    "/conferral",
    "/curriculum",
    "/equivalences",
)


def sent(page, **values):
    revision = re.search(r'name="revision"[^>]*value="([0-9]+)"', page.text)[1]
    return {"revision": revision, **LEAVING, **values}


@pytest.fixture
def student(offices):
    with offices.graduates() as graduates:
        graduates.sign()
        return graduates.student(READY).id


def test_leaving_is_looked_at_first_and_entered_only_with_a_tick_under_what_was_read(offices, student):
    south, url = offices.reader("south"), f"/students/{student}/enrolment/state"
    page = south.get(url)

    looked = south.post(url, data=sent(page, look="1"))
    silent = south.post(url, data=sent(page, enter="1"))
    digest = re.search(r'name="confirmed"[^>]*value="([0-9a-f]{64})"', looked.text)[1]
    entered = south.post(url, data=sent(page, enter="1", confirmed=digest), follow_redirects=True)

    assert "The degree of Southhill University is judged no more" in words(looked)
    assert "the sign-off of Northlake University" in words(looked)
    assert "It counted in the degree that is left" in words(looked)
    assert (silent.status_code, "tick that you have" in words(silent)) == (400, True)
    assert "The state is entered." in words(entered)
    assert "Recognitions affected because a degree was left" in words(entered)


def test_every_page_about_a_student_who_left_a_degree_opens(offices, student):
    south, north, url = offices.reader("south"), offices.reader("north"), f"/students/{student}/enrolment/state"
    looked = south.post(url, data=sent(south.get(url), look="1"))
    digest = re.search(r'name="confirmed"[^>]*value="([0-9a-f]{64})"', looked.text)[1]
    south.post(url, data=sent(looked, enter="1", confirmed=digest))

    answers = {page: north.get(f"/students/{student}{page}").status_code for page in PAGES}

    assert answers == dict.fromkeys(PAGES, 200)
    assert "Withdrawn from the degree, since 20 November 2026" in words(north.get(f"/students/{student}"))
    assert "has left one of the degrees" in words(north.get(f"/students/{student}/conferral"))


def test_the_partner_reads_the_state_and_not_why(offices, student):
    south, url = offices.reader("south"), f"/students/{student}/enrolment/state"
    south.post(url, data=sent(south.get(url), state="leave", since="2026-11-01", reason="Illness", enter="1"))

    pages = {who: words(offices.reader(who).get(f"/students/{student}/enrolment")) for who in ("north", "mei", "south")}

    assert all("On leave" in page for page in pages.values())
    assert [who for who, page in pages.items() if "Illness" in page] == ["mei", "south"]


def test_the_partner_sees_that_there_is_a_hold_and_the_student_what_to_do(offices, student):
    with offices.graduates() as graduates:
        kinds = "holds: {fees: {name: {en: Fees unpaid}, remedy: {en: Pay at the counter.}}}\n"
        graduates.take("institution", SOUTH, text("south/institution.yaml") + kinds)
    south, url = offices.reader("south"), f"/students/{student}/enrolment/hold"
    south.post(url, data={"kind": "fees", "reason": "Second term of 2026"})

    north, own = (words(offices.reader(who).get(f"/students/{student}/enrolment")) for who in ("north", "mei"))

    assert "Southhill University has an open hold on this student" in north
    assert not any(said in north for said in ("Fees unpaid", "Second term of 2026", "Pay at the counter"))
    assert "What to do: Pay at the counter." in own
    assert "Fees unpaid" in own
