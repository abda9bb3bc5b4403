"""A thesis goes through its stages in order, each signed by everybody whom both universities name."""

import pytest

from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict, Refusal, Repeated
from dualdegree.core.training.theses import ENTERPRISE
from dualdegree.training.theses import reading
from dualdegree.training.theses.listing import MINE, theses_for
from dualdegree.training.theses.workflow import gating, proposing
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.training.theses.world import TITLE, Theses


@pytest.fixture
def world(graduates):
    return Theses(graduates)


def refusal_of(act, *given, **named):
    with pytest.raises(Refusal) as refused:
        act(*given, **named)
    return str(refused.value), refused.value.about


def test_a_thesis_needs_a_title_a_kind_of_both_and_a_supervisor_on_each_side(world):
    assert refusal_of(world.proposed, title={"en": " "})[1] == "title_zh_Hans"
    assert refusal_of(world.proposed, kind="software")[1] == "kind"
    assert refusal_of(world.proposed, supervisors={NORTH: world.people["supervisor"].id}) == (
        "Choose a supervisor at south.example.",
        f"supervisor-{SOUTH}",
    )


def test_a_student_has_one_thesis_until_it_is_withdrawn(world):
    thesis = world.proposed()

    with pytest.raises(Repeated, match="has a thesis already"):
        world.proposed()
    proposing.abandon(world.session, world.actor("mei"), thesis, reason="Another topic.", seen=thesis.revision, at=NOW)

    assert world.proposed().time == 2


def test_a_stage_signed_by_one_alone_keeps_the_next_one_shut(world):
    thesis = world.proposed()
    world.hand_in(thesis, "topic")
    world.sign(thesis, "topic", "supervisor")

    words, about = refusal_of(world.hand_in, thesis, "proposal")

    assert words == "“Proposal” comes after “Topic”, which still has to be signed by: the supervisor of south.example."
    assert about == "gate"


def test_a_stage_waits_in_the_list_of_those_who_have_not_signed_it(world):
    thesis = world.proposed()
    world.hand_in(thesis, "topic")
    world.sign(thesis, "topic", "supervisor")

    def waiting(who):
        return world.session.scalars(theses_for(world.actor(who), MINE)).all()

    assert waiting("supervisor") == []
    assert waiting("partner") == [thesis]
    assert waiting("mentor") == []


def test_the_mentor_from_the_enterprise_signs_what_the_rules_give_them_and_nothing_else(world):
    thesis = world.proposed()
    world.hand_in(thesis, "topic")

    assert refusal_of(world.sign, thesis, "topic", "mentor")[0].startswith("“Topic” is signed by:")
    world.sign(thesis, "topic", "supervisor")
    world.sign(thesis, "topic", "partner")
    world.hand_in(thesis, "proposal")
    world.sign(thesis, "proposal", "mentor")

    assert reading.standing(world.session, thesis).awaits == (NORTH,)


def test_a_stage_for_a_mentor_whom_nobody_has_named_is_not_handed_in(world):
    thesis = world.proposed(supervisors={NORTH: world.people["supervisor"].id, SOUTH: world.people["partner"].id})
    world.hand_in(thesis, "topic")
    for who in ("supervisor", "partner"):
        world.sign(thesis, "topic", who)

    assert refusal_of(world.hand_in, thesis, "proposal")[0].startswith(
        "The mentor from the enterprise signs “Proposal”"
    )
    named = {row.party: row.person_id for row in thesis.supervisors}
    proposing.appoint(
        world.session, world.actor("north"), thesis, {**named, ENTERPRISE: world.people["mentor"].id},
        seen=thesis.revision, at=NOW,
    )  # fmt: skip
    world.hand_in(thesis, "proposal")

    assert reading.standing(world.session, thesis).awaits == (NORTH, ENTERPRISE)


def test_a_stage_that_is_sent_back_is_signed_anew_by_everybody(world):
    thesis = world.proposed()
    world.hand_in(thesis, "topic")
    world.sign(thesis, "topic", "supervisor")
    partner = world.actor("partner")

    assert (
        refusal_of(gating.send_back, world.session, partner, thesis, "topic", " ", seen=thesis.revision, at=NOW)[1]
        == "reason"
    )
    gating.send_back(world.session, partner, thesis, "topic", "Narrower.", seen=thesis.revision, at=NOW)
    world.hand_in(thesis, "topic", "A narrower topic.")

    assert reading.standing(world.session, thesis).awaits == (NORTH, SOUTH)


def test_signing_twice_and_on_an_old_page_is_harmless(world):
    thesis = world.proposed()
    world.hand_in(thesis, "topic")
    old = thesis.revision
    world.sign(thesis, "topic", "supervisor")

    with pytest.raises(Repeated):
        gating.sign(world.session, world.actor("supervisor"), thesis, "topic", "", seen=old, at=NOW)
    with pytest.raises(Conflict, match="It has changed since you opened the page"):
        gating.sign(world.session, world.actor("partner"), thesis, "topic", "", seen=old, at=NOW)

    assert reading.standing(world.session, thesis).awaits == (SOUTH,)


def test_strangers_and_the_student_sign_nothing(world):
    thesis = world.proposed()
    world.hand_in(thesis, "topic")

    for who in ("mei", "north", "ines"):
        with pytest.raises(NotAllowed):
            world.sign(thesis, "topic", who)


def test_another_title_keeps_the_one_before_with_who_and_why(world):
    thesis = world.proposed()
    mei, other = world.actor("mei"), {**TITLE, "en": "Graphs that forget"}

    assert refusal_of(proposing.rename, world.session, mei, thesis, other, reason="", seen=None, at=NOW)[1] == "reason"
    proposing.rename(world.session, mei, thesis, other, reason="Narrower.", seen=thesis.revision, at=NOW)

    assert [(row.title["en"], row.reason) for row in thesis.titles] == [
        ("Graphs that learn", ""),
        ("Graphs that forget", "Narrower."),
    ]
    assert thesis.title == other
