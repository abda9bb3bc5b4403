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
from dualdegree.catalogues import anything as said_in
from dualdegree.core.policy import Actor, operator
from dualdegree.core.text import LANGUAGES, Message
from dualdegree.db import reading, transaction
from dualdegree.programmes import importing as programmes
from dualdegree.programmes.service import institution as institution_of
from dualdegree.recognition import importing as recognition
from dualdegree.recognition.grading_tables.service import import_grade_tables
from dualdegree.records import importing as records
from dualdegree.records.importing.taking_back.service import in_words, take_back, taking_back
from dualdegree.records.service import batch_of

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
    whole: bool = False
    """Whether it is said to be the whole register, so that what it lacks is listed."""


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
        **({"absent": _absent(preview)} if offered.whole else {}),
    }


def _absent(preview: offering.Preview | records.ImportPreview) -> list[dict[str, Any]]:
    """What the record holds more often than a file that is the whole register; nothing of it is ever deleted."""
    rows = preview.absent if isinstance(preview, records.ImportPreview) else ()
    return [{"subject": row.subject, "what": row.what, "held": row.held, "given": row.given} for row in rows]


def _examined(
    session: orm.Session, offered: OfferedFile, actor: Actor, at: dt.datetime, *, confirm: bool
) -> tuple[offering.Preview | records.ImportPreview, Sequence[Message]]:
    where, name, content = offered.institution, offered.name, offered.content
    if offered.kind in TEXTS:
        paper = offering.OfferedPaper(institution=where, text=content, name=name, actor=actor, at=at, confirm=confirm)
        text = TEXTS[offered.kind](session, paper)
        return text, text.warnings
    whole = offered.whole
    rows = records.import_file(
        session, offered.kind, where, name, content, actor=actor, at=at, confirm=confirm, whole=whole
    )
    return rows, rows.notes


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS), required=False)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--institution", help="Whose file it is, such as upv.es.")
@click.option("--confirm", is_flag=True, help="Do it; without this the file is only previewed.")
@click.option("--whole", is_flag=True, help="The file is the whole register: what it lacks is listed, never deleted.")
@click.option("--take-back", "number", type=int, help="Take back the confirmed import of this number instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def import_(
    *,
    kind: str | None,
    file: Path | None,
    institution: str | None,
    confirm: bool,
    whole: bool,
    number: int | None,
    as_json: bool,
) -> None:
    """Import FILE, an export or text of one university; only a preview unless --confirm.

    With --take-back, bring back the state before an import that was confirmed; again only a preview unless --confirm.

    Exit status: 0 with nothing rejected, 1 with rejected rows or something that rests on the import, 2 with a file that
    cannot be read at all.
    """
    at = dt.datetime.now(dt.UTC)
    if number is not None:
        if kind or file:
            raise click.UsageError("--take-back needs no file.")
        with transaction() as session:
            back = take_import_back(session, number, at, confirm=confirm)
        click.echo(json.dumps(back, ensure_ascii=False) if as_json else _taken_back_in_words(back))
        raise SystemExit(1 if back["resting"] else 0)
    if kind is None or file is None or institution is None:
        raise click.UsageError("Say the kind of file, the file and --institution.")
    if whole and kind in (*TEXTS, "offers"):
        raise click.UsageError("--whole is for a register's roster, grades or milestones.")
    offered = OfferedFile(kind=kind, institution=institution, name=file.name, content=file.read_bytes(), whole=whole)
    with transaction() as session:
        report = take(session, offered, operator(institution), at, confirm=confirm)
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else _in_words(report))
    raise SystemExit(1 if report["rejected"] else 0)


def take_import_back(session: orm.Session, number: int, at: dt.datetime, *, confirm: bool) -> dict[str, Any]:
    """Take the import of this number back, or only say what that would do. Raises ``Refusal``."""
    batch = batch_of(session, number)
    consequences = taking_back(session, batch)
    done = confirm and not consequences.resting
    if done:
        take_back(session, operator(batch.institution_id), batch, seen=None, at=at)
    return {
        "import": number,
        "file": batch.filename,
        "institution": batch.institution_id,
        "taken_back": done,
        "removed": consequences.removed,
        "restored": consequences.restored,
        "returned": consequences.returned,
        "resting": [str(in_words(stake)) for stake in consequences.resting],
        "touched": [str(in_words(stake)) for stake in (*consequences.signed, *consequences.verdicts)],
    }


def _taken_back_in_words(report: Mapping[str, Any]) -> str:
    if report["resting"]:
        done = "Not taken back, because something rests on it"
    else:
        done = "Taken back" if report["taken_back"] else "Preview (nothing has changed; --confirm does it)"
    counts = ", ".join(f"{report[what]} rows {what}" for what in ("removed", "restored", "returned"))
    lines = [f"{done}: {report['file']}: {counts}."]
    lines += [f"  rests on it: {line}" for line in report["resting"]]
    lines += [f"  touched: {line}" for line in report["touched"]]
    return "\n".join(lines)


def _in_words(report: Mapping[str, Any]) -> str:
    done = "Imported" if report["confirmed"] else "Preview (nothing has changed; --confirm does it)"
    counts = ", ".join(f"{report[what]} {what}" for what in ("added", "changed", "unchanged"))
    lines = [f"{done}: {counts}, {len(report['rejected'])} rejected."]
    lines += [f"  line {row['line']}, {row['column']}, {row['value']!r}: {row['reason']}" for row in report["rejected"]]
    lines += [f"  note: {note}" for note in report["notes"]]
    lines += [
        f"  not in the file: {row['subject']} {row['what']}".rstrip()
        + f" ({row['held']} in the record, {row['given']} in the file)"
        for row in report.get("absent", ())
    ]
    return "\n".join(lines)


@click.command("import-template")
@click.argument("kind", type=click.Choice(tuple(records.KINDS)))
@click.option("--institution", required=True, help="Whose profile says the headings, such as upv.es.")
@click.option("--language", default="en", show_default=True, type=click.Choice(LANGUAGES), help="Of the explanations.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it; else KIND.xlsx.")
@with_appcontext
def import_template(kind: str, institution: str, language: str, output: Path | None) -> None:
    """Write an empty XLSX file to fill in and import, with every column explained on its second sheet."""
    path = output or Path(f"{kind}.xlsx")
    with reading() as session:
        owner = institution_of(session, institution)
        content = records.blank_file(owner, kind, lambda words: said_in(language, words))
    path.write_bytes(content)
    click.echo(f"Written: {path}")
