"""The files to be tried are read as the demonstration's README says, by the profiles of both universities."""

import pytest

from dualdegree.programmes.institutions.profile import read_profile
from dualdegree.records.importing.files.sources import read_table
from dualdegree.records.importing.people import roster
from dualdegree.records.importing.results import grades, milestones
from tests.demo.files import DEMO

NEEDS = {"roster": roster.NEEDS, "grades": grades.NEEDS, "milestones": milestones.NEEDS}


def table(name):
    side, kind = name.partition(".")[0].split("-")
    profile = read_profile((DEMO / side / "institution.yaml").read_bytes(), "institution.yaml")
    return read_table((DEMO / "to-try" / name).read_bytes(), name, profile.imports[kind], NEEDS[kind])


@pytest.mark.parametrize(
    ("name", "rows", "note"),
    [
        ("beihang-roster.xls", 6, "The headings are read from line 4"),
        ("upv-roster.xls", 6, "The headings are read from line 3"),
        ("beihang-grades.txt", 8, "The headings are read from line 3"),
        ("upv-grades.csv", 6, "The headings are read from line 2"),
        ("beihang-milestones.xlsx", 3, "The headings are read from line 3 of the sheet “里程碑”"),
    ],
)
def test_the_headings_are_found_below_the_titles(name, rows, note):
    read = table(name)

    assert len(list(read.rows)) == rows
    assert str(read.notes[0]).startswith(note)


def test_the_rosters_contradict_each_other_where_the_readme_says():
    beihang, upv = (list(table(name).rows) for name in ("beihang-roster.xls", "upv-roster.xls"))

    pairs = {
        field: [ours.cells[field] != theirs.cells[field] for ours, theirs in zip(beihang, upv, strict=True)]
        for field in ("family_name", "partner_number")
    }

    assert pairs["family_name"] == [True, False, True, False, False, False]
    assert [row.cells["partner_number"] for row in beihang[3:]] == ["2662024", "2662025", ""]
    assert [row.cells["student_number"] for row in upv[3:]] == ["2662024", "2662025", "２６６２０２６"]
    assert [row.cells["partner_number"] for row in upv[3:]] == ["ZY2607125", "ZY2607124", ""]
