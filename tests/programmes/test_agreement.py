"""The agreement: proposed by one party, in force when both have approved the very same text."""

import pytest

from dualdegree.core.approval import State
from dualdegree.core.policy import Actor, NotAllowed, operator
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.events import history
from dualdegree.programmes import service
from dualdegree.programmes.approving import standings
from dualdegree.programmes.importing import save_institution
from dualdegree.programmes.texts import agreed
from tests.conftest import NOW
from tests.programmes.papers import AGREEMENT, NORTH, NORTH_PROFILE, SOUTH, Office


@pytest.fixture
def office(session):
    return Office(session)


def the_version(office):
    return service.agreements(office.session, NORTH)[0]


def standing(office):
    versions = service.agreements(office.session, SOUTH)
    return standings(office.session, versions)[versions[0].subject]


def rejected(preview):
    (row,) = preview.rejected
    return row.line, row.column, str(row.reason)


def test_nothing_is_in_force_after_one_signature(office):
    office.agreement()

    assert office.approve_agreement(NORTH) is State.AWAITING_PARTNER
    assert service.agreement_in_force(office.session, "double") is None
    assert standing(office).awaits == (SOUTH,)


def test_it_is_in_force_when_both_have_approved_the_same_text(office):
    office.agreement()
    office.approve_agreement(SOUTH)

    assert office.approve_agreement(NORTH) is State.IN_FORCE
    assert service.agreement_in_force(office.session, "double").in_force_from == NOW
    assert agreed(the_version(office)).shared_credits.at_most == 30
    assert [(yes.institution, yes.person) for yes in standing(office).approvals] == [
        (SOUTH, f"Registrar of {SOUTH}"),
        (NORTH, f"Registrar of {NORTH}"),
    ]


def test_approving_twice_changes_nothing(office):
    office.agreement()
    office.approve_agreement(NORTH)

    assert office.approve_agreement(NORTH) is State.AWAITING_PARTNER
    assert len(standing(office).approvals) == 1


def test_a_change_starts_the_approval_again(office):
    office.agreement()
    office.approve_agreement(NORTH)

    office.agreement(AGREEMENT.replace('"30"', '"36"'), SOUTH)

    assert standing(office).state is State.DRAFT
    assert standing(office).awaits == (NORTH, SOUTH)


def test_one_approves_only_what_one_has_read(office):
    office.agreement()
    read = the_version(office).digest
    office.agreement(AGREEMENT.replace('"30"', '"36"'), SOUTH)

    with pytest.raises(Conflict, match="The text has changed since you opened it"):
        service.approve_agreement(
            office.session, office.north, the_version(office), institution_id=NORTH, at=NOW, digest=read
        )


def test_a_registrar_approves_for_the_own_institution_only(office):
    office.agreement()
    version = the_version(office)

    with pytest.raises(NotAllowed):
        service.approve_agreement(
            office.session, office.north, version, institution_id=SOUTH, at=NOW, digest=version.digest
        )


def test_one_person_does_not_approve_for_both(office):
    office.agreement()
    office.approve_agreement(NORTH)
    version = the_version(office)
    roles = office.north.roles | office.south.roles
    both = Actor(person_id=office.north.person_id, name="", email="", roles=roles)

    with pytest.raises(Refusal, match="another person must approve it for this one"):
        service.approve_agreement(office.session, both, version, institution_id=SOUTH, at=NOW, digest=version.digest)


def test_an_approval_bears_a_persons_name(office):
    office.agreement()
    version = the_version(office)

    with pytest.raises(Refusal, match="sign in as a registrar"):
        service.approve_agreement(
            office.session, operator(NORTH), version, institution_id=NORTH, at=NOW, digest=version.digest
        )


def test_what_is_in_force_never_changes(office):
    office.agreement()
    office.approve_agreement(NORTH)
    office.approve_agreement(SOUTH)

    line, key, reason = rejected(office.agreement(AGREEMENT.replace('"30"', '"36"')))

    assert (line, key) == (3, "version")
    assert reason.endswith("give the new text a new version")


def test_a_later_version_replaces_the_one_in_force(office):
    office.agreement()
    office.approve_agreement(NORTH)
    office.approve_agreement(SOUTH)
    office.agreement(AGREEMENT.replace('version: "1"', 'version: "2"'), SOUTH)
    first = service.agreement_in_force(office.session, "double")
    assert first.version == "1"

    office.approve_agreement(NORTH)
    office.approve_agreement(SOUTH)

    assert service.agreement_in_force(office.session, "double").version == "2"
    versions = service.agreements(office.session, NORTH)
    assert [standings(office.session, versions)[candidate.subject].state for candidate in versions] == [
        State.IN_FORCE,
        State.REPLACED,
    ]


