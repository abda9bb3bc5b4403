"""Files of grades: what they add and change, what they leave out, and what the history keeps."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.policy import NotAllowed
from dualdegree.events import broken_links, history
from dualdegree.records.importing import import_file
from dualdegree.records.models import Enrolment, ImportBatch, RegisteredAttempt, RegisterRecognition
from dualdegree.uploads import Unreadable
from tests.conftest import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import NORTH_GRADES, SOUTH_GRADES, counts, sheet, with_chen

N1 = "N100,陈㛃,N1,矩阵理论,Matrices,3,48,85,20241,"
S1 = "S100;Chen;Jie;S1;Matemáticas;6;2024/25;1;8,5;NT;Obligatoria"


@pytest.fixture
def registers(backend, session):
    return with_chen(backend, session)


def attempts(registers):
    query = sa.select(RegisteredAttempt).order_by(
        RegisteredAttempt.institution_id, RegisteredAttempt.course, RegisteredAttempt.term, RegisteredAttempt.sitting
    )
    return registers.session.scalars(query).all()


def revision(registers, where):
    return registers.session.scalar(sa.select(Enrolment.revision).where(Enrolment.institution_id == where))


def refusal(preview):
    (row,) = preview.rejected
    return row.line, row.column, row.value, str(row.reason)


def test_a_chinese_row_becomes_an_attempt(registers):
    assert counts(registers.north_grades(N1)) == (1, 0, 0, 0)

    (attempt,) = attempts(registers)
    assert (attempt.course, attempt.term, attempt.sitting, attempt.status) == ("N1", "2024-1", "1", "passed")
    assert (attempt.credits, attempt.grade, attempt.grade_as_given) == (Decimal(3), Decimal(85), "85")
    assert attempt.titles == {"zh_Hans": "矩阵理论", "en": "Matrices"}


def test_a_spanish_row_becomes_an_attempt(registers):
    assert counts(registers.south_grades(S1)) == (1, 0, 0, 0)

    (attempt,) = attempts(registers)
    assert (attempt.course, attempt.term, attempt.sitting, attempt.status) == ("S1", "2024-1", "1", "passed")
    assert (attempt.credits, attempt.grade, attempt.grade_as_given) == (Decimal(6), Decimal("8.5"), "8,5 NT")
    assert attempt.titles == {"es": "Matemáticas"}


def test_nothing_changes_until_it_is_confirmed(registers):
    preview = registers.north_grades(N1, confirm=False)

    assert counts(preview) == (1, 0, 0, 0)
    assert not preview.confirmed
    assert attempts(registers) == []
    assert registers.session.scalars(sa.select(ImportBatch).where(ImportBatch.kind == "grades")).all() == []


def test_the_same_file_again_changes_nothing(registers):
    registers.south_grades(S1)
    before = revision(registers, SOUTH), len(list(broken_links(registers.session, SOUTH)))

    assert counts(registers.south_grades(S1)) == (0, 0, 1, 0)
    assert (revision(registers, SOUTH), 0) == before
    assert len(registers.session.scalars(sa.select(ImportBatch).where(ImportBatch.kind == "grades")).all()) == 1


def test_the_same_grades_as_a_spreadsheet_change_nothing(registers):
    registers.south_grades(S1)
    header = SOUTH_GRADES.strip().split(";")
    row = ["S100", "Chen", "Jie", "S1", "Matemáticas", 6, "2024/25", 1, 8.5, "NT", "Obligatoria"]

    preview = registers.take("grades", SOUTH, sheet(header, row), filename="notas.xlsx")

    assert counts(preview) == (0, 0, 1, 0)


def test_a_figure_of_a_spreadsheet_is_kept_as_the_register_writes_figures(registers):
    header = SOUTH_GRADES.strip().split(";")
    row = ["S100", "Chen", "Jie", "S1", "Matemáticas", 6, "2024/25", 1, 8.5, "NT", "Obligatoria"]

    registers.take("grades", SOUTH, sheet(header, row), filename="notas.xlsx")

    assert [attempt.grade_as_given for attempt in attempts(registers)] == ["8,5 NT"]


def test_a_changed_grade_keeps_the_old_one_in_the_history(registers):
    registers.north_grades(N1)
    before = revision(registers, NORTH), revision(registers, SOUTH)

    preview = registers.north_grades(N1.replace(",85,", ",90,"))

    assert counts(preview) == (0, 1, 0, 0)
    assert [(change.before["grade"], change.after["grade"]) for change in preview.changes] == [("85", "90")]
    assert [attempt.grade for attempt in attempts(registers)] == [Decimal(90)]
    assert (revision(registers, NORTH), revision(registers, SOUTH)) == (before[0] + 1, before[1])
    batch = registers.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc())).first()
    (event,) = history(registers.session, f"import:{batch.id}")
    assert json.loads(event.before)["N100 N1 2024-1 1"]["grade"] == "85"
    assert json.loads(event.after)["N100 N1 2024-1 1"]["grade"] == "90"
    assert list(broken_links(registers.session, NORTH)) == []


def test_a_batch_is_one_act(registers):
    registers.north_grades(N1, N1.replace("N1,", "N2,").replace(",3,48", ",2,32"))

    batch = registers.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc())).first()
    assert len(history(registers.session, f"import:{batch.id}")) == 1
    assert batch.content is None


@pytest.mark.parametrize(
    ("grade", "note", "status", "value"),
    [
        ("优", "", "passed", "95"),
        ("良", "", "passed", "85"),
        ("中", "", "passed", "75"),
        ("及格", "", "passed", "65"),
        ("不及格", "", "failed", None),
        ("通过", "", "passed", None),
        ("不通过", "", "failed", None),
        ("85.5", "", "passed", "85.5"),
        ("８５", "", "passed", "85"),
        ("59", "", "failed", "59"),
        ("缓考", "因病缓考", "deferred", None),
        ("", "缓考", "deferred", None),
        ("缺考", "", "absent", None),
        ("0", "缺考", "absent", None),
        ("在读", "", "in_progress", None),
    ],
)
def test_every_word_of_a_chinese_register_has_its_status(registers, grade, note, status, value):
    registers.north_grades(f"N100,陈㛃,N1,矩阵理论,Matrices,3,48,{grade},20241,{note}")

    (attempt,) = attempts(registers)
    assert (attempt.status, attempt.grade) == (status, None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("grade", "label", "status", "value"),
    [
        ("4,9", "SS", "failed", "4.9"),
        ("5,0", "AP", "passed", "5"),
        ("9,0", "SB", "passed", "9"),
        ("9.7", "MH", "passed", "9.7"),
        ("", "NP", "absent", None),
        ("0,0", "NP", "absent", None),
        ("", "Apto", "passed", None),
        ("", "No apto", "failed", None),
        ("", "En curso", "in_progress", None),
        ("7,2", "", "passed", "7.2"),
    ],
)
def test_every_word_of_a_spanish_register_has_its_status(registers, grade, label, status, value):
    registers.south_grades(f"S100;Chen;Jie;S1;Matemáticas;6,0;2024/25;Ordinaria;{grade};{label};Obligatoria")

    (attempt,) = attempts(registers)
    assert (attempt.status, attempt.grade) == (status, None if value is None else Decimal(value))
    assert attempt.mention == ("MH" if label == "MH" else None)


@pytest.mark.parametrize(
    ("sitting", "term"),
    [
        ("1", "2024-1"),
        ("Primera", "2024-1"),
        ("Segunda", "2024-2"),
        ("semestre b", "2024-2"),
        ("Extraordinaria", "2024-3"),
    ],
)
def test_the_sitting_tells_the_half_of_the_year(registers, sitting, term):
    registers.south_grades(S1.replace("2024/25;1", f"2024/25;{sitting}"))

    assert [attempt.term for attempt in attempts(registers)] == [term]


def test_a_second_examination_in_one_term_is_an_attempt_of_its_own(registers):
    registers.north_grades(N1.replace(",85,", ",52,"), N1.replace(",85,", ",71,") + "补考")

    assert [(attempt.sitting, attempt.status) for attempt in attempts(registers)] == [("1", "failed"), ("2", "passed")]


@pytest.mark.parametrize("mark", ["免修", "学分认定", "学分认定（南方大学）"])
def test_a_row_that_a_chinese_register_marks_is_listed_and_never_an_attempt(registers, mark):
    preview = registers.north_grades(N1 + mark)

    assert counts(preview) == (0, 0, 0, 0)
    assert [listed.what for listed in preview.listed] == [f"N1 2024-1 {mark.partition('（')[0]}"]
    assert attempts(registers) == []
    assert len(registers.session.scalars(sa.select(RegisterRecognition)).all()) == 1


def test_a_row_that_a_spanish_register_marks_is_listed_once(registers):
    marked = S1.replace("8,5;NT", ";Reconocido")

    registers.south_grades(marked)
    preview = registers.south_grades(marked)

    assert len(preview.listed) == 1
    assert len(registers.session.scalars(sa.select(RegisterRecognition)).all()) == 1
    assert attempts(registers) == []


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (N1.replace("N100", "N999"), "学号", "N999", "No student of this register has this number."),
        (N1.replace("N100", ""), "学号", "", "This cell is empty"),
        (N1.replace("N1,", "X9,"), "课程代码", "X9", "The student's curriculum has no course of this code."),
        (N1.replace("陈㛃", "王伟"), "姓名", "王伟", "The register gives this number another name."),
        (N1.replace(",3,48", ",4,48"), "学分", "4", "The student's curriculum gives this course 3 credits."),
        (N1.replace(",3,48", ",-3,48"), "学分", "-3", "This is not a number of credits."),
        (N1.replace(",85,", ",101,"), "成绩", "101", "101 is not between 0 and 100."),
        (N1.replace(",85,", ",九十,"), "成绩", "九十", '"九十" is not a grade'),
        (N1.replace(",85,", ",,"), "成绩", "", "There is no grade here"),
        (N1.replace(",85,", ",=85,"), "成绩", "=85", "This cell begins like a formula."),
        (N1.replace("20241", "20249"), "学年学期", "20249", "This is not a term"),
        (N1.replace("20241", "2024春"), "学年学期", "2024春", "This is not a term"),
        (N1.replace("20241", "20271"), "学年学期", "20271", "The term 2027-1 has not begun."),
    ],
)
def test_what_a_chinese_register_cannot_mean_is_left_out_in_words(registers, row, column, value, reason):
    line, *where, why = refusal(registers.north_grades(row))

    assert (line, where) == (2, [column, value])
    assert why.startswith(reason)
    assert attempts(registers) == []


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (S1.replace("8,5", "10,5"), "Nota", "10,5", "10,5 is not between 0 and 10."),
        (S1.replace("8,5", "8,25"), "Nota", "8,25", "8,25 has too many decimals"),
        (S1.replace("8,5;NT", "4,9;AP"), "Calificación", "AP", "4,9 and AP do not go together"),
        (S1.replace("8,5;NT", "7,0;NP"), "Calificación", "NP", "7,0 and NP do not go together"),
        (S1.replace("NT", "Bien"), "Calificación", "Bien", '"Bien" is not a grade'),
        (S1.replace("2024/25", "2024/27"), "Curso académico", "2024/27", "The second year must be"),
        (S1.replace("2024/25;1", "2024/25;Trimestre 4"), "Convocatoria", "Trimestre 4", "This sitting is not known."),
        (S1.replace(";6;", ";seis;"), "Créditos", "seis", "This is not a number of credits."),
    ],
)
def test_what_a_spanish_register_cannot_mean_is_left_out_in_words(registers, row, column, value, reason):
    line, *where, why = refusal(registers.south_grades(row))

    assert (line, where) == (2, [column, value])
    assert why.startswith(reason)


def test_rejected_rows_are_left_out_and_the_others_taken(registers):
    preview = registers.north_grades(N1.replace("N100", "N999"), N1)

    assert counts(preview) == (1, 0, 0, 1)
    assert [attempt.course for attempt in attempts(registers)] == ["N1"]


def test_a_row_that_repeats_another_is_left_out(registers):
    assert refusal(registers.north_grades(N1, N1)) == (3, "课程代码", "N1", "This repeats line 2.")


def test_a_row_that_contradicts_another_is_left_out_and_says_which(registers):
    line, _, _, reason = refusal(registers.north_grades(N1, N1.replace(",85,", ",92,")))

    assert line == 3
    assert reason.startswith("Line 2 already tells of this attempt (85), and differently.")


def test_a_row_with_too_few_cells_is_left_out(registers):
    line, column, value, reason = refusal(registers.north_grades("N100,陈㛃,N1"))

    assert (line, column, value) == (2, "", "N100,陈㛃,N1")
    assert reason == "The row has 3 cells and the headers are 10."


def test_names_of_one_register_are_compared_without_case_and_accents(registers):
    assert counts(registers.south_grades(S1.replace("Chen;Jie", "CHÉN;JIE"))) == (1, 0, 0, 0)
    assert counts(registers.north_grades(N1.replace("陈㛃", "Jie Chen"))) == (1, 0, 0, 0)


def test_columns_may_come_in_any_order_and_others_stand_between(registers):
    content = "备注, 成绩 ,学年学期,学分,班级,课程代码,学号\n,85,20241,3,3班,N1,N100\n"

    preview = registers.take("grades", NORTH, content)

    assert counts(preview) == (1, 0, 0, 0)
    assert "These columns are not read: 班级." in map(str, preview.warnings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_file_is_read_in_each_of_its_encodings(registers, encoding):
    preview = registers.take("grades", NORTH, (NORTH_GRADES + N1).encode(encoding))

    assert counts(preview) == (1, 0, 0, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_a_spanish_file_is_read_in_each_of_its_encodings(registers, encoding):
    preview = registers.take("grades", SOUTH, (SOUTH_GRADES + S1.replace("\n", "\r\n")).encode(encoding))

    assert counts(preview) == (1, 0, 0, 0)


def test_a_registrar_imports_for_the_own_institution_only(registers):
    registers.north = registers.south

    with pytest.raises(NotAllowed):
        registers.north_grades(N1)


def test_a_graded_row_takes_the_place_of_the_one_in_progress(registers):
    registers.north_grades(N1.replace(",85,", ",在读,"))

    assert counts(registers.north_grades(N1, at=NOW + dt.timedelta(days=60))) == (0, 1, 0, 0)
    assert [attempt.status for attempt in attempts(registers)] == ["passed"]


def test_the_number_of_queries_does_not_grow_with_the_rows(registers, counted):
    few, many = [N1], [f"{N1[:-1].replace('20241', term)}," for term in ("20241", "20242", "20251", "20252", "20261")]
    # Both in one transaction, so that neither counts its beginning.
    registers.session.connection()

    with counted() as first:
        registers.north_grades(*few, confirm=False)
    with counted() as second:
        registers.north_grades(*many, confirm=False)

    assert len(second) == len(first)


def test_two_who_confirm_the_same_rows_at_once_add_them_once(registers):
    registers.session.commit()
    engine, actor = registers.session.get_bind(), registers.actor(NORTH)
    content = (NORTH_GRADES + N1).encode()

    def second():
        with orm.Session(engine) as session, session.begin():
            return import_file(session, "grades", NORTH, "b.csv", content, actor=actor, at=NOW, confirm=True)

    with ThreadPoolExecutor(1) as beside:
        registers.north_grades(N1)
        waiting = beside.submit(second)
        registers.session.commit()

    assert counts(waiting.result()) == (0, 0, 1, 0)
    assert len(attempts(registers)) == 1


def test_a_figure_of_a_spreadsheet_is_what_its_cell_shows(registers):
    rows = sheet(
        SOUTH_GRADES.strip().split(";"),
        [
            "S100",
            "Chen",
            "Jie",
            "S1",
            "Matemáticas",
            6,
            "2024/25",
            "Semestre A",
            7.499999999999999,
            "NT",
            "Obligatoria",
        ],
    )

    preview = registers.take("grades", SOUTH, rows, filename="notas.xlsx")

    assert counts(preview) == (1, 0, 0, 0)
    assert attempts(registers)[0].grade == Decimal("7.5")


def test_a_number_written_for_excel_is_the_text_inside_and_a_shortened_one_is_named(registers):
    row = "Chen;Jie;S1;Matemáticas;6;2024/25;Semestre A;7,5;NT;Obligatoria"

    preview = registers.south_grades(f'="S100";{row}', f"2,46E+06;{row}")

    assert counts(preview) == (1, 0, 0, 1)
    assert preview.rejected[0].value == "2,46E+06"
    assert str(preview.rejected[0].reason).startswith("Excel has shortened this number.")


def test_wide_digits_are_kept_plainly_and_the_preview_says_so(registers):
    preview = registers.north_grades("Ｎ１００,陈㛃,N1,矩阵理论,Matrices,3,48,８５,20241,")

    assert counts(preview) == (1, 0, 0, 0)
    assert attempts(registers)[0].grade_as_given == "85"
    assert [str(note).split(":")[0] for note in preview.warnings] == ["学号", "成绩"]
    assert "first in line 2, as “85”" in str(preview.warnings[1])


def test_a_refused_grade_is_quoted_as_the_register_writes_it(registers):
    preview = registers.south_grades("S100;Chen;Jie;S1;Matemáticas;6;2024/25;Semestre A;1.009,1;;Obligatoria")

    assert '"1.009,1" is not a grade' in str(preview.rejected[0].reason)
    assert preview.rejected[0].value == "1.009,1"


def test_a_file_of_which_hardly_a_row_can_be_taken_is_refused_whole(registers):
    with pytest.raises(Unreadable, match=r"More than 2000 rows cannot be taken\. The first: line 2, 学号"):
        registers.north_grades(*(f"X{number},陈㛃,N1,矩阵理论,Matrices,3,48,85,20241," for number in range(2001)))


def test_a_file_without_titles_changes_no_title_and_says_so(registers):
    registers.north_grades(N1)

    preview = registers.take("grades", NORTH, "学号,课程代码,学分,成绩,学年学期\nN100,N1,3,86,20241\n", confirm=False)

    assert "The file has no column with titles; it changes no title." in map(str, preview.warnings)
    (change,) = preview.changes
    assert change.before["title en"] == change.after["title en"]
