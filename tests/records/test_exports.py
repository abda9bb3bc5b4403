"""What offices have: titles above the table, other signs and encodings, old spreadsheets, web pages called .xls."""

from pathlib import Path

import pytest

from dualdegree.core.refusal import Refusal
from dualdegree.programmes.institutions.profile import read_profile
from dualdegree.records.importing.files.headings import UnknownHeadings
from dualdegree.records.importing.files.rows import Refused
from dualdegree.records.importing.files.sources import read_table
from dualdegree.records.importing.files.terms import term_of
from dualdegree.records.importing.results.grades import NEEDS
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import NORTH_GRADES, PROFILES, SOUTH_GRADES
from tests.records.test_sources import CHINESE, ROW, SPANISH, workbook

FILES = Path(__file__).parent / "files"
SAID = ROW.strip().split(",")
PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gbk"></head><body>
<table><tr><td colspan="10">研究生成绩单</td></tr><tr>%s</tr><tr>%s</tr></table></body></html>"""


def cells(content, filename="export.csv", layout=CHINESE):
    """The cells of the one row of a file, in the order of the export of the north."""
    (row,) = read_table(content, filename, layout, NEEDS).rows
    return [row.cells.get(field, "") for field in CHINESE.columns]


def notes(content, filename):
    return [str(note) for note in read_table(content, filename, CHINESE, NEEDS).notes]


def test_the_headings_are_looked_for_below_titles():
    content = ("研究生成绩单,,,,,,,,,\n导出日期,2025-07-01,,,,,,,,\n\n" + NORTH_GRADES + ROW).encode()

    assert cells(content) == SAID
    assert notes(content, "export.csv")[0] == "The headings are read from line 4; what stands above is not read."


def test_an_old_spreadsheet_is_read_from_the_sheet_that_has_the_table():
    content = (FILES / "grades-biff.xls").read_bytes()

    assert cells(content, "成绩.xls")[0] == "N100"
    assert notes(content, "成绩.xls")[0] == "The headings are read from line 4 of the sheet “成绩”."


def test_the_second_sheet_of_a_new_spreadsheet_is_read():
    def notice(book):
        book.create_sheet("leer", 0).append(["Exportado por el servicio de alumnado"])

    assert notes(workbook(notice), "export.xlsx")[0].endswith("of the sheet “Sheet”.")


def test_a_web_page_called_xls_is_read():
    heads, row = ("".join(f"<td>{cell}</td>" for cell in line.strip().split(",")) for line in (NORTH_GRADES, ROW))

    assert cells((PAGE % (heads, row)).encode("gbk", "xmlcharrefreplace"), "成绩.xls")[:2] == ["N100", "陈㛃"]


def test_a_web_page_without_a_table_is_refused():
    with pytest.raises(Refusal, match="a web page without a table"):
        read_table(b"<html><body>Sesi\xc3\xb3n caducada</body></html>", "notas.xls", CHINESE, NEEDS)


def test_what_excel_calls_unicode_text_is_read():
    content = (NORTH_GRADES + ROW).replace(",", "\t").encode("utf-16")

    assert cells(content, "成绩.txt")[0] == "N100"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_are_separated_by_any_usual_sign(delimiter):
    assert cells((NORTH_GRADES + ROW).replace(",", delimiter).encode())[0] == "N100"


@pytest.mark.parametrize("first", ["sep=;\n", "\ufeffsep=;\r\n", '"sep=;"\n', "SEP=;\n"])
def test_a_line_for_excel_alone_says_what_separates_the_cells(first):
    content = (first + (NORTH_GRADES + ROW).replace(",", ";")).encode()

    (row,) = read_table(content, "成绩.csv", CHINESE, NEEDS).rows
    assert row.line == 3


def test_headings_are_known_without_their_accents():
    content = (SOUTH_GRADES.translate(str.maketrans("óéá", "oea")) + "S1;a;b;S1;M;6;2024/25;1;8,5;;\n").encode()

    (row,) = read_table(content, "notas.csv", SPANISH, NEEDS).rows
    assert row.cells["course_code"] == "S1"


def test_a_heading_with_its_accent_goes_before_its_twin_without():
    content = "Codigo;Código;Expediente;Créditos;Curso académico;Nota\nno;S1;S100;6;2024/25;8,5\n".encode()

    (row,) = read_table(content, "notas.csv", SPANISH, NEEDS).rows
    assert row.cells["course_code"] == "S1"


def test_a_column_may_have_several_headings():
    profile = read_profile(PROFILES[SOUTH].replace("course_code: Código", "course_code: [Código, Cód. asig.]", 1), "p")
    content = (SOUTH_GRADES.replace("Código", "COD. ASIG.") + "S1;a;b;S1;M;6;2024/25;1;8,5;;\n").encode()

    (row,) = read_table(content, "notas.csv", profile.imports["grades"], NEEDS).rows
    assert row.cells["course_code"] == "S1"


def test_headings_printed_again_on_every_page_are_no_rows():
    table = read_table((NORTH_GRADES + ROW + NORTH_GRADES + ROW).encode(), "成绩.csv", CHINESE, NEEDS)

    assert [row.line for row in table.rows] == [2, 4]


def test_unknown_headings_come_with_the_columns_and_their_first_values():
    content = ("成绩单\n" + NORTH_GRADES.replace("课程代码", "课号") + ROW + ROW.replace("N1,矩", "N2,矩")).encode()

    with pytest.raises(UnknownHeadings) as refused:
        read_table(content, "成绩.csv", CHINESE, NEEDS)

    assert str(refused.value).startswith("These columns are missing: 课程代码. Line 2 has: 学号, 姓名, 课号,")
    assert refused.value.samples[2] == ("课号", ("N1", "N2"), "")


@pytest.mark.parametrize(
    "written",
    ["20261", "2026-2027学年第1学期", "2026-2027 学年 第一学期", "2026—2027学年秋季学期", "2026-2027-1", "２０２６１"],
)
def test_a_term_is_read_as_everybody_writes_it(written):
    assert term_of(written, CHINESE.term, "1", "term") == "2026-1"


def test_a_term_of_two_years_that_do_not_follow_is_refused():
    with pytest.raises(Refused, match="must be the one that follows"):
        term_of("2026-2028学年第1学期", CHINESE.term, "1", "term")


@pytest.mark.parametrize(("where", "example"), [(NORTH, "20261"), (SOUTH, "2026/27")])
def test_a_term_that_is_not_known_is_answered_with_one_that_is(where, example):
    layout = read_profile(PROFILES[where], "institution.yaml").imports["grades"]

    with pytest.raises(Refused, match=f"This is not a term. Write it like {example}."):
        term_of("otoño", layout.term, "1", "term")
