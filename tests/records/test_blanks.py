"""The empty file of every kind: with the profile's own headings, explained, and read once it is filled in."""

import io

import pytest
from openpyxl import load_workbook

from dualdegree.catalogues import anything
from dualdegree.programmes.service import institution
from dualdegree.records import importing
from tests.graduates import text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH


@pytest.fixture
def graduates(graduates):
    """Both profiles take spreadsheets."""
    for where, side in ((NORTH, "north"), (SOUTH, "south")):
        profile = text(f"{side}/institution.yaml").replace("formats: [csv]", "formats: [csv, xlsx]")
        graduates.take("institution", where, profile)
    return graduates


def workbook(world, where, kind, language="en"):
    owner = institution(world.session, where)
    content = importing.blank_file(owner, kind, lambda words: anything(language, words))
    return load_workbook(io.BytesIO(content))


def filled(world, where, kind, rows):
    """The empty file with these rows, written under the headings that it has."""
    book = workbook(world, where, kind)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    for line, row in enumerate(rows, 2):
        for heading, value in row.items():
            sheet.cell(line, headings.index(heading) + 1).value = value
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def rows_of(path, delimiter):
    header, *lines = text(path).splitlines()
    return [dict(zip(header.split(delimiter), line.split(delimiter), strict=True)) for line in lines]


@pytest.mark.parametrize("kind", ["roster", "grades", "milestones"])
@pytest.mark.parametrize(("where", "side", "delimiter"), [(NORTH, "north", ","), (SOUTH, "south", ";")])
def test_a_filled_in_template_is_the_same_file(graduates, where, side, delimiter, kind):
    known = {cell.value for cell in workbook(graduates, where, kind).worksheets[0][1]}
    rows = [
        {name: cell for name, cell in row.items() if name in known} for row in rows_of(f"{side}/{kind}.csv", delimiter)
    ]
    content = filled(graduates, where, kind, rows)

    preview = importing.import_file(
        graduates.session, kind, where, "filled.xlsx", content, actor=graduates.registrar(where), at=NOW, confirm=False
    )

    assert preview.rejected == ()
    assert (preview.added, preview.changed) == (0, 0)
    assert preview.unchanged > 0


def test_nothing_in_the_empty_file_is_read_as_data(graduates):
    content, by = filled(graduates, SOUTH, "roster", []), graduates.registrar(SOUTH)

    with pytest.raises(importing.Unreadable, match="a line of headers and nothing else"):
        importing.import_file(graduates.session, "roster", SOUTH, "r.xlsx", content, actor=by, at=NOW, confirm=False)


def test_every_column_is_explained_in_the_language_of_the_reader(graduates):
    explained = {
        row[0].value: [cell.value for cell in row[1:]]
        for row in workbook(graduates, SOUTH, "roster", "es").worksheets[1].rows
    }

    assert explained["Nascimento"] == [
        "Fecha de nacimiento",
        "sí, en cada fila",
        "un día, como 25/09/2026",
        None,
        "25/09/2026",
    ]
    assert explained["Ingresso"][3] == "Direto, Transferência"
    assert explained["Período"][2] == "un periodo o curso tal como lo escribe su registro, como 2026.1"
