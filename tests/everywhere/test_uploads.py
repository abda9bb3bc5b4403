"""Does a file that nobody can use come back on the page of its form, with what was entered beside it?"""

import io

import pytest

from tests.graduates.browsing import words

PAGES = ("/agreements/new", "/curricula/new", "/equivalences/new", "/grade-tables/new", "/imports/new", "/syllabi")
LARGEST = 300_000
FILES = {
    "too large": ("large.csv", b"x" * (LARGEST + 1)),
    "a PDF that is none": ("paper.pdf", b"this is no PDF"),
    "a picture": ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4),
    "a broken workbook": ("book.xlsx", b"PK\x03\x04 and no more"),
    "text with a NUL": ("rows.csv", b"institution,field\x00,cycle\n1,2,3\n"),
    "YAML with a NUL": ("text.yaml", b'version: "1\x00"\n'),
    "another encoding": ("text.yaml", "título: año".encode("latin-1")),
    "nothing at all": ("empty.yaml", b""),
    "a name without an ending": ("file", b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_nobody_can_use_comes_back_on_the_page_of_its_form(offices, url, name):
    offices.app.config["MAX_UPLOAD_BYTES"] = LARGEST
    reader = offices.reader("south")
    file, content = FILES[name]

    answer = reader.post(url, data={"kind": "milestones", "file": (io.BytesIO(content), file)})

    assert answer.status_code == 400
    assert "<title>Error: " in answer.text
    assert "Please correct this" in words(answer)
    assert 'enctype="multipart/form-data"' in answer.text
    assert (
        'milestones" selected' in answer.text or 'selected value="milestones"' in answer.text or url != "/imports/new"
    )
