"""A proposed table changed on pages: an entry added, changed, taken out; versions compared, taken away, begun."""

import io
import re

import pytest

from dualdegree.core.curricula.equivalence_table import read_equivalences
from dualdegree.db import db
from tests.graduates.browsing import words
from tests.programmes.papers import NORTH, SOUTH, with_curricula
from tests.programmes.readers import application, hidden, readers, send, text
from tests.recognition.test_equivalences import TABLE
from tests.recognition.test_recognition_pages import approve, propose
from tests.recognition.test_sheets import HEAD, ROWS

ENTRY = "/equivalences/1/entry"
SEMINAR = {
    "id": "seminar",
    "sources-0-code": "N3",
    "targets-0-code": "S2",
    "targets-0-ects": "2",
    "min_grade": "70",
    "admission_from": "2025-1",
    "content": "85",
    "outcomes_en": "Speaks in public.",
}


@pytest.fixture
def app(backend, wardrobe, tmp_path):
    with application(wardrobe, backend.url, tmp_path) as lent:
        yield lent


@pytest.fixture
def office(backend, app):
    with app.app_context():
        with_curricula(backend, db.session())
        office = readers(app)
    propose(office["south"])
    return office


def values(page):
    """What the fields of the entry's form hold, as a browser would send them."""
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', page))
    fields |= {
        name: (re.search(r'<option selected value="([^"]*)"', options) or [None, ""])[1]
        for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    }
    return fields


def save(reader, url=ENTRY, *, page=None, **fields):
    return reader.post(url, data={**values(page or text(reader.get(url))), **fields}, follow_redirects=True)


def stored(reader):
    return read_equivalences(reader.get("/equivalences/1/table.yaml").get_data(), "table")


def test_an_entry_is_added_with_the_credits_of_the_curriculum(office):
    assert "Stored." in text(save(office["north"], f"{ENTRY}?from={NORTH}", **SEMINAR))

    entry = stored(office["north"]).entries[-1]
    assert (entry.id, entry.institution, entry.sources[0].credits, entry.targets[0].credits) == (
        "seminar",
        NORTH,
        1,
        4.5,
    )
    assert (entry.targets[0].ects, entry.min_grade, entry.cohort.first, entry.evidence.content) == (2, 70, "2025-1", 85)
    assert entry.evidence.outcomes == {"en": "Speaks in public."}


def test_the_form_of_an_entry_sent_back_unchanged_changes_nothing(office):
    save(office["north"], f"{ENTRY}?from={NORTH}", **SEMINAR)
    before = stored(office["north"])

    save(office["south"], f"{ENTRY}?id=seminar")

    assert stored(office["north"]) == before


def test_texts_in_languages_without_a_field_outlive_a_change(office):
    propose(office["south"], TABLE.replace('min_grade: "6"', "note: {fr: Bon, en: Good}"))

    save(office["south"], f"{ENTRY}?id=algebra", note_en="Better")

    assert stored(office["south"]).entries[1].note == {"en": "Better", "fr": "Bon"}


def test_an_entry_is_changed_where_it_stands(office):
    save(office["south"], f"{ENTRY}?id=mathematics", min_grade="75")

    assert [(entry.id, entry.min_grade) for entry in stored(office["south"]).entries] == [
        ("mathematics", 75),
        ("algebra", 6),
    ]


def test_an_emptied_row_is_taken_out_and_credits_of_a_group_take_its_place(office):
    group = {"targets-1-tags": "elective; free", "targets-1-credits": "3", "targets-1-title_en": "Anything"}

    save(office["south"], f"{ENTRY}?id=mathematics", **{"targets-0-code": "", "targets-0-credits": ""}, **group)

    (target,) = stored(office["south"]).entries[0].targets
    assert (target.code, target.tags, target.credits, target.title) == (
        None,
        ("elective", "free"),
        3,
        {"en": "Anything"},
    )


def test_an_entry_is_taken_out(office):
    save(office["south"], f"{ENTRY}?id=mathematics", remove="1")

    assert [entry.id for entry in stored(office["south"]).entries] == ["algebra"]


def test_one_row_more_is_offered_without_losing_what_was_typed(office):
    url = f"{ENTRY}?from={NORTH}"

    page = text(save(office["north"], url, more="sources", **{"id": "seminar", "sources-0-code": "N3"}))

    assert values(page)["sources-0-code"] == "N3"
    assert 'name="sources-1-code"' in page
    assert "seminar" not in {entry.id for entry in stored(office["north"]).entries}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sources-0-code": "N8"}, "Course: no curriculum of north.example has this course"),
        ({"sources-0-credits": "9"}, "Credits: the course has 1 credits in the curriculum"),
        ({"min_grade": "good"}, 'Least grade: "good" is not a number'),
        ({"admission_from": "spring"}, 'Admitted from: "spring" is not a term'),
        ({"admission_to": "2024-1"}, "Admitted until: the last admission is before the first"),
        ({"content": "120"}, "Match of the content, per cent: at most 100 per cent"),
        ({"syllabi": "a.pdf"}, "Syllabi: a syllabus is named by the SHA-256"),
        ({"id": ""}, "Id: a name is expected here"),
        ({"id": "algebra"}, 'Id: "algebra" is already used'),
        ({"targets-0-code": "", "targets-0-ects": ""}, "Name at least one course here".lower()),
    ],
)
def test_what_cannot_be_stored_is_said_at_its_field_and_nothing_is_lost(office, fields, said):
    answer = save(office["north"], f"{ENTRY}?from={NORTH}", **{**SEMINAR, **fields})

    assert answer.status_code == 400
    assert said in words(answer)
    assert values(text(answer))["outcomes_en"].strip() == "Speaks in public."
    assert len(stored(office["north"]).entries) == 2


