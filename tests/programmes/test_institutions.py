"""Institutions: any pair of them, each edited by its own registrar."""

import pytest

from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Absent, Conflict
from dualdegree.core.source.reading import SourceError
from dualdegree.core.text import LANGUAGES, say
from dualdegree.events import history
from dualdegree.programmes import service
from dualdegree.programmes.importing import save_institution
from dualdegree.programmes.texts import profile_of, short_name
from tests.conftest import NOW
from tests.programmes.papers import NORTH, NORTH_PROFILE, SOUTH, SOUTH_PROFILE, Office


@pytest.fixture
def office(session):
    return Office(session)


def save(office, text, actor=None, **more):
    return save_institution(office.session, text, "institution.yaml", actor=actor or office.south, at=NOW, **more)


def test_any_two_institutions_are_partners(office):
    assert [known.id for known in service.institutions(office.session)] == [NORTH, SOUTH]


def test_the_same_profile_again_changes_nothing(office):
    assert save(office, SOUTH_PROFILE).revision == 1


def test_a_changed_profile_keeps_its_text_whole_and_the_old_one_in_the_history(office):
    changed = SOUTH_PROFILE.replace("South University", "University of the South") + "# edited by the office\n"

    south = save(office, changed)

    assert south.names["en"] == "University of the South"
    assert south.profile == changed
    assert profile_of(south).short_names == {"und": "South"}
    assert "South University" in history(office.session, f"institution:{SOUTH}")[0].before


def test_a_profile_with_a_mistake_changes_nothing(office):
    with pytest.raises(SourceError, match=r"institution.yaml:7: grade_scale"):
        save(office, SOUTH_PROFILE.replace("es-10", "es-20"))

    assert service.institution(office.session, SOUTH).profile == SOUTH_PROFILE


def test_a_registrar_edits_the_own_institution_only(office):
    with pytest.raises(NotAllowed):
        save(office, NORTH_PROFILE.replace("North", "Nowhere"))


def test_two_who_edit_at_once_do_not_overwrite_each_other(office):
    save(office, SOUTH_PROFILE + "# first\n", revision=1)

    with pytest.raises(Conflict, match="Somebody else saved this profile meanwhile"):
        save(office, SOUTH_PROFILE + "# second\n", revision=1)


def test_an_unknown_institution_is_absent(office):
    with pytest.raises(Absent, match='There is no institution "east'):
        service.institution(office.session, "east.example")


def test_a_short_name_may_be_one_for_each_language_and_pages_say_the_readers(office):
    south = save(office, SOUTH_PROFILE.replace("short_name: South", "short_name: {en: South, zh_Hans: 南大}"))

    assert {language: say(short_name(south), language) for language in LANGUAGES} == {
        "zh_Hans": "南大",
        "en": "South",
        "es": "South",
    }


def test_a_short_name_that_is_one_text_is_every_readers(office):
    south = service.institution(office.session, SOUTH)

    assert {say(short_name(south), language) for language in LANGUAGES} == {"South"}
