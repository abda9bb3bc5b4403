"""Whose verdict would a new text of rules change? The ``curriculum-impact`` command, which stores nothing."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from dualdegree.audit.rule_changes.effects import CHUNK, Count, RuleEffect, effects
from dualdegree.audit.rule_changes.proposals import Proposal, bound, read_proposal
from dualdegree.audit.rule_changes.table import lines
from dualdegree.cli.files import content_of, name_of
from dualdegree.core.audit.explain.compare import DegreeCompared
from dualdegree.core.credit import figure
from dualdegree.core.source.reading import SourceError
from dualdegree.core.text import Message, Text, say
from dualdegree.db import transaction
from dualdegree.web import spreadsheet

UNREADABLE = 2


@click.command("curriculum-impact")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--all", "everybody", is_flag=True, help="Everybody bound to any version of the curriculum.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, and the count last.")
@click.option("--csv", "table", type=click.Path(path_type=Path), help="Write the table to this file.")
@with_appcontext
def curriculum_impact(file: Path, *, everybody: bool, as_json: bool, table: Path | None) -> None:
    """Audit whoever FILE would concern by the rules in force and by those of FILE, and tell whose result changes.

    FILE is a curriculum, an agreement or an equivalence table, which need not be stored; nothing is stored. A
    curriculum concerns whoever is bound to a version that it would replace, the other two everybody in the programme.
    Exit status 0 whatever changes; 2 when FILE cannot be read.
    """
    try:
        with transaction() as session:
            proposal = read_proposal(session, content_of(file), name_of(file))
            ids = bound(session, proposal, everybody=everybody)
    except SourceError as error:
        click.echo(str(error).encode(errors="replace"), err=True)
        raise SystemExit(UNREADABLE) from None
    counted = _Counted(proposal, ids)
    if table is not None:
        _write(table, counted)
    else:
        for effect in counted.changed():
            _echo(json.dumps(_as_json(effect), ensure_ascii=False) if as_json else "\n".join(_lines(effect)))
    _echo(json.dumps(_count_as_json(counted), ensure_ascii=False) if as_json else _summary(counted))


class _Counted:
    """The students whom the proposal changes, one after the other, and the count of all that were audited so far."""

    def __init__(self, proposal: Proposal, ids: Sequence[int]) -> None:
        self.proposal, self.ids, self.count = proposal, ids, Count()
        self.at = dt.datetime.now(dt.UTC)

    def changed(self) -> Iterator[RuleEffect]:
        for start in range(0, len(self.ids), CHUNK):
            # Between chunks other writers may work, and on SQLite nobody waits for the whole run.
            with transaction() as session:
                chunk = tuple(effects(session, self.proposal, self.ids[start : start + CHUNK], self.at))
            for effect in chunk:
                self.count = self.count.including(effect)
                if effect.comparison.changed:
                    yield effect


def _write(path: Path, counted: _Counted) -> None:
    """The table in its place once it is complete."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8-sig", newline="") as file:
            for cells in lines(counted.changed(), _in_english):
                file.write(spreadsheet.line(cells))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _echo(line: str) -> None:
    # In bytes, so that Han characters are printed whatever the terminal's encoding is said to be.
    click.echo(line.encode())


def _lines(effect: RuleEffect) -> Iterator[str]:
    yield f"{' / '.join(effect.numbers.values())}  {say(effect.name, 'en')}"
    for degree in effect.comparison.degrees:
        if degree.changed:
            yield f"  {degree.id}: {_in_words(degree)}"
            yield from (f"    {reason}" for reason in degree.why)


def _in_words(degree: DegreeCompared) -> str:
    before, after = degree.before, degree.after
    verdict = f"{_verdict(before.met)} -> {_verdict(after.met)}"
    if before.met is after.met:
        verdict = f"{_verdict(after.met)} as before"
    earlier, later = str(before.counted.words), str(after.counted.words)
    return f"{verdict}, {later} as before" if earlier == later else f"{verdict}, {earlier} -> {later}"


def _verdict(met: bool) -> str:
    return "met" if met else "not met"


def _summary(counted: _Counted) -> str:
    proposal, count = counted.proposal, counted.count
    instead = f"instead of {', '.join(proposal.replaces)}" if proposal.replaces else "which replaces none"
    return (
        f"{proposal.kind} {proposal.version} of {proposal.programme}, {instead}: {count.audited} audited, "
        f"{count.changed} changed, {count.lost} would lose a verdict, {count.gained} would gain one."
    )


def _as_json(effect: RuleEffect) -> dict[str, Any]:
    return {
        "numbers": effect.numbers,
        "degrees": {
            degree.id: {
                "before": {"met": degree.before.met, "shortfall_ects": figure(degree.before.lack)},
                "after": {"met": degree.after.met, "shortfall_ects": figure(degree.after.lack)},
                "claims_changed": degree.moved,
                "why": [str(reason) for reason in degree.why],
            }
            for degree in effect.comparison.degrees
            if degree.changed
        },
    }


def _count_as_json(counted: _Counted) -> dict[str, Any]:
    proposal, count = counted.proposal, counted.count
    return {
        "kind": proposal.kind,
        "programme": proposal.programme,
        "version": proposal.version,
        "replaces": proposal.replaces,
        "audited": count.audited,
        "changed": count.changed,
        "verdicts_lost": count.lost,
        "verdicts_gained": count.gained,
    }


def _in_english(words: Message | Text) -> str:
    return str(words) if isinstance(words, Message) else say(words, "en")
