"""What a person was told: on the start page until it is put aside, and on a page of its own for ever."""

import pytest

from dualdegree.core.policy import operator
from dualdegree.core.text import Message
from dualdegree.messages.service import of_person
from dualdegree.programmes.informing import News, inform
from tests.audit.test_exception_pages import BY_BODY
from tests.graduates import READY, SHORT, text
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH


@pytest.fixture
def notices(offices):
    """Mei, her advisor and a registrar have been told something, three times each."""
    with offices.graduates() as graduates:
        people = [graduates.actor(who).person_id for who in ("mei", "advisor", "north")]
        for act in ("alpha", "beta", "gamma"):
            news = News(about="x:1", act=act, subject=Message("Exception granted"), body=Message(act), link="/account")
            inform(graduates.session, operator(NORTH), news, institution=NORTH, at=NOW, people=people)
    return offices


def newest(notices):
    """The number of what Mei was told last."""
    with notices.graduates() as graduates:
        return graduates.session.scalars(of_person(graduates.actor("mei").person_id)).first().id


@pytest.mark.parametrize(("who", "start"), [("mei", "/"), ("advisor", "/advisees"), ("north", "/")])
def test_everybody_finds_what_they_were_told_on_the_own_start_page(notices, who, start):
    page = words(notices.reader(who).get(start))

    assert "Messages for you 3 unread Exception granted unread gamma" in page
    assert page.index("gamma") < page.index("beta") < page.index("alpha")


def test_a_message_is_put_aside_by_itself_and_stays_on_the_page_of_messages(notices):
    mei = notices.reader("mei")

    answer = mei.post(f"/messages/{newest(notices)}/read?next=/")

    assert (answer.status_code, answer.location) == (302, "/")
    assert "Messages for you 2 unread" in words(mei.get("/"))
    assert words(mei.get("/messages")).count("Exception granted") == 3
    assert words(mei.get("/messages")).count("Mark as read") == 2


def test_all_messages_are_put_aside_but_not_those_that_came_after_the_page_was_read(notices):
    mei = notices.reader("mei")

    mei.post("/messages/read", data={"upto": str(newest(notices) - 1)})
    assert "Messages for you 1 unread" in words(mei.get("/"))
    mei.post("/messages/read", data={"upto": "99999999999999999999"})

    assert "Messages for you" not in words(mei.get("/"))


def test_nobody_puts_aside_what_another_was_told(notices):
    assert notices.reader("ines").post(f"/messages/{newest(notices)}/read").status_code == 404
    assert "Messages for you 3 unread" in words(notices.reader("mei").get("/"))


def test_messages_are_read_in_the_readers_language(notices):
    mei = notices.reader("mei")
    mei.set_cookie("language", "es")

    assert "Excepción concedida" in words(mei.get("/messages"))


def test_who_was_told_nothing_reads_what_would_come(offices):
    assert "You have no messages yet." in words(offices.reader("ines").get("/messages"))


def test_a_message_of_a_sign_off_names_the_student_and_says_what_is_missing_today(offices):
    with offices.graduates() as graduates:
        graduates.sign(READY, NORTH)

    awaited = words(offices.reader("south").get("/"))
    with offices.graduates() as graduates:
        graduates.sign(READY, SOUTH)
    signed = words(offices.reader("south").get("/"))

    assert "Northlake University has signed off the record of Lin, Mei · 林梅 unread" in awaited
    assert "Today: still to be signed off by Southhill University." in awaited
    assert "Northlake University has signed off the record of Lin, Mei · 林梅 unread" in signed
    assert "Today: both universities have signed off this record; a document may be issued." in signed


def test_a_message_of_a_sign_off_that_a_change_has_voided_says_that_both_are_missing(offices):
    with offices.graduates() as graduates:
        graduates.sign(READY, NORTH)
        graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    page = words(offices.reader("south").get("/messages"))

    assert "Today: still to be signed off by Northlake University, Southhill University." in page


def test_a_message_of_an_exception_says_how_it_stands_today(offices):
    with offices.graduates() as graduates:
        for where, side in ((NORTH, "north"), (SOUTH, "south")):
            graduates.take("institution", where, text(f"{side}/institution.yaml") + BY_BODY)
        student = graduates.student(SHORT).id
    asked = {"kind": "waive", "requirement": "optional", "reason": "Six months at a laboratory.", "confirm": "1"}
    offices.reader("advisor").post(f"/students/{student}/exceptions/new?degree=south", data=asked)

    assert "Today: Asked for: to be decided." in words(offices.reader("south").get("/messages"))
