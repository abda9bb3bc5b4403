"""Which column of an offered file is which field? What the profile does not know yet, a person says once."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import orm

from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.programmes.importing import save_institution
from dualdegree.programmes.institutions.rewriting import with_headings
from dualdegree.programmes.service import institution as find_institution
from dualdegree.records.importing.batches import SETTLED, read_again
from dualdegree.records.importing.fields import FIELDS
from dualdegree.records.importing.files.headings import FileColumn, UnknownHeadings, is_heading_of
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.sources import read_table
from dualdegree.records.importing.kinds import KINDS, layout_of
from dualdegree.records.models import ImportBatch


class ColumnsForKind(NamedTuple):
    """The columns of a file, the fields of its kind in their order, and which of those it cannot do without."""

    columns: tuple[FileColumn, ...]
    fields: tuple[str, ...]
    needs: Needs


def columns_of(session: orm.Session, batch: ImportBatch) -> ColumnsForKind:
    """The columns of an offered file. Raises ``Conflict`` when it is settled, ``Unreadable`` when it is no table."""
    if batch.content is None:
        raise Conflict(SETTLED)
    kind = KINDS[batch.kind]
    layout = layout_of(find_institution(session, batch.institution_id), batch.kind)
    try:
        columns = read_table(batch.content, batch.filename, layout, kind.needs).samples
    except UnknownHeadings as unknown:
        columns = unknown.samples
    return ColumnsForKind(columns, kind.fields, kind.needs)


def say_columns(
    session: orm.Session,
    actor: Actor,
    batch: ImportBatch,
    fields: Sequence[str],
    *,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Keep in the institution's profile which field each column of the file is ("" for none), and read the file again.

    A heading that is new goes before those that the field had, which stay for other files. ``seen`` is the revision of
    the profile that was read. Raises ``Refusal`` about ``column_N`` for a field that two columns would be, and for one
    that is missing; ``Conflict`` when the file is settled or somebody else saved the profile; ``NotAllowed``.
    """
    require(actor, Permission.IMPORT_FILES, batch.policy_subject())
    lock(session, batch)
    shown = columns_of(session, batch)
    _check(shown, fields)
    owner = find_institution(session, batch.institution_id)
    layout = layout_of(owner, batch.kind)
    headings = {name: list(layout.headings(name)) for name in layout.columns}
    for column, field in zip(shown.columns, fields, strict=True):
        if field != column.field:
            _move(headings, column, field)
    text = with_headings(owner.profile, batch.kind, {name: known for name, known in headings.items() if known})
    save_institution(session, text, "institution.yaml", actor=actor, at=at, only=owner.id, revision=seen or 0)
    read_again(session, batch, at)


def _move(headings: dict[str, list[str]], column: FileColumn, field: str) -> None:
    """Let the column be this field's, first of all, and no more that of the field that it was read as."""
    if column.field:
        known = headings[column.field]
        headings[column.field] = [other for other in known if not is_heading_of(column.heading, (other,))]
    if field:
        headings[field] = [column.heading, *headings.get(field, ())]


def _check(shown: ColumnsForKind, fields: Sequence[str]) -> None:
    first: dict[str, str] = {}
    for at, (column, field) in enumerate(zip(shown.columns, fields, strict=True)):
        if field and field in first:
            words = {"heading": first[field]}
            raise Refusal(Message("“%(heading)s” is this already; choose another.", words), about=f"column_{at}")
        first[field] = column.heading
    for needed in (*((name,) for name in shown.needs.all_of), *shown.needs.any_of):
        if not first.keys() & set(needed):
            missing = Message(
                "No column is “%(field)s” yet, without which such a file cannot be read.", {"field": FIELDS[needed[0]]}
            )
            raise Refusal(missing)
