"""What cannot be read: each bad file ends in one sentence that names the place and the remedy."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout, read_profile
from dualdegree.records.importing.files import sources, spreadsheets
from dualdegree.records.importing.files.sources import MOST_BYTES, read_table
from dualdegree.records.importing.files.spreadsheets import sheets_of_workbook
from dualdegree.records.importing.results.grades import NEEDS
from dualdegree.uploads import Rejected, Unreadable
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import NORTH_GRADES, PROFILES, SOUTH_GRADES, sheet

CHINESE = read_profile(PROFILES[NORTH], "institution.yaml").imports["grades"]
SPANISH = read_profile(PROFILES[SOUTH], "institution.yaml").imports["grades"]
ROW = "N100,陈㛃,N1,矩阵理论,Matrices,3,48,85,20241,\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def rows(content, filename="export.csv", layout=CHINESE):
    return read_table(content, filename, layout, NEEDS).rows


def refusal(content, filename="export.csv", layout=CHINESE):
    with pytest.raises(Unreadable) as refused:
        read_table(content, filename, layout, NEEDS)
    return str(refused.value)


def workbook(change):
    """A spreadsheet after ``change`` of its openpyxl workbook."""
    book = openpyxl.Workbook()
    book.active.append(NORTH_GRADES.strip().split(","))
    book.active.append(ROW.strip().split(","))
    change(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def rezipped(content, **replaced):
    """The spreadsheet with some of its parts replaced: sheet1=b"..."."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            name = part.filename.rpartition("/")[2].removesuffix(".xml")
            new.writestr(part.filename, replaced.get(name, old.read(part)))
    return kept.getvalue()


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", "\ufeff".encode(), b",,,,\n,,,,\n"])
def test_an_empty_file(content):
    assert refusal(content) == "The file is empty. Export it again."


def test_a_file_of_headers_only():
    assert refusal(NORTH_GRADES.encode()) == "The file has a line of headers and nothing else. Export it again."


