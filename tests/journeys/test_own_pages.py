"""Students see their own record and nobody else's; advisors see those of their own students."""

import re

from playwright.sync_api import expect

from tests.journeys.documents import download
from tests.journeys.reader import BEIHANG

EVERYBODY = range(1, 55)
"""The ids of the demonstration's 54 students."""
PAGES = (
    "/students/{}",
    "/students/{}/progress",
    "/students/{}/documents",
    "/students/{}/transcript.pdf?languages=es%2Ben",
)


def test_a_student_sees_progress_record_and_documents(museum, readers):
    student = readers(museum, "jie.chen@buaa.example")

    student.open("/")
    student.follow("See your progress")
    expect(student.page.get_by_role("heading", level=1)).to_have_text("Chen, Jie · 陈㛃")
    expect(student.page.locator("main")).to_contain_text("Both degrees")
    student.follow("Record")
    expect(student.page.locator("main")).to_contain_text("2461001")
    student.follow("Documents")
    assert download(student, "AI-MASTER-2026-000001").startswith(b"%PDF-")
    expect(student.page.get_by_role("link", name="Revoke")).to_have_count(0)
    expect(student.page.get_by_role("link", name="Conferral")).to_have_count(0)


def test_a_student_opens_nobody_else_s_pages(museum, readers):
    student = readers(museum, "jie.chen@buaa.example")
    student.open("/")
    student.follow("See your progress")
    own = id_in(student.page.url)

    for page in PAGES:
        answers = {student_number: student.status(page.format(student_number)) for student_number in EVERYBODY}
        assert answers == {student_number: 200 if student_number == own else 404 for student_number in EVERYBODY}, page
    assert student.status("/documents/AI-MASTER-2026-000002.pdf") == 404
    assert student.status(f"/students/{own}/conferral") == 403


def test_an_advisor_opens_the_own_students_pages_only(museum, readers):
    advisor = readers(museum, "wenbin.zhao@buaa.example")
    advisor.open("/")
    links = advisor.page.locator("main tbody th a").evaluate_all("links => links.map(link => link.pathname)")
    own = {id_in(link) for link in links}

    assert 10 < len(own) < 30
    for page in PAGES[:3]:
        seen = {student_number for student_number in EVERYBODY if advisor.status(page.format(student_number)) == 200}
        assert seen == own, page
    assert advisor.status("/students") == advisor.status("/imports") == advisor.status("/conferral") == 403


def test_an_advisor_reads_a_student_s_audit(museum, readers):
    advisor = readers(museum, "wenbin.zhao@buaa.example")

    advisor.open("/advisees")
    advisor.page.locator("main tbody th a", has_text="郑雨桐").click()

    expect(advisor.page.get_by_role("heading", level=1)).to_contain_text("郑雨桐")
    expect(advisor.page.locator("main")).to_contain_text("Why not")


def test_whoever_has_not_signed_in_is_asked_to_and_taken_on(museum, readers):
    stranger = readers(museum)

    stranger.open("/conferral")
    expect(stranger.page.locator("main")).to_contain_text("Sign in to open that page.")
    stranger.page.get_by_label("E-mail").fill(BEIHANG)
    stranger.page.get_by_label("Password").fill("wrong")
    stranger.press("Sign in")
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    stranger.sign_in(BEIHANG)

    expect(stranger.page).to_have_url(museum.url + "/conferral")
    stranger.press("Sign out")
    stranger.open("/conferral")
    expect(stranger.page).to_have_url(re.compile("/sign-in"))


def id_in(address):
    return int(re.search(r"/students/(\d+)", address).group(1))
