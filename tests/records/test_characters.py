"""Characters that do not matter: every cell of every file is read the same in them, and the preview says where."""

import unicodedata

import pytest

from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import NORTH_GRADES, NORTH_ROSTER, SOUTH_GRADES, SOUTH_ROSTER, with_chen

MILESTONES_NORTH, MILESTONES_SOUTH = "学号,里程碑,数值,日期\n", "Expediente;Hito;Valor;Fecha\n"
OFFERS_NORTH, OFFERS_SOUTH = "课程代码,课程名称,开课学期\n", "Código;Asignatura;Curso académico;Semestre\n"
ROWS = {
    ("roster", NORTH): (NORTH_ROSTER, "N101,,李岩,Li,Yan,2001-05-06,中国,中国,20241,double,a@x.example,b@x.example"),
    ("roster", SOUTH): (
        SOUTH_ROSTER,
        "S101;N101;李岩;García;José María;06/05/2001;España;Española;2024/25;double;a@x.example;b@x.example",
    ),
    ("grades", NORTH): (NORTH_GRADES, "N100,陈㛃,N1,矩阵理论,Matrices,3,48,91.5,20241,补考"),
    ("grades", SOUTH): (SOUTH_GRADES, "S100;Chen;Jie;S1;Matemáticas;6,0;2024/25;1ª;8,5;NT;Obligatoria"),
    ("milestones", NORTH): (MILESTONES_NORTH, "N100,专业实践月数,4.5,2025-06-01"),
    ("milestones", SOUTH): (MILESTONES_SOUTH, "S100;Meses de prácticas;4,5;01/06/2025"),
    ("offers", NORTH): (OFFERS_NORTH, "N1,矩阵,20261、20262"),
    ("offers", SOUTH): (OFFERS_SOUTH, "S1;Mate;2026/27;A"),
}
NOT_READ = {"学时", "课程名称", "Asignatura"}
"""Columns of some files that no field reads."""


def full_width(text):
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def within(sign):
    return lambda text: text[:1] + sign + text[1:]


WAYS = {
    "full-width": full_width,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "zero-width blank": within("\u200b"),
    "word joiner": within("\u2060"),
    "non-breaking blanks": lambda text: f"\u00a0{text}\u202f",
    "blanks of Chinese": lambda text: f"\u3000{text}\u3000",
    "marks of direction": lambda text: f"\u202a{text}\u202c",
    "selector of a shape": within("\ufe0f"),
    "filler": lambda text: f"{text}\u3164",
    "minus for hyphen": lambda text: text.replace("-", "\u2212"),
}


@pytest.fixture
def registers(backend, session):
    return with_chen(backend, session)


def read(preview):
    return [(change.subject, change.what, dict(change.after)) for change in preview.changes]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", WAYS)
def test_a_cell_is_read_the_same_and_named(registers, way):
    wrong = []
    for (kind, where), (head, row) in ROWS.items():
        sign = ";" if where == SOUTH else ","
        headings, cells = head.strip().split(sign), row.split(sign)
        plain = registers.take(kind, where, f"{head}{row}\n", confirm=False)
        for at, cell in enumerate(cells):
            written = WAYS[way](cell)
            other = sign.join([*cells[:at], written, *cells[at + 1 :]])
            preview = registers.take(kind, where, f"{head}{other}\n", confirm=False)
            named = any(headings[at] in str(note) for note in preview.warnings)
            unread = kind == "offers" and headings[at] in NOT_READ
            if read(preview) != read(plain) or not (written == cell or named or unread or headings[at] == "学时"):
                wrong.append((kind, where, headings[at], written, [str(bad.reason) for bad in preview.rejected]))

    assert wrong == []


def test_a_level_is_kept_under_the_scales_first_word_and_the_preview_says_so(registers):
    preview = registers.north_grades("N100,陈㛃,N1,矩阵理论,Matrices,3,48,优秀,20241,")

    assert preview.changes[0].after["grade"] == "优"
    assert "成绩: “优秀” is kept as “优”, in 1 cells; first in line 2." in map(str, preview.warnings)


def test_a_word_of_before_is_no_change_when_the_register_writes_the_other(registers):
    registers.south_grades("S100;Chen;Jie;S1;Matemáticas;6;2024/25;1;8,5;NT;Obligatoria")

    preview = registers.south_grades("S100;Chen;Jie;S1;Matemáticas;6;2024/25;1;8,50;Notable;Obligatoria")

    assert (preview.added, preview.changed, preview.unchanged) == (0, 0, 1)


def test_a_refusal_quotes_the_cell_to_the_letter_and_shows_the_form(registers):
    (row,) = registers.north_grades("N100,陈㛃,N1,矩阵理论,Matrices,3,48,１０1.５,20241,").rejected

    assert (row.value, str(row.reason)) == ("１０1.５", "１０1.５ is not between 0 and 100.")


def test_a_label_that_does_not_go_with_the_figure_is_quoted_as_it_is_written(registers):
    (row,) = registers.south_grades("S100;Chen;Jie;S1;Matemáticas;6;2024/25;1;5,0;Notable;Obligatoria").rejected

    assert str(row.reason) == "5,0 and Notable do not go together; ask the register which holds."