@pytest.mark.parametrize(
    ("wrong", "right", "place", "reason"),
    [
        ("south.example", "east.example", (4, "institutions[1]"), "there is no such institution"),
        ("[north.example, ", "[", (4, "institutions"), "an agreement is between two institutions"),
        ('at_most: "30"', 'at_most: "-3"', (6, "shared_credits.at_most"), '"-3" is not a number of credits'),
        ("excluded_tags: {south", "excluded_tags: {east", (7, "excluded_tags.east.example"), "this key is not known"),
        ("version:", "edition:", (3, "edition"), "this key is not known here"),
    ],
)
def test_a_bad_agreement_is_rejected_at_its_line_and_key(office, wrong, right, place, reason):
    line, key, said = rejected(office.agreement(AGREEMENT.replace(wrong, right)))

    assert (line, key) == place
    assert said.startswith(reason)


def test_a_programme_stays_with_its_two_institutions(office):
    office.agreement()
    east = NORTH_PROFILE.replace("north.example", "east.example")
    save_institution(office.session, east, "east.yaml", actor=operator("east.example"), at=NOW)
    other = AGREEMENT.replace("south.example", "east.example").replace('version: "1"', 'version: "2"')

    line, key, reason = rejected(office.agreement(other))

    assert (line, key) == (2, "programme")
    assert reason == "this is the programme of north.example and south.example; choose another id"


def test_only_a_party_proposes(office):
    office.south = operator("east.example")
    with pytest.raises(NotAllowed):
        office.agreement(AGREEMENT, SOUTH)


def test_the_history_of_both_institutions_tells_of_each_act(office):
    office.agreement()
    office.approve_agreement(NORTH)

    acts = [(event.institution_id, event.act) for event in history(office.session, the_version(office).subject)]

    assert sorted(acts) == [
        (NORTH, "agreement approved"),
        (NORTH, "agreement proposed"),
        (SOUTH, "agreement approved"),
        (SOUTH, "agreement proposed"),
    ]


CONVERSIONS = """\
conversions:
  - {from: north.example, to: south.example, method: statistical, field: "0613", cycle: "7", choose: average,
     smallest: 30, otherwise: linear, since: 2026-09-01, source: {en: Annex 3}}
  - {from: south.example, to: north.example, method: table, rows: [{at_least: 9, grade: 100}, {at_least: 5, grade: 60}]}
"""


def test_the_agreement_chooses_how_grades_are_converted_in_each_direction(office):
    preview = office.agreement(AGREEMENT + CONVERSIONS)

    north, south = agreed(the_version(office)).conversions
    assert preview.rejected == ()
    assert (north.method.choose, north.method.smallest, north.since.year) == ("average", 30, 2026)
    assert [row.grade for row in south.method.rows] == [100, 60]


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("choose: average", "choose: best", "conversions[0].choose", '"best" is not known here'),
        ("otherwise: linear, ", "", "conversions[0].method", 'this method needs the key "otherwise"'),
        ("since: 2026-09-01", "since: soon", "conversions[0].since", '"soon" is not a day'),
        ("grade: 100}", "grade: 50}", "conversions[1].rows[1].grade", "must not become a better one"),
        ("at_least: 9,", "at_least: 4,", "conversions[1].rows[1].at_least", "write the best grade first"),
        ("at_least: 5,", "at_least: 6,", "conversions[1]", "the last line must begin at the pass mark, 5"),
        (
            "{from: south.example, to: north",
            "{from: north.example, to: south",
            "conversions[1]",
            "have a conversion already",
        ),
    ],
)
def test_a_conversion_that_cannot_be_meant_is_refused_with_its_place(office, old, new, column, reason):
    line, at, why = rejected(office.agreement(AGREEMENT + CONVERSIONS.replace(old, new)))

    assert line
    assert (at, reason in why) == (column, True)


LIMITS = """\
recognition_limits:
  south.example:
    - {id: half, select: {}, at_most_percent: "50", of: "30", clause: Annex 2}
"""


def test_the_agreement_limits_what_is_recognised_into_a_degree(office):
    office.agreement(AGREEMENT + LIMITS)

    (limit,) = agreed(the_version(office)).recognition_limits["south.example"]
    assert (limit.id, limit.at_most, limit.clause) == ("agreement/half", 15, {"und": "Annex 2"})


def test_an_agreement_knows_no_groups_of_a_curriculum(office):
    _, column, why = rejected(office.agreement(AGREEMENT + LIMITS.replace("clause: Annex 2", "within: core")))

    assert (column, "knows no groups" in why) == ("recognition_limits.south.example[0].within", True)
