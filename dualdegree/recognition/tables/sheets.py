"""How does an equivalence table look as rows and columns? One row for each course; rows of one entry share its id.

What belongs to the whole entry stands in its first row; a reader takes it from whichever row has it. Both CSV and XLSX
are these rows. Read, they become the same tree that YAML becomes, each node with its row's line, so that one reader
knows all tables and every mistake is named by line and column.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dualdegree.core.curricula.equivalence import Entry, EquivalenceTable
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import LANGUAGES
from dualdegree.recognition.tables.writing import entry_as_plain

TONGUES = (*LANGUAGES, "und")
"""The languages that have a column; ``und`` is a text without a language."""
HEAD = ("table", "programme", "version")
COURSE = ("entry", "side", "institution", "course", "credits", "ects", "tags")
TITLES = tuple(f"title_{tongue}" for tongue in TONGUES)
PLACES: Mapping[str, tuple[str, ...]] = {
    "min_grade": ("min_grade",),
    "grade_method": ("grade_method",),
    "admission_from": ("admission", "from"),
    "admission_to": ("admission", "to"),
    "valid_from": ("valid", "from"),
    "valid_to": ("valid", "to"),
    "choice": ("choice",),
    "content": ("evidence", "content"),
    "workload": ("evidence", "workload"),
    "hours_sat": ("evidence", "hours", "sat"),
    "hours_granted": ("evidence", "hours", "granted"),
    "syllabi": ("evidence", "syllabi"),
    **{f"outcomes_{tongue}": ("evidence", "outcomes", tongue) for tongue in TONGUES},
    **{f"mobility_{tongue}": ("evidence", "mobility", tongue) for tongue in TONGUES},
    **{f"note_{tongue}": ("note", tongue) for tongue in TONGUES},
}
"""Column of an entry → the keys under which its file has the same."""
COLUMNS = (*HEAD, *COURSE, *TITLES, *PLACES)
SEVERAL = ("tags", "syllabi")
"""Columns that hold several words, with a semicolon between them."""
BETWEEN = "; "

FORMULA = re.compile(r"'*[=+\-@]")
"""What a spreadsheet would compute, and what was kept from it by an apostrophe in front."""


def rows_of_sheet(table: EquivalenceTable) -> Iterator[tuple[str, ...]]:
    """The table as rows of cells, the columns' names first. Raises ``Refusal`` for texts in a language without one."""
    yield COLUMNS
    for entry in table.entries:
        for number, cells in enumerate(_rows_of(entry)):
            head = dict(zip(HEAD, (table.id, table.programme, table.version), strict=True))
            own = dict(_of_entry(entry)) if number == 0 else {}
            row = {**head, **cells, **own}
            yield tuple(kept(row.get(column, "")) for column in COLUMNS)


def _rows_of(entry: Entry) -> Iterator[dict[str, str]]:
    plain = entry_as_plain(entry)
    for side in ("from", "to"):
        for course in plain[side]["courses"]:
            yield {
                "entry": entry.id,
                "side": side,
                "institution": plain[side]["institution"],
                "course": course.get("code", ""),
                "credits": course["credits"],
                "ects": course.get("ects", ""),
                "tags": _several(course.get("tags", ())),
                **_texts("title", course.get("title", {})),
            }


def _several(words: Sequence[str]) -> str:
    if any(BETWEEN.strip() in word for word in words):
        raise Refusal("A tag of the table has a semicolon in it, which no cell can hold; take it as YAML.")
    return BETWEEN.join(words)


def _texts(name: str, text: Mapping[str, str]) -> dict[str, str]:
    if other := tuple(tongue for tongue in text if tongue not in TONGUES):
        raise Refusal(
            "The table has texts in %(languages)s, for which there is no column; take it as YAML.", {"languages": other}
        )
    return {f"{name}_{tongue}": words for tongue, words in text.items()}


def _of_entry(entry: Entry) -> Iterator[tuple[str, str]]:
    plain = entry_as_plain(entry)
    for name in ("outcomes", "mobility"):
        _texts(name, plain.get("evidence", {}).get(name, {}))
    _texts("note", plain.get("note", {}))
    for column, keys in PLACES.items():
        if (value := _at(plain, keys)) is not None:
            yield column, _several(value) if column in SEVERAL else value


def _at(plain: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        if key not in plain:
            return None
        plain = plain[key]
    return plain


def kept(cell: str) -> str:
    """The cell so that no spreadsheet computes it; ``meant`` gives it back."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def meant(cell: str) -> str:
    """The cell as it was before ``kept``."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
