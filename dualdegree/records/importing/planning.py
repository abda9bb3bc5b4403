"""What goes into a plan, and what comes out? A file that was read for an institution, and what it would do."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.days import day_in
from dualdegree.core.policy import Actor
from dualdegree.core.text import Message
from dualdegree.db import Base
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import profile_of
from dualdegree.records.importing.files.rows import Refused, Typed, rejected, rewritten, typed, without_documents
from dualdegree.records.importing.files.sources import FileRow, Table
from dualdegree.records.importing.outcome import ImportPreview, Listed, RowChange
from dualdegree.records.models import Enrolment, Student
from dualdegree.uploads import Rejected, refuse_too_many

CHUNK = 500
"""How many keys one query asks for; the number of queries grows with these, never with rows."""

UNKNOWN_STUDENT = Message(
    "No student of this register has this number. Import the roster first, or correct the number."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file that was read: whose it is, what it looks like, what it says, and when it is looked at."""

    kind: str
    institution: Institution
    filename: str
    layout: Layout
    table: Table
    at: dt.datetime

    @property
    def today(self) -> dt.date:
        """Which day it is at the institution."""
        return day_in(self.at, profile_of(self.institution).time_zone)


def nothing_to_tell(session: orm.Session, actor: Actor, subject: str, at: dt.datetime) -> None:
    """Most files are of no concern to the partner; ``subject`` is how the history names the import."""


@dataclass(frozen=True, slots=True)
class RowsOf:
    """Rows of one table that an import may touch: those ``where`` some of the ``keys``, all columns or only these."""

    table: type[Base]
    where: Callable[[Sequence[Any]], sa.ColumnElement[bool]]
    keys: Sequence[Any]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What the file would do: the preview to show, and the act. ``idle``: there is nothing to do.

    ``reach`` holds every row that the act may touch, so that what it does can be kept and taken back. ``tell`` writes
    what the partner must know of it once it is applied.
    """

    preview: ImportPreview
    idle: bool
    apply: Callable[[orm.Session], None]
    reach: tuple[RowsOf, ...]
    tell: Callable[[orm.Session, Actor, str, dt.datetime], None] = nothing_to_tell


class Findings:
    """What is found while going through the rows; in the end, the preview."""

    def __init__(self, source: ReadFile) -> None:
        self.source = source
        self.rejected: list[Rejected] = []
        self._reject(*map(self._without_documents, source.table.broken))
        self.remarks: list[Rejected] = []
        self.changes: list[RowChange] = []
        self.listed: list[Listed] = []
        self.warnings: list[Message] = list(source.table.notes)
        self.unchanged = 0
        self.rewritten: dict[str, list[tuple[int, str]]] = {}
        self.words: dict[tuple[str, str, str], list[int]] = {}

    def refuse(self, refused: Refused, row: FileRow) -> None:
        """Leave the row out."""
        self._reject(rejected(refused, row, self.source.table))

    def _without_documents(self, row: Rejected) -> Rejected:
        (value,) = without_documents((row.value,), self.source.table, broken=True)
        return replace(row, value=value)

    def _reject(self, *rows: Rejected) -> None:
        self.rejected.extend(rows)
        refuse_too_many(self.rejected)

    def remark(self, remark: Refused, row: FileRow) -> None:
        """Take the row, and ask for a careful look at it."""
        self.remarks.append(rejected(remark, row, self.source.table))

    def typed_rows(self, kind: type[Typed]) -> Iterator[tuple[FileRow, Typed]]:
        """The rows that are what their columns ask for; the others are rejected."""
        for row in self.source.table.rows:
            outcome = typed(kind, row, self.source.layout, self.source.table)
            if isinstance(outcome, tuple):
                self._reject(*outcome)
            else:
                for name, value in rewritten(row, outcome).items():
                    self.rewritten.setdefault(name, []).append((row.line, value))
                yield row, outcome
        self.warnings += [self._rewritten(name) for name in self.rewritten]

    def _rewritten(self, name: str) -> Message:
        """What a column has in another writing than it is kept in: how often, and where first."""
        cells = self.rewritten[name]
        words = {"column": self.source.table.headers[name], "count": str(len(cells))}
        return Message(
            "%(column)s: full-width or hidden characters, or special blanks, in %(count)s cells are read plainly; "
            "first in line %(line)s, as “%(value)s”.",
            {**words, "line": str(cells[0][0]), "value": cells[0][1]},
        )

    def note_word(self, field: str, written: str, kept: str, row: FileRow) -> None:
        """A cell's word is kept as another of the same meaning: say so once for each word."""
        self.words.setdefault((field, written, kept), []).append(row.line)

    def _kept_as(self) -> Iterator[Message]:
        for (field, written, kept), lines in self.words.items():
            words = {"column": self.source.table.headers[field], "written": written, "kept": kept}
            yield Message(
                "%(column)s: “%(written)s” is kept as “%(kept)s”, in %(count)s cells; first in line %(line)s.",
                {**words, "count": str(len(lines)), "line": str(lines[0])},
            )

    def preview(self) -> ImportPreview:
        """Everything found, in the order of the file."""
        source = self.source
        added = sum(not change.before for change in self.changes)
        broken = {row.line for row in source.table.broken}
        return ImportPreview(
            kind=source.kind,
            institution=source.institution.id,
            filename=source.filename,
            added=added,
            changed=len(self.changes) - added,
            unchanged=self.unchanged,
            changes=tuple(self.changes),
            listed=tuple(self.listed),
            rejected=tuple(sorted(self.rejected, key=lambda row: row.line or 0)),
            remarks=tuple(self.remarks),
            warnings=(*self.warnings, *self._kept_as()),
            heading=source.table.heading,
            rejected_lines={
                line: without_documents(source.table.lines[line], source.table, broken=line in broken)
                for line in sorted({row.line or 0 for row in self.rejected})
            },
        )


