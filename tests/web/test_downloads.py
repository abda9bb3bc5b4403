"""A table as a file: what its cells say, harmless to whoever opens it, whatever a stranger wrote."""

import csv
import io

import pytest
from openpyxl import load_workbook

from dualdegree.web.downloads import cells_of
from dualdegree.web.spreadsheet import as_csv, as_xlsx, harmless


def test_a_cell_says_what_it_shows_and_nothing_that_it_draws_or_offers_to_do():
    rows = """
      <tr>
        <th scope="row"><a href="/students/1">Lin,  Mei</a></th>
        <td><div>N101</div> <div>S201 <span class="quiet">South &amp; Co</span></div></td>
        <td><svg><path d="M0"/></svg><span>met</span><form><button>Sign</button></form></td>
        <td class="number">4.5</td>
      </tr>
    """

    assert cells_of(rows) == [["Lin, Mei", "N101; S201 South & Co", "met", "4.5"]]


def test_a_cell_over_several_columns_leaves_the_others_empty():
    assert cells_of('<tr><td colspan="3">Nothing yet</td></tr>') == [["Nothing yet", "", ""]]


def test_what_is_written_as_markup_stays_what_was_typed():
    assert cells_of("<tr><td>&lt;b&gt;=1+1&lt;/b&gt;</td></tr>") == [["<b>=1+1</b>"]]


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "＝1+1", "\u3000@x"])
def test_no_text_of_a_stranger_becomes_a_formula(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-3", "-4.5", "4.5", "2026-1", "Lin, Mei", ""])
def test_figures_and_plain_words_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_the_csv_is_read_by_a_spreadsheet_as_it_was_written():
    content = as_csv([["Student", "Credits"], ["=林梅", "4.5"]])

    assert content.startswith("\ufeff".encode())
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [["Student", "Credits"], ["'=林梅", "4.5"]]


def test_every_cell_of_the_workbook_is_a_text():
    content = as_xlsx("Students: all", [["Student", "Credits"], ["=1+1", "4.50"], ["a\x00b", ""]])

    sheet = load_workbook(io.BytesIO(content)).worksheets[0]

    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["Student", "Credits"],
        ["=1+1", "4.50"],
        ["ab", None],
    ]
    assert {cell.data_type for row in sheet.rows for cell in row if cell.value} == {"s"}
