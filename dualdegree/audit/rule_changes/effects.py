"""Whose verdict, shortfall or claims would other rules change, and why? Both audits in memory; nothing is stored."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.audit.comparing import compared
from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.rule_changes.proposals import Proposal
from dualdegree.audit.service import Include, answers
from dualdegree.core.audit.explain.compare import Comparison
from dualdegree.core.text import Text

CHUNK = 200
"""How many students are held in memory at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEffect:
    """What the proposed rules do to one student. ``numbers`` are the student's at each institution."""

    student: int
    name: Text
    numbers: Mapping[str, str]
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many students were audited, and of how many each thing changes."""

    audited: int = 0
    changed: int = 0
    lost: int = 0
    """Some degree is met now and would not be."""
    gained: int = 0

    def including(self, effect: RuleEffect) -> "Count":
        """The count with one student more."""
        degrees = effect.comparison.degrees
        return Count(
            audited=self.audited + 1,
            changed=self.changed + effect.comparison.changed,
            lost=self.lost + any(degree.before.met and not degree.after.met for degree in degrees),
            gained=self.gained + any(degree.after.met and not degree.before.met for degree in degrees),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The students whom it changes, in the order of their ids, and the count of all."""

    effects: tuple[RuleEffect, ...]
    count: Count


def impact(session: orm.Session, proposal: Proposal, student_ids: Sequence[int], at: dt.datetime) -> Impact:
    """What the proposal does to these students, kept in memory: for as many as fit on a page."""
    count, changed = Count(), []
    for effect in effects(session, proposal, student_ids, at):
        count = count.including(effect)
        if effect.comparison.changed:
            changed.append(effect)
    return Impact(effects=tuple(changed), count=count)


def effects(
    session: orm.Session, proposal: Proposal, student_ids: Sequence[int], at: dt.datetime
) -> Iterator[RuleEffect]:
    """What the proposal does to each of these students, changed or not: chunk by chunk, each in as many queries."""
    for start in range(0, len(student_ids), CHUNK):
        yield from _of_chunk(session, proposal, student_ids[start : start + CHUNK], at)


def _of_chunk(session: orm.Session, proposal: Proposal, ids: Sequence[int], at: dt.datetime) -> Iterator[RuleEffect]:
    held_by = dossiers(session, ids)
    now = answers(session, held_by.values(), Include.OFFICIAL, at)
    for id_, held in held_by.items():
        yield RuleEffect(
            student=id_,
            name=held.student.full_name,
            numbers={enrolment.institution_id: enrolment.number for enrolment in held.student.enrolments},
            comparison=compared(now[id_], proposal.applied(held).case).comparison,
        )
