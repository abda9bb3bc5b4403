"""Telling people: in the transaction of what happened, once, and read on the start page."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from dualdegree.core.policy import Actor, Role
from dualdegree.core.refusal import Absent
from dualdegree.core.text import Message
from dualdegree.jobs.models import Job
from dualdegree.messages import service
from dualdegree.messages.models import MailState, Notice
from dualdegree.messages.service import News, Recipient, Sender, Unread
from dualdegree.programmes.informing import inform
from tests.people import NOW, institution, person

LATER = NOW + dt.timedelta(hours=1)
NORTH = Sender(institution="north.example", name={"en": "North", "es": "Norte"})


def news(act="granted", **changed):
    usual = {
        "about": "exception:7",
        "act": act,
        "subject": Message("Exception %(number)s", {"number": "7"}),
        "body": Message("It grants %(credits)s credits.", {"credits": Decimal("4.5")}),
        "link": "/exceptions/7",
    }
    return News(**{**usual, **changed})


@pytest.fixture
def ana(session):
    institution(session, "north.example")
    somebody = person(session, "ana@people.example", locale="es")
    return Recipient(person_id=somebody.id, email=somebody.email, locale=somebody.locale)


def notices(session):
    return session.scalars(sa.select(Notice).order_by(Notice.id)).all()


def jobs(session):
    return session.scalars(sa.select(Job.arguments).order_by(Job.id)).all()


def test_what_is_told_exists_only_if_what_caused_it_is_committed(session, ana):
    session.commit()
    service.tell(session, news(), to=[ana], sender=NORTH, at=NOW)
    session.rollback()

    assert (notices(session), jobs(session)) == ([], [])


def test_a_notice_keeps_its_words_until_a_reader_chooses_the_language(session, ana):
    service.tell(session, news(), to=[ana], sender=NORTH, at=NOW)
    session.commit()

    (notice,) = notices(session)
    assert notice.title == Message("Exception %(number)s", {"number": "7"})
    assert notice.words == Message("It grants %(credits)s credits.", {"credits": Decimal("4.5")})
    assert (notice.locale, notice.state, notice.read_at) == ("es", MailState.WAITING, None)
    assert jobs(session) == [{"notices": [notice.id]}]


def test_a_repeat_tells_nobody_and_sends_nothing(session, ana):
    assert service.tell(session, news(), to=[ana, ana], sender=NORTH, at=NOW) == 1

    assert service.tell(session, news(), to=[ana], sender=NORTH, at=LATER) == 0
    assert service.tell(session, news("entered"), to=[ana], sender=NORTH, at=LATER) == 1
    assert len(notices(session)) == len(jobs(session)) == 2


def test_many_are_told_with_few_statements(session, counted):
    institution(session, "north.example")
    people = [person(session, f"p{number}@people.example") for number in range(120)]
    to = [Recipient(person_id=entry.id, email=entry.email, locale=None) for entry in people]

    with counted() as statements:
        assert service.tell(session, news(), to=to, sender=NORTH, at=NOW) == 120

    assert len(statements) == 4
    assert [len(entry["notices"]) for entry in jobs(session)] == [50, 50, 20]


@pytest.mark.parametrize(
    "address",
    [
        "ana@people.example\nBcc: all@people.example",
        "ana@people.example, b@x.example",
        "ana",
        "a b@x.example",
        "",
        "ana@x",
    ],
)
def test_nothing_is_sent_to_what_is_no_address_and_the_start_page_has_it_all_the_same(session, ana, address):
    wrong = Recipient(person_id=ana.person_id, email=address, locale=None)

    service.tell(session, news(), to=[wrong], sender=NORTH, at=NOW)

    (notice,) = notices(session)
    assert (notice.state, notice.failure) == (MailState.UNDELIVERABLE, "the account's address is no e-mail address")
    assert service.unread(session, ana.person_id, 5) == Unread(newest=(notice,), total=1)


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example", "exceptions/7", "/a\nb", ""])
def test_a_link_that_leads_elsewhere_is_refused(session, ana, link):
    with pytest.raises(ValueError, match="no path of this site"):
        service.tell(session, news(link=link), to=[ana], sender=NORTH, at=NOW)


def test_words_that_could_not_be_said_later_are_refused_now(session, ana):
    with pytest.raises(TypeError, match="cannot keep a float"):
        service.tell(session, news(subject=Message("%(x)s", {"x": 4.5})), to=[ana], sender=NORTH, at=NOW)


def test_a_person_reads_the_own_messages_and_nobody_elses(session, ana):
    other = person(session, "bo@people.example")
    for act in ("asked", "granted", "entered"):
        service.tell(session, news(act), to=[ana], sender=NORTH, at=NOW)
    first, second, third = notices(session)

    service.mark_read(session, ana.person_id, second.id, LATER)
    assert service.unread(session, ana.person_id, 1) == Unread(newest=(third,), total=2)
    with pytest.raises(Absent):
        service.mark_read(session, other.id, first.id, LATER)
    service.mark_all_read(session, ana.person_id, second.id, LATER + dt.timedelta(hours=1))
    session.refresh(second)

    assert service.unread(session, ana.person_id, 5) == Unread(newest=(third,), total=1)
    assert second.read_at == LATER, "the first reading is the one that counts"
    assert service.unread(session, other.id, 5) == Unread(newest=(), total=0)


def test_roles_and_people_of_an_institution_are_told_but_not_who_did_it(session):
    north = institution(session, "north.example")
    north.names = {"en": "North", "es": "Norte"}
    actor, *registrars = [person(session, f"r{n}@x.example", ("registrar", north.id)) for n in range(3)]
    person(session, "advisor@x.example", ("advisor", north.id))
    person(session, "elsewhere@x.example", ("registrar", "south.example"))
    student, gone = person(session, "s@x.example"), person(session, "gone@x.example", ("registrar", north.id))
    gone.active = False
    who = Actor(person_id=actor.id, name="R", email="", roles=frozenset())

    inform(
        session, who, news(), institution=north.id, at=NOW, roles=[Role.REGISTRAR], people=[student.id, None, actor.id]
    )

    assert {entry.person_id for entry in notices(session)} == {*(entry.id for entry in registrars), student.id}
    assert {entry.sender["es"] for entry in notices(session)} == {"Norte"}
