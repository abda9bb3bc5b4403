"""Before a file is confirmed its page names the verdicts, sign-offs and documents that rest on what it changes."""

import io

from tests.graduates import READY, text
from tests.graduates.browsing import words

HEAD = text("north/grades.csv").splitlines()[0]


def offered(reader, row):
    content = f"{HEAD}\n{row}\n".encode()
    return reader.post("/imports/new", data={"kind": "grades", "file": (io.BytesIO(content), "grades.csv")}).location


def audited(offices):
    with offices.graduates() as graduates:
        student = graduates.student(READY).id
    offices.reader("north").get(f"/students/{student}/progress")


def test_sign_offs_and_documents_that_rest_on_the_record_are_named(offices):
    with offices.graduates() as graduates:
        graduates.sign()
        serial = graduates.issue().serial
    reader = offices.reader("north")

    page = words(reader.get(offered(reader, f"{READY},N1,Matrices,3,95,2024-1,")))

    assert "3 sign-offs and documents rest on records that this file changes" in page
    assert "Lin, Mei · 林梅: the sign-off of Southhill University of 23 November 2026" in page
    assert f"Lin, Mei · 林梅: document {serial}, which is in force" in page


def test_a_verdict_that_both_are_met_is_named(offices):
    audited(offices)
    reader = offices.reader("north")

    page = words(reader.get(offered(reader, f"{READY},N1,Matrices,3,95,2024-1,")))

    assert "1 verdict that both degrees are met is judged anew" in page
    assert "Lin, Mei · 林梅: both degrees' requirements met since 23 November 2026" in page


def test_a_file_that_changes_nothing_puts_nothing_at_stake(offices):
    with offices.graduates() as graduates:
        graduates.sign()
    reader = offices.reader("north")

    page = words(reader.get(offered(reader, f"{READY},N1,Matrices,3,85,2024-1,")))

    assert "this file changes" not in page
