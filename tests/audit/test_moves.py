"""Students are moved to other equivalences by both institutions, for those chosen, and never what nobody has read."""

import re

import pytest

from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal
from dualdegree.events import history
from dualdegree.recognition.moves import service as moves
from dualdegree.recognition.moves.hitting import hit
from dualdegree.recognition.moves.service import WantedMove, hit_now, is_void
from dualdegree.stakes import Unconfirmed
from tests.audit.test_given_equivalences import SECOND, given_to, version
from tests.graduates import ALSO_READY, COMING, LATER, READY
from tests.graduates.browsing import words
from tests.programmes.papers import NORTH, SOUTH


@pytest.fixture
def replaced(graduates):
    """A second version of the equivalences is in force, and nobody is bound to it."""
    graduates.equivalences(SECOND, LATER)
    return graduates


def second(world):
    return version(world, "2")


def confirm(world, move, *, by=NORTH, minute="8/2026", read=None, seen=None):
    actor, read = world.registrar(by), move.digest if read is None else read
    moves.confirm(world.session, actor, move, minute=minute, read=read, seen=seen or move.revision, at=LATER)


def test_nothing_changes_before_the_other_institution_confirms(replaced):
    move = replaced.propose(second(replaced), READY)
    before = given_to(replaced)

    confirm(replaced, move)

    assert (before, given_to(replaced)) == ("1", "2")
    assert (move.state, move.minute, move.partner_minute) == ("in_force", "7/2026", "8/2026")


def test_the_institution_that_proposes_does_not_confirm(replaced):
    move = replaced.propose(second(replaced), READY)

    with pytest.raises(NotAllowed):
        confirm(replaced, move, by=SOUTH)

    assert given_to(replaced) == "1"


def test_nobody_confirms_what_they_proposed_although_they_act_for_both(replaced):
    move = replaced.propose(second(replaced), READY)
    move.proposed_by = replaced.registrar(NORTH).person_id
    replaced.session.flush()

    with pytest.raises(NeedsAnother):
        confirm(replaced, move)


@pytest.mark.parametrize(
    ("wrong", "refusal", "said"),
    [
        ({"minute": " "}, Refusal, "give its minute number"),
        ({"read": ""}, Unconfirmed, "tick that you have"),
        ({"seen": 7}, Conflict, "It has changed since you opened the page"),
    ],
)
def test_a_confirmation_without_decision_or_reading_is_refused(replaced, wrong, refusal, said):
    move = replaced.propose(second(replaced), READY)

    with pytest.raises(refusal, match=said):
        confirm(replaced, move, **wrong)

    assert given_to(replaced) == "1"


@pytest.mark.parametrize(
    ("wrong", "refusal", "said"),
    [
        ({"reason": " "}, Refusal, "Say why"),
        ({"minute": " "}, Refusal, "give its minute number"),
        ({"seen": "0" * 64}, Unconfirmed, "the list may have changed"),
        ({"students": ()}, Unconfirmed, "the list may have changed"),
    ],
)
def test_a_proposal_that_nobody_decided_or_read_is_refused(replaced, wrong, refusal, said):
    students = (replaced.student().id,)
    seen = hit(replaced.session, second(replaced), students).digest
    wanted = {"students": students, "reason": "Mended", "minute": "7/2026", "seen": seen, **wrong}

    with pytest.raises(refusal, match=said):
        moves.propose(
            replaced.session,
            replaced.registrar(SOUTH),
            second(replaced),
            WantedMove(**wanted),
            institution=SOUTH,
            at=LATER,
        )


def test_a_version_that_is_not_in_force_moves_nobody(replaced):
    replaced.take("equivalences", SOUTH, SECOND.replace('version: "2"', 'version: "3"'))

    with pytest.raises(Refusal, match="is or was in force"):
        replaced.propose(version(replaced, "3"), READY)


def test_a_sign_off_given_since_makes_the_proposal_void_until_somebody_has_read_it(replaced):
    move = replaced.propose(second(replaced), READY)
    replaced.sign(READY, NORTH)

    with pytest.raises(Conflict, match="the proposal is void"):
        confirm(replaced, move)
    assert is_void(move, hit_now(replaced.session, move))
    renewed = WantedMove(
        students=[replaced.student().id], reason="Mended", minute="9/2026", seen=hit_now(replaced.session, move).digest
    )
    moves.renew(
        replaced.session, replaced.registrar(NORTH), move, renewed, institution=NORTH, seen=move.revision, at=LATER
    )
    confirm(replaced, move, by=SOUTH)

    assert given_to(replaced) == "2"


