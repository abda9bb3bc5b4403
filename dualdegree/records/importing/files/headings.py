"""In which row does a table begin, and which of its columns is which field? The row with the headings is looked for.

Registers print titles above their tables and put notes on a first sheet; so of every sheet the first rows are compared
with the headings that the profile knows. The first row with all that the kind of file needs is it.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from dualdegree.core.identity.documents import without_numbers
from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.sheets import FileSheet, Numbered, cell_text, visible
from dualdegree.uploads import Unreadable, beginning

FURTHEST = 40
"""How many filled rows may stand above the headings."""
MOST_SAMPLES = 3
MOST_QUOTED = 30

EMPTY = Message("The file is empty. Export it again.")


class Headings(NamedTuple):
    """The row with the headings: its sheet, its line, its cells, and field → position of the column."""

    sheet: FileSheet
    line: int
    cells: tuple[str, ...]
    places: dict[str, int]

    @property
    def samples(self) -> tuple["FileColumn", ...]:
        """The columns that have a heading, with the first values below it."""
        return tuple(_samples(self))


class FileColumn(NamedTuple):
    """A column of a file: its heading, the first values below it, and the field that it is read as, "" for none."""

    heading: str
    values: tuple[str, ...]
    field: str


class UnknownHeadings(Unreadable):
    """No row has all headings that the kind of file needs; ``samples`` are the columns below the likeliest row."""

    def __init__(self, reason: Message, samples: tuple[FileColumn, ...]) -> None:
        super().__init__(reason.id, reason.params)
        self.samples = samples


def headings_of(sheets: Sequence[FileSheet], layout: Layout, needs: Needs) -> Headings:
    """The row with the headings, in the first sheet that has such a row.

    Raises ``Unreadable`` for a file without any row or with a column twice, and ``UnknownHeadings``.
    """
    likeliest: Headings | None = None
    for sheet in sheets:
        for line, cells in islice(_filled(sheet.rows), FURTHEST):
            places = _places(cells, layout)
            row = Headings(sheet, line, cells, places)
            if _complete(places, needs):
                _refuse_twice(cells, layout)
                return row
            if likeliest is None or len(places) > len(likeliest.places):
                likeliest = row
    if likeliest is None:
        raise Unreadable(EMPTY)
    _refuse_twice(likeliest.cells, layout)
    raise _unknown(likeliest, layout, needs)


def known_in(rows: Sequence[Sequence[str]], layout: Layout, needs: Needs) -> bool:
    """Whether one of these rows has all headings that the kind of file needs."""
    return any(_complete(_places(tuple(map(cell_text, cells)), layout), needs) for cells in rows)


def is_heading_of(heading: str, known: Sequence[str]) -> bool:
    """Whether a column under this heading is one of those that are known so."""
    return _bare(heading) in map(_bare, known)


def _filled(rows: Sequence[Numbered]) -> Iterator[Numbered]:
    for line, written in rows:
        cells = tuple(map(cell_text, written))
        if any(cells):
            yield line, cells


def _places(cells: tuple[str, ...], layout: Layout) -> dict[str, int]:
    """Field → position, for every column of the layout that the row has a heading of, in any order."""
    exact, bare = [_plain(cell) for cell in cells], [_bare(cell) for cell in cells]
    places = {}
    for field in layout.columns:
        known = layout.headings(field)
        at = _first(exact, map(_plain, known))
        at = _first(bare, map(_bare, known)) if at is None else at
        if at is not None:
            places[field] = at
    return places


def _first(cells: list[str], known: Iterator[str]) -> int | None:
    return next((cells.index(heading) for heading in known if heading in cells), None)


def _complete(places: Mapping[str, int], needs: Needs) -> bool:
    return all(field in places for field in needs.all_of) and all(places.keys() & set(group) for group in needs.any_of)


def _refuse_twice(cells: tuple[str, ...], layout: Layout) -> None:
    plain = [_plain(cell) for cell in cells]
    for field in layout.columns:
        for name in layout.headings(field):
            if plain.count(_plain(name)) > 1:
                raise Unreadable(Message('The column "%(name)s" stands there twice. Delete one.', {"name": name}))


def _unknown(row: Headings, layout: Layout, needs: Needs) -> UnknownHeadings:
    missing = [layout.columns[field] for field in needs.all_of if field not in row.places]
    for group in needs.any_of:
        if not row.places.keys() & set(group):
            missing += [layout.columns[field] for field in group if field in layout.columns][:1]
    words = {
        "missing": tuple(missing),
        # A file without headings begins with somebody's data.
        "found": tuple(beginning(without_numbers(name)) for name in row.cells if name)[:MOST_QUOTED],
        "line": str(row.line),
    }
    if len([name for name in row.cells if name]) == 1:
        reason = Message(
            'These columns are missing: %(missing)s. Line %(line)s is one cell, "%(found)s": separate the cells by '
            "commas, semicolons, tabs or strokes.",
            words,
        )
    else:
        reason = Message(
            "These columns are missing: %(missing)s. Line %(line)s has: %(found)s. Send the right file, or say which "
            "column is which.",
            words,
        )
    return UnknownHeadings(reason, row.samples)


def _samples(row: Headings) -> Iterator[FileColumn]:
    below = list(islice((cells for line, cells in _filled(row.sheet.rows) if line > row.line), 10 * MOST_SAMPLES))
    fields = {at: name for name, at in reversed(row.places.items())}
    for at, heading in enumerate(row.cells):
        if heading:
            values = [beginning(cells[at]) for cells in below if at < len(cells) and cells[at]]
            yield FileColumn(heading, tuple(values[:MOST_SAMPLES]), fields.get(at, ""))


def _plain(heading: str) -> str:
    """A heading without what does not matter: case, width, blanks, what nobody sees."""
    return "".join(unicodedata.normalize("NFKC", visible(heading)).casefold().split())


def _bare(heading: str) -> str:
    """The same without its accents, for systems that cannot write them."""
    apart = unicodedata.normalize("NFKD", _plain(heading))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
