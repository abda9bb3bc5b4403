"""The pages of requests and learning agreements, as student, advisors, approver and registrar use them."""

import html
import io
import re

import pytest

from tests.counting import counting
from tests.graduates import ALSO_READY, email_of, text
from tests.graduates.browsing import words
from tests.people import person
from tests.programmes.papers import NORTH, SOUTH
from tests.requests import BY_ADVISOR, N3, Desk

ASKED = {"kind": "study", "sources": N3, "group": "optional", "group_credits": "4", "words": "Graphs were part of it."}


@pytest.fixture
def pages(offices):
    """Both universities say who decides, and everybody is there."""
    with offices.graduates() as graduates:
        Desk(graduates)
    return offices


def ask(pages, button="hand_in", **changed):
    url = f"/students/{pages.student()}/recognition/new?degree=south"
    return pages.reader("mei").post(url, data={**ASKED, button: "1", **changed})


def hidden(page, name="revision"):
    return re.search(rf'name="{name}"[^>]*value="(\d+)"', page.get_data(as_text=True))[1]


def step(pages, who, action, **data):
    reader = pages.reader(who)
    page = reader.get("/recognition/requests/1/work")
    return reader.post(f"/recognition/requests/1/{action}", data={"revision": hidden(page), **data})


def ask_as_another(pages):
    """The same request of another student."""
    with pages.graduates() as graduates:
        graduates.student(ALSO_READY).person_id = person(
            graduates.session, email_of("lia"), ("student", NORTH), name="Lia"
        ).id
    url = f"/students/{pages.student(ALSO_READY)}/recognition/new?degree=south"
    pages.reader("lia").post(url, data={**ASKED, "hand_in": "1"})


def confirmed(pages):
    ask(pages)
    step(pages, "endorser", "endorse")
    step(pages, "confirmer", "confirm")


def decide(pages, button="grant", who="committee", revision=None, **changed):
    reader = pages.reader(who)
    page = reader.get("/recognition/requests/1/work")
    sent = {"revision": revision or hidden(page, "revision"), "minute": "12/2026", "on": "2026-11-23", "credits-0": "4"}
    return reader.post("/recognition/requests/1/decide", data={**sent, "language": "es", button: "1", **changed})


def own(pages, action, who="south", **data):
    reader = pages.reader(who)
    page = reader.get("/recognition/requests/1")
    return reader.post(f"/recognition/requests/1/{action}", data={"revision": hidden(page, "revision"), **data})


def test_a_student_sees_the_effect_before_asking_and_nothing_is_stored(pages):
    shown = words(ask(pages, "look"))

    assert "What it would do to both degrees" in shown
    assert "Nothing has been asked for" in words(pages.reader("mei").get(f"/students/{pages.student()}/recognition"))


def test_what_cannot_be_granted_is_said_at_the_form(pages):
    answer = ask(pages, sources=f"{NORTH}/N1/2024-1/1")

    assert answer.status_code == 400
    assert "already recognised in this degree as Algebra" in words(answer)


def test_whoever_asks_for_the_same_again_keeps_what_was_written(pages):
    ask(pages)

    again = ask(pages, words="Chapter 3, too.")

    assert again.status_code == 400
    assert "asked for already in request 1" in words(again)
    assert "Chapter 3, too." in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"group": "", "courses": "S4"}, "Choose the group that the 4 credits are of"),
        ({"group_credits": ""}, "Say how many credits, in digits such as 4.5."),
        ({"outside": "A year at a laboratory"}, "Other work is asked for by itself"),
        ({"kind": "experience", "outside": "A year", "outside_credits": "3"}, "name no course for it"),
    ],
)
def test_nothing_that_was_entered_is_left_out_in_silence(pages, changed, said):
    answer = ask(pages, **changed)

    assert answer.status_code == 400
    assert said in words(answer)


def test_several_reasons_are_said_one_after_the_other(pages):
    answer = ask(pages, sources=[], group="", group_credits="")

    assert "passed at the partner. Choose at least one course, or the credits of a group" in words(answer)


