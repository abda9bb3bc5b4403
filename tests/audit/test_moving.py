"""What a move to another version would leave behind is named, counted, confirmed, and never a document in force."""

import re

import pytest

from dualdegree import stakes
from dualdegree.recognition.giving import EquivalenceDecision, given, move, move_all, numbers
from dualdegree.records.moving import CurriculumMove, open_to
from dualdegree.records.moving import move as move_curriculum
from dualdegree.stakes import DocumentInForce, Unconfirmed
from dualdegree.transcript.service import revoke
from tests.audit.test_given_equivalences import SECOND, given_to, version
from tests.audit.test_impact_pages import LATER as OTHER_CURRICULUM
from tests.graduates import ALSO_READY, LATER, READY
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH


@pytest.fixture
def replaced(graduates):
    """A second version of the equivalences is in force, and nobody is bound to it."""
    graduates.equivalences(SECOND, LATER)
    return graduates


def decided(world, confirmed=""):
    return EquivalenceDecision(
        version=version(world, "2"), reason="Mended", minute="7/26", institution=SOUTH, confirmed=confirmed
    )


def digest(world, *students):
    return stakes.digest_of(stakes.at_stake(world.session, [world.student(number).id for number in students]))


def move_one(world, confirmed=""):
    seen = version(world, "1").id
    move(world.session, world.registrar(SOUTH), world.student(), decided(world, confirmed), seen=seen, at=LATER)


def move_everybody(world, confirmed=""):
    held, seen = version(world, "1"), numbers(world.session, "double")[version(world, "1").id]
    return move_all(world.session, world.registrar(SOUTH), held, decided(world, confirmed), seen=seen, at=LATER)


def test_what_is_at_stake_is_named(graduates):
    graduates.sign()
    issued = graduates.issue()

    at_stake = stakes.at_stake(graduates.session, [graduates.student().id, graduates.student(ALSO_READY).id])

    assert [(stake.name["en"], str(stake.what), stake.in_force) for stake in at_stake] == [
        ("Lin, Mei · 林梅", "the sign-off of Northlake University of 2026-11-23", False),
        ("Lin, Mei · 林梅", "the sign-off of Southhill University of 2026-11-23", False),
        ("Lin, Mei · 林梅", f"document {issued.serial}, which is in force", True),
    ]


def test_a_sign_off_is_hit_only_with_a_yes_to_this_very_list(replaced):
    replaced.sign(READY, NORTH)
    stale = digest(replaced, READY)
    replaced.sign(READY, SOUTH)

    for confirmed in ("", stale):
        with pytest.raises(Unconfirmed, match="the list may have changed"):
            move_one(replaced, confirmed)
    move_one(replaced, digest(replaced, READY))

    assert given_to(replaced) == "2"


def test_the_holder_of_a_document_in_force_is_not_moved_before_it_is_revoked(replaced):
    replaced.sign()
    issued = replaced.issue()

    with pytest.raises(DocumentInForce, match="revoke the document first"):
        move_one(replaced, digest(replaced, READY))
    assert given_to(replaced) == "1"
    revoke(replaced.session, replaced.registrar(NORTH), issued, "To be moved", LATER)
    move_one(replaced, digest(replaced, READY))

    assert given_to(replaced) == "2"


def test_everybody_is_moved_but_the_holders_of_documents_in_force(replaced):
    replaced.sign(READY)
    replaced.issue(READY)
    replaced.sign(ALSO_READY)

    with pytest.raises(Unconfirmed):
        move_everybody(replaced)
    moved = move_everybody(replaced, digest(replaced, READY, ALSO_READY))

    assert moved == 5
    assert (given_to(replaced, READY), given_to(replaced, ALSO_READY)) == ("1", "2")


def test_a_holder_without_a_row_of_their_own_stays_with_the_version_in_force(graduates):
    graduates.sign()
    graduates.issue()
    first = version(graduates, "1")
    graduates.equivalences(SECOND, LATER)
    move_all(
        graduates.session,
        graduates.registrar(SOUTH),
        first,
        decided(graduates, digest(graduates, READY)),
        seen=6,
        at=LATER,
    )

    student = graduates.student()

    assert given(graduates.session, {student.id: student.programme_id})[student.id] is first


def test_a_move_to_another_curriculum_keeps_the_same_rules(graduates):
    graduates.publish(SOUTH, OTHER_CURRICULUM)
    graduates.sign()
    side = next(row for row in graduates.student().enrolments if row.institution_id == SOUTH)
    (to,) = open_to(graduates.session, side)

    def move_there(confirmed):
        wanted = CurriculumMove(
            version=to, reason="Asked for", minute="7/26", revision=side.revision, confirmed=confirmed
        )
        move_curriculum(graduates.session, graduates.registrar(SOUTH), side, wanted, NOW)

    with pytest.raises(Unconfirmed):
        move_there("")
    graduates.issue()
    with pytest.raises(DocumentInForce):
        move_there(digest(graduates, READY))

    assert side.curriculum_version.version == "2024"


def test_the_page_of_a_student_names_what_is_at_stake_and_asks_for_a_tick(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        graduates.sign(READY, NORTH)
        student, second = graduates.student().id, version(graduates, "2").id
    reader, url = offices.reader("south"), f"/students/{student}/equivalences"

    page = reader.get(f"{url}?to={second}")
    sent = {"to": str(second), "seen": "1", "reason": "Mended", "minute": "7/26"}
    ticked = {**sent, "confirmed": re.search(r'name="confirmed"[^>]*value="([0-9a-f]{64})"', page.text)[1]}
    silent = reader.post(url, data=sent)

    assert "1 sign-off would be hit" in words(page)
    assert "Lin, Mei · 林梅: the sign-off of Northlake University of 23 November 2026" in words(page)
    assert silent.status_code == 400
    assert "tick that you have" in words(silent)
    with offices.graduates() as graduates:
        graduates.sign(READY, SOUTH)
    stale = reader.post(url, data=ticked)
    assert (stale.status_code, "2 sign-offs would be hit" in words(stale)) == (400, True)
    assert "checked" not in re.search(r'<input[^>]*name="confirmed"[^>]*>', stale.text)[0]


def test_the_page_offers_no_move_for_the_holder_of_a_document_in_force(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        graduates.sign()
        graduates.issue()
        student, second = graduates.student().id, version(graduates, "2").id
    reader = offices.reader("south")

    page = words(reader.get(f"/students/{student}/equivalences?to={second}"))
    everybody = words(reader.get(f"/equivalences/{second}/students?from=1"))

    assert "1 student holds a document in force and is not moved" in page
    assert "Move to version 2" not in page
    assert "Move 5 students" in everybody


def test_naming_what_is_at_stake_for_many_costs_as_many_queries_as_for_one(graduates, counted):
    graduates.sign(READY)
    graduates.sign(ALSO_READY)
    ids = [graduates.student(number).id for number in (READY, ALSO_READY)]

    costs = []
    for students in (ids[:1], ids):
        with counted() as statements:
            stakes.at_stake(graduates.session, students)
        costs.append(len(statements))

    assert costs == [3, 3]
