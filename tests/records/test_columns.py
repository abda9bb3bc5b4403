"""A file whose headings nobody knows: a person says which column is which, once, and the profile keeps it."""

import json

import pytest
import sqlalchemy as sa

from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.events import Event
from dualdegree.programmes.institutions.profile import read_profile
from dualdegree.programmes.institutions.rewriting import with_headings
from dualdegree.programmes.models import Institution
from dualdegree.records import importing
from tests.conftest import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import NORTH_GRADES, PROFILES, with_chen
from tests.records.test_pages import N1, attempts, pages

__all__ = ["pages"]

OTHER = NORTH_GRADES.replace("课程代码", "课号").replace("成绩", "总评成绩")
AS_USUAL = ["student_number", "name", "course_code", "course_title_zh_Hans", "course_title_en", "credits", "", "grade"]
AS_USUAL += ["term", "note"]


@pytest.fixture
def registers(backend, session):
    return with_chen(backend, session)


def offered(registers, content):
    return importing.offer(
        registers.session, "grades", NORTH, "成绩.csv", content.encode(), actor=registers.actor(NORTH), at=NOW
    )


def say(registers, batch, fields, seen=None):
    revision = registers.session.get(Institution, NORTH).revision if seen is None else seen
    importing.say_columns(registers.session, registers.actor(NORTH), batch, fields, seen=revision, at=NOW)


def test_a_file_with_unknown_headings_waits_until_its_columns_are_named(registers):
    batch = offered(registers, f"{OTHER}{N1}\n")

    assert batch.is_unread
    assert "These columns are missing: 课程代码" in str(importing.from_json(batch.report).warnings[0])
    say(registers, batch, AS_USUAL)
    assert batch.is_waiting
    assert batch.report["added"] == 1


def test_what_was_said_holds_for_the_next_file_and_for_files_as_before(registers):
    say(registers, offered(registers, f"{OTHER}{N1}\n"), AS_USUAL)

    assert offered(registers, f"{OTHER}{N1}\n").is_waiting
    assert offered(registers, f"{NORTH_GRADES}{N1}\n").is_waiting


def test_the_history_tells_who_named_the_columns_and_what_the_profile_was(registers):
    before = registers.session.get(Institution, NORTH).profile

    say(registers, offered(registers, f"{OTHER}{N1}\n"), AS_USUAL)

    event = registers.session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
    assert (event.act, json.loads(event.before)) == ("profile saved", {"profile": before})


def test_the_columns_are_shown_with_their_first_values_and_what_they_are_read_as(registers):
    batch = offered(registers, f"{OTHER}{N1}\n")

    shown = importing.columns_of(registers.session, batch).columns
    assert shown[0] == ("学号", ("N100",), "student_number")
    assert shown[2] == ("课号", ("N1",), "")


def test_of_two_headings_that_differ_by_an_accent_one_is_the_field_and_the_other_can_be_another(registers):
    content = "Codigo;Código;Expediente;Créditos;Curso académico;Nota\n9;S1;S100;6;2024/25;8,5\n".encode()
    south = registers.actor(SOUTH)
    batch = importing.offer(registers.session, "grades", SOUTH, "notas.csv", content, actor=south, at=NOW)
    fields = [column.field for column in importing.columns_of(registers.session, batch).columns]
    assert fields[:2] == ["", "course_code"]

    revision = registers.session.get(Institution, SOUTH).revision
    importing.say_columns(registers.session, south, batch, ["sitting", *fields[1:]], seen=revision, at=NOW)

    assert [column.field for column in importing.columns_of(registers.session, batch).columns] == [
        "sitting",
        *fields[1:],
    ]


def test_two_columns_cannot_be_one_field(registers):
    batch = offered(registers, f"{OTHER}{N1}\n")

    with pytest.raises(Refusal, match="“课号” is this already; choose another") as refused:
        say(registers, batch, [*AS_USUAL[:6], "course_code", *AS_USUAL[7:]])

    assert refused.value.about == "column_6"


def test_a_column_that_is_needed_is_asked_for(registers):
    batch = offered(registers, f"{OTHER}{N1}\n")

    with pytest.raises(Refusal, match="No column is “Credits” yet"):
        say(registers, batch, ["" if field == "credits" else field for field in AS_USUAL])


def test_columns_named_for_an_old_profile_are_refused(registers):
    batch = offered(registers, f"{OTHER}{N1}\n")

    with pytest.raises(Conflict, match="Somebody else saved this profile"):
        say(registers, batch, AS_USUAL, seen=0)


def test_a_file_whose_columns_are_not_named_is_not_confirmed(registers):
    batch = offered(registers, f"{OTHER}{N1}\n")

    with pytest.raises(Refusal, match="These columns are missing"):
        importing.confirm(registers.session, registers.actor(NORTH), batch, NOW)


@pytest.mark.parametrize("where", [NORTH, SOUTH])
@pytest.mark.parametrize("kind", ["roster", "grades", "milestones", "offers"])
def test_rewriting_a_profile_touches_nothing_but_the_columns(where, kind):
    text = PROFILES[where]
    layout = read_profile(text, "p").imports[kind]
    headings = {name: layout.headings(name) for name in layout.columns}

    changed = with_headings(text, kind, {**headings, "course_code": ("a: b, [c] #d", "'e\"")})

    assert read_profile(changed, "p").imports[kind].headings("course_code") == ("a: b, [c] #d", "'e\"")
    assert with_headings(changed, kind, headings) == text


def test_columns_in_one_line_are_rewritten_in_one_line():
    text = PROFILES[NORTH].split("imports:")[0] + "imports: {offers: {columns: {course_code: a}}} # why\n"

    changed = with_headings(text, "offers", {"course_code": ("b", "a")})

    assert changed.endswith("imports: {offers: {columns: {course_code: [b, a]}}} # why\n")


def test_an_unknown_file_leads_to_its_columns_and_from_there_to_its_preview(pages):
    where = pages.offer(f"{OTHER}{N1}\n").location

    page = pages.registrar.get(where).text
    assert where.endswith("/columns")
    assert "课号" in page
    sent = {f"column_{at}": field for at, field in enumerate(AS_USUAL)}
    revision = page.split('name="revision" type="hidden" value="')[1].split('"')[0]
    answer = pages.registrar.post(where, data={**sent, "revision": revision})
    assert answer.status_code == 302
    assert pages.registrar.post(answer.location + "/confirm").status_code == 302
    assert attempts(pages) == [("N1", "85")]
