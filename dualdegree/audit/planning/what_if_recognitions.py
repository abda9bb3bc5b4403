"""What if a recognition were granted that still waits, or refused that is given?"""

from collections.abc import Iterator
from dataclasses import replace

from dualdegree.audit.dossiers import Dossier, barred_from
from dualdegree.audit.planning.changes import Changes
from dualdegree.audit.service import STATUSES, Include
from dualdegree.core.audit.case.fitting import fitted
from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.recognition import Why
from dualdegree.core.text import Message
from dualdegree.recognition import service as recognition

OVERLOOKED = frozenset({Why.NOT_TAKEN, Why.NOT_PASSED, Why.OUT_OF_TIME, Why.GRADE_TOO_LOW})
"""What a decision could overlook."""
TAKEN = STATUSES[Include.PLANNED]

Grantable = tuple[recognition.Awaited, tuple[Attempt, ...]]
"""An entry that waits, and the attempts on which it would rest."""


def grantable(dossier: Dossier) -> tuple[Grantable, ...]:
    """The entries that wait for something that a decision could overlook, with the attempts they would rest on."""
    spent = {(given.degree, attempt.id) for given in dossier.recognised.given for attempt in given.sources}
    waiting = []
    for awaited in dossier.recognised.awaited:
        if {why for _, why in awaited.pending.wanting} <= OVERLOOKED:
            sources = tuple(row for row in _sources(dossier, awaited) if (awaited.degree, row.id) not in spent)
            if sources:
                waiting.append((awaited, sources))
    return tuple(waiting)


def decided(dossier: Dossier, changes: Changes, gone: list[Message]) -> Dossier:
    """The dossier with recognitions refused, as if the table had no such entry, and then others granted.

    What is not there to be decided on is named in ``gone`` and left out.
    """
    dossier = _granted(_refused(dossier, changes, gone), changes, gone)
    case = replace(dossier.case, recognitions=dossier.recognised.recognitions, exceptions=())
    # An exception for something that was granted holds no longer than the grant.
    holding = fitted([row.as_core() for row in dossier.exceptions], case).holding
    return replace(dossier, case=replace(case, exceptions=holding))


def _refused(dossier: Dossier, changes: Changes, gone: list[Message]) -> Dossier:
    given = {held.entry.id for held in dossier.recognised.given}
    gone += [_not_there(entry) for entry in changes.refuse if entry not in given]
    kept = [entry for entry in dossier.entries if entry.id not in changes.refuse]
    curricula = [side.curriculum for side in dossier.every_side]
    held = [row for row in dossier.decided if row.key not in changes.refuse]
    barred, grading = barred_from(dossier.every_side), dossier.rules.grading
    recognised = recognition.recognised_by(kept, curricula, dossier.case.record, grading, held, barred=barred)
    return replace(dossier, recognised=recognised.into([side.curriculum.degree.id for side in dossier.sides]))


def _granted(dossier: Dossier, changes: Changes, gone: list[Message]) -> Dossier:
    curricula = [side.curriculum for side in dossier.every_side]
    for wanted in changes.grant:
        choice = next((waiting for waiting in grantable(dossier) if waiting[0].pending.entry.id == wanted), None)
        if choice is None:
            gone.append(_not_there(wanted))
            continue
        recognised = dossier.recognised
        given = (*recognised.given, recognition.granted(*choice, curricula, dossier.rules.grading))
        awaited = tuple(other for other in recognised.awaited if other is not choice[0])
        dossier = replace(dossier, recognised=replace(recognised, given=given, awaited=awaited))
    return dossier


def _sources(dossier: Dossier, awaited: recognition.Awaited) -> Iterator[Attempt]:
    """For each course that the entry begins from, the attempt that it would rest on: passed rather than expected."""
    entry = awaited.pending.entry
    for course in entry.source_courses:
        sat = [
            row
            for row in dossier.case.record
            if (row.institution, row.course) == (entry.institution, course) and row.status in TAKEN
        ]
        if sat:
            yield max(sat, key=lambda row: (row.status is Status.PASSED, row.term))


def _not_there(entry: str) -> Message:
    return Message("The recognition %(entry)s is not there to be decided on any more.", {"entry": entry})
