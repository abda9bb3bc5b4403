"""What was decided before on the same courses, and the queue of whoever is to act: each a fixed number of queries."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dualdegree.requests.desk.queue import open_for, waiting_for
from dualdegree.requests.judging.precedents import precedents, precedents_for
from dualdegree.requests.list_rows import show
from dualdegree.requests.wanted import Wish
from dualdegree.requests.workflow import asking
from tests.graduates import ALSO_READY
from tests.people import NOW, person
from tests.programmes.papers import NORTH, SOUTH
from tests.requests import BY_ADVISOR, ELECTIVE, EXPERIENCE, GRANTED, REFUSED, Desk


@pytest.fixture
def desk(graduates) -> Desk:
    return Desk(graduates)


def lias(desk):
    """The same request of another student."""
    student = desk.graduates.student(ALSO_READY)
    student.person_id = person(desk.session, "lia@people.example", ("student", NORTH), name="Lia").id
    desk.session.flush()
    return asking.draft(desk.session, desk.actor("lia"), student, ELECTIVE, NOW)


def test_a_precedent_tells_how_often_it_was_granted_and_what_it_gave(desk):
    desk.decided()

    (precedent,) = precedents(desk.session, lias(desk))

    assert (precedent.course, precedent.target, precedent.same) == ("N3", "#optional", True)
    assert (precedent.granted, precedent.in_part, precedent.refused, precedent.decided) == (1, 0, 0, 1)
    assert (precedent.credits, precedent.grade, precedent.last) == (4, Decimal("8.8"), GRANTED.on)


def test_a_refusal_is_a_precedent_too_and_a_draft_is_none(desk):
    own = lias(desk)
    assert precedents(desk.session, own) == ()

    desk.decided(REFUSED)

    (precedent,) = precedents(desk.session, own)
    assert (precedent.refused, precedent.credits, precedent.grade) == (1, None, None)


def test_another_target_for_the_same_course_is_similar(desk):
    desk.decided()

    (precedent,) = precedents_for(desk.session, institution=SOUTH, partner=NORTH, courses=["N3"], target_key="S3")

    assert not precedent.same


def test_precedents_are_one_query(desk, counted):
    desk.decided()

    with counted() as statements:
        precedents_for(desk.session, institution=SOUTH, partner=NORTH, courses=["N3", "N2"], target_key="S3")

    assert len(statements) == 1


def queue(desk, who):
    return list(desk.session.scalars(waiting_for(desk.session, desk.actor(who))))


def test_a_request_stands_in_the_queue_of_whoever_is_to_act(desk):
    request = desk.submitted()
    assert (queue(desk, "endorser"), queue(desk, "confirmer"), queue(desk, "committee")) == ([request.id], [], [])

    desk.session.delete(request)
    request = desk.confirmed()

    assert (queue(desk, "approver"), queue(desk, "confirmer"), queue(desk, "committee")) == ([], [], [request.id])


def test_whoever_took_a_step_already_does_not_have_it_in_the_queue(graduates):
    desk = Desk(graduates, south=BY_ADVISOR)

    request = desk.confirmed()

    assert (queue(desk, "endorser"), queue(desk, "approver"), queue(desk, "committee")) == ([], [request.id], [])


def test_the_most_urgent_is_first_and_drafts_wait_for_nobody_else(desk):
    first = desk.confirmed()
    second = desk.submitted(EXPERIENCE)
    desk.draft(replace(EXPERIENCE, targets=(Wish(course=None, tag="optional", credits=Decimal(1)),)))

    # An endorsement is due in 10 days, a decision in 30.
    assert list(desk.session.scalars(open_for(desk.session, desk.actor("south")))) == [second.id, first.id]


def test_a_list_of_requests_is_three_queries_however_long(desk, counted):
    first, second = desk.submitted(), desk.submitted(EXPERIENCE)
    show(desk.session, [first.id], NOW.date())

    with counted() as statements:
        shown = show(desk.session, [second.id, first.id], NOW.date())

    assert [(row.request.id, row.student["en"]) for row in shown] == [
        (second.id, "Lin, Mei · 林梅"),
        (first.id, "Lin, Mei · 林梅"),
    ]
    # The requests with their students, the curricula that bind them, and the attempts that the requests name.
    assert len(statements) == 3
