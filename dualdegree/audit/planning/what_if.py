"""What if something were different for a student? The dossier as it would be, and what of the changes cannot be."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import orm

from dualdegree.audit import comparing
from dualdegree.audit.dossiers import Dossier, DossierSide, under
from dualdegree.audit.planning.changes import Added, Changes
from dualdegree.audit.planning.expected import Expected, expected, with_granted, with_pending
from dualdegree.audit.planning.what_if_recognitions import TAKEN, decided
from dualdegree.audit.service import STATUSES, Include
from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.explain.compare import Judged
from dualdegree.core.audit.facts import Status
from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.terms import is_open
from dualdegree.core.text import Message
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.programmes.offers import offered_terms
from dualdegree.programmes.service import published
from dualdegree.programmes.texts import curriculum_of
from dualdegree.records import models as records

Terms = Mapping[tuple[str, str], tuple[str, ...]]
"""Institution and course → the terms in which it is offered."""
SITTING = "plan"
"""What the register's word for a sitting is in an attempt that nobody has registered yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The dossier as it would be. ``gone``: which of the changes cannot be and are left out, each with its reason."""

    dossier: Dossier
    gone: tuple[Message, ...]
    versions: tuple[CurriculumVersion, ...]
    """What could be tried instead of the curricula that bind the student: other specialisations, other years."""
    offers: tuple[Added, ...]
    """What could be added: each course that is neither passed nor under way, in each term to come."""
    expected: Expected
    """What other offices know of the student's terms and recognitions."""


def tried(session: orm.Session, as_is: Dossier, changes: Changes, at: dt.datetime) -> Tried:
    """The student's dossier under these changes. Nothing is stored."""
    gone: list[Message] = []
    known = expected(session, as_is)
    as_is = with_granted(as_is, known)
    terms = offered_terms(session, [side.curriculum.institution for side in as_is.sides])
    versions = _others(session, as_is)
    curricula = _curricula(versions, changes, gone)
    gone += _unknown(as_is, known, changes)
    sides = [
        replace(side, curriculum=curricula.get(side.curriculum.institution, side.curriculum)) for side in as_is.sides
    ]
    sides = [_changed(side, changes, terms, at, gone) for side in sides]
    dossier = under(replace(as_is, sides=tuple(sides)), as_is.rules)
    if changes.request:
        dossier = with_pending(dossier, known, changes.request)
    if changes.grant or changes.refuse:
        dossier = decided(dossier, changes, gone)
    return Tried(
        dossier=dossier, gone=tuple(gone), versions=versions, offers=tuple(_offers(dossier, terms, at)), expected=known
    )


def judged(dossier: Dossier, include: Include, before: Answer | None = None) -> Judged:
    """The answer about a dossier, moving as little of ``before`` as it can."""
    return comparing.judged(replace(dossier.case, include=STATUSES[include]), before)


def _others(session: orm.Session, as_is: Dossier) -> tuple[CurriculumVersion, ...]:
    """The published versions of both sides that do not bind the student."""
    bound = {side.enrolment.curriculum_version_id for side in as_is.sides}
    every = (
        version
        for side in as_is.sides
        for version in published(session, side.curriculum.institution, as_is.student.programme_id)
    )
    return tuple(version for version in every if version.id not in bound)


def _curricula(
    versions: Sequence[CurriculumVersion], changes: Changes, gone: list[Message]
) -> Mapping[str, Curriculum]:
    """Institution → the curriculum to be judged by; one at each."""
    known = {version.id: version for version in versions}
    chosen: dict[str, Curriculum] = {}
    for wanted in changes.versions:
        version = known.get(wanted)
        if version is None:
            gone.append(
                Message("A curriculum version of this plan is not there any more, or binds the student already.")
            )
        elif version.institution_id in chosen:
            gone.append(Message("Only one curriculum of each university can be tried; the first one is."))
        else:
            chosen[version.institution_id] = curriculum_of(version)
    return chosen


def _unknown(as_is: Dossier, known: Expected, changes: Changes) -> Iterator[Message]:
    """What neither institution has."""
    record = {row.id for row in as_is.case.record}
    for attempt in changes.drop:
        if attempt not in record:
            yield Message("%(item)s is not in the record any more.", {"item": attempt})
    waiting = {recognition.key for recognition in known.pending}
    for request in changes.request:
        if request not in waiting:
            yield Message("A request of this plan waits no longer; see what was decided among the student's requests.")
    own = {side.curriculum.institution for side in as_is.sides}
    for added in changes.add:
        if added.institution not in own:
            yield Message("%(code)s is not in the curriculum.", {"code": added.course})


def _changed(side: DossierSide, changes: Changes, terms: Terms, at: dt.datetime, gone: list[Message]) -> DossierSide:
    """One side without what is dropped, and with the courses added there as attempts that no register holds."""
    kept = tuple(row for row in side.attempts if row.reference not in changes.drop)
    left = replace(side, attempts=kept)
    planned = []
    for added in changes.add:
        if added.institution == side.curriculum.institution:
            reason = _why_not(left, added, terms, at)
            if reason is None:
                planned.append(_attempt(left, added))
            else:
                gone.append(reason)
    return replace(left, attempts=(*kept, *planned))


def _why_not(side: DossierSide, added: Added, terms: Terms, at: dt.datetime) -> Message | None:
    """Why a course cannot be added, if it cannot."""
    course = side.curriculum.courses.get(added.course)
    if course is None:
        return Message("%(code)s is not in the curriculum.", {"code": added.course})
    words = {"course": course.title, "code": added.course, "term": term_in_words(added.term)}
    if added.course in _taken(side) and not course.repeatable:
        return Message("%(course)s (%(code)s) is passed or under way already.", words)
    if added.term in _open_terms(added.institution, added.course, terms, at):
        return None
    if added.term in terms.get((added.institution, added.course), ()):
        return Message("%(course)s (%(code)s): %(term)s has begun; choose a later one.", words)
    return Message("%(course)s (%(code)s) is not on offer in %(term)s any more.", words)


def _attempt(side: DossierSide, added: Added) -> records.RegisteredAttempt:
    return records.RegisteredAttempt(
        institution_id=added.institution,
        course=added.course,
        term=added.term,
        sitting=SITTING,
        titles={},
        credits=side.curriculum.courses[added.course].credits,
        status=Status.PLANNED.value,
        grade_as_given="",
        grade=None,
        mention=None,
    )


def _offers(as_is: Dossier, terms: Terms, at: dt.datetime) -> Iterator[Added]:
    for side in as_is.sides:
        institution, taken = side.curriculum.institution, _taken(side)
        for code, course in side.curriculum.courses.items():
            if code not in taken or course.repeatable:
                for term in _open_terms(institution, code, terms, at):
                    yield Added(term, institution, code)


def _taken(side: DossierSide) -> frozenset[str]:
    return frozenset(row.course for row in side.attempts if row.status in TAKEN)


def _open_terms(institution: str, code: str, terms: Terms, at: dt.datetime) -> tuple[str, ...]:
    if not any(where == institution for where, _ in terms):
        # Where no register has said what is offered, every course of the curriculum can be thought of.
        return ("",)
    return tuple(term for term in terms.get((institution, code), ()) if is_open(term, at.date()))
