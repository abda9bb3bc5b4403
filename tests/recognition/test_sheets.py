"""Tables that come as CSV or XLSX: the same checks as for YAML, each mistake at its line and column."""

import pytest

from dualdegree.core.approval import State
from dualdegree.programmes.approving import standings
from dualdegree.recognition import service
from dualdegree.recognition.importing import import_equivalences
from dualdegree.recognition.service import table_of
from dualdegree.recognition.tables.workbook import written
from dualdegree.uploads import OfferedPaper, Unreadable
from tests.conftest import NOW
from tests.programmes.papers import NORTH, SOUTH, with_curricula
from tests.recognition.test_equivalences import TABLE, approve, counts, offer

HEAD = "programme,version,entry,side,institution,course,credits,ects,min_grade,admission_from,valid_from,tags"
ROWS = (
    "double,2,mathematics,from,north.example,N1,3,,,,,",
    ",,mathematics,to,south.example,S1,6,,,,,",
    ",,algebra,from,south.example,S2,4.5,,6,2025-1,2025-09-01,",
    ",,algebra,to,north.example,,2,,,,,elective; free",
)


@pytest.fixture
def office(backend, session):
    return with_curricula(backend, session)


def take(office, *rows, name="table.csv", content=None, confirm=True):
    text = "\n".join([HEAD, *(rows or ROWS)]).encode()
    own = {"institution": NORTH, "actor": office.north, "at": NOW, "confirm": confirm}
    return import_equivalences(office.session, OfferedPaper(text=content or text, name=name, **own))


def refused(preview):
    return [(row.line, row.column, row.value, str(row.reason)) for row in preview.rejected]


def test_rows_become_entries_and_the_text_that_is_approved(office):
    assert counts(take(office)) == (2, 0, 0, 0)

    (version,) = service.equivalences(office.session, NORTH)
    first, second = table_of(version).entries
    assert (version.version, first.source_courses, first.target_courses) == ("2", ("N1",), ("S1",))
    assert (second.targets[0].code, second.targets[0].tags, second.cohort.first) == (
        None,
        ("elective", "free"),
        "2025-1",
    )
    assert version.text.startswith("equivalences: double\nprogramme: double\nversion: '2'\nentries:\n")


def test_a_preview_stores_nothing(office):
    assert counts(take(office, confirm=False)) == (2, 0, 0, 0)
    assert service.equivalences(office.session, NORTH) == []


def test_the_table_as_it_was_taken_away_changes_nothing_and_leaves_the_approval(office):
    offer(office)
    approve(office, SOUTH)
    (version,) = service.equivalences(office.session, NORTH)

    for ending in ("csv", "xlsx"):
        content = written(table_of(version), ending, str)
        assert counts(take(office, name=f"table.{ending}", content=content)) == (0, 0, 2, 0)

    assert standings(office.session, [version])[version.subject].state is State.AWAITING_PARTNER


def test_title_and_notes_that_rows_do_not_have_stay_those_of_the_version_before(office):
    offer(office, TABLE.replace("entries:", "title: {en: Both ways}\nnotes: {en: Illustrative.}\nentries:"))

    take(office)

    assert "title: {en: Both ways}\nnotes: {en: Illustrative.}\n" in service.equivalences(office.session, NORTH)[0].text


@pytest.mark.parametrize(
    ("row", "old", "new", "refusal"),
    [
        (0, "N1", "N8", (2, "course", "N8", "no curriculum of north.example has this course")),
        (0, ",3,", ",4,", (2, "credits", "4", "the course has 3 credits in the curriculum of north.example, not 4")),
        (0, ",3,", ",three,", (2, "credits", "three", '"three" is not a number of credits')),
        (0, ",3,", ",,", (2, "credits", "", "this key is missing; add it")),
        (1, "S1,6", "S9,12", (3, "course", "S9", 'what is tagged "thesis" is never recognised')),
        (1, ",to,", ",into,", (3, "side", "into", "Write “from” for a course that is sat")),
        (1, "mathematics", "", (3, "entry", "", "Name the entry to which the row belongs")),
        (1, "south.example", "east.example", (3, "institution", "east.example", "this institution is not a party")),
        (2, "2025-09-01", "1/9/2025", (4, "valid_from", "1/9/2025", '"1/9/2025" is not a day')),
        (2, "2025-1,", "spring,", (4, "admission_from", "spring", '"spring" is not a term')),
        (2, ",6,", ",six,", (4, "min_grade", "six", '"six" is not a number')),
        (3, ",,,,,elective; free", ",,7,,,elective", (5, "min_grade", "7", "Line 4 of this entry says something else")),
        (3, "elective; free", "", (5, "course", "", "name the course that is granted, or the tags of its group")),
        (3, ",,algebra", "double,3,algebra", (5, "version", "3", "The first row, line 2, says “2”")),
        (0, "double,2", "triple,2", (2, "programme", "triple", "north.example has no such programme")),
        (0, "double,2", "double,", (2, "version", "", "this key is missing; add it")),
    ],
)
def test_a_wrong_row_is_refused_with_line_column_value_and_reason(office, row, old, new, refusal):
    rows = list(ROWS)
    assert old in rows[row]
    rows[row] = rows[row].replace(old, new, 1)

    preview = take(office, *rows)

    rejected = [rejection for rejection in refused(preview) if rejection[:3] == refusal[:3]]
    assert rejected, refused(preview)
    assert rejected[0][3].startswith(refusal[3])
    assert service.equivalences(office.session, NORTH) == []


def test_every_wrong_row_is_named_in_the_order_of_the_file(office):
    rows = [row.replace("N1", "N8").replace("S2", "S8") for row in ROWS]

    assert [rejection[:3] for rejection in refused(take(office, *rows))] == [(2, "course", "N8"), (4, "course", "S8")]


def test_a_version_in_force_is_refused_at_its_column(office):
    offer(office)
    approve(office, SOUTH)
    approve(office, NORTH)

    ((line, column, value, reason),) = refused(take(office, *(row.replace("double,2", "double,1") for row in ROWS)))

    assert (line, column, value) == (2, "version", "1")
    assert reason.endswith("give the new text a new version")


def test_a_spreadsheet_that_writes_semicolons_is_read_all_the_same(office):
    text = "\n".join([HEAD, *ROWS[:3], ROWS[3].replace("; free", "")]).replace(",", ";").encode()

    assert counts(take(office, content=text)) == (2, 0, 0, 0)


def test_columns_that_nobody_reads_are_named(office):
    text = "\n".join([HEAD + ",colour", *(row + ",red" for row in ROWS)]).encode()

    assert "These columns are not read: colour." in map(str, take(office, content=text).warnings)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"a,b\n1,2\n", "table.csv", "These columns are missing: programme, version, entry"),
        (b"%PDF-1.7", "table.csv", "is a PDF document, not a table"),
        (b"programme,version\n", "table.xlsx", "has the name of a spreadsheet but is not one"),
        (b"", "table.csv", "The file is empty"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_one_sentence(office, content, name, said):
    with pytest.raises(Unreadable, match=said):
        take(office, name=name, content=content or b" ")
