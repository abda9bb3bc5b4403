"""What a page offers to whom: in every state, to everybody, the same on each page, and nothing that would be refused."""

import datetime as dt
import re

import pytest

from dualdegree.core.approval import State
from dualdegree.core.policy import Permission, may
from dualdegree.requests.desk.queue import open_for, waiting_for
from dualdegree.requests.models import WAITING, RecognitionRequest
from dualdegree.requests.offered import OfferedAct, offered
from dualdegree.requests.workflow import asking, deciding, entering
from dualdegree.requests.workflow.steps import reading_subject
from tests.graduates import LATER
from tests.people import NOW
from tests.requests import BY_ADVISOR, REFUSED, Desk

PEOPLE = (
    "mei", "ines", "advisor", "endorser", "approver", "confirmer", "committee", "second", "south", "north",
)  # fmt: skip
TURNS = (OfferedAct.ENDORSE, OfferedAct.CONFIRM, OfferedAct.DECIDE, OfferedAct.ENTER)
END = LATER + dt.timedelta(days=60)


def appealed(desk):
    request = desk.decided(REFUSED)
    asking.appeal(desk.session, desk.actor("mei"), request, words="It matches.", seen=None, at=LATER)
    return request


def sent_back(desk):
    request = desk.submitted()
    deciding.send_back(desk.session, desk.actor("endorser"), request, reason="Say more.", seen=None, at=NOW)
    return request


def endorsed(desk):
    request = desk.submitted()
    deciding.endorse(desk.session, desk.actor("endorser"), request, seen=None, at=NOW)
    return request


def lifted(desk):
    request = desk.entered()
    entering.lift(desk.session, desk.actor("south"), request, reason="A mistake.", seen=None, at=LATER)
    return request


def closed(desk):
    request = desk.decided(REFUSED)
    entering.close(desk.session, desk.actor("south"), request, seen=None, at=END)
    return request


STAGES = {
    State.DRAFT: Desk.draft,
    State.SUBMITTED: Desk.submitted,
    State.RETURNED: sent_back,
    State.ENDORSED: endorsed,
    State.CONFIRMED: Desk.confirmed,
    State.GRANTED: Desk.decided,
    State.REFUSED: lambda desk: desk.decided(REFUSED),
    State.APPEALED: appealed,
    State.ENTERED: Desk.entered,
    State.WITHDRAWN: lifted,
    State.CLOSED: closed,
}
"""How a request comes into each state."""


@pytest.mark.parametrize("stage", STAGES)
def test_both_pages_of_a_request_offer_the_same_acts_to_everybody(offices, stage):
    with offices.graduates() as graduates:
        request = STAGES[stage](Desk(graduates))
        assert request.state == stage

    for who in PEOPLE:
        reader = offices.reader(who)
        page, work = reader.get("/recognition/requests/1"), reader.get("/recognition/requests/1/work")
        if work.status_code == 200:
            assert acts_on(page) <= acts_on(work), who
            assert page.status_code == 200, who


def acts_on(page):
    """The addresses to which the page sends something about the request."""
    return set(re.findall(r'action="/recognition/requests/1/([a-z-]+)"', page.get_data(as_text=True)))


@pytest.mark.parametrize("rules", [None, BY_ADVISOR], ids=["by the body", "by advisors"])
@pytest.mark.parametrize("stage", STAGES)
def test_what_waits_for_somebody_is_what_they_are_offered_and_lists_hold_what_they_may_read(graduates, stage, rules):
    desk = Desk(graduates, **({"south": rules} if rules else {}))
    if rules and stage not in {State.DRAFT, State.SUBMITTED, State.ENDORSED, State.CONFIRMED}:
        pytest.skip("the committee of these tests decides only where no advisor does")
    request = STAGES[stage](desk)

    for who in PEOPLE:
        actor = desk.actor(who)
        turn = bool(offered(desk.session, actor, request, NOW).acts.intersection(TURNS))
        assert (desk.session.scalars(waiting_for(desk.session, actor)).all() == [request.id]) is turn, who
        reads = may(actor, Permission.WORK_RECOGNITION, reading_subject(desk.session, request))
        listed = desk.session.scalars(open_for(desk.session, actor)).all() == [request.id]
        assert listed is (reads and request.state in WAITING), who


def test_who_had_a_hand_in_it_is_told_that_another_person_is_needed(graduates):
    desk = Desk(graduates)
    request: RecognitionRequest = desk.decided()

    committee = offered(desk.session, desk.actor("committee"), request, NOW)
    south = offered(desk.session, desk.actor("south"), request, NOW)

    assert (OfferedAct.ENTER in committee.acts, committee.for_another) == (False, True)
    assert (OfferedAct.ENTER in south.acts, south.for_another) == (True, False)


def test_a_draft_is_the_students_alone(graduates):
    desk = Desk(graduates)
    request = desk.draft()

    subject = reading_subject(desk.session, request)

    assert [who for who in PEOPLE if may(desk.actor(who), Permission.SEE_RECOGNITION, subject)] == ["mei"]