Key = TypeVar("Key")


def chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """The keys in portions that a query can ask for."""
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What imports ask of an enrolment; ``names`` are all that a file may call the student."""

    id: int
    version: int | None
    birth_date: dt.date
    names: Mapping[str, Any]


def enrolled(session: orm.Session, institution: str, numbers: Sequence[str]) -> dict[str, Enrolled]:
    """The institution's enrolments by the student's number."""
    students = {}
    columns = (Enrolment.id, Enrolment.number, Enrolment.curriculum_version_id, Enrolment.person_as_told)
    names = (Student.family_name, Student.given_name, Student.han_name, Student.birth_date)
    for some in chunks(numbers):
        query = (
            sa.select(*columns, *names)
            .join(Enrolment.student)
            .where(Enrolment.institution_id == institution, Enrolment.number.in_(some))
        )
        for row in session.execute(query):
            known = {"family_name": row.family_name, "given_name": row.given_name, "han_name": row.han_name}
            students[row.number] = Enrolled(
                id=row.id,
                version=row.curriculum_version_id,
                birth_date=row.birth_date,
                names={**known, **row.person_as_told},
            )
    return students


def raise_revisions(session: orm.Session, enrolments: Sequence[int]) -> None:
    """Tell whatever was judged of these enrolments that it is out of date."""
    for some in chunks(enrolments):
        raised = {"revision": Enrolment.revision + 1}
        session.execute(
            sa.update(Enrolment).where(Enrolment.id.in_(some)).values(raised),
            execution_options={"synchronize_session": False},
        )


def write_rows(
    session: orm.Session,
    table: type[Base],
    inserts: Sequence[Mapping[str, Any]],
    updates: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Insert and update rows of one table; an update holds its row's ``id``."""
    if inserts:
        session.execute(sa.insert(table), list(inserts))
    if updates:
        session.execute(sa.update(table), list(updates))
