"""An institution's profile: what a sound one says, and how a bad one is refused."""

from pathlib import Path

import pytest

from dualdegree import demo
from dualdegree.core.source.reading import SourceError
from dualdegree.programmes.institutions.profile import read_profile
from tests.programmes.papers import SOUTH_PROFILE

DEMO = Path(demo.__path__[0])

WITH_GRADES = (
    SOUTH_PROFILE
    + """\
imports:
  grades:
    encodings: [windows-1252]
    delimiter: ";"
    columns: {student_number: Expediente, grade: Nota}
    term: {pattern: "(?P<year>20[0-9]{2})/[0-9]{2}"}
    statuses: {NP: absent}
    recognised: [Reconocido]
    recognised_in: [grade]
"""
)


def test_a_profile_says_how_the_registers_files_look():
    layout = read_profile(WITH_GRADES, "institution.yaml").imports["grades"]

    assert layout.columns == {"student_number": "Expediente", "grade": "Nota"}
    assert (layout.encodings, layout.delimiter) == (("cp1252",), ";")
    assert layout.term.fullmatch("2026/27")["year"] == "2026"
    assert layout.statuses == {"NP": "absent"}


@pytest.mark.parametrize("name", ["beihang", "upv"])
def test_the_profiles_of_the_demonstration_are_sound(name):
    text = (DEMO / name / "institution.yaml").read_bytes()

    assert set(read_profile(text, "institution.yaml").imports) >= {"roster", "grades"}


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("country: ES", "country: Spain", 'p.yaml:4: country: "Spain" does not have the right form; write it like ES'),
        ("institution: south", "institution: South", 'p.yaml:1: institution: "South.example" does not have the right'),
        ("Europe/Madrid", "Europe/Benidorm", 'p.yaml:5: time_zone: "Europe/Benidorm" is not a known time zone'),
        ("es-10", "es-20", 'p.yaml:7: grade_scale: "es-20" is not known here; known are cn-100, es-10'),
        ("{en: ECTS credits}", "{}", "p.yaml:6: credit_unit: a text in at least one language is expected here"),
        ("short_name: South", "nickname: South", "p.yaml:3: nickname: this key is not known here"),
        ("windows-1252", "martian", 'p.yaml:10: imports.grades.encodings[0]: "martian" is not a known encoding'),
        ("grade: Nota", "grade: Expediente", 'p.yaml:12: imports.grades.columns.grade: "Expediente" is already'),
        ("(?P<year>", "(", "p.yaml:13: imports.grades.term.pattern: the pattern must capture the year"),
        ("{2})/", "{2}/", "p.yaml:13: imports.grades.term.pattern: this is not a pattern: missing )"),
        ("NP: absent", "NP: asleep", 'p.yaml:14: imports.grades.statuses.NP: "asleep" is not known here'),
        ("[grade]", "[note]", 'p.yaml:16: imports.grades.recognised_in[0]: "note" is not known here'),
    ],
)
def test_a_bad_profile_is_refused_at_its_file_line_and_key(wrong, right, said):
    with pytest.raises(SourceError) as refused:
        read_profile(WITH_GRADES.replace(wrong, right), "p.yaml")

    assert str(refused.value).startswith(said)


def test_a_profile_says_who_decides_on_exceptions():
    by_body = SOUTH_PROFILE + "exceptions: {decided_by: body, body: {en: Academic committee}}\n"
    by_advisor = SOUTH_PROFILE + "exceptions: {decided_by: advisor}\n"

    assert read_profile(by_body, "p.yaml").exceptions.body == {"en": "Academic committee"}
    assert read_profile(by_advisor, "p.yaml").exceptions.decided_by == "advisor"
    assert read_profile(SOUTH_PROFILE, "p.yaml").exceptions is None


def test_a_body_that_decides_has_a_name():
    with pytest.raises(SourceError, match="exceptions: say what the body that decides is called"):
        read_profile(SOUTH_PROFILE + "exceptions: {decided_by: body}\n", "p.yaml")


def test_a_pattern_that_would_backtrack_for_ever_answers_at_once():
    text = WITH_GRADES.replace("(?P<year>20[0-9]{2})/[0-9]{2}", "(?P<year>20[0-9]{2})(a|a|aa)*b")
    pattern = next(iter(read_profile(text, "p.yaml").imports.values())).term

    assert pattern.fullmatch("2024" + "a" * 100_000) is None


def test_a_pattern_longer_than_any_term_needs_is_refused():
    text = WITH_GRADES.replace("/[0-9]{2}", "/[0-9]{2}" * 40)

    with pytest.raises(SourceError, match="no term needs a pattern of more than 200 characters"):
        read_profile(text, "p.yaml")
