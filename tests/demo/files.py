"""What do the demonstration's files say, read as plainly as can be? Independent of the importers that load them."""

import csv
import io
from functools import cache
from pathlib import Path

import python_calamine
import yaml

DEMO = Path(__file__).parents[2] / "dualdegree" / "demo"
SIDES = ("beihang", "upv")
DELIMITERS = {"beihang": ",", "upv": ";"}
ENCODINGS = {
    "beihang/roster.csv": "gb18030",
    "beihang/grades-2024.csv": "gb18030",
    "beihang/grades-2025.csv": "utf-8-sig",
    "beihang/grades-2026.csv": "utf-8",
    "beihang/grades-new.csv": "gb18030",
    "beihang/grades-correction.csv": "utf-8-sig",
    "beihang/grades-bad.csv": "utf-8-sig",
    "beihang/milestones.csv": "utf-8-sig",
    "beihang/offers.csv": "gb18030",
    "upv/roster.csv": "utf-8-sig",
    "upv/grades-2024.csv": "windows-1252",
    "upv/grades-2026.csv": "utf-8-sig",
    "upv/grades-new.csv": "windows-1252",
    "upv/grades-bad.csv": "utf-8-sig",
    "upv/milestones.csv": "utf-8-sig",
    "upv/offers.csv": "windows-1252",
    "robotics/beihang/roster.csv": "gb18030",
    "robotics/beihang/grades-2024-2026.csv": "utf-8-sig",
    "robotics/beihang/milestones.csv": "utf-8-sig",
    "robotics/upv/roster.csv": "utf-8-sig",
    "robotics/upv/grades-2024-2026.csv": "windows-1252",
    "robotics/upv/milestones.csv": "utf-8-sig",
    "to-try/upv-grades.csv": "windows-1252",
    "to-try/upv-roster-mended.csv": "utf-8-sig",
    "to-try/beihang-roster-mended.csv": "gb18030",
}
ROBOTICS = "robotics/"
"""The folder of the second field."""
OWN_FORMAT = {f"{field}{side}/grade-tables.csv" for field in ("", ROBOTICS) for side in SIDES}
"""Files that have the same columns everywhere, whatever a register's own exports look like."""

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@cache
def document(path):
    return yaml.load((DEMO / path).read_text(encoding="utf-8"), Loader=LOADER)


def curricula(side, field=""):
    paths = sorted((DEMO / field / side).glob("curriculum-*.yaml"))
    return [document(path.relative_to(DEMO).as_posix()) for path in paths]


@cache
def rows(path):
    """Each row as column → text; a spreadsheet's numbers are written as the register's CSV would."""
    header, *body = _sheet(path) if path.endswith(".xlsx") else _lines(path)
    return [dict(zip(header, row, strict=False)) for row in body]


@cache
def grades(side, field=""):
    loaded = sorted(path for path in (DEMO / field / side).glob("grades-20*"))
    return [row for path in loaded for row in rows(f"{field}{side}/{path.name}")]


def _lines(path):
    text = (DEMO / path).read_bytes().decode(ENCODINGS[path])
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[path.split("/")[-2]]))


def _sheet(path):
    book = python_calamine.CalamineWorkbook.from_path(str(DEMO / path))
    return [[_cell(value) for value in row] for row in book.get_sheet_by_index(0).to_python()]


def _cell(value):
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)
