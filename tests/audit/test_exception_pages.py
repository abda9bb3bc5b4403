"""The pages of exceptions and of what an audit rests on, as advisor, registrar and student use them."""

import datetime as dt
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from dualdegree.accounts.models import Person
from dualdegree.audit import service
from dualdegree.audit.exceptions.service import exceptions_of
from dualdegree.core.audit import audit
from tests.graduates import SHORT, email_of, text
from tests.graduates.browsing import words
from tests.people import NOW, person
from tests.programmes.papers import NORTH, SOUTH

BY_BODY = "exceptions: {decided_by: body, body: {en: Academic committee, es: Comisión Académica}}\n"
MINUTES = dt.timedelta(minutes=10)
WAIVED = {"kind": "waive", "requirement": "optional", "reason": "Six months at a laboratory."}


@pytest.fixture
def pages(offices):
    """Both universities leave exceptions to a body."""
    with offices.graduates() as graduates:
        for where, side in ((NORTH, "north"), (SOUTH, "south")):
            graduates.take("institution", where, text(f"{side}/institution.yaml") + BY_BODY)
    return offices


def ask(pages, button="confirm", **changed):
    url = f"/students/{pages.student(SHORT)}/exceptions/new?degree=south"
    return pages.reader("advisor").post(url, data={**WAIVED, button: "1", **changed})


def revision(page):
    return re.search(r'name="revision"[^>]*value="(\d+)"', page.get_data(as_text=True))[1]


def decide(pages, button="grant", **changed):
    south = pages.reader("south")
    read = south.get("/exceptions/1/decide")
    sent = {"minute": "12/2026", "on": "2026-11-23", "revision": revision(read), "reason": "No.", button: "1"}
    return south.post("/exceptions/1/decide", data={**sent, **changed})


def another(pages):
    """A registrar of south who has not had a hand in it."""
    with pages.graduates() as graduates:
        if not graduates.session.scalars(sa.select(Person).where(Person.email == email_of("second"))).all():
            person(graduates.session, email_of("second"), ("registrar", SOUTH), name="Duarte Melo")
    return pages.reader("second")


def state(pages):
    with pages.graduates() as graduates:
        return [request.state for request in exceptions_of(graduates.session, graduates.student(SHORT))]


def test_an_advisor_sees_the_effect_before_asking_and_nothing_is_stored(pages):
    shown = words(ask(pages, "look"))

    assert "What it would do to both degrees" in shown
    assert "not met 30 of 36 ECTS counted; open: Optional" in shown
    assert state(pages) == []


def test_an_exception_goes_from_the_advisor_by_the_body_to_the_registrar(pages):
    assert ask(pages).status_code == 302
    student = pages.student(SHORT)
    assert "Asked for: to be decided" in words(pages.reader("advisor").get(f"/students/{student}/progress"))

    south = pages.reader("south")
    assert "Waive “Optional”." in words(south.get("/exceptions"))
    assert "What it would do to both degrees" in words(south.get("/exceptions/1/decide"))
    assert decide(pages).status_code == 302
    assert "/exceptions/1/enter" not in south.get("/exceptions/1").get_data(as_text=True)
    second = another(pages)
    page = second.get("/exceptions/1")
    assert "a registrar, who enters it" in words(page)
    assert second.post("/exceptions/1/enter", data={"revision": revision(page)}).status_code == 302

    progress = words(south.get(f"/students/{student}/progress"))
    assert "Entered: applied by every audit" in progress
    assert "Waived (decided by Academic committee, 12/2026 on 23 November 2026" in progress
    assert "Exception entered" in words(south.get("/exceptions/1"))


def test_a_missing_reason_is_said_at_the_form(pages):
    refused = ask(pages, reason=" ")

    assert refused.status_code == 400
    assert "Say why the exception is needed" in words(refused)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"requirement": ""}, "Choose the requirement."),
        ({"kind": "reduce", "at_least": ""}, "Say to which figure it is reduced."),
        ({"kind": "reduce", "at_least": "six"}, '"six" is not a figure'),
        ({"kind": "pin"}, "Choose the course."),
        ({"requirement": "seminar"}, "Requirement:"),
    ],
)
def test_what_is_missing_or_unknown_is_said_at_the_form(pages, sent, said):
    refused = ask(pages, **sent)

    assert refused.status_code == 400
    assert said in words(refused)


def test_a_double_decision_and_a_stale_page_are_conflicts(pages):
    ask(pages)

    assert decide(pages, revision="7").status_code == 409
    assert state(pages) == ["requested"]
    assert decide(pages).status_code == 302
    again = pages.reader("south").post(
        "/exceptions/1/decide", data={"minute": "13/2026", "on": "2026-11-23", "reason": "No.", "refuse_it": "1"}
    )
    assert again.status_code == 409
    assert "You have done this already" in words(again)
    assert state(pages) == ["granted"]


