"""How does a file of a university come in from a terminal? Previewed, unless it is confirmed."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import orm

from dualdegree import uploads as offering
from dualdegree.core.policy import Actor, operator
from dualdegree.core.text import Message
from dualdegree.db import transaction
from dualdegree.programmes import importing as programmes
from dualdegree.recognition import importing as recognition
from dualdegree.recognition.grading_tables.service import import_grade_tables
from dualdegree.records import importing as records

TEXTS = {
    "institution": programmes.import_institution,
    "agreement": programmes.import_agreement,
    "curriculum": programmes.import_curriculum,
    "equivalences": recognition.import_equivalences,
    "grade-tables": import_grade_tables,
}
KINDS = (*TEXTS, "roster", "grades", "milestones", "offers")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFile:
    """A file as somebody offers it: its kind, whose it is, its name and bytes."""

    kind: str
    institution: str
    name: str
    content: bytes


def take(session: orm.Session, offered: OfferedFile, actor: Actor, at: dt.datetime, *, confirm: bool) -> dict[str, Any]:
    """Import the file, or only preview it: what it adds, changes and leaves, and every rejected row.

    Raises ``Refusal`` for a file that cannot be read at all.
    """
    report: dict[str, Any] = {
        "kind": offered.kind,
        "institution": offered.institution,
        "file": offered.name,
        "confirmed": confirm,
    }
    preview, notes = _examined(session, offered, actor, at, confirm=confirm)
    return {
        **report,
        "added": preview.added,
        "changed": preview.changed,
        "unchanged": preview.unchanged,
        "rejected": [
            {"line": row.line, "column": row.column, "value": row.value, "reason": str(row.reason)}
            for row in preview.rejected
        ],
        "notes": [str(note) for note in notes],
    }


def _examined(
    session: orm.Session, offered: OfferedFile, actor: Actor, at: dt.datetime, *, confirm: bool
) -> tuple[offering.Preview | records.ImportPreview, Sequence[Message]]:
    where, name, content = offered.institution, offered.name, offered.content
    if offered.kind in TEXTS:
        paper = offering.OfferedPaper(institution=where, text=content, name=name, actor=actor, at=at, confirm=confirm)
        text = TEXTS[offered.kind](session, paper)
        return text, text.warnings
    rows = records.import_file(session, offered.kind, where, name, content, actor=actor, at=at, confirm=confirm)
    return rows, rows.notes


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--institution", required=True, help="Whose file it is, such as upv.es.")
@click.option("--confirm", is_flag=True, help="Do it; without this the file is only previewed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def import_(kind: str, file: Path, institution: str, confirm: bool, as_json: bool) -> None:
    """Import FILE, an export or text of one university; only a preview unless --confirm.

    Exit status: 0 with nothing rejected, 1 with rejected rows, 2 with a file that cannot be read at all.
    """
    offered = OfferedFile(kind=kind, institution=institution, name=file.name, content=file.read_bytes())
    at = dt.datetime.now(dt.UTC)
    with transaction() as session:
        report = take(session, offered, operator(institution), at, confirm=confirm)
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else _in_words(report))
    raise SystemExit(1 if report["rejected"] else 0)


def _in_words(report: Mapping[str, Any]) -> str:
    done = "Imported" if report["confirmed"] else "Preview (nothing has changed; --confirm does it)"
    counts = ", ".join(f"{report[what]} {what}" for what in ("added", "changed", "unchanged"))
    lines = [f"{done}: {counts}, {len(report['rejected'])} rejected."]
    lines += [f"  line {row['line']}, {row['column']}, {row['value']!r}: {row['reason']}" for row in report["rejected"]]
    lines += [f"  note: {note}" for note in report["notes"]]
    return "\n".join(lines)
