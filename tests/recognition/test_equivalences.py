"""Equivalence tables: checked against both curricula and the agreement, in force when both have approved."""

import pytest

from dualdegree.core.approval import State
from dualdegree.core.policy import NotAllowed
from dualdegree.programmes.approving import standings
from dualdegree.recognition import service
from dualdegree.recognition.importing import import_equivalences
from dualdegree.uploads import OfferedPaper
from tests.conftest import NOW
from tests.programmes.papers import AGREEMENT, NORTH, NORTH_CURRICULUM, SOUTH, SOUTH_CURRICULUM, Office, with_curricula

TABLE = """\
equivalences: north-south
programme: double
version: "1"
entries:
  - id: mathematics
    from: {institution: north.example, courses: [{code: N1, credits: "3"}]}
    to: {institution: south.example, courses: [{code: S1, credits: "6"}]}
  - id: algebra
    from: {institution: south.example, courses: [{code: S2, credits: "4.5"}]}
    to: {institution: north.example, courses: [{code: N2, credits: "2"}]}
    min_grade: "6"
"""


@pytest.fixture
def office(backend, session):
    return with_curricula(backend, session)


def offer(office, text=TABLE, where=NORTH, *, confirm=True):
    who = office.actor(where)
    paper = OfferedPaper(institution=where, text=text, name="equivalences.yaml", actor=who, at=NOW, confirm=confirm)
    return import_equivalences(office.session, paper)


def approve(office, where):
    version = service.equivalences(office.session, where)[0]
    return service.approve_equivalences(
        office.session, office.actor(where), version, institution_id=where, at=NOW, digest=version.digest
    )


def counts(preview):
    return preview.added, preview.changed, preview.unchanged, len(preview.rejected)


def rejected(preview):
    (row,) = preview.rejected
    return row.line, row.column, str(row.reason)


def test_nothing_is_stored_until_it_is_confirmed(office):
    assert counts(offer(office, confirm=False)) == (2, 0, 0, 0)
    assert service.equivalences(office.session, NORTH) == []


def test_the_same_table_again_changes_nothing(office):
    assert counts(offer(office)) == (2, 0, 0, 0)
    assert counts(offer(office)) == (0, 0, 2, 0)
    assert service.equivalences(office.session, SOUTH)[0].revision == 1


def test_a_new_version_is_compared_entry_by_entry_with_the_last(office):
    offer(office)
    second = TABLE.replace('version: "1"', 'version: "2"').replace('min_grade: "6"', 'min_grade: "7"')

    preview = offer(office, second.replace("id: mathematics", "id: matrices"), SOUTH)

    assert counts(preview) == (1, 1, 0, 0)
    assert [str(warning) for warning in preview.warnings] == ["mathematics: no longer in the table."]


def test_a_table_is_in_force_when_both_have_approved_the_same_text(office):
    offer(office)

    assert approve(office, SOUTH) is State.AWAITING_PARTNER
    assert service.equivalences_in_force(office.session, "double") is None
    assert approve(office, NORTH) is State.IN_FORCE
    assert service.equivalences_in_force(office.session, "double").version == "1"


def test_a_change_starts_the_approval_again(office):
    offer(office)
    approve(office, SOUTH)

    offer(office, TABLE.replace('min_grade: "6"', 'min_grade: "7"'), SOUTH)

    versions = service.equivalences(office.session, NORTH)
    assert standings(office.session, versions)[versions[0].subject].state is State.DRAFT
    assert approve(office, NORTH) is State.AWAITING_PARTNER


def test_a_table_in_force_never_changes(office):
    offer(office)
    approve(office, SOUTH)
    approve(office, NORTH)

    line, key, reason = rejected(offer(office, TABLE.replace('min_grade: "6"', 'min_grade: "7"')))

    assert (line, key) == (3, "version")
    assert reason.endswith("give the new text a new version")


def test_the_table_in_force_stays_until_its_successor_has_both_approvals(office):
    offer(office)
    approve(office, SOUTH)
    approve(office, NORTH)
    offer(office, TABLE.replace('version: "1"', 'version: "2"'))
    approve(office, SOUTH)

    assert service.equivalences_in_force(office.session, "double").version == "1"
    approve(office, NORTH)
    assert service.equivalences_in_force(office.session, "double").version == "2"


