"""The pages of a registrar's day: a file is offered, looked at, confirmed; a student's record over two registers."""

import io
import re

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.db import db
from dualdegree.records import taking_back_views
from dualdegree.records.links import undoing_views as views
from dualdegree.records.models import ImportBatch, RegisteredAttempt, Student
from tests import people
from tests.conftest import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import NORTH_GRADES, with_chen
from tests.small import small_app, small_settings

N1 = "N100,陈㛃,N1,矩阵理论,Matrices,3,48,85,20241,"
BAD = "N100,陈㛃,N2,群论,Groups,2,32,101,20241,"


class Pages:
    """The application with both registers, and whoever is signed in."""

    def __init__(self, app, backend, session):
        self.app, self.session = app, session
        self.registers = with_chen(backend, session)
        self.registrar = self.signed_in(("registrar", NORTH))

    def signed_in(self, *roles, email=None):
        somebody = people.person(self.session, email or f"{len(roles)}{roles[0]}@x.example".lower(), *roles)
        return people.signed_in(self.app, self.session, somebody, NOW)

    def offer(self, content, name="成绩.csv", kind="grades"):
        data = {"kind": kind, "file": (io.BytesIO(content.encode() if isinstance(content, str) else content), name)}
        return self.registrar.post("/imports/new", data=data)


@pytest.fixture
def pages(backend, wardrobe, tmp_path):
    settings = small_settings(backend.url, tmp_path, CLOCK=lambda: NOW)
    with wardrobe.lent(
        "records", backend.url, lambda: small_app(settings, views.blueprint, taking_back_views.blueprint), settings
    ) as app:
        with app.app_context():
            engine = db.engine
        # A session of its own: with an application context around them, requests would share who is signed in.
        with orm.Session(engine) as session:
            yield Pages(app, backend, session)


def chen(pages):
    return pages.session.scalars(sa.select(Student)).one().id


def attempts(pages):
    """What the record holds now; ends the reading, which on SQLite keeps writers waiting."""
    held = [
        (attempt.course, str(attempt.grade))
        for attempt in pages.session.scalars(sa.select(RegisteredAttempt).order_by(RegisteredAttempt.course))
    ]
    pages.session.rollback()
    return held


def test_a_file_is_previewed_with_every_rejected_row_and_changes_nothing(pages):
    answer = pages.offer(f"{NORTH_GRADES}{N1}\n{BAD}\n")
    page = pages.registrar.get(answer.location).text

    assert answer.status_code == 302
    assert "101 is not between 0 and 100." in page
    assert "成绩" in page
    assert "Confirm: take every row that is not rejected" in page
    assert attempts(pages) == []


def test_confirming_takes_the_good_rows_and_a_second_click_is_told(pages):
    where = pages.offer(f"{NORTH_GRADES}{N1}\n{BAD}\n").location

    assert pages.registrar.post(f"{where}/confirm").status_code == 302
    assert attempts(pages) == [("N1", "85")]
    assert "Confirmed" in pages.registrar.get(where).text
    assert pages.registrar.post(f"{where}/confirm").status_code == 409
    assert pages.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc())).first().content is None


def test_a_preview_that_is_out_of_date_is_shown_anew_before_anything_changes(pages):
    where = pages.offer(f"{NORTH_GRADES}{N1}\n").location
    pages.registers.north_grades(N1.replace(",85,", ",70,"))
    pages.session.commit()

    pages.registrar.post(f"{where}/confirm")
    assert attempts(pages) == [("N1", "70")]
    assert "Waiting for confirmation" in pages.registrar.get(where).text

    pages.registrar.post(f"{where}/confirm")
    assert attempts(pages) == [("N1", "85")]


def test_a_file_can_be_withdrawn(pages):
    where = pages.offer(f"{NORTH_GRADES}{N1}\n").location

    pages.registrar.post(f"{where}/withdraw")

    assert pages.registrar.post(f"{where}/confirm").status_code == 409
    assert attempts(pages) == []
    assert "File withdrawn" in pages.registrar.get("/imports").text


def test_a_confirmed_file_is_taken_back_once_its_consequences_are_read(pages):
    where = pages.offer(f"{NORTH_GRADES}{N1}\n").location
    pages.registrar.post(f"{where}/confirm")

    page = pages.registrar.get(f"{where}/take-back").text
    assert "Rows taken away again" in page
    answer = pages.registrar.post(f"{where}/take-back", data={"digest": digest_in(page)})

    assert answer.status_code == 302
    assert attempts(pages) == []
    assert "Import taken back" in pages.registrar.get("/imports").text
    assert pages.registrar.post(f"{where}/take-back", data={"digest": "x"}).status_code == 409


def test_what_rests_on_a_file_is_named_and_nothing_is_offered(pages):
    first = pages.offer(f"{NORTH_GRADES}{N1}\n", name="first.csv").location
    pages.registrar.post(f"{first}/confirm")
    again = pages.offer(f"{NORTH_GRADES}{N1.replace(',85,', ',90,')}\n", name="again.csv").location
    pages.registrar.post(f"{again}/confirm")

    page = pages.registrar.get(f"{first}/take-back").text

    assert "again.csv, confirmed on 23 November 2026, which changed the same again" in page
    assert "Take the whole import back" not in page
    assert pages.registrar.post(f"{first}/take-back", data={"digest": digest_in(page)}).status_code == 400
    assert attempts(pages) == [("N1", "90")]