def test_a_decision_without_a_minute_is_said_at_the_form(pages):
    ask(pages)
    refused = decide(pages, minute="")

    assert refused.status_code == 400
    assert "number of the minute" in words(refused)


@pytest.mark.parametrize(("who", "status"), [("north", 404), ("mei", 404), ("elsewhere", 404), ("advisor", 404)])
def test_nobody_but_the_registrar_there_opens_the_decision(pages, who, status):
    ask(pages)

    assert pages.reader(who).get("/exceptions/1/decide").status_code == status


def test_who_asked_withdraws(pages):
    ask(pages)
    advisor = pages.reader("advisor")

    assert advisor.post("/exceptions/1/withdraw", data={}).status_code == 400
    assert advisor.post("/exceptions/1/withdraw", data={"reason": "Passed it."}).status_code == 302
    assert state(pages) == ["withdrawn"]


def test_only_the_student_s_advisor_is_offered_to_ask(pages):
    student = pages.student(SHORT)

    assert "Ask for an exception" in words(pages.reader("advisor").get(f"/students/{student}/progress"))
    assert "Ask for an exception" not in words(pages.reader("south").get(f"/students/{student}/progress"))


def test_a_page_says_what_changed_since_and_under_which_rules(pages):
    student = pages.student(SHORT)
    reader = pages.reader("south")
    reader.get(f"/students/{student}/progress")
    with pages.graduates() as graduates:
        graduates.changed("grades", SOUTH, "S202;S4", ";3,0;", ";5,5;", at=NOW + MINUTES)
    pages.app.config["CLOCK"] = lambda: NOW + 2 * MINUTES

    progress = words(pages.reader("south").get(f"/students/{student}/progress"))

    assert "What changed since the previous answer" in progress
    assert "grade was 3 and is now 5.5" in progress
    assert "Grades imported" in progress
    assert "What this audit rests on" in progress
    assert "Official: what has been passed" in progress


def test_an_answer_that_is_not_proven_says_so_wherever_it_is_shown(pages, monkeypatch):
    monkeypatch.setattr(service, "audit", lambda case: replace(audit(case), proven=False))
    student = pages.student(SHORT)

    registrar, advisor = pages.reader("south"), pages.reader("advisor")
    for reader, url in (
        (registrar, f"/students/{student}/progress"),
        (registrar, f"/students/{student}/conferral"),
        (registrar, "/conferral"),
        (advisor, "/advisees"),
    ):
        assert "not proven" in words(reader.get(url)).casefold(), url


@pytest.mark.parametrize("sent", ["9" * 5000, "1x", "²"])
def test_a_revision_that_no_page_sends_is_no_fault_of_the_program(pages, sent):
    ask(pages)

    assert decide(pages, revision=sent).status_code == 302


def test_a_minute_longer_than_any_number_is_refused_and_nothing_is_decided(pages):
    ask(pages)

    answer = decide(pages, minute="1" * 101)

    assert answer.status_code == 400
    assert "A minute's number has at most 100 characters." in words(answer)
    assert state(pages) == ["requested"]


def test_a_figure_of_thousands_of_digits_is_refused_without_filling_the_page(pages):
    answer = ask(pages, kind="reduce", at_least="9" * 5000)

    assert answer.status_code == 400
    assert f'"{"9" * 80}"' in words(answer)


def enter(pages):
    ask(pages)
    decide(pages)
    second = another(pages)
    second.post("/exceptions/1/enter", data={"revision": revision(second.get("/exceptions/1"))})


def test_a_draft_names_the_exceptions_that_it_would_orphan_in_words(pages):
    enter(pages)
    renamed = text("south/curriculum.yaml").replace("id: optional", "id: choice")
    with pages.graduates() as graduates:
        graduates.take("curriculum", SOUTH, renamed.replace('version: "2024"', 'version: "2024b"'))

    shown = words(pages.reader("south").get("/curricula/3/effect"))

    assert "Waive “Optional”." in shown
    assert "The version has no requirement “optional”." in shown


def test_whoever_reads_in_spanish_is_told_in_spanish_which_body_decided(pages):
    enter(pages)
    reader = pages.reader("advisor")
    reader.set_cookie("language", "es")
    shown = words(reader.get(f"/students/{pages.student(SHORT)}/progress"))

    assert "Comisión Académica, 12/2026" in shown
    assert "Academic committee" not in shown