@pytest.mark.parametrize(
    ("wrong", "right", "place", "reason"),
    [
        (
            "code: N1",
            "code: N8",
            (6, "entries[0].from.courses[0].code"),
            "no curriculum of north.example has this course",
        ),
        (
            'N1, credits: "3"',
            'N1, credits: "4"',
            (6, "entries[0].from.courses[0].credits"),
            "the course has 3 credits in the curriculum of north.example, not 4",
        ),
        (
            'S1, credits: "6"',
            'S1, credits: "5"',
            (7, "entries[0].to.courses[0].credits"),
            "the course has 6 credits in the curriculum of south.example, not 5",
        ),
        (
            'S1, credits: "6"',
            'S9, credits: "12"',
            (7, "entries[0].to.courses[0].code"),
            'what is tagged "thesis" is never recognised into south.example (north-south); take it out',
        ),
        (
            'N1, credits: "3"',
            'N9, credits: "5"',
            (6, "entries[0].from.courses[0].code"),
            'what is tagged "thesis" is never recognised into south.example',
        ),
        (
            'code: S1, credits: "6"',
            'tags: [thesis], credits: "6"',
            (7, "entries[0].to.courses[0].tags"),
            'what is tagged "thesis" is never recognised into south.example',
        ),
        (
            "to: {institution: south",
            "to: {institution: east",
            (7, "entries[0].to.institution"),
            "this institution is not a party of the programme; name north.example, south.example",
        ),
        ("id: algebra", "id: mathematics", (8, "entries[1].id"), '"mathematics" is already used on line 5'),
        (
            '{code: N1, credits: "3"}',
            '{code: N1, credits: "3"}, {code: N1, credits: "3"}',
            (6, "entries[0].from.courses[1].code"),
            '"N1" is already used on line 6',
        ),
        (
            'min_grade: "6"',
            'min_grade: "60"',
            (11, "entries[1].min_grade"),
            "the grades of south.example end at 10; write the least grade on that scale",
        ),
        ("programme: double", "programme: triple", (2, "programme"), "north.example has no such programme; import"),
    ],
)
def test_a_bad_table_is_rejected_at_its_line_and_key(office, wrong, right, place, reason):
    line, key, said = rejected(offer(office, TABLE.replace(wrong, right)))

    assert (line, key) == place
    assert said.startswith(reason)
    assert service.equivalences(office.session, NORTH) == []


def test_every_entry_with_a_mistake_is_listed(office):
    preview = offer(office, TABLE.replace("code: N1", "code: N8").replace('S2, credits: "4.5"', 'S2, credits: "5"'))

    assert [row.line for row in preview.rejected] == [6, 9]


def test_an_excluded_kind_is_refused_with_the_rule_that_excludes_it(session):
    office = Office(session)
    office.agreement(AGREEMENT)
    office.curriculum(NORTH_CURRICULUM)
    rule = (
        "{id: root, kind: all, parts: [{id: t, kind: credits, at_least: '12', select: {tag: thesis, origin: native}, "
        "clause: 'Royal Decree 822/2021, art. 10.3'}]}"
    )
    office.curriculum(SOUTH_CURRICULUM.replace('{id: root, kind: credits, at_least: "20", select: {}}', rule), SOUTH)

    _, _, reason = rejected(offer(office, TABLE.replace('N1, credits: "3"', 'N9, credits: "5"')))

    assert reason == (
        'what is tagged "thesis" is never recognised into south.example (Royal Decree 822/2021, art. 10.3); take it out'
    )


def test_credits_far_from_each_other_are_a_warning_not_a_refusal(office):
    # North's credits are 2 ECTS each: 2 credits of N2 are 4 ECTS, for which 6 would still be near, but 1 credit is 2.
    preview = offer(office, TABLE.replace('N1, credits: "3"', 'N3, credits: "1"'))

    assert counts(preview) == (2, 0, 0, 0)
    assert [str(warning) for warning in preview.warnings] == [
        "mathematics: 6 ECTS would be granted for 2 ECTS earned; make sure that is meant."
    ]


def test_credits_that_differ_between_versions_of_a_curriculum_are_a_warning(office):
    later = SOUTH_CURRICULUM.replace('version: "1"', 'version: "2"').replace("2024-1", "2026-1")
    office.curriculum(
        later.replace(
            'S1, title: {en: Mathematics, es: Matemáticas}, credits: "6"', 'S1, title: {en: M}, credits: "4.5"'
        ),
        SOUTH,
    )

    assert [str(warning) for warning in offer(office).warnings] == [
        "mathematics: S1 has 4.5 credits in another version of its curriculum."
    ]


def test_only_a_registrar_of_the_institution_proposes_for_it(office):
    office.north = office.south
    with pytest.raises(NotAllowed):
        offer(office)
