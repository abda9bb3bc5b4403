"""The pages of syllabi: handed in as PDF, refused in a sentence, handed out as a download."""

import io
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.graduates.browsing import words
from tests.recognition.syllabi import PICTURE, pdf


@pytest.fixture
def north(offices):
    return offices.reader("north")


def hand_in(reader, content, name="Guía docente.pdf"):
    # Encoded here: the client would leave a large file open behind it.
    boundary, data = encode_multipart({"file": FileStorage(io.BytesIO(content), name)})
    kind = f"multipart/form-data; boundary={boundary}"
    return reader.post("/syllabi", data=data, content_type=kind, follow_redirects=True)


def test_a_syllabus_is_handed_in_and_handed_out_as_the_same_bytes(north, offices):
    assert "Guía docente.pdf is kept." in words(hand_in(north, pdf()))

    answer = offices.reader("south").get("/evidence/1")

    assert answer.data == pdf()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=evidence-1.pdf; filename*=UTF-8''Gu%C3%ADa%20docente.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (PICTURE, "This is no PDF, whatever it is called"),
        (pdf() + b"%" * (11 * 1024 * 1024), "The file has 12 MB and at most 10 MB are taken"),
        (b"", "The file is empty"),
    ],
    ids=["picture", "large", "empty"],
)
def test_a_file_that_is_no_evidence_is_refused_in_a_sentence(north, content, says):
    answer = hand_in(north, content)

    assert answer.status_code == 400
    assert says in words(answer)
    assert "No syllabus is kept yet." in words(north.get("/syllabi"))


def test_a_file_of_30_megabytes_comes_back_on_the_page_of_its_form(north):
    answer = hand_in(north, pdf() + b"%" * (30 * 1024 * 1024))

    assert answer.status_code == 400
    assert "is larger than 20 MB. Export a shorter period" in words(answer)
    assert "No syllabus is kept yet." in words(north.get("/syllabi"))


def test_who_is_not_concerned_does_not_read_a_syllabus(north, offices):
    hand_in(north, pdf())

    assert offices.reader("elsewhere").get("/evidence/1").status_code == 403
    assert offices.reader("mei").get("/evidence/1").status_code == 403
    assert offices.reader("public").get("/evidence/1").status_code == 302


def test_a_syllabus_is_no_longer_handed_out_when_its_bytes_are_gone(north, offices, app):
    hand_in(north, pdf())
    for file in Path(app.config["EVIDENCE_FOLDER"]).rglob("*.pdf"):
        file.unlink()

    answer = north.get("/evidence/1")

    assert answer.status_code == 404
    assert "The file is no longer in the evidence folder" in words(answer)
