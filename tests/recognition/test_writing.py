"""Tables written and read back: whatever the format, nothing is lost and nothing is added."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from dualdegree.core.curricula.equivalence import EquivalenceTable
from dualdegree.core.curricula.equivalence_table import read_equivalences, table_at
from dualdegree.core.refusal import Refusal
from dualdegree.recognition.importing import without_lines
from dualdegree.recognition.tables.sheet_reading import read_sheet
from dualdegree.recognition.tables.workbook import written
from dualdegree.recognition.tables.writing import write_equivalences
from tests.recognition.tables import TABLES

FILLED = TABLES.filter(lambda table: table.entries)


def read_back(table, ending):
    sheet = read_sheet(written(table, ending, str), f"table.{ending}")
    assert (sheet.rejected, sheet.notes) == ((), ())
    return without_lines(table_at(sheet.place))


@given(TABLES)
def test_a_table_written_as_yaml_reads_back_as_the_same_table(table):
    assert without_lines(read_equivalences(write_equivalences(table), "table")) == table


@given(TABLES)
def test_the_same_table_is_always_written_alike(table):
    again = write_equivalences(read_equivalences(write_equivalences(table), "table"))

    assert again == write_equivalences(table)


@given(FILLED)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_table_taken_away_as_csv_comes_back_as_the_same_table(table):
    assert read_back(table, "csv") == replace(table, title={})


@given(FILLED)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_table_taken_away_as_a_spreadsheet_comes_back_as_the_same_table(table):
    assert read_back(table, "xlsx") == replace(table, title={})


def test_a_language_without_a_column_is_not_lost_in_silence():
    table = read_equivalences(
        "{equivalences: a, programme: b, version: c, entries: [{id: x, note: {fr: Bon}, from: {institution: n, courses: "
        "[{code: N, credits: 1}]}, to: {institution: s, courses: [{code: S, credits: 1}]}}]}",
        "table",
    )

    with pytest.raises(Refusal, match="texts in fr, for which there is no column; take it as YAML"):
        written(table, "csv", str)


def test_a_template_has_every_column_and_no_row():
    empty = EquivalenceTable(id="", programme="", version="", entries=(), notes={})
    (head,) = written(empty, "csv", str).decode("utf-8-sig").splitlines()

    assert head.startswith("table,programme,version,entry,side,institution,course,credits,ects,tags,title_zh_Hans")
