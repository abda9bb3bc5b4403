"""What has changed since the previous answer, what moved, and which acts of the history moved it?"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.evidence import facts_of, latest
from dualdegree.audit.models import AuditResult, ExceptionRequest
from dualdegree.audit.service import Audit
from dualdegree.core.acts import IMPORTS, SENTENCES, Act
from dualdegree.core.audit.case.answers import from_json
from dualdegree.core.audit.case.previous import carried
from dualdegree.core.audit.facts import Case
from dualdegree.core.changes import changes_of_record
from dualdegree.core.text import Message, Text
from dualdegree.events import Event
from dualdegree.recognition.models import DecidedRecognition

MOVES = (
    *(Act.CURRICULUM_OF_A_STUDENT_CHANGED, Act.EQUIVALENCES_OF_STUDENTS_CHANGED),
    *(Act.DEGREE_CONFERRED, Act.DEGREE_ANNULLED),
)
Titles = Mapping[tuple[str, str], Text]
"""(institution, course, tag or milestone) → what its curriculum calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One act of the history that may have moved the answer: what, where and when."""

    at: dt.datetime
    act: Message
    institutions: tuple[str, ...]
    """Whose histories tell of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened between the previous answer and this one.

    ``case`` states the previous places, so that it can be explained what moved.
    """

    previous_at: dt.datetime
    case: Case
    changes: tuple[Message, ...]
    deeds: tuple[Deed, ...]


def story_of(session: orm.Session, audit: Audit) -> Story | None:
    """The story of an audit that was just asked for; None for the first of its kind."""
    question = audit.question
    row = latest(session, question.include.value, [question.student]).get(question.student)
    if row is None:
        return None
    if row.result.case_digest == question.digest and row.previous is not None:
        before, since, until = row.previous, row.previous_until or row.since, row.since
    elif row.result.case_digest != question.digest:
        # The answer was computed for a page that could not write; what is kept as the latest came before it.
        before, since, until = row.result, row.confirmed_at, audit.at
    else:
        return None
    return Story(
        previous_at=before.audited_at,
        case=replace(question.case, previous=carried(question.case, from_json(before.answer, "audit_result"))),
        changes=_changes(before, audit),
        deeds=tuple(_deeds(session, audit, since, until)),
    )


def _changes(before: AuditResult, audit: Audit) -> tuple[Message, ...]:
    """What differs between the facts of both cases, each course with the title that its curriculum gives it."""
    dossier = audit.question.dossier
    titles = {
        (side.curriculum.institution, code): course.title
        for side in dossier.sides
        for code, course in side.curriculum.courses.items()
    }
    words = {
        (side.curriculum.institution, name): title
        for side in dossier.sides
        for name, title in side.curriculum.degree.words.items()
    }
    homes = {side.curriculum.degree.id: side.curriculum.institution for side in dossier.sides}
    was, now = (json.loads(text) for text in (before.facts, facts_of(dossier, audit.question.facts)))
    return tuple(changes_of_record(*(_titled(facts, homes, titles, words) for facts in (was, now))))


def _titled(facts: Mapping[str, Any], homes: Mapping[str, str], titles: Titles, words: Titles) -> dict[str, Any]:
    """Courses, grants and milestones as their curricula call them: what is kept of an answer has no titles."""
    record = [
        {**attempt, "title": titles.get((attempt["institution"], attempt["course"]), {"und": attempt["course"]})}
        for attempt in facts["record"]
    ]
    milestones = [
        {**held, "title": words.get((held.get("institution", ""), held["milestone"]), {})}
        for held in facts["milestones"]
    ]
    recognitions = [
        {
            **entry,
            "grants": [
                _titled_grant(grant, homes.get(entry["degree"], ""), titles, words) for grant in entry["grants"]
            ],
        }
        for entry in facts["recognitions"]
    ]
    return {**facts, "record": record, "milestones": milestones, "recognitions": recognitions}


def _titled_grant(grant: Mapping[str, Any], home: str, titles: Titles, words: Titles) -> dict[str, Any]:
    tagged = next((words[home, tag] for tag in grant.get("tags", ()) if (home, tag) in words), None)
    title = titles.get((home, grant["course"])) if "course" in grant else tagged
    return {**grant, "title": title or {}}


def _deeds(session: orm.Session, audit: Audit, since: dt.datetime, until: dt.datetime) -> Sequence[Deed]:
    """The acts after the previous answer was last found to hold that touch what this student's audits read."""
    dossier = audit.question.dossier
    numbers = [enrolment.number for enrolment in dossier.student.enrolments]
    asked = sa.select(ExceptionRequest.id).where(ExceptionRequest.student_id == audit.question.student)
    subjects = [f"exception:{number}" for number in session.scalars(asked)]
    decided = sa.select(DecidedRecognition.key).where(DecidedRecognition.student_id == audit.question.student)
    subjects += session.scalars(decided)
    subjects += [document.subject for document in (dossier.agreement, dossier.equivalences) if document is not None]
    subjects += [f"institution:{side.enrolment.institution_id}" for side in dossier.sides]
    # A batch is one act, which names whom it touched by their numbers.
    named = [
        column.contains(f'"{number} ', autoescape=True) | column.contains(f'"{number}"', autoescape=True)
        for number in numbers
        for column in (Event.before, Event.after)
    ]
    moved = (Event.subject == dossier.student.subject) & Event.act.in_(MOVES)
    query = (
        sa.select(Event.at, Event.institution_id, Event.act)
        .where(Event.at > since, Event.at <= until, Event.institution_id.in_(_institutions(audit)))
        .where(Event.subject.in_(subjects) | moved | (Event.act.in_(IMPORTS) & sa.or_(*named)))
        .order_by(Event.at, Event.id)
    )
    acts: dict[tuple[dt.datetime, str], list[str]] = {}
    for row in session.execute(query):
        acts.setdefault((row.at, row.act), []).append(row.institution_id)
    return tuple(
        Deed(at=at, act=SENTENCES[Act(act)], institutions=tuple(sorted(set(where))))
        for (at, act), where in acts.items()
    )


def _institutions(audit: Audit) -> list[str]:
    return [side.enrolment.institution_id for side in audit.question.dossier.sides]
