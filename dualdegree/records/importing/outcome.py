"""What would a file change? The answer of every import: what is added, changed, unchanged, listed and rejected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dualdegree.core.refusal import Conflict
from dualdegree.core.text import Message
from dualdegree.uploads import Rejected


class PreviewOutdated(Conflict):
    """What the file would do is no longer what its preview said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One thing that the file adds or changes, in the words of the register: field → text."""

    line: int
    subject: str
    """Whose: the student's number."""
    what: str
    """Which: ``39001 2026-1``, or ``""`` for the person."""
    before: Mapping[str, str]
    """Empty where it is added."""
    after: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row that the register itself marks as recognised, exempted or transferred: kept apart from the attempts."""

    line: int
    subject: str
    what: str
    mark: str
    kind: str = "recognised"
    """What the mark means: one of ``core.records.LISTED``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentRow:
    """What the record holds so many times of a student, and a file that is the whole register only so many times."""

    subject: str
    what: str
    """A course or a milestone; "" for the student."""
    held: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What one file would do now. ``confirmed``: it has been done."""

    kind: str
    institution: str
    filename: str
    added: int
    changed: int
    unchanged: int
    changes: tuple[RowChange, ...] = ()
    listed: tuple[Listed, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    remarks: tuple[Rejected, ...] = ()
    """Rows that are taken, and what a careful reader should look at in them."""
    warnings: tuple[Message, ...] = ()
    confirmed: bool = False
    heading: tuple[str, ...] = ()
    rejected_lines: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """The row of headings, and line → cells of every rejected row, as the file writes them."""

    whole: bool = False
    """Whether the file was said to be the whole register; then ``absent`` is what it lacks."""
    absent: tuple[AbsentRow, ...] = ()

    @property
    def takes_nothing(self) -> bool:
        """Whether every row is rejected."""
        return bool(self.rejected) and not (self.added or self.changed or self.unchanged or self.listed)

    @property
    def notes(self) -> tuple[Message, ...]:
        """Everything to read with care, in sentences: of the file, then of its rows."""
        return *self.warnings, *(_sentence(remark) for remark in self.remarks)

    def as_json(self) -> dict[str, Any]:
        """The preview as JSON values, words kept as messages so that any reader's language can say them."""
        return {
            "kind": self.kind,
            "institution": self.institution,
            "filename": self.filename,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "confirmed": self.confirmed,
            "changes": [
                {
                    "line": change.line,
                    "subject": change.subject,
                    "what": change.what,
                    "before": change.before,
                    "after": change.after,
                }
                for change in self.changes
            ],
            "listed": [
                {"line": row.line, "subject": row.subject, "what": row.what, "mark": row.mark, "kind": row.kind}
                for row in self.listed
            ],
            "rejected": [_row_as_json(row) for row in self.rejected],
            "remarks": [_row_as_json(row) for row in self.remarks],
            "warnings": [_message_as_json(note) for note in self.warnings],
            "whole": self.whole,
            "absent": [
                {"subject": row.subject, "what": row.what, "held": row.held, "given": row.given} for row in self.absent
            ],
            "heading": list(self.heading),
            "rejected_lines": [[line, list(cells)] for line, cells in self.rejected_lines.items()],
        }


def _sentence(remark: Rejected) -> Message:
    words = {"line": str(remark.line), "column": remark.column, "value": remark.value, "reason": remark.reason}
    return Message("Line %(line)s, %(column)s, %(value)s: %(reason)s", words)


def from_json(value: Mapping[str, Any]) -> ImportPreview:
    """The preview that ``as_json`` wrote."""
    return ImportPreview(
        **{key: value[key] for key in ("kind", "institution", "filename", "added", "changed", "unchanged")},
        confirmed=value["confirmed"],
        changes=tuple(RowChange(**change) for change in value["changes"]),
        listed=tuple(Listed(**row) for row in value["listed"]),
        rejected=tuple(Rejected(**{**row, "reason": _message(row["reason"])}) for row in value["rejected"]),
        remarks=tuple(Rejected(**{**row, "reason": _message(row["reason"])}) for row in value["remarks"]),
        warnings=tuple(_message(note) for note in value["warnings"]),
        # Files that were offered before these were kept have none.
        whole=value.get("whole", False),
        absent=tuple(AbsentRow(**row) for row in value.get("absent", ())),
        heading=tuple(value.get("heading", ())),
        rejected_lines={line: tuple(cells) for line, cells in value.get("rejected_lines", ())},
    )


def _row_as_json(row: Rejected) -> dict[str, Any]:
    return {"line": row.line, "column": row.column, "value": row.value, "reason": _message_as_json(row.reason)}


def _message_as_json(message: Message) -> dict[str, Any]:
    params = {key: _param_as_json(value) for key, value in (message.params or {}).items()}
    return {"id": message.id, "params": params}


def _param_as_json(value: object) -> Any:
    if isinstance(value, Message):
        return _message_as_json(value)
    return [_param_as_json(param) for param in value] if isinstance(value, tuple) else str(value)


def _message(value: Mapping[str, Any]) -> Message:
    return Message(value["id"], {key: _param(param) for key, param in value["params"].items()} or None)


def _param(value: Any) -> object:
    if isinstance(value, Mapping):
        return _message(value)
    return tuple(_param(part) for part in value) if isinstance(value, list) else value
