"""The pages on which degrees are applied for, prepared, closed and looked back at."""

import re

import pytest
import sqlalchemy as sa

from dualdegree.conferral.models import Award, ConferralSession
from tests.atonce import at_once, clients_of
from tests.conferral.deciding import apply, confer, draft, heard, notify, put_down
from tests.counting import counting
from tests.graduates import ALSO_READY, READY, SHORT
from tests.graduates.browsing import words
from tests.programmes.papers import NORTH, SOUTH


def revision(page):
    return re.search(r'name="revision"[^>]*value="(\d+)"', page.text)[1]


def session_of(offices):
    with offices.graduates() as graduates:
        return graduates.session.scalars(sa.select(ConferralSession.id)).one()


def prepared(offices, *numbers):
    with offices.graduates() as graduates:
        for number in numbers:
            apply(graduates, number)
        return draft(graduates).id


def test_the_student_sees_both_universities_what_each_waits_for_and_applies(offices):
    student, mei = offices.student(), offices.reader("mei")

    page = words(mei.get(f"/students/{student}/degrees"))
    assert "Waits for the student, who can apply to Southhill University now." in page
    answer = mei.post(f"/students/{student}/degrees/{SOUTH}/apply", follow_redirects=True)

    assert "You have applied for the degree." in words(answer)
    assert "Waits for a session of Senate of Southhill University." in words(answer)
    assert "Waits for the student, who can apply to Northlake University now." in words(answer)


def test_an_advisor_sees_the_steps_and_takes_none(offices):
    student, reader = offices.student(), offices.reader("advisor")

    page = words(reader.get(f"/students/{student}/degrees"))

    assert "Degree decision" in page
    assert "Apply for this degree" not in page
    assert reader.post(f"/students/{student}/degrees/{NORTH}/apply").status_code == 403
    # What is between a student and the other university is none of an advisor's here.
    assert reader.post(f"/students/{student}/degrees/{SOUTH}/apply").status_code == 404


def test_a_session_is_begun_filled_looked_at_and_closed(offices):
    with offices.graduates() as graduates:
        apply(graduates, READY)
        apply(graduates, ALSO_READY)
    reader = offices.reader("south")
    new = {"minute": "7/2026", "on": "2026-11-23", "modality": "presential"}

    page = reader.post("/sessions/new", data=new, follow_redirects=True)
    row = session_of(offices)
    preset = reader.get(f"/sessions/{row}?preset=conferred")
    entered = dict(re.findall(r'name="((?:number|reason)_\d+)"[^>]*value="([^"]*)"', preset.text))
    results = {name.replace("number", "result"): "conferred" for name in entered if name.startswith("number")}
    kept = reader.post(
        f"/sessions/{row}", data={**entered, **results, "revision": revision(preset)}, follow_redirects=True
    )
    closed = reader.post(f"/sessions/{row}/close", data={"revision": revision(kept)}, follow_redirects=True)

    assert "nothing is decided yet" in words(page)
    assert "Conferred: 2" in words(kept)
    assert "From then on what counts in this degree is fixed" in words(kept)
    assert "The session is closed; everybody whom it concerns is told." in words(closed)
    assert "2026/000001" in words(closed)
    assert "2026/000002" in words(closed)


def test_what_is_in_the_way_is_said_by_name_and_nothing_is_lost(offices):
    row, reader = prepared(offices, READY), offices.reader("south")
    with offices.graduates() as graduates:
        put_down(graduates, graduates.session.get(ConferralSession, row), READY)
        put_down(graduates, graduates.session.get(ConferralSession, row), SHORT, given="26/1")
    page = reader.get(f"/sessions/{row}")

    answer = reader.post(f"/sessions/{row}/close", data={"revision": revision(page)})

    assert answer.status_code == 409
    assert "Otieno, Achieng: the requirements of the degree are not met today" in words(answer)
    assert "The number 26/1 has 4 signs, but register number has 11" in words(answer)
    assert 'value="26/1"' in answer.text


