"""What a move to another version of the own curriculum would leave behind is named, confirmed, and never a document."""

import pytest

from dualdegree import stakes
from dualdegree.records.moving import CurriculumMove, open_to
from dualdegree.records.moving import move as move_curriculum
from dualdegree.stakes import DocumentInForce, Unconfirmed
from tests.audit.test_impact_pages import LATER as OTHER_CURRICULUM
from tests.graduates import ALSO_READY, READY
from tests.people import NOW
from tests.programmes.papers import SOUTH


def digest(world, *students):
    return stakes.digest_of(stakes.at_stake(world.session, [world.student(number).id for number in students]))


def test_what_is_at_stake_is_named(graduates):
    graduates.sign()
    issued = graduates.issue()

    at_stake = stakes.at_stake(graduates.session, [graduates.student().id, graduates.student(ALSO_READY).id])

    assert [(stake.name["en"], str(stake.what), stake.in_force) for stake in at_stake] == [
        ("Lin, Mei · 林梅", "the sign-off of Northlake University of 2026-11-23", False),
        ("Lin, Mei · 林梅", "the sign-off of Southhill University of 2026-11-23", False),
        ("Lin, Mei · 林梅", f"document {issued.serial}, which is in force", True),
    ]


def test_the_own_registrar_moves_a_student_to_another_curriculum_with_a_yes_to_this_very_list(graduates):
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