def digest_in(page):
    return re.search('name="digest" type="hidden" value="([^"]+)"', page)[1]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "The file is empty."),
        (b"\x89PNG\r\n", "a.csv", "a.csv is a picture, not a table."),
        (b"PK\x03\x04 broken", "a.xlsx", "The spreadsheet is damaged."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(pages, content, name, sentence):
    answer = pages.offer(content, name)

    assert answer.status_code == 400
    assert sentence in answer.text


def test_without_a_file_the_form_says_so(pages):
    answer = pages.registrar.post("/imports/new", data={"kind": "grades"})

    assert answer.status_code == 400
    assert "Choose a file." in answer.text


def test_a_file_of_50_megabytes_is_refused_as_a_page(pages):
    answer = pages.registrar.post(
        "/imports/new", data=b"x" * 50 * 1024 * 1024, content_type="multipart/form-data; boundary=b"
    )

    assert answer.status_code == 413
    assert "The file is too large" in answer.text


def test_rejected_rows_are_a_file_that_no_spreadsheet_executes(pages):
    where = pages.offer(f"{NORTH_GRADES}{BAD.replace(',101,', ',=1+1,')}\n").location

    answer = pages.registrar.get(f"{where}/rejected.csv")

    head, row = answer.data.decode("utf-8-sig").splitlines()
    assert head == f"{NORTH_GRADES.strip()},Line,Reason"
    assert (
        row
        == "N100,陈㛃,N2,群论,Groups,2,32,'=1+1,20241,,2,成绩: This cell begins like a formula. Write the value alone."
    )


def test_rejected_rows_can_be_mended_in_the_file_that_has_them_and_offered_again(pages):
    where = pages.offer(f"成绩单,,,,,,,,,\n{NORTH_GRADES}{N1}\n{BAD}\n").location
    rejected = pages.registrar.get(f"{where}/rejected.csv").data

    again = pages.offer(rejected.decode("utf-8-sig").replace(",101,", ",91,"), name="rejected.csv").location
    pages.registrar.post(f"{again}/confirm")

    assert attempts(pages) == [("N2", "91")]


def test_a_file_of_which_every_row_is_rejected_is_not_confirmed(pages):
    where = pages.offer(f"{NORTH_GRADES}{BAD}\n").location

    assert "so there is nothing to confirm" in pages.registrar.get(where).text
    assert pages.registrar.post(f"{where}/confirm").status_code == 409


def test_students_are_found_by_parts_of_names_and_numbers(pages):
    for words in ("", "chen", "CHÉN", "陈", "㛃", "s100", "100", "n1 jie"):
        assert "Chen, Jie · 陈㛃" in pages.registrar.get("/students", query_string={"q": words}).text
    for words in ("%", "wang", "chen wang"):
        assert "No student was found." in pages.registrar.get("/students", query_string={"q": words}).text


def test_students_are_filtered_by_admission(pages):
    assert "Chen, Jie" in pages.registrar.get("/students?admission=2024-1").text
    assert "No student was found." in pages.registrar.get("/students?admission=2025-1").text


def test_the_record_shows_each_attempt_with_what_it_is_worth(pages):
    pages.registers.north_grades(
        N1.replace(",85,", ",52,"), N1.replace("20241", "20242"), BAD.replace(",101,", ",在读,")
    )
    pages.registers.south_grades("S100;Chen;Jie;S1;Matemáticas;6;2024/25;1;;Reconocido;Obligatoria")
    pages.session.commit()

    page = pages.registrar.get(f"/students/{chen(pages)}").text

    for words in (
        "Superseded: the attempt of 2024/2025 term 2 stands",
        "Attempt that counts",
        "In progress",
        "Attempt number 2 at this course",
    ):
        assert words in page
    assert "Academic year 2024-2025" in page
    assert "Reconocido" in page


def test_a_record_names_the_country_and_no_code(pages):
    page = pages.registrar.get(f"/students/{chen(pages)}").text

    assert re.findall(r"<dt>Nationality</dt>\s*<dd[^>]*>\s*(.*?)\s*</dd>", page) == ["China"]


def test_a_record_is_for_the_student_the_advisor_and_both_registrars(pages):
    student = pages.session.scalars(sa.select(Student)).one()
    owner = people.person(pages.session, "jie@x.example", ("student", NORTH))
    advisor = people.person(pages.session, "fang@x.example", ("advisor", NORTH))
    student.person_id, student.enrolments[0].advisor_id = owner.id, advisor.id
    url = f"/students/{student.id}"
    allowed = [people.signed_in(pages.app, pages.session, reader, NOW) for reader in (owner, advisor)]
    allowed.append(pages.signed_in(("registrar", SOUTH)))
    strangers = [pages.signed_in(("student", NORTH)), pages.signed_in(("advisor", NORTH))]

    assert [reader.get(url).status_code for reader in allowed] == [200, 200, 200]
    assert [reader.get(url).status_code for reader in strangers] == [404, 404]


def test_a_registrar_of_the_partner_sees_no_import_of_ours(pages):
    where = pages.offer(f"{NORTH_GRADES}{N1}\n").location
    partner = pages.signed_in(("registrar", SOUTH))

    assert partner.get(where).status_code == 403
    assert partner.post(f"{where}/confirm").status_code == 403
    assert "成绩.csv" not in partner.get("/imports").text


def test_each_reader_finds_first_the_name_that_they_read(pages):
    reader = pages.registrar

    names = {
        language: reader.get("/students", headers={"Accept-Language": language}).text for language in ("zh", "es", "en")
    }

    assert "陈㛃 · Chen, Jie" in names["zh"]
    assert "Chen, Jie · 陈㛃" in names["es"]
    assert "Chen, Jie · 陈㛃" in names["en"]


def test_the_record_names_country_and_curriculum_in_words(pages):
    record = pages.registrar.get(f"/students/{chen(pages)}").get_data(as_text=True)

    assert re.search(r"Nationality\W+dt\W+dd\W+China\W", record)
    assert "North&#39;s side (1)" in record
