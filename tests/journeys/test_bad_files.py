"""A file that cannot be taken, wholly or in part, says why; nothing is half done and no page breaks."""

import base64

import pytest
from playwright.sync_api import expect

from tests.journeys.files import confirm, counts, offer, table
from tests.journeys.reader import BEIHANG, UPV

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def made_up(name, content):
    return {"name": name, "mimeType": "text/csv", "buffer": content}


@pytest.mark.parametrize(
    ("email", "file", "bad"), [(BEIHANG, "beihang/grades-bad.csv", 13), (UPV, "upv/grades-bad.csv", 15)]
)
def test_each_bad_row_is_named_with_line_value_and_reason_and_the_good_one_is_taken(site, readers, email, file, bad):
    registrar = readers(site, email)

    offer(registrar, file)

    rejected = table(registrar, "Rejected rows")
    assert counts(registrar)[3] == bad
    assert sorted({int(line) for line, *_rest in rejected}) == list(range(3, 3 + bad))
    assert all(column and value and reason.endswith(".") for _line, column, value, reason in rejected)
    with registrar.page.expect_download() as coming:
        registrar.follow("Download the rejected rows (CSV)")
    assert len(coming.value.path().read_text("utf-8-sig").splitlines()) == len(rejected) + 1
    confirm(registrar)
    assert sum(counts(registrar)[:3]) == 1


@pytest.mark.parametrize(
    ("file", "kind", "because"),
    [
        (made_up("grades.csv", b""), "grades", "empty"),
        (made_up("grades.csv", PIXEL), "grades", "is a picture, not a table. Export it as CSV or XLSX."),
        (made_up("grades.xlsx", PIXEL), "grades", "is a picture, not a table. Export it as CSV or XLSX."),
        (made_up("grades.csv", b"\x00\x81\xff"), "grades", "is not text"),
    ],
    ids=["empty", "picture", "picture-as-xlsx", "no-text"],
)
def test_a_file_that_cannot_be_read_is_refused_where_it_was_chosen(museum, readers, file, kind, because):
    registrar = readers(museum, BEIHANG)

    offer(registrar, file, kind=kind)

    expect(registrar.page).to_have_url(museum.url + "/imports/new")
    expect(registrar.page.get_by_role("alert")).to_contain_text(because)
    assert registrar.page.get_by_label("File", exact=True).get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize(
    ("file", "kind", "missing"),
    [
        ("beihang/roster.csv", "grades", "These columns are missing: 课程代码, 学分, 学年学期, 成绩."),
        ("beihang/grades-new.csv", "roster", "These columns are missing: 姓（护照）, 名（护照）"),
        ("upv/grades-new.csv", "grades", "These columns are missing: 学号"),
    ],
    ids=["roster-as-grades", "grades-as-roster", "the-partner's"],
)
def test_a_file_of_another_kind_says_what_is_missing_and_can_be_withdrawn(site, readers, file, kind, missing):
    registrar = readers(site, BEIHANG)

    offer(registrar, file, kind=kind)

    expect(registrar.page.get_by_text(missing)).to_be_visible()
    registrar.press("Withdraw the file")
    expect(registrar.page.get_by_role("status")).to_contain_text("The file is withdrawn")


def test_no_file_at_all_is_asked_for(museum, readers):
    registrar = readers(museum, BEIHANG)
    registrar.open("/imports/new")

    registrar.press("Show what it would do")

    expect(registrar.page.get_by_role("alert")).to_contain_text("Choose a file.")
    expect(registrar.page.get_by_role("alert")).to_be_focused()


def test_a_file_beyond_the_limit_says_the_limit(museum, readers, tmp_path):
    registrar = readers(museum, BEIHANG)
    huge = tmp_path / "grades.csv"
    huge.write_bytes(b"x" * (11 * 1024 * 1024))

    offer(registrar, huge)

    expect(registrar.page.get_by_role("alert")).to_contain_text("10 MB")
