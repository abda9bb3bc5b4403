"""What does an equivalence table say that comes as rows? The tree that its YAML would be, with each row's line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dualdegree.core.source import tree
from dualdegree.core.source.tree import Place, SourceError, Tree
from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.recognition.tables.sheets import COLUMNS, HEAD, PLACES, SEVERAL, TONGUES, meant
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.sources import FileRow, read_table
from dualdegree.uploads import Rejected, refuse_too_many

LAYOUT = Layout(columns={column: column for column in COLUMNS}, encodings=("utf-8-sig", "gb18030"))
NEEDS = Needs(all_of=("programme", "version", "entry", "side", "institution", "credits"))
ENDINGS = (".csv", ".xlsx")
WHERE = re.compile(r"entries\[\d+\]\.?(?:(?:from|to)\.(?:courses(?:\[\d+\])?\.?)?)?(?P<keys>.*)")
"""The path of a mistake within an entry; ``keys`` are those below the entry or its course."""

TWICE = Message("Line %(line)s of this entry says something else here; let only one of them speak.")


def is_sheet(name: str) -> bool:
    """Whether the file's name says that it is a table of rows rather than YAML."""
    return name.casefold().endswith(ENDINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the rows say, as a tree; ``rejected`` are rows that cannot be part of it, ``notes`` what was not read."""

    place: Place
    rejected: tuple[Rejected, ...]
    notes: tuple[Message, ...]
    rows: Mapping[int, FileRow]

    def rejection(self, error: SourceError) -> Rejected:
        """A mistake as line, column and value of the sheet."""
        column = _column(error.key)
        row = self.rows.get(error.line or 0)
        return Rejected(
            line=error.line, column=column, value=row.cells.get(column, "") if row else "", reason=error.reason
        )


@dataclass(slots=True)
class _Gathered:
    """The rows of one entry as they come: both sides' courses, and what the whole entry says, with its line."""

    line: int
    id: str
    sides: dict[str, list[FileRow]] = field(default_factory=dict)
    says: dict[str, tuple[str, int]] = field(default_factory=dict)


def read_sheet(content: bytes, name: str) -> Sheet:
    """The rows of a CSV or XLSX file as a tree. Raises ``Unreadable`` for a file that is no such table."""
    table = read_table(content, name, LAYOUT, NEEDS)
    rows = [
        FileRow(line=row.line, cells={column: meant(cell) for column, cell in row.cells.items()}) for row in table.rows
    ]
    rejected = list(table.broken)
    entries: dict[str, _Gathered] = {}
    for row in rows:
        if (wrong := _wrong(row, rows[0])) is not None:
            rejected.append(wrong)
            refuse_too_many(rejected)
            continue
        entry = entries.setdefault(row.cells["entry"], _Gathered(line=row.line, id=row.cells["entry"]))
        rejected += _gather(entry, row)
        refuse_too_many(rejected)
    top = _mapping(rows[0].line if rows else 1, dict(_head(rows[0]) if rows else ()))
    nodes = tuple(_entry(gathered) for gathered in entries.values())
    top = tree.Mapping(
        {**top.entries, "entries": tree.Sequence(nodes, top.line)}, {**top.lines, "entries": top.line}, top.line
    )
    return Sheet(
        place=Place(top, name, top.line),
        rejected=tuple(rejected),
        notes=table.notes,
        rows={row.line: row for row in rows},
    )


def _wrong(row: FileRow, first: FileRow) -> Rejected | None:
    """Why the row is no row of the table, if it is none."""
    cells = row.cells
    for column in ("programme", "version", "table"):
        if cells.get(column) and cells[column] != first.cells.get(column):
            words = {"line": str(first.line), "value": first.cells.get(column, "")}
            reason = Message(
                "The first row, line %(line)s, says “%(value)s”; a file is one version of one table.", words
            )
            return Rejected(line=row.line, column=column, value=cells[column], reason=reason)
    if not cells["entry"]:
        return Rejected(
            line=row.line, column="entry", reason=Message("Name the entry to which the row belongs, in every row.")
        )
    if cells["side"] not in {"from", "to"}:
        reason = Message("Write “from” for a course that is sat, “to” for what is granted.")
        return Rejected(line=row.line, column="side", value=cells["side"], reason=reason)
    return None


def _gather(entry: _Gathered, row: FileRow) -> Iterator[Rejected]:
    """Put a row to its entry; what contradicts an earlier row is rejected."""
    side = entry.sides.setdefault(row.cells["side"], [])
    if side and side[0].cells["institution"] != row.cells["institution"] != "":
        yield _twice(row, "institution", side[0].line)
    side.append(row)
    for column in PLACES:
        cell = row.cells.get(column, "")
        if cell and entry.says.setdefault(column, (cell, row.line))[0] != cell:
            yield _twice(row, column, entry.says[column][1])


def _twice(row: FileRow, column: str, line: int) -> Rejected:
    reason = Message(TWICE.id, {"line": str(line)})
    return Rejected(line=row.line, column=column, value=row.cells[column], reason=reason)


# Rows as a tree


def _mapping(line: int, texts: Mapping[str, str]) -> tree.Mapping:
    return tree.Mapping({key: tree.Scalar(text, line) for key, text in texts.items()}, dict.fromkeys(texts, line), line)


def _head(first: FileRow) -> Iterator[tuple[str, str]]:
    for key, column in zip(("equivalences", "programme", "version"), HEAD, strict=True):
        # A table needs no name of its own beside its programme's.
        if cell := first.cells.get(column) or (first.cells["programme"] if column == "table" else ""):
            yield key, cell


def _entry(gathered: _Gathered) -> Tree:
    nodes: dict[str, Tree] = {"id": tree.Scalar(gathered.id, gathered.line)}
    for side, rows in gathered.sides.items():
        institution = next((row.cells["institution"] for row in rows if row.cells["institution"]), "")
        courses: Tree = tree.Sequence(tuple(_course(row) for row in rows), rows[0].line)
        line = rows[0].line
        nodes[side] = tree.Mapping(
            {"institution": tree.Scalar(institution, line), "courses": courses},
            {"institution": line, "courses": line},
            line,
        )
    lines = dict.fromkeys(nodes, gathered.line)
    for column, (cell, line) in gathered.says.items():
        node: Tree = _words(cell, line) if column in SEVERAL else tree.Scalar(cell, line)
        nodes, lines = _put(nodes, lines, PLACES[column], node, line)
    return tree.Mapping(nodes, lines, gathered.line)


def _put(
    nodes: Mapping[str, Tree], lines: Mapping[str, int], keys: Sequence[str], node: Tree, line: int
) -> tuple[dict[str, Tree], dict[str, int]]:
    """The same keys with one more below them."""
    first, *below = keys
    if below:
        inner = nodes.get(first)
        known = inner if isinstance(inner, tree.Mapping) else tree.Mapping({}, {}, line)
        entries, inner_lines = _put(known.entries, known.lines, below, node, line)
        node = tree.Mapping(entries, inner_lines, known.line)
    return {**nodes, first: node}, {**lines, first: lines.get(first, line)}


def _course(row: FileRow) -> Tree:
    line, cells = row.line, row.cells
    nodes: dict[str, Tree] = {}
    for key, column in (("code", "course"), ("credits", "credits"), ("ects", "ects")):
        if cells.get(column):
            nodes[key] = tree.Scalar(cells[column], line)
    if cells.get("tags"):
        nodes["tags"] = _words(cells["tags"], line)
    titles = {tongue: cells[f"title_{tongue}"] for tongue in TONGUES if cells.get(f"title_{tongue}")}
    if titles:
        nodes["title"] = _mapping(line, titles)
    return tree.Mapping(nodes, dict.fromkeys(nodes, line), line)


def _words(cell: str, line: int) -> Tree:
    words = (word.strip() for word in re.split("[;；]", cell))
    return tree.Sequence(tuple(tree.Scalar(word, line) for word in words if word), line)


def _column(path: str) -> str:
    """The column in which the value of this path stands."""
    heads = dict(zip(("equivalences", "programme", "version"), HEAD, strict=True))
    match = WHERE.fullmatch(path)
    if match is None:
        return heads.get(path, path)
    keys = re.sub(r"\[\d+\]$", "", match["keys"])
    whole = "course" if "courses" in path else "entry"
    own = {"": whole, "id": "entry", "code": "course", "from": "side", "to": "side", "courses": "course"}
    of_entry = {".".join(place): column for column, place in PLACES.items()}
    return own.get(keys) or of_entry.get(keys) or keys.replace(".", "_")
