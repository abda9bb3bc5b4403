"""The states of a profile: who saved each, what that changed, and how one comes back."""

import pytest

from dualdegree.core.acts import Act
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Absent, Conflict
from dualdegree.events import history
from dualdegree.programmes import service
from dualdegree.programmes.importing import save_institution
from dualdegree.programmes.profiles.past import past_profiles, restore_profile
from tests.conftest import NOW
from tests.programmes.papers import SOUTH, SOUTH_PROFILE, Office

OTHER = SOUTH_PROFILE.replace("South University", "University of the South")


@pytest.fixture
def office(session):
    built = Office(session)
    save_institution(session, OTHER, "institution.yaml", actor=built.south, at=NOW)
    return built


def own(office):
    return service.institution(office.session, SOUTH)


def first(office):
    return past_profiles(office.session, own(office))[-1].number


def restore(office, number, actor=None):
    south = own(office)
    return restore_profile(office.session, actor or office.south, south, number, seen=south.revision, at=NOW)


def test_the_states_are_told_newest_first_with_what_each_changed(office):
    last, before = past_profiles(office.session, own(office))

    assert [line for line in last.removed if "South University" in line] == list(last.removed)
    assert [line for line in last.added if "University of the South" in line] == list(last.added)
    assert (last.present, before.present) == (True, False)
    assert (before.removed, before.added) == ((), ())


def test_an_earlier_state_comes_back_as_an_act_of_its_own(office):
    restore(office, first(office))

    assert own(office).profile == SOUTH_PROFILE
    assert own(office).names["en"] == "South University"
    assert history(office.session, f"institution:{SOUTH}")[0].act == Act.PROFILE_RESTORED


def test_restoring_can_be_undone_in_the_same_way(office):
    restored = first(office)
    restore(office, restored)
    undone = past_profiles(office.session, own(office))[1].number

    restore(office, undone)

    assert own(office).profile == OTHER


def test_the_present_state_changes_nothing(office):
    revision = own(office).revision

    restore(office, past_profiles(office.session, own(office))[0].number)

    assert own(office).revision == revision


def test_somebody_who_has_not_read_the_last_change_restores_nothing(office):
    with pytest.raises(Conflict, match="Somebody else saved this profile meanwhile"):
        restore_profile(office.session, office.south, own(office), first(office), seen=1, at=NOW)


def test_the_partner_restores_nothing(office):
    with pytest.raises(NotAllowed):
        restore(office, first(office), office.north)


def test_a_state_that_never_was_is_not_restored(office):
    with pytest.raises(Absent):
        restore(office, 99)