def test_whoever_has_appealed_is_not_told_to_appeal_again(pages):
    confirmed(pages)
    decide(pages, "refuse_it", reason="content", explanation="No coincide.")
    own(pages, "appeal", "mei", reason="See chapter 3.")

    while_decided = words(pages.reader("mei").get("/recognition/requests/1"))
    decide(pages, "refuse_it", "second", reason="content", explanation="No coincide.")
    afterwards = words(pages.reader("mei").get("/recognition/requests/1"))

    assert "The appeal is being decided." in while_decided
    assert "There has been an appeal; another is not possible here." in afterwards
    assert "You can appeal" not in while_decided + afterwards


def test_a_request_passes_all_desks_and_both_audits_change_as_the_preview_said(pages):
    assert ask(pages).status_code == 302
    assert "an advisor of the recognising degree" in words(pages.reader("mei").get("/recognition/requests/1"))

    endorser = pages.reader("endorser")
    assert "Lin, Mei" in words(endorser.get("/recognition"))
    work = words(endorser.get("/recognition/requests/1/work"))
    assert "Both courses side by side" in work
    assert "5 + (10 − 5) × (90 − 60) / (100 − 60) = 8.8, rounded." in work
    assert "What it would do to both degrees" in work
    assert step(pages, "endorser", "endorse").status_code == 302
    assert step(pages, "confirmer", "confirm").status_code == 302
    assert decide(pages).status_code == 302
    assert own(pages, "enter").status_code == 302

    page = words(pages.reader("mei").get("/recognition/requests/1"))
    assert "Entered: applied by every audit" in page
    assert re.search(r"Grades as they were earned: [^:]+: 90 \(", page), "with its scale, beside what was decided"
    assert "Graphs" in words(pages.reader("mei").get(f"/students/{pages.student()}/progress"))


def test_whoever_took_an_earlier_step_is_told_and_offered_none(pages):
    confirmed(pages)
    decide(pages)

    shown = words(pages.reader("committee").get("/recognition/requests/1/work"))

    assert "You have taken an earlier step of this yourself" in shown
    assert "Enter it" not in shown
    assert "Enter it" in words(pages.reader("second").get("/recognition/requests/1/work"))


def test_the_second_of_two_decisions_is_refused_politely(pages):
    confirmed(pages)
    seen = hidden(pages.reader("second").get("/recognition/requests/1/work"), "revision")
    decide(pages)

    late = pages.reader("second").post(
        "/recognition/requests/1/decide",
        data={"revision": seen, "minute": "9", "on": "2026-11-23", "credits-0": "4", "grant": "1", "language": "es"},
    )

    assert late.status_code == 409
    assert "Recognition granted, by Committee" in words(late)


def test_a_refused_student_reads_why_and_how_to_appeal_in_the_own_language(pages):
    confirmed(pages)
    assert decide(pages, "refuse_it", reason="content", explanation="No coincide.").status_code == 302

    reader = pages.reader("mei")
    reader.set_cookie("language", "es")
    page = reader.get("/recognition/requests/1")

    assert '<p lang="es">No coincide.</p>' in page.get_data(as_text=True)
    assert "El contenido no coincide lo suficiente." in words(page)
    assert "The Rector" in words(page)
    assert own(pages, "appeal", "mei", reason="See chapter 3.").status_code == 302
    assert "Another person" not in words(reader.get("/recognition"))


def test_a_refusal_without_reason_is_shown_at_the_form_and_keeps_what_was_written(pages):
    confirmed(pages)

    answer = decide(pages, "refuse_it", explanation="Half of it is missing.")

    assert answer.status_code == 400
    assert "Choose the reason why less is granted" in words(answer)
    assert "Half of it is missing." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"credits-0": "-1"}, '"-1" is not a number of credits'),
        ({"credits-0": "1.009,1"}, '"1.009,1" is not a number of credits'),
        ({"credits-0": "5"}, "no more credits than were"),
        ({"grade": "9,9,9"}, '"9,9,9" is not a grade'),
        ({"grade": "11"}, "A recognised grade lies between 5 and 10"),
    ],
)
def test_no_effect_is_shown_of_anything_else_than_what_was_entered(pages, changed, said):
    confirmed(pages)

    answer = decide(pages, "look", **changed)

    assert answer.status_code == 400
    assert said in words(answer)
    assert "What it would do to both degrees" not in words(answer)


@pytest.mark.parametrize("nothing", ["0", ""])
def test_whoever_grants_nothing_is_asked_whether_it_is_refused(pages, nothing):
    confirmed(pages)

    answer = decide(pages, **{"credits-0": nothing}, reason="content", explanation="No coincide.")

    assert answer.status_code == 400
    assert "Nothing would be granted" in words(answer)
    assert "Recognition refused" not in words(pages.reader("mei").get("/recognition/requests/1"))


