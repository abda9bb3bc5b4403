"""What a person was told: on the start page until it is put aside, and on a page of its own for ever."""

import pytest

from dualdegree.core.policy import operator
from dualdegree.core.text import Message
from dualdegree.messages.service import of_person
from dualdegree.programmes.informing import News, inform
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import NORTH


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