def test_of_two_proposals_for_one_student_the_second_is_void_once_the_first_is_confirmed(replaced):
    first, again = (replaced.propose(second(replaced), READY, COMING) for _ in range(2))

    confirm(replaced, first)

    with pytest.raises(Conflict, match="the proposal is void"):
        confirm(replaced, again)


def test_holders_of_a_document_in_force_stay_unless_they_are_named(replaced):
    for number in (READY, ALSO_READY):
        replaced.sign(number)
        replaced.issue(number)

    with pytest.raises(Refusal, match="Nobody would be moved"):
        replaced.propose(second(replaced), READY)
    replaced.move(second(replaced), READY, ALSO_READY, COMING, holders=[ALSO_READY])

    assert [given_to(replaced, number) for number in (READY, ALSO_READY, COMING)] == ["1", "2", "2"]


def test_a_refusal_says_why_and_moves_nobody(replaced):
    move = replaced.propose(second(replaced), READY)

    moves.refuse(replaced.session, replaced.registrar(NORTH), move, reason="Not agreed", seen=move.revision, at=LATER)

    assert (move.state, given_to(replaced)) == ("refused", "1")
    assert {event.reason for event in history(replaced.session, move.subject) if event.act == "move refused"} == {
        "Not agreed"
    }


def test_whoever_proposed_takes_it_back_and_the_partner_does_not(replaced):
    move = replaced.propose(second(replaced), READY)

    with pytest.raises(NotAllowed):
        moves.withdraw(replaced.session, replaced.registrar(NORTH), move, reason="No", seen=move.revision, at=LATER)
    moves.withdraw(replaced.session, replaced.registrar(SOUTH), move, reason="No", seen=move.revision, at=LATER)

    assert move.state == "withdrawn"
    with pytest.raises(Conflict):
        confirm(replaced, move)


def test_two_offices_move_a_student_on_their_pages(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        graduates.sign(READY, NORTH)
        student, to = graduates.student().id, second(graduates).id
    south, north = offices.reader("south"), offices.reader("north")
    url = f"/equivalences/{to}/move?student={student}"

    page = south.get(url)
    sent = {"reason": "Mended", "minute": "7/26", "confirmed": ticked(page)}
    unread = south.post(url, data={**sent, "confirmed": ""})
    proposed = south.post(url, data=sent)
    waiting = words(north.get("/"))
    seen = north.get(proposed.location)
    confirmed = north.post(
        f"{proposed.location}/confirm", data={"revision": "1", "minute": "8/26", "confirmed": ticked(seen)}
    )

    assert "the sign-off of Northlake University of 23 November 2026" in words(page)
    assert "both degrees before and after" in words(page).casefold()
    assert (unread.status_code, "tick that you have" in words(unread)) == (400, True)
    assert "Move of 1 student to version 2 of the equivalences" in waiting
    assert "Confirm it" not in words(south.get(proposed.location))
    assert confirmed.status_code == 302
    assert "Confirmed: the students are moved" in words(north.get(proposed.location))
    with offices.graduates() as graduates:
        assert given_to(graduates) == "2"


def test_several_who_were_chosen_are_proposed_by_the_form_of_their_page(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        ids = sorted(graduates.student(number).id for number in (READY, COMING))
        to = second(graduates).id
    south = offices.reader("south")

    page = south.get(f"/equivalences/{to}/move?student={ids[0]}&student={ids[1]}")
    action = re.search(r'<form method="post"[^>]*action="(/equivalences/[^"]*)"', page.text)[1].replace("&amp;", "&")
    proposed = south.post(action, data={"reason": "Mended", "minute": "7/26", "confirmed": ticked(page)})

    assert proposed.status_code == 302
    with offices.graduates() as graduates:
        (move,) = moves.awaiting(graduates.session, NORTH)
        assert [student.student_id for student in move.students] == ids


def test_the_page_of_a_void_proposal_shows_the_new_list_to_propose_it_again(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        number = graduates.propose(second(graduates), READY).id
        graduates.sign(READY, NORTH)
    north, url = offices.reader("north"), f"/equivalences/moves/{number}"

    page = north.get(url)
    again = {"revision": "1", "reason": "Mended", "minute": "8/26", "confirmed": ticked(page)}
    renewed = north.post(f"{url}/renew", data=again)

    assert "This proposal is void" in words(page)
    assert "the sign-off of Northlake University" in words(page)
    assert "Confirm, and move the students" not in words(page)
    assert renewed.status_code == 302
    assert "Confirm, and move the students" in words(offices.reader("south").get(url))


def ticked(page):
    """What the tick under the list of a page sends."""
    return re.search(r'name="confirmed"[^>]*value="([0-9a-f]{64})"', page.text)[1]