def test_a_file_of_50_megabytes():
    content = (NORTH_GRADES + ROW).encode().ljust(50 * 1024 * 1024, b"\n")

    assert refusal(content) == "The file has 50 MB; at most 10 MB are read. Split it in two."
    assert len(content) > MOST_BYTES


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (PNG, "notas.csv", "notas.csv is a picture, not a table."),
        (PNG, "notas.xlsx", "notas.xlsx is a picture, not a table."),
        (b"MZ\x90\x00\x03", "成绩.csv", "成绩.csv is a program, not a table."),
        (b"%PDF-1.7\n", "notas.csv", "notas.csv is a PDF document, not a table."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "notas.xls", "The spreadsheet is damaged."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "notas.csv",
            "The file is a spreadsheet or an archive with the name of a",
        ),
        (b"<html><table>", "notas.csv", "notas.csv is a web page, not a table."),
        (b"\x01\x02\x03\x00\x04", "notas.csv", "The file is not text (it holds null bytes)."),
        ((NORTH_GRADES + ROW).encode("utf-16-le"), "notas.csv", "The file is not text (it holds null bytes)."),
        (b"\xff\xfe\x00", "notas.txt", "The file is not text (it holds null bytes)."),
        ((NORTH_GRADES + ROW).encode(), "notas.xlsx", "The file has the name of a spreadsheet but is not one."),
        ((NORTH_GRADES + ROW).encode(), "notas.ods", "The file's name must end in one of these: .csv, .txt,"),
        ((NORTH_GRADES + ROW).encode(), "notas", "The file's name must end in one of these: .csv, .txt,"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(content, name, sentence):
    assert refusal(content, name).startswith(sentence)


def test_a_spreadsheet_with_the_name_of_a_csv():
    content = workbook(lambda book: None)

    assert refusal(content, "notas.csv").startswith("The file is a spreadsheet or an archive with the name of a text.")


def test_an_archive_with_the_name_of_a_spreadsheet():
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("notas.csv", "a")

    assert refusal(kept.getvalue(), "notas.xlsx").startswith("The file is an archive, not a spreadsheet.")


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_spreadsheet_cut_short(keep):
    content = workbook(lambda book: None)

    assert refusal(content[: int(len(content) * keep)], "notas.xlsx").startswith("The spreadsheet is damaged.")


def test_a_spreadsheet_with_a_flipped_byte():
    content = bytearray(workbook(lambda book: None))
    content[content.index(b"xl/worksheets/sheet1.xml") + 40] ^= 0xFF

    assert refusal(bytes(content), "notas.xlsx").startswith("The spreadsheet is damaged.")


@pytest.mark.parametrize("part", ["workbook", "sheet1"])
def test_a_spreadsheet_with_broken_xml(part):
    content = rezipped(workbook(lambda book: None), **{part: b"<a><b>"})

    assert refusal(content, "notas.xlsx").startswith(("The spreadsheet", "The file is empty"))


def test_a_spreadsheet_with_a_formula_names_its_cell():
    def formula(book):
        book.active["H2"] = "=80+5"

    assert refusal(workbook(formula), "notas.xlsx").startswith(
        "Cell H2 holds a formula. Paste the sheet as values only"
    )


def test_a_spreadsheet_that_unpacks_to_more_than_any_export():
    content = rezipped(workbook(lambda book: None), styles=b"<x>" + b" " * (65 * 1024 * 1024))

    assert len(content) < 1024 * 1024
    assert refusal(content, "notas.xlsx").startswith("Unpacked, the spreadsheet is larger than any export.")


@pytest.mark.parametrize("cell", ["A1048576", "XFD1", "BA2"])
def test_a_spreadsheet_with_a_cell_far_away(cell):
    def far(book):
        book.active[cell] = "x"

    assert refusal(workbook(far), "notas.xlsx").startswith("The spreadsheet has cells beyond line 99999 or column AZ.")


def test_a_hidden_sheet_is_not_read():
    def hide(book):
        book.active.sheet_state = "hidden"
        book.create_sheet("leer").append(["x"])

    assert refusal(workbook(hide), "notas.xlsx").startswith("These columns are missing: 学号, 课程代码, 学分")


def test_wrong_columns_name_what_is_missing_and_what_was_found():
    content = (SOUTH_GRADES.replace(";", ",") + "x\n").encode()

    assert refusal(content) == (
        "These columns are missing: 学号, 课程代码, 学分, 学年学期, 成绩. Line 1 has: Expediente, Apellidos, Nombre, "
        "Código, Asignatura, Créditos, Curso académico, Convocatoria, Nota, Calificación, Carácter. Send the right "
        "file, or say which column is which."
    )


def test_cells_that_nothing_separates_are_named():
    sentence = refusal((NORTH_GRADES + ROW).replace(",", "~").encode())

    assert sentence.endswith("separate the cells by commas, semicolons, tabs or strokes.")


def test_a_column_that_stands_there_twice():
    content = (NORTH_GRADES.strip() + ",成绩\n" + ROW.strip() + ",90\n").encode()

    assert refusal(content) == 'The column "成绩" stands there twice. Delete one.'


def test_one_wrong_byte_is_named_by_line_and_place():
    content = (NORTH_GRADES + ROW * 2).encode() + b"N100,\xff,N1,,,3,48,85,20242,\n"

    assert refusal(content).startswith("Line 4, byte 6, cannot be read as UTF-8.")


def test_an_encoding_that_is_not_the_registers_own():
    content = ("Asignó," * 10 + "\n").encode("latin-1")

    assert refusal(content).startswith("Line 1, byte 6, cannot be read as UTF-8, GB18030.")


def test_control_characters_are_no_text():
    assert refusal((NORTH_GRADES + ROW.replace("陈", "\x07")).encode()).startswith("Line 2, byte")


def test_a_quotation_mark_that_is_not_closed_is_named_by_its_line():
    content = (NORTH_GRADES + ROW + ROW.replace("矩阵理论", '"矩阵理论') + ROW).encode()

    assert refusal(content).startswith("Line 3 cannot be read: a quotation mark is not closed")


def test_a_value_may_hold_separators_and_line_ends_in_quotation_marks():
    content = (NORTH_GRADES + ROW.replace("Matrices", '"Matrices,\nor ""arrays"""') + ROW).encode()

    first, second = rows(content)
    assert first.cells["course_title_en"] == 'Matrices, or "arrays"'
    assert (first.line, second.line) == (2, 4)


def test_headers_are_known_without_case_blanks_and_width():
    content = " EXPEDIENTE ;código;Créditos; curso  ACADÉMICO;Nota\nS100;S1;6;2024/25;8,5\n".encode()

    (row,) = rows(content, layout=SPANISH)
    assert row.cells["year"] == "2024/25"


def test_empty_lines_are_passed_over_and_lines_keep_their_numbers():
    content = (NORTH_GRADES + "\n,,,,,,,,,\n" + ROW).encode()

    assert [row.line for row in rows(content)] == [4]


def test_figures_and_dates_of_a_spreadsheet_are_texts_as_they_were_written():
    content = sheet(["学号", "课程代码", "学分", "成绩", "学年学期"], [2461001.0, "N1", 4.5, 6.9, 20241])

    (row,) = rows(content, "notas.xlsx")
    assert dict(row.cells) == {
        "student_number": "2461001",
        "course_code": "N1",
        "credits": "4.5",
        "grade": "6.9",
        "term": "20241",
    }


def test_a_profile_without_a_needed_column_is_named():
    with pytest.raises(Unreadable) as refused:
        read_table(b"a\n1\n", "a.csv", Layout(columns={"student_number": "a"}), NEEDS)

    assert str(refused.value) == 'The profile names no column for "course_code"; add it there.'


SOUND = {"csv": (NORTH_GRADES + ROW * 3).encode(), "xlsx": workbook(lambda book: None)}


@st.composite
def damaged(draw):
    """A sound file with some of its bytes cut out and others put in their place, under either name."""
    content = draw(st.sampled_from(sorted(SOUND.values())))
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 60)))
    return content[:start] + draw(st.binary(max_size=20)) + content[end:]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | damaged(), st.sampled_from(["a.csv", "a.xlsx"]))