def test_a_change_starts_the_approval_again(office):
    approve(office["south"])
    assert "Waits for North University" in text(office["south"].get("/equivalences/1"))

    save(office["north"], f"{ENTRY}?id=mathematics", min_grade="75")

    assert "Waits for" not in text(office["south"].get("/equivalences/1"))


def test_a_page_of_yesterday_is_refused_with_who_changed_it(office):
    url = f"{ENTRY}?id=mathematics"
    read = text(office["south"].get(url))
    save(office["north"], url, min_grade="75")

    for more in ({"min_grade": "80"}, {"remove": "1"}):
        answer = save(office["south"], url, page=read, **more)
        assert answer.status_code == 409
        assert "Lin Yue changed the table on" in words(answer)
    assert stored(office["south"]).entries[0].min_grade == 75


def test_a_table_in_force_is_not_changed_but_begun_anew(office):
    approve(office["south"])
    approve(office["north"])

    assert office["south"].get(f"{ENTRY}?id=mathematics").status_code == 409
    begun = send(office["south"], "/equivalences/1/next", "/equivalences/1", version="2")
    assert "draft with the same entries" in text(begun)
    assert send(office["north"], "/equivalences/1/next", "/equivalences/1", version="2").status_code == 409
    assert send(office["north"], "/equivalences/1/next", "/equivalences/1", version=" ").status_code == 400


@pytest.mark.parametrize("name", ["\u202e7202", "\ufeff", "20\u202e27"])
def test_a_version_is_not_named_by_what_nobody_can_see(office, name):
    answer = send(office["south"], "/equivalences/1/next", "/equivalences/1", version=name)

    assert answer.status_code == 400
    assert "No version can be named like this" in answer.text or "Name the new version" in answer.text


def test_two_versions_stand_side_by_side(office):
    send(office["south"], "/equivalences/1/next", "/equivalences/1", version="2")
    save(office["south"], "/equivalences/2/entry?id=algebra", min_grade="7", note_en="Since the last meeting")

    said = words(office["advisor"].get("/equivalences/2/compare"))

    assert "Least grade 6" in said
    assert "Least grade 7" in said
    assert "mathematics" not in said


def test_warnings_stand_on_the_page_of_a_draft_until_it_is_in_force(office):
    save(office["south"], f"{ENTRY}?from={NORTH}", **{**SEMINAR, "targets-0-ects": "6"})
    assert "seminar: 6 ECTS would be granted for 2 ECTS earned" in words(office["advisor"].get("/equivalences/1"))

    approve(office["south"])
    approve(office["north"])

    assert "would be granted" not in words(office["advisor"].get("/equivalences/1"))


def test_a_spreadsheet_is_checked_and_then_stored_as_the_text_that_it_becomes(office):
    content = "\n".join([HEAD, *ROWS]).encode()
    token = hidden(text(office["north"].get("/equivalences/new")), "csrf_token")
    file = (io.BytesIO(content), "table.csv")

    looked = text(office["north"].post("/equivalences/new", data={"csrf_token": token, "look": "1", "file": file}))

    assert "Nothing has been stored yet" in looked
    sent = {"csrf_token": token, "confirm": "1", "text": values(looked)["text"].replace("&#39;", "'")}
    assert "Stored." in text(office["north"].post("/equivalences/new", data=sent, follow_redirects=True))
    assert office["north"].get("/equivalences/2/table.csv").status_code == 200


def test_wrong_rows_of_a_spreadsheet_are_listed_by_line_and_column(office):
    content = "\n".join([HEAD, *ROWS]).replace("N1", "N8").encode()
    token = hidden(text(office["north"].get("/equivalences/new")), "csrf_token")
    sent = {"csrf_token": token, "confirm": "1", "file": (io.BytesIO(content), "table.csv")}

    answer = office["north"].post("/equivalences/new", data=sent)

    assert answer.status_code == 400
    assert "2 course N8 no curriculum of north.example has this course" in words(answer)


@pytest.mark.parametrize("ending", ["yaml", "csv", "xlsx"])
def test_template_and_table_are_taken_away_in_every_format(office, ending):
    for address in (f"/equivalences/template.{ending}", f"/equivalences/1/table.{ending}"):
        answer = office["advisor"].get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].endswith(f'.{ending}"')


def test_there_is_no_other_format(office):
    assert office["advisor"].get("/equivalences/1/table.doc").status_code == 404


def test_the_example_of_a_table_is_one(office):
    example = read_equivalences(office["advisor"].get("/equivalences/template.yaml").get_data(), "example")

    assert [entry.id for entry in example.entries] == ["linear-algebra", "free-choice"]


def test_an_advisor_changes_nothing(office):
    assert "Change “mathematics”" not in text(office["advisor"].get("/equivalences/1"))
    assert office["advisor"].get(ENTRY).status_code == 403


def test_the_table_reads_back_as_it_was_proposed(office):
    assert stored(office["advisor"]) == read_equivalences(TABLE, "table")
    assert SOUTH in {entry.target_institution for entry in stored(office["advisor"]).entries}