def test_a_part_is_granted_by_entering_fewer_credits(pages):
    confirmed(pages)

    assert decide(pages, **{"credits-0": "2.5"}, reason="workload", explanation="Solo una parte.").status_code == 302

    assert "2.5 credits" in words(pages.reader("mei").get("/recognition/requests/1"))


def test_the_queue_asks_the_database_as_often_for_two_requests_as_for_one(pages):
    endorser = pages.reader("endorser")
    ask(pages)
    endorser.get("/recognition")
    with counting(pages.engine()) as for_one:
        endorser.get("/recognition")
    ask_as_another(pages)

    with counting(pages.engine()) as for_two:
        page = words(endorser.get("/recognition"))

    assert page.count("an advisor of the recognising degree") == 2
    assert len(for_two) == len(for_one)


@pytest.mark.parametrize(
    ("address", "tab"),
    [("/recognition", "Waiting for you"), ("/recognition?of=all", "Everything that is open")],
)
def test_the_queue_marks_which_of_its_lists_is_open(pages, address, tab):
    ask(pages)

    page = pages.reader("endorser").get(address).get_data(as_text=True)

    assert page.split('class="tabs"')[1].split('aria-current="page">')[1].startswith(tab)


def test_deciding_leads_to_the_next_request_that_waits(pages):
    ask(pages)
    ask_as_another(pages)

    assert step(pages, "endorser", "endorse").headers["Location"] == "/recognition/requests/2/work"


def test_many_alike_are_granted_together_with_the_effect_of_each_in_view(pages):
    confirmed(pages)
    ask_as_another(pages)
    for who, action in (("endorser", "endorse"), ("confirmer", "confirm")):
        reader = pages.reader(who)
        page = reader.get("/recognition/requests/2/work")
        reader.post(f"/recognition/requests/2/{action}", data={"revision": hidden(page)})

    committee = pages.reader("committee")
    page = committee.get("/recognition/requests/1/alike")
    chosen = re.findall(r'name="chosen"[^>]*value="(\d+:\d+)"', page.get_data(as_text=True))
    answer = committee.post(
        "/recognition/requests/1/alike",
        data={"chosen": chosen, "minute": "14/2026", "on": "2026-11-23", "language": "es", "grant": "1"},
    )

    assert words(page).count("What it would do to both degrees") == 2
    assert re.findall(r"The proposed grade ([\d.]+)", words(page)) == ["8.8", "8.8"]
    assert answer.status_code == 302
    assert "Granted: to be entered" in words(pages.reader("lia").get("/recognition/requests/2"))


def test_a_request_that_is_sent_back_is_mended_and_submitted_again(pages):
    ask(pages)
    step(pages, "endorser", "send-back", reason="Which year?")

    mei = pages.reader("mei")
    form = mei.get("/recognition/requests/1/edit")
    answer = mei.post(
        "/recognition/requests/1/edit",
        data={**ASKED, "words": "2024.", "revision": hidden(form, "revision"), "hand_in": "1"},
    )

    assert "Graphs were part of it." in html.unescape(form.get_data(as_text=True))
    assert answer.status_code == 302
    assert "2024." in words(mei.get("/recognition/requests/1"))


def test_the_ledger_shows_what_was_granted_and_the_rest(pages):
    confirmed(pages)
    decide(pages, **{"credits-0": "2.5"}, reason="workload", explanation="Solo una parte.")
    own(pages, "enter")

    page = words(pages.reader("mei").get(f"/students/{pages.student()}/recognition"))

    assert "Graphs Southhill University 4 2.5 Optativas" in page or "Graphs Southhill University 4 2.5 optional" in page


def test_a_paper_that_is_no_pdf_is_refused_and_nothing_is_lost(pages):
    ask(pages)
    sent = {"file": (io.BytesIO(b"MZ renamed"), "syllabus.pdf")}

    answer = pages.reader("mei").post("/recognition/requests/1/paper", data=sent, content_type="multipart/form-data")

    assert answer.status_code == 400
    assert "Submitted" in words(pages.reader("mei").get("/recognition/requests/1"))


