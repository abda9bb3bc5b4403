"""What does a register's file say of results that this system recorded itself? It never overwrites nor doubles them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.records import PASSED
from dualdegree.core.text import Message
from dualdegree.records.entered.models import EnteredResult
from dualdegree.records.entered.rows import as_json, in_words
from dualdegree.records.entered.service import ATTEMPT, MILESTONE, together
from dualdegree.records.models import Enrolment

CHUNK = 500
Key = tuple[int, str]
"""Enrolment, and the milestone or course."""


class RecordedHere:
    """The results of some enrolments that were recorded here, and what a file turns out to say of them."""

    def __init__(self, session: orm.Session, kind: str, enrolments: Iterable[int]) -> None:
        self._entries: dict[Key, list[EnteredResult]] = {}
        self._said: dict[int, Mapping[str, Any]] = {}
        ids = sorted(set(enrolments))
        for start in range(0, len(ids), CHUNK):
            query = sa.select(EnteredResult).where(
                EnteredResult.kind == kind, EnteredResult.enrolment_id.in_(ids[start : start + CHUNK])
            )
            for row in session.scalars(query.order_by(EnteredResult.id)):
                self._entries.setdefault((row.enrolment_id, row.what), []).append(row)

    def milestone(self, key: Key) -> bool:
        """Whether this milestone was recorded here."""
        return key in self._entries

    def attempt(self, key: Key, *, term: str, sitting: str, status: str) -> bool:
        """Whether a row of the register is about an attempt that was recorded here.

        It is the same sitting, or another that is passed: a course that is passed is passed once.
        """
        entries = self._entries.get(key, [])
        return any(
            (entry.result["term"], entry.result["sitting"]) == (term, sitting)
            or entry.result["status"] == status == PASSED
            for entry in entries
        )

    def difference(self, key: Key, columns: Mapping[str, Any]) -> Message | None:
        """Note what the register says in these columns; the sentence to report where that is something else."""
        entries, said = self._entries[key], as_json(columns)
        here = as_json(together(entries))
        for entry in entries:
            if entry.register_says != said:
                self._said[entry.id] = said
        if not disagree(here, said):
            return None
        return Message(
            "Certified in this system, with another content: %(here)s; the file says %(file)s. What was certified "
            "stands: correct it where it was certified, or correct the register.",
            {"here": _written(here, said), "file": _written(said, here)},
        )

    @property
    def is_idle(self) -> bool:
        """Whether the file says nothing new of them."""
        return not self._said

    def keep(self, session: orm.Session) -> None:
        """Keep what the register says beside what stands."""
        for number, said in sorted(self._said.items()):
            session.execute(sa.update(EnteredResult).where(EnteredResult.id == number).values(register_says=said))


def disagree(here: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether the register says something, and otherwise than it stands; titles are not compared."""
    return any(value != here.get(name) for name, value in said.items() if name != "titles" and value is not None)


def disagreements(session: orm.Session, institution: str) -> Sequence[EnteredResult]:
    """What was recorded here for the institution and its register says otherwise, by number."""
    query = (
        sa.select(EnteredResult)
        .join(EnteredResult.enrolment)
        .where(EnteredResult.institution_id == institution)
        .order_by(Enrolment.number, EnteredResult.id)
    )
    groups: dict[Key, list[EnteredResult]] = {}
    for row in session.scalars(query):
        groups.setdefault((row.enrolment_id, row.what), []).append(row)
    return [
        entries[-1]
        for entries in groups.values()
        if (said := entries[-1].register_says) and disagree(as_json(together(entries)), said)
    ]


def _written(values: Mapping[str, Any], beside: Mapping[str, Any]) -> str:
    """The values that differ, as one side writes them."""
    differing = {name: value for name, value in values.items() if name in beside and value != beside[name]}
    return ", ".join(in_words(differing).values()) or "–"


__all__ = ["ATTEMPT", "MILESTONE", "RecordedHere", "disagree", "disagreements"]
