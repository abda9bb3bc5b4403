"""Tables written and read back: whatever the format, nothing is lost and nothing is added."""

from dataclasses import replace

from hypothesis import given

from dualdegree.core.audit.equivalences import read_equivalences
from dualdegree.recognition.writing import write_equivalences
from tests.recognition.tables import TABLES


def without_lines(table):
    return replace(table, entries=tuple(replace(entry, line=0) for entry in table.entries))


@given(TABLES)
def test_a_table_written_as_yaml_reads_back_as_the_same_table(table):
    assert without_lines(read_equivalences(write_equivalences(table), "table")) == table


@given(TABLES)
def test_the_same_table_is_always_written_alike(table):
    written = write_equivalences(table)

    assert write_equivalences(read_equivalences(written, "table")) == written
