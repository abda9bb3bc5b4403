"""How is an equivalence table written as YAML? The one text of its values, which reads back as an equal table."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import yaml

from dualdegree.core.credit import figure
from dualdegree.core.curricula.equivalence import Entry, EquivalenceTable, Evidence, SourceCourse, Target

WIDTH = 120


class _Dumper(yaml.SafeDumper):
    """Lists stand further in than their key, as the files of this project are written."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Never without an indent."""
        super().increase_indent(flow, indentless=False)


def write_equivalences(table: EquivalenceTable) -> str:
    """The table as YAML: notes and comments of a text that it was read from apart, nothing is lost."""
    plain: dict[str, Any] = {"equivalences": table.id, "programme": table.programme, "version": table.version}
    if table.title:
        plain["title"] = dict(table.title)
    plain.update({key: dict(text) for key, text in table.notes.items()})
    plain["entries"] = [entry_as_plain(entry) for entry in table.entries]
    written: str = yaml.dump(
        plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=WIDTH
    )
    return written


def entry_as_plain(entry: Entry) -> dict[str, Any]:
    """One entry as keys and texts, as its file writes it; what it leaves open is not there."""
    plain: dict[str, Any] = {
        "id": entry.id,
        "from": {"institution": entry.institution, "courses": [dict(_course(source)) for source in entry.sources]},
        "to": {"institution": entry.target_institution, "courses": [dict(_course(target)) for target in entry.targets]},
    }
    plain.update(_terms(entry))
    if evidence := dict(_evidence(entry.evidence)):
        plain["evidence"] = evidence
    if entry.note:
        plain["note"] = dict(entry.note)
    return plain


def _course(course: SourceCourse | Target) -> Iterator[tuple[str, Any]]:
    if course.code is not None:
        yield "code", course.code
    yield "credits", figure(course.credits)
    if course.ects is not None:
        yield "ects", figure(course.ects)
    if isinstance(course, Target) and course.title:
        yield "title", dict(course.title)
    if isinstance(course, Target) and course.tags:
        yield "tags", list(course.tags)


def _terms(entry: Entry) -> Iterator[tuple[str, Any]]:
    if entry.min_grade is not None:
        yield "min_grade", figure(entry.min_grade)
    if entry.grade_method is not None:
        yield "grade_method", entry.grade_method
    if entry.cohort is not None:
        yield "admission", _span(entry.cohort.first, entry.cohort.last)
    if entry.period is not None:
        last = entry.period.last
        yield "valid", _span(entry.period.first.isoformat(), last.isoformat() if last else None)
    if entry.is_choice:
        yield "choice", "student"


def _span(first: str, last: str | None) -> Mapping[str, str]:
    return {"from": first} if last is None else {"from": first, "to": last}


def _evidence(evidence: Evidence) -> Iterator[tuple[str, Any]]:
    for key, value in (("content", evidence.content), ("workload", evidence.workload)):
        if value is not None:
            yield key, figure(value)
    hours: dict[str, Decimal | None] = {"sat": evidence.hours_sat, "granted": evidence.hours_granted}
    if known := {key: figure(value) for key, value in hours.items() if value is not None}:
        yield "hours", known
    if evidence.syllabi:
        yield "syllabi", list(evidence.syllabi)
    for key, text in (("outcomes", evidence.outcomes), ("mobility", evidence.mobility)):
        if text:
            yield key, dict(text)