def test_whatever_is_sent_is_either_read_or_refused_in_one_sentence(content, name):
    said, table = "", None
    try:
        table = read_table(content, name, CHINESE, NEEDS)
    except Unreadable as refused:
        said = str(refused)

    assert "\n" not in said
    assert said or table.rows or table.broken


def bare_sheet(body, shared=b""):
    """A spreadsheet whose sheet has this XML between its brackets, and whose cells may share one text."""
    plain = io.BytesIO(sheet(["a"]))
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            text = before.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                text = (
                    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + body
                )
                text += b"</sheetData></worksheet>"
            after.writestr(part.filename, text)
        space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        after.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (space, shared))
    return out.getvalue()


def test_rows_without_numbers_are_counted_before_they_are_read():
    content = bare_sheet(b"<row/>" * 200_000)

    with pytest.raises(Unreadable, match="beyond line 99999"):
        sheets_of_workbook(content, zipped=True)


def test_a_cell_with_more_text_than_a_spreadsheet_can_hold():
    content = bare_sheet(b'<row><c t="inlineStr"><is><t>' + b"x" * 32_768 + b"</t></is></c></row>")

    with pytest.raises(Unreadable, match="larger than any export"):
        sheets_of_workbook(content, zipped=True)


def test_a_spreadsheet_whose_cells_share_one_long_text():
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 20 + b"</row>"

    with pytest.raises(Unreadable, match="larger than any export"):
        sheets_of_workbook(bare_sheet(row * 500, shared=b"x" * 30_000), zipped=True)


def test_rows_of_another_width_are_not_gone_through_to_the_end(monkeypatch):
    looked_at = []
    monkeypatch.setattr(sources, "cell_text", lambda cell: looked_at.append(cell) or cell)

    said = refusal((NORTH_GRADES + "9,x\n" * 50_000).encode())

    assert said.startswith("More than 2000 rows cannot be taken. The first: line 2: The row has 2 cells")
    assert len(looked_at) < 5_000


@pytest.mark.parametrize("row", ["\n", ",,,,\n", ROW])
def test_a_file_of_more_rows_than_a_spreadsheet_is_read_no_further(row):
    assert refusal((NORTH_GRADES + row * 100_000).encode()).startswith("The file has more than 99999 rows.")


def test_a_row_of_a_million_cells_is_cut_and_refused():
    table = read_table((NORTH_GRADES + ROW + "," * 1_000_000).encode(), "export.csv", CHINESE, NEEDS)

    assert [len(table.rows), len(table.broken)] == [1, 0]


def test_of_a_long_value_that_is_rejected_the_beginning_is_kept():
    row = Rejected(line=2, column="code", value="N" * 5000, reason=Message("No."))

    assert row.value == "N" * 80 + "…"
    assert Rejected(line=2, column="code", value=row.value, reason=Message("No.")) == row


def test_a_spreadsheet_that_outgrows_its_reader_is_refused(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_MEMORY", 64 * 1024 * 1024)
    content = bare_sheet(b'<row><c t="inlineStr"><is><t>' + b"x" * 30_000_000 + b"</t></is></c></row>")

    with pytest.raises(Unreadable, match="larger than any export"):
        sheets_of_workbook(content, zipped=True)
