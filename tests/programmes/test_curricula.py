"""Curricula: previewed and stored as drafts, published once, and bound to each admission."""

import pytest

from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Absent, Conflict
from dualdegree.events import broken_links, history
from dualdegree.programmes import service
from dualdegree.programmes.offering import Unreadable
from dualdegree.programmes.texts import courses_of, degree_of
from tests.conftest import NOW
from tests.programmes.papers import NORTH, NORTH_CURRICULUM, SOUTH, SOUTH_CURRICULUM, Office

LATER = NORTH_CURRICULUM.replace('version: "1"', 'version: "2"').replace(
    'from: "2024-1", to: "2025-3"', 'from: "2026-1"'
)


@pytest.fixture
def office(session):
    office = Office(session)
    office.agreement()
    return office


def counts(preview):
    return preview.added, preview.changed, preview.unchanged, len(preview.rejected)


def rejected(preview):
    (row,) = preview.rejected
    return row.line, row.column, str(row.reason)


def test_nothing_is_stored_until_it_is_confirmed(office):
    assert counts(office.curriculum(confirm=False)) == (1, 0, 0, 0)
    assert service.curriculum_versions(office.session, ["double"]) == []

    assert counts(office.curriculum()) == (1, 0, 0, 0)
    assert office.version().admission_to == "2025-3"


def test_the_same_file_again_changes_nothing(office):
    office.curriculum()

    # Neither a byte order mark nor the line ends of another system make it another text.
    again = ("\ufeff" + NORTH_CURRICULUM.replace("\n", "\r\n")).encode()
    assert counts(office.curriculum(again)) == (0, 0, 1, 0)
    assert office.version().revision == 1


def test_a_draft_can_be_replaced_and_its_revision_tells(office):
    office.curriculum()
    more = NORTH_CURRICULUM.replace('at_least: "10"', 'at_least: "11"')

    assert counts(office.curriculum(more)) == (0, 1, 0, 0)
    assert office.version().revision == 2
    assert degree_of(office.version()).requirements.at_least == 11


def test_a_published_version_never_changes(office):
    office.curriculum()
    office.publish()

    changed = office.curriculum(NORTH_CURRICULUM.replace('"10"', '"11"'))

    assert rejected(changed) == (
        4,
        "version",
        "this version is in force and never changes; give the new text a new version",
    )
    assert degree_of(office.version()).requirements.at_least == 10


def test_publishing_twice_is_refused(office):
    office.curriculum()
    office.publish()

    with pytest.raises(Conflict, match="in force already"):
        office.publish()


def test_a_student_is_bound_to_the_version_of_admission_term_and_route(office):
    office.curriculum()
    office.curriculum(LATER)
    first, second = office.publish(), office.publish(version="2")

    def bound(term, route="chinese"):
        return service.version_for(office.session, NORTH, "double", term, route)

    assert [bound(term) for term in ("2024-1", "2025-3", "2026-1", "2030-2")] == [first, first, second, second]
    with pytest.raises(Absent, match=r"No published curriculum of .* takes admissions of 2026-1 by the route spanish"):
        bound("2026-1", "spanish")
    with pytest.raises(Absent):
        bound("2023-2")


def test_a_draft_binds_nobody(office):
    office.curriculum()

    with pytest.raises(Absent):
        service.version_for(office.session, NORTH, "double", "2024-1", "chinese")


def test_two_published_versions_may_not_claim_the_same_student(office):
    office.curriculum()
    office.publish()
    office.curriculum(LATER.replace("2026-1", "2025-3"))

    with pytest.raises(Conflict, match="Version 1 already takes admissions of these terms by these routes"):
        office.publish(version="2")


def test_a_version_without_an_end_gives_way_to_a_later_one(office):
    office.curriculum(SOUTH_CURRICULUM, SOUTH)
    later = SOUTH_CURRICULUM.replace('version: "1"', 'version: "2"').replace("2024-1", "2026-1")
    office.curriculum(later, SOUTH)
    first, second = office.publish(SOUTH), office.publish(SOUTH, "2")

    assert service.version_for(office.session, SOUTH, "double", "2025-2", "spanish") == first
    assert service.version_for(office.session, SOUTH, "double", "2026-1", "spanish") == second


def test_the_courses_of_a_version_are_found_by_code(office):
    office.curriculum()

    assert courses_of(office.version())["N2"].language == "en"


def test_only_the_institutions_own_registrar_imports_and_publishes(office):
    office.curriculum()

    with pytest.raises(NotAllowed):
        service.publish_curriculum_version(office.session, office.south, office.version(), NOW)
    office.north = office.south
    with pytest.raises(NotAllowed):
        office.curriculum()


@pytest.mark.parametrize(
    ("wrong", "right", "place", "reason"),
    [
        ("institution: north", "institution: south", (9, "degree.institution"), "the degree is of another institution"),
        ("programme: double", "programme: triple", (3, "programme"), "north.example has no such programme; import the"),
        ('credits: "2"', 'credits: "2.125"', (14, "courses[1].credits"), '"2.125" is not a number of credits'),
        ("N2", "N1", (14, "courses[1].code"), '"N1" is already used on line 13'),
        ("kind: credits", "kind: luck", (11, "degree.requirements.kind"), '"luck" is not known here'),
    ],
)
def test_a_bad_curriculum_is_rejected_at_its_line_and_key(office, wrong, right, place, reason):
    line, key, said = rejected(office.curriculum(NORTH_CURRICULUM.replace(wrong, right, 1)))

    assert (line, key) == place
    assert said.startswith(reason)


def test_another_institutions_curriculum_is_rejected(office):
    line, key, reason = rejected(office.curriculum(SOUTH_CURRICULUM, NORTH))

    assert (line, key) == (2, "institution")
    assert reason == "this is the curriculum of another institution; north.example imports its own"


def test_both_degrees_keep_their_ids_in_every_version(office):
    office.curriculum()

    _, key, reason = rejected(office.curriculum(LATER.replace("id: north", "id: boreal")))

    assert key == "degree.id"
    assert reason.startswith("in version 1 of north.example the degree is called north;")


def test_a_file_that_is_not_yaml_cannot_be_read_at_all(office):
    with pytest.raises(Unreadable, match=r"^curriculum.yaml:1: this is not YAML"):
        office.curriculum("{: : [")


def test_each_act_is_in_the_history_of_its_institution(office):
    office.curriculum()
    version = office.publish()

    assert [event.act for event in history(office.session, version.subject)] == [
        "curriculum published",
        "curriculum imported",
    ]
    assert list(broken_links(office.session, NORTH)) == []
