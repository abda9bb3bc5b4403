"""Curricula: previewed and stored as drafts, published once, and bound to each admission."""

import datetime as dt
from dataclasses import replace

import pytest

from dualdegree.core.approval import State
from dualdegree.core.curricula.curriculum import Admission
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.events import broken_links, history
from dualdegree.programmes import service
from dualdegree.programmes.curricula import publishing
from dualdegree.programmes.texts import courses_of, degree_of
from dualdegree.uploads import Unreadable
from tests.conftest import NOW
from tests.programmes.papers import NORTH, NORTH_CURRICULUM, SOUTH, SOUTH_CURRICULUM, Office
from tests.publishing import publish, second_registrar

LATER_THAT_DAY = NOW + dt.timedelta(hours=1)

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


def submit(office, actor=None, version="1", digest=None):
    drafted = office.version(version=version)
    publishing.submit(office.session, actor or office.north, drafted, digest=digest or drafted.digest, at=NOW)
    return drafted


def state(office, version):
    return publishing.standings(office.session, [version])[version.id].state


def test_nobody_publishes_what_they_submitted(office):
    office.curriculum()
    version = submit(office)

    with pytest.raises(Refusal, match="nobody publishes what they submitted"):
        publishing.publish(office.session, office.north, version, digest=version.digest, at=NOW)
    assert version.published_at is None
    assert state(office, version) is State.SUBMITTED


def test_nothing_is_published_before_it_is_submitted(office):
    office.curriculum()
    version = office.version()

    with pytest.raises(Conflict, match="submit it first"):
        publishing.publish(office.session, office.north, version, digest=version.digest, at=NOW)


def test_another_text_is_a_draft_again_and_what_was_read_of_the_old_one_publishes_nothing(office):
    office.curriculum()
    read = submit(office).digest
    office.curriculum(NORTH_CURRICULUM.replace('at_least: "10"', 'at_least: "11"'))
    version, other = office.version(), second_registrar(office.session, NORTH)

    assert state(office, version) is State.DRAFT
    with pytest.raises(Conflict, match="The text has changed since you opened it"):
        publishing.publish(office.session, other, version, digest=read, at=NOW)
    with pytest.raises(Conflict, match="submit it first"):
        publishing.publish(office.session, other, version, digest=version.digest, at=NOW)


def test_what_is_sent_back_is_a_draft_and_the_history_tells_why(office):
    office.curriculum()
    version, other = submit(office), second_registrar(office.session, NORTH)

    with pytest.raises(Refusal, match="Say why it is sent back"):
        publishing.send_back(office.session, other, version, digest=version.digest, at=NOW, reason=" ")
    publishing.send_back(office.session, other, version, digest=version.digest, at=NOW, reason="the tags are missing")

    assert state(office, version) is State.DRAFT
    assert history(office.session, version.subject)[0].reason == "the tags are missing"
    assert office.publish().published_at == NOW


def test_a_curriculum_that_nobody_can_meet_is_not_submitted(office):
    office.curriculum(NORTH_CURRICULUM.replace("select: {}", "select: {tag: [nothing]}"))

    with pytest.raises(Conflict, match="Nobody could ever meet “root” on line 11"):
        submit(office)


def binding(office, institution, term, route):
    return service.choose(service.published(office.session, institution, "double"), term, route)


def test_a_version_for_the_very_same_admissions_replaces_the_earlier_one(office):
    office.curriculum()
    first = office.publish()
    office.curriculum(NORTH_CURRICULUM.replace('version: "1"', 'version: "1b"'))
    second = publish(office.session, office.version(version="1b"), office.north, LATER_THAT_DAY)

    assert binding(office, NORTH, "2024-1", "chinese") == second
    assert state(office, first) is State.REPLACED
    assert state(office, second) is State.IN_FORCE


def test_a_student_is_bound_to_the_version_of_admission_term_and_route(office):
    office.curriculum()
    office.curriculum(LATER)
    first, second = office.publish(), office.publish(version="2")

    def bound(term, route="chinese"):
        return binding(office, NORTH, term, route)

    assert [bound(term) for term in ("2024-1", "2025-3", "2026-1", "2030-2")] == [first, first, second, second]
    assert bound("2026-1", "spanish") is None
    assert bound("2023-2") is None


def test_a_draft_binds_nobody(office):
    office.curriculum()

    assert binding(office, NORTH, "2024-1", "chinese") is None


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

    assert binding(office, SOUTH, "2025-2", "spanish") == first
    assert binding(office, SOUTH, "2026-1", "spanish") == second


def test_the_courses_of_a_version_are_found_by_code(office):
    office.curriculum()

    assert courses_of(office.version())["N2"].language == "en"


def test_only_the_institutions_own_registrar_imports_and_publishes(office):
    office.curriculum()

    with pytest.raises(NotAllowed):
        submit(office, office.south)
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
    with pytest.raises(Unreadable, match=r"^curriculum.yaml:1: this is neither JSON nor YAML"):
        office.curriculum("{: : [")


def test_each_act_is_in_the_history_of_its_institution(office):
    office.curriculum()
    version = office.publish()

    assert [event.act for event in history(office.session, version.subject)] == [
        "curriculum published",
        "curriculum submitted",
        "curriculum imported",
    ]
    assert list(broken_links(office.session, NORTH)) == []


@pytest.mark.parametrize(
    ("begin", "end", "other_begin", "other_end", "both"),
    [
        ("2024-1", None, "2026-1", None, True),
        ("2024-1", "2025-2", "2026-1", None, False),
        ("2024-1", "2026-1", "2026-1", "2026-1", True),
        ("2027-1", None, "2024-1", "2026-2", False),
    ],
)
def test_two_spans_of_admissions_meet_in_a_term_that_both_hold(begin, end, other_begin, other_end, both):
    first = Admission(first=begin, last=end, routes=("a",))
    second = Admission(first=other_begin, last=other_end)

    assert first.overlaps(second) is second.overlaps(first) is both
    assert not first.overlaps(replace(second, routes=("b",)))
    assert first.takes(begin, "a")
    assert not first.takes(begin, "b")
    assert not first.takes("2023-2", "a")
