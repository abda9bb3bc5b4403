"""The pages on which a registrar sees what a text would change, publishes it with another, and moves a student."""

import re

import pytest

from tests.graduates import READY, text
from tests.graduates.browsing import words
from tests.programmes.papers import SOUTH

MORE = (
    text("south/curriculum.yaml")
    .replace('Optativas}, at_least: "12"', 'Optativas}, at_least: "18"')
    .replace("  - {code: S9,", '  - {code: S5, title: {en: Robots}, credits: "6", tags: [optional]}\n  - {code: S9,')
    .replace('version: "2024"', 'version: "2024b"')
)
LATER = MORE.replace('version: "2024b"', 'version: "2026"').replace('from: "2024-1"', 'from: "2026-1"')


@pytest.fixture
def drafted(offices):
    """A draft for the very same admissions, with a higher minimum."""
    with offices.graduates() as graduates:
        graduates.take("curriculum", SOUTH, MORE)
    return offices


def test_a_draft_shows_its_differences_and_whose_result_it_changes(drafted):
    shown = words(drafted.reader("south").get("/curricula/3/effect"))

    assert "At least 12 credits" in shown
    assert "At least 18 credits" in shown
    assert "5 students were audited by both texts." in shown
    assert "Would lose a verdict: 3" in shown
    assert "“Optional” was met (12 of 12) and is not met now (12 of 18)." in shown


def test_the_table_is_taken_away_with_names_that_no_spreadsheet_computes(drafted):
    with drafted.graduates() as graduates:
        student = graduates.student(READY)
        student.family_name, student.han_name = "=1+1", None

    answer = drafted.reader("south").get("/curricula/3/effect.csv")

    assert answer.mimetype == "text/csv"
    assert answer.get_data().startswith(b"\xef\xbb\xbfStudent numbers,Name,Degree")
    assert "N101 / S201" in answer.get_data(as_text=True)
    assert "Southhill University" in answer.get_data(as_text=True)
    assert "'=1+1" in answer.get_data(as_text=True)


def test_the_partner_does_not_see_whose_result_changes(drafted):
    assert drafted.reader("north").get("/curricula/3/effect").status_code == 403
    assert drafted.reader("advisor").get("/curricula/3/effect.csv").status_code == 403


def test_an_agreement_shows_its_effect_to_both_parties(offices):
    for who in ("north", "south"):
        assert "None is in force yet" not in words(offices.reader(who).get("/agreements/1/effect"))
        assert "Their rules do not differ." in words(offices.reader(who).get("/equivalences/1/effect"))


@pytest.fixture
def later(offices):
    """A published version for those admitted from 2026."""
    with offices.graduates() as graduates:
        graduates.publish(SOUTH, LATER)
    return offices


def move(offices, **sent):
    url = f"/students/{offices.student(READY)}/curriculum"
    return offices.reader("south").post(url, data={"to": "3", "seen": revision(offices), **sent})


def revision(offices):
    with offices.graduates() as graduates:
        return next(
            enrolment.revision for enrolment in graduates.student(READY).enrolments if enrolment.institution_id == SOUTH
        )


def test_a_move_shows_both_degrees_before_and_after_and_asks_for_the_minute(later):
    url = f"/students/{later.student(READY)}/curriculum"
    shown = words(later.reader("south").get(f"{url}?to=3"))

    assert "This version is not meant for this admission" in shown
    assert "36 of 36 ECTS counted → 36 of 42 ECTS counted; open: Optional" in shown
    refused = move(later, reason="Asked for")
    assert refused.status_code == 400
    assert "give its minute number" in words(refused)

    assert move(later, reason="Asked for", minute="7/2026").status_code == 302
    with later.graduates() as graduates:
        assert {enrolment.curriculum_version.version for enrolment in graduates.student(READY).enrolments} == {
            "2024",
            "2026",
        }


def test_a_move_by_what_was_read_before_a_change_is_a_conflict(later):
    assert move(later, reason="Asked for", minute="7/2026", seen="0").status_code == 409


def test_only_a_registrar_moves(later):
    url = f"/students/{later.student(READY)}/curriculum"

    assert later.reader("advisor").get(url).status_code == 403
    assert later.reader("mei").get(url).status_code == 403


def test_a_version_is_first_compared_with_the_latest_of_its_own_routes(offices):
    with offices.graduates() as graduates:
        graduates.publish(SOUTH, admitting("2026", "2026-1, to: 2026-3", "direct"))
        graduates.publish(SOUTH, admitting("2026t", "2026-1, to: 2026-3", "transfer"))
        graduates.take("curriculum", SOUTH, admitting("2027", "2027-1", "direct"))

    page = offices.reader("south").get("/curricula/5/effect").get_data(as_text=True)

    assert re.findall(r"<option[^>]* selected>([^<]*)<", page) == ["2026 – Plan in data science"]


def admitting(version, begin, route):
    """The southern rules for those admitted from a term on by one route."""
    return (
        text("south/curriculum.yaml")
        .replace('version: "2024"', f'version: "{version}"')
        .replace('{from: "2024-1", routes: [direct, transfer]}', f"{{from: {begin}, routes: [{route}]}}")
    )
