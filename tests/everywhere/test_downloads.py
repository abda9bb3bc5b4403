"""Every list of every page: does it leave as CSV and as XLSX, and is what a stranger wrote harmless there?"""

import csv
import io
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from jinja2 import Environment, nodes
from lxml import html
from openpyxl import load_workbook

import dualdegree
from dualdegree.db import db
from dualdegree.records.models import Student
from dualdegree.web.listing import ROWS
from dualdegree.web.spreadsheet import harmless
from tests.everywhere.test_pages import DONE, actor_of, addresses, clients, expected, subject_of
from tests.everywhere.world import build

ROOT = Path(dualdegree.__file__).parent
NO_LISTS = {
    "accounts/profile.html": "where one is signed in is for nobody's spreadsheet",
    "exceptions/effects.html": "a comparison of before and after",
    "planning/facing.html": "a comparison of before and after",
    "programmes/side_by_side.html": "a comparison of two versions",
    "records/columns.html": "a form",
    "requests/compared.html": "a comparison of two courses",
    "rule_changes/effects.html": "a comparison of before and after",
    "ui/upload.html": "it explains the columns of a file",
}
"""The templates with a table that is not taken away, and why."""
ASKED = {"requests_desk.queue": "?of=all"}
"""What some addresses are asked for, so that their list has something in it."""
WRITTEN = "=cmd|' /C calc'!A1"


def test_only_what_is_no_list_is_not_taken_away():
    environment = Environment(extensions=["jinja2.ext.i18n"])
    without = set()
    for path in sorted(ROOT.rglob("*.html")):
        for call in environment.parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "table":
                without |= {f"{path.parent.name}/{path.name}" for kwarg in call.kwargs if kwarg.key == "files"}

    assert without == set(NO_LISTS)


@pytest.fixture
def world(app, offices):
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        world_built = build(db.session())
        db.session.execute(sa.update(Student).values(family_name=WRITTEN))
        db.session.commit()
        for somebody in world_built.people.values():
            db.session.refresh(somebody)
        db.session.expunge_all()
    return world_built


def lists_of(page):
    """The addresses at which the page offers each list, the words at the head of its columns, how many rows it has."""
    for links in page.xpath("//p[@class='take-away']"):
        table = links.getprevious().xpath(".//table")[0]
        head = [" ".join(cell.text_content().split()) for cell in table.xpath("./thead/tr/th")]
        yield [link.get("href") for link in links.iter("a")], head, len(table.xpath("./tbody/tr"))


def faults(client, address, head, count):
    answer = client.get(address, buffered=True)
    if answer.status_code != 200:
        yield f"answers {answer.status_code}"
        return
    if "csv" in answer.mimetype:
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        yield from (f"{cell!r} is a formula" for row in rows for cell in row if harmless(cell) != cell)
    else:
        cells = [list(row) for row in load_workbook(io.BytesIO(answer.data)).worksheets[0].rows]
        yield from (f"{cell.value!r} is a formula" for row in cells for cell in row if cell.data_type == "f")
        rows = [["" if cell.value is None else str(cell.value) for cell in row] for row in cells]
    yield from ([] if rows[0] == head else [f"has the columns {rows[0]} instead of {head}"])
    # A list with more rows than a page is taken away whole.
    whole = len(rows) > count if count == ROWS else len(rows) == 1 + count
    yield from ([] if whole else [f"has {len(rows) - 1} rows instead of {count}"])


# What is written does not depend on the database.
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_every_list_leaves_as_csv_and_xlsx_with_the_columns_of_its_page_and_harmless(app, world):
    wrong, lists, seen = [], {}, ""
    with app.app_context():
        visits = [(*visit[:4], subject_of(visit[1], visit[4])) for visit in addresses(app, world)]
    for who in ("registrar", "the-advisor", "the-student"):
        actor, client = actor_of(app, world, who), clients(app, world, who)()
        for endpoint, facts, method, url, subject in visits:
            if method != "GET" or endpoint in lists or expected(actor, facts, subject) is not DONE:
                continue
            answer = client.get(f"{url}{ASKED.get(endpoint, '')}", buffered=True)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for files, head, count in lists_of(html.fromstring(answer.text)):
                lists.setdefault(endpoint, []).append(head)
                assert [re.search(r"download=\d+\.(\w+)", file)[1] for file in files] == ["csv", "xlsx"]
                wrong += [(endpoint, file, fault) for file in files for fault in faults(client, file, head, count)]
                seen += client.get(files[0], buffered=True).data.decode()

    assert not wrong, "\n".join(map(repr, wrong))
    assert lists.keys() >= {
        "records.students",
        "records.imports",
        "desk.history",
        "conferral.board",
        "desk.advisees",
        "exceptions.listed",
        "requests.listed",
        "requests_desk.queue",
        "transcript.issued",
        "transcript.documents",
        "programmes.agreements",
        "recognition.equivalences",
        "recognition.table",
        "records.record",
    }
    assert f"'{WRITTEN}" in seen


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_page_sends_no_table_that_it_does_not_have(app, world):
    client = clients(app, world, "registrar")()

    assert client.get("/students?download=9.csv").status_code == 404
    assert client.get("/students?download=1.exe").mimetype == "text/html"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_file_has_the_filter_of_its_page_and_is_for_whom_the_page_is(app, world):
    client = clients(app, world, "registrar")()

    some = client.get("/students?q=S201&download=1.csv", buffered=True).data.decode()
    refused = clients(app, world, "the-student")().get("/students?download=1.csv", buffered=True)

    assert ("S201" in some, "S202" in some) == (True, False)
    assert refused.status_code == 403