def test_two_registrars_close_one_session_at_once_and_it_is_closed_once(offices):
    row, reader = prepared(offices, READY), offices.reader("south")
    with offices.graduates() as graduates:
        put_down(graduates, graduates.session.get(ConferralSession, row))
    seen = revision(reader.get(f"/sessions/{row}"))

    answers = at_once(
        *(
            lambda client=client: client.post(f"/sessions/{row}/close", data={"revision": seen}).status_code
            for client in clients_of(reader, 3)
        )
    )

    assert sorted(answers) == [302, 409, 409]
    with offices.graduates() as graduates:
        numbers = graduates.session.scalars(sa.select(Award.certificate_number)).all()
    assert numbers == ["2026/000001"]


def test_the_partner_does_not_see_a_procedure_before_a_refusal(offices):
    student = offices.student()
    with offices.graduates() as graduates:
        notify(graduates, grounds="Copied pages")

    assert "Copied pages" in words(offices.reader("mei").get(f"/students/{student}/degrees"))
    assert "Copied pages" in words(offices.reader("south").get(f"/students/{student}/degrees"))
    for who in ("north", "advisor"):
        assert "Copied pages" not in words(offices.reader(who).get(f"/students/{student}/degrees"))


def test_the_student_speaks_on_the_own_page(offices):
    student, mei = offices.student(), offices.reader("mei")
    with offices.graduates() as graduates:
        hearing = notify(graduates).id
    sent = {"statement": "They are mine.", "revision": "1"}

    answer = mei.post(f"/hearings/{hearing}/statement", data=sent, follow_redirects=True)

    assert "The statement is kept." in words(answer)
    assert "Heard: a session can decide" in words(answer)
    assert mei.get(f"/students/{student}/degrees").status_code == 200


def test_a_graduate_ticks_an_errand(offices):
    student, mei = offices.student(), offices.reader("mei")
    with offices.graduates() as graduates:
        confer(graduates)
    tick = f"/students/{student}/degrees/{SOUTH}/errands/apostille/tick"

    answer = mei.post(tick, follow_redirects=True)

    assert "seen to on 23 November 2026" in words(answer)
    assert mei.post(tick.replace("apostille", "nothing")).status_code == 404
    assert offices.reader("south").post(tick).status_code == 403


def test_the_history_tells_what_was_decided_under_which_minute(offices):
    with offices.graduates() as graduates:
        confer(graduates, where=NORTH)

    page = words(offices.reader("north").get("/history"))

    assert "Degree conferred" in page
    assert "Session no." in page
    assert "Graduated" in page


def test_the_progress_page_says_that_a_degree_was_conferred(offices):
    student, mei = offices.student(), offices.reader("mei")
    mei.get(f"/students/{student}/progress")
    with offices.graduates() as graduates:
        confer(graduates)

    page = words(mei.get(f"/students/{student}/progress"))

    assert "A degree was conferred, or taken back" in page


def test_a_draft_of_many_costs_as_many_queries_as_one_of_few(offices):
    row, reader = prepared(offices, READY, ALSO_READY), offices.reader("south")
    reader.get(f"/sessions/{row}")
    with counting(offices.engine()) as few:
        reader.get(f"/sessions/{row}")
    with offices.graduates() as graduates:
        graduates.more(4)
        for item in range(300, 304):
            apply(graduates, f"N{item}")
            put_down(graduates, graduates.session.get(ConferralSession, row), f"N{item}", given=f"2026/000{item}")
    reader.get(f"/sessions/{row}")

    with counting(offices.engine()) as many:
        reader.get(f"/sessions/{row}")

    assert len(many) <= len(few) + 3


@pytest.mark.parametrize("language", ["zh_Hans", "es"])
def test_the_pages_speak_the_readers_language(offices, language):
    with offices.graduates() as graduates:
        heard(graduates)
        row = draft(graduates).id
    reader = offices.reader("south")
    reader.set_cookie("language", language)

    pages = [f"/sessions/{row}", "/sessions", f"/students/{offices.student()}/degrees"]
    shown = " ".join(words(reader.get(page)) for page in pages)

    assert {"zh_Hans": "陈述申辩", "es": "Alegaciones"}[language] in shown
    assert "Southhill University" not in shown
    assert SOUTH not in shown