def test_another_advisor_of_the_institution_may_read_a_request_and_a_stranger_may_not(pages):
    ask(pages)

    assert pages.reader("approver").get("/recognition/requests/1").status_code == 200
    assert pages.reader("ines").get("/recognition/requests/1").status_code == 404
    assert pages.reader("elsewhere").get("/recognition/requests/1").status_code == 404


def test_a_message_of_what_waits_no_longer_leads_nowhere_and_says_so(pages):
    ask(pages)
    waiting = pages.reader("approver").get("/messages").get_data(as_text=True)

    pages.reader("mei").post("/recognition/requests/1/withdraw")
    over = pages.reader("approver").get("/messages")

    assert 'href="/recognition/requests/1"' in waiting
    assert 'href="/recognition/requests/1"' not in over.get_data(as_text=True)
    assert "It waits for you no longer; only those concerned may open it." in words(over)


def test_advisors_decide_where_it_is_delegated_to_them(pages):
    with pages.graduates() as graduates:
        graduates.take("institution", SOUTH, text("south/institution.yaml") + BY_ADVISOR)
    confirmed(pages)

    assert pages.reader("committee").post("/recognition/requests/1/decide").status_code == 403
    assert decide(pages, who="approver", minute="").status_code == 302


STAY = {"begins": "2027-1", "studied": "N6", "courses": [], "group": "optional", "group_credits": "3"}


def test_a_learning_agreement_is_accepted_and_approved_and_the_next_version_stands_beside_it(pages):
    mei = pages.reader("mei")
    new = f"/students/{pages.student()}/stays/new?degree=south"
    assert mei.post(new, data=STAY).headers["Location"] == "/recognition/stays/1"
    for who, action in (("mei", "accept"), ("endorser", "endorse"), ("confirmer", "confirm")):
        reader = pages.reader(who)
        page = reader.get("/recognition/stays/1")
        answer = reader.post(f"/recognition/stays/1/{action}", data={"revision": hidden(page, "revision")})
        assert answer.status_code == 302

    mei.post(new, data={**STAY, "later": "N4"})
    page = words(mei.get("/recognition/stays/2"))

    assert "In force: version 1" in page
    assert "Proposed: the student has not accepted it yet" in page
    assert "2027/2028 term 2" in page


def test_the_next_version_of_a_stay_begins_with_the_one_before(pages):
    mei = pages.reader("mei")
    new = f"/students/{pages.student()}/stays/new?degree=south"
    mei.post(new, data={**STAY, "later": "N4", "words": "By train."})

    link = re.search(r'href="([^"]*/stays/new[^"]*)"', mei.get("/recognition/stays/1").get_data(as_text=True))[1]
    form = mei.get(html.unescape(link)).get_data(as_text=True)

    assert re.findall(r'<input[^>]*checked[^>]*name="(\w+)"[^>]*value="(\w+)"', form) == [
        ("studied", "N6"),
        ("later", "N4"),
    ]
    assert 'value="2027-1"' in form
    assert "By train." in form


def test_a_course_of_a_stay_is_counted_in_one_term(pages):
    answer = pages.reader("mei").post(
        f"/students/{pages.student()}/stays/new?degree=south", data={**STAY, "later": "N6"}
    )

    assert answer.status_code == 400
    assert "N6 is named in two terms" in words(answer)


def test_a_single_credit_is_one(pages):
    ask(pages, group_credits="1")

    assert "· 1 credit " in words(pages.reader("mei").get("/recognition/requests/1"))


def test_a_stay_that_cannot_be_is_said_at_the_form(pages):
    answer = pages.reader("mei").post(
        f"/students/{pages.student()}/stays/new?degree=south", data={**STAY, "begins": "soon"}
    )

    assert answer.status_code == 400
    assert "is not a term" in words(answer)


def test_a_paper_that_is_no_pdf_comes_back_on_the_page_of_the_request(pages):
    ask(pages)

    nothing = pages.reader("mei").post("/recognition/requests/1/paper", data={})
    picture = pages.reader("mei").post(
        "/recognition/requests/1/paper", data={"file": (io.BytesIO(b"\x89PNG and no more"), "guide.pdf")}
    )

    for answer in (nothing, picture):
        assert answer.status_code == 400
        assert "<title>Error: " in answer.text
        assert "Graphs were part of it." in words(answer)
    assert "File: Choose a file." in words(nothing)
