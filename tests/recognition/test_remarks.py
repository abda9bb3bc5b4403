"""What is said to whoever decides on an equivalence: warnings that refuse nothing, and one exclusion that is lifted."""

import pytest

from tests.programmes.papers import SOUTH, SOUTH_CURRICULUM, SOUTH_PROFILE, with_curricula
from tests.recognition.test_equivalences import TABLE, counts, offer, rejected

ASKING = SOUTH_PROFILE + 'equivalences: {match_at_least: "75", in_mobility: [thesis]}\n'
FIRST = '    to: {institution: south.example, courses: [{code: S1, credits: "6"}]}\n'


@pytest.fixture
def office(backend, session):
    office = with_curricula(backend, session)
    office.profile(ASKING, SOUTH)
    return office


def with_terms(*lines):
    """The table with these lines in its first entry."""
    return TABLE.replace(FIRST, FIRST + "".join(f"    {line}\n" for line in lines))


def said(office, table):
    return [str(warning) for warning in offer(office, table).warnings]


def test_a_table_without_anything_remarkable_is_taken_without_a_word(office):
    evidence = 'evidence: {content: "80", workload: "75", hours: {sat: "160", granted: "150"}}'

    assert said(office, with_terms(evidence)) == []


def test_credits_far_from_the_hours_of_work_are_a_warning(office):
    # 6 ECTS are 150 to 180 hours of work.
    assert said(office, with_terms('evidence: {hours: {sat: "60"}}')) == [
        "mathematics: 6 ECTS would be granted for 60 hours of work, which are 2 to 2.4 ECTS at 25 to 30 hours each."
    ]


def test_matches_below_what_the_recognising_institution_asks_for_are_warnings(office):
    assert said(office, with_terms('evidence: {content: "74.9", workload: "10"}')) == [
        "mathematics: the content matches by 74.9 %; south.example asks for 75 %.",
        "mathematics: the workload matches by 10 %; south.example asks for 75 %.",
    ]


def test_an_institution_that_sets_no_least_match_warns_of_none(office):
    text = TABLE.replace('min_grade: "6"', 'evidence: {content: "5"}')

    assert said(office, text) == []


def test_a_course_that_another_entry_gives_already_is_a_warning(office):
    again = TABLE + FIRST.replace("    to:", "  - id: again\n    from: {institution: north.example, courses: "
                                             '[{code: N2, credits: "2"}]}\n    to:')  # fmt: skip

    assert said(office, again)[-1] == (
        "again: mathematics gives S1 already; whoever fulfils both gets it once, by the first."
    )


def test_entries_for_different_cohorts_do_not_stand_in_each_others_way(office):
    first = with_terms('admission: {from: "2024-1", to: "2024-3"}')
    again = first + (
        '  - id: again\n    from: {institution: north.example, courses: [{code: N1, credits: "3"}]}\n'
        + FIRST
        + '    admission: {from: "2025-1"}\n'
    )

    assert said(office, again) == []


def test_a_course_that_some_version_does_not_have_is_a_warning(office):
    later = SOUTH_CURRICULUM.replace('version: "1"', 'version: "2"').replace("2024-1", "2026-1")
    office.curriculum(later.replace("code: S1", "code: S8"), SOUTH)

    assert said(office, TABLE) == [
        "mathematics: S1 is not in version 2 of the curriculum of south.example; the entry gives nothing there."
    ]
    # Whoever it is for was admitted before that version.
    assert said(office, with_terms('admission: {from: "2024-1", to: "2025-3"}')) == []


def test_a_syllabus_that_nobody_keeps_is_a_warning(office):
    assert said(office, with_terms(f"evidence: {{syllabi: [{'ab' * 32}]}}")) == [
        "mathematics: neither institution keeps the syllabus abababababab…; hand it in, or mend it."
    ]


def test_an_excluded_kind_done_in_mobility_needs_its_evidence(office):
    thesis = TABLE.replace('N1, credits: "3"', 'N9, credits: "5"').replace('S1, credits: "6"', 'S9, credits: "12"')

    _, column, reason = rejected(offer(office, thesis))

    assert column == "entries[0].from.courses[0].code"
    assert reason == (
        'what is tagged "thesis" is recognised into south.example only when it was done in mobility (north-south); say '
        "under “evidence: mobility” how that is known, or take it out"
    )


def test_an_excluded_kind_with_evidence_of_mobility_is_taken_with_a_warning(office):
    thesis = TABLE.replace('N1, credits: "3"', 'N9, credits: "5"').replace('S1, credits: "6"', 'S9, credits: "12"')
    mobile = thesis.replace('S9, credits: "12"}]}', 'S9, credits: "12"}]}\n    evidence: {mobility: {en: minute 4/26}}')

    preview = offer(office, mobile)

    assert counts(preview) == (2, 0, 0, 0)
    assert [str(warning) for warning in preview.warnings] == [
        (
            "mathematics: what is tagged “thesis” is recognised only because it was done in mobility (minute 4/26); make "
            "sure that the evidence is sound."
        )
    ]


@pytest.mark.parametrize(
    ("line", "place", "reason"),
    [
        ("admission: {from: spring}", "admission.from", '"spring" is not a term; write year and half, such as 2026-1'),
        (
            'admission: {from: "2026-1", to: "2025-1"}',
            "admission.to",
            "the last admission is before the first, 2026-1",
        ),
        ("valid: {from: 1/9/2026}", "valid.from", '"1/9/2026" is not a day; write it like 2026-09-01'),
        ("valid: {from: 2026-09-01, to: 2025-09-01}", "valid.to", "the last day is before the first, 2026-09-01"),
        ('evidence: {content: "101"}', "evidence.content", "at most 100 per cent can match"),
        ("evidence: {syllabi: [a.pdf]}", "evidence.syllabi[0]", "a syllabus is named by the SHA-256 of its stored"),
        ("evidence: {colour: red}", "evidence.colour", "this key is not known here; known are content, workload"),
    ],
)
def test_terms_and_evidence_that_cannot_be_read_are_refused_at_their_place(office, line, place, reason):
    at, column, why = rejected(offer(office, with_terms(line)))

    assert (at, column) == (8, f"entries[0].{place}")
    assert why.startswith(reason)


def test_every_entry_that_cannot_be_read_is_listed(office):
    broken = with_terms("valid: {from: x}").replace('min_grade: "6"', "min_grade: six")

    assert [row.line for row in offer(office, broken).rejected] == [8, 12]


def test_the_least_match_is_a_percentage(office):
    with pytest.raises(ValueError, match="at most 100 per cent can match"):
        office.profile(ASKING.replace('"75"', '"101"'), SOUTH)
