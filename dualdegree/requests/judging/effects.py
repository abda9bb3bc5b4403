"""What would a recognition do? The grade proposed with its working, and both degrees before and after."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import orm

from dualdegree.audit.comparing import Effect, compared
from dualdegree.audit.dossiers import Dossier, with_decided
from dualdegree.audit.service import Include, answers
from dualdegree.core.approval import State
from dualdegree.core.audit.facts import Attempt
from dualdegree.core.grades import GradedBlock
from dualdegree.core.recognition import RecognitionKind, proposed
from dualdegree.core.text import Message
from dualdegree.requests.judging.objections import partner_of, side_of, without
from dualdegree.requests.models import DECIDED, RecognitionRequest
from dualdegree.requests.wanted import WantedRecognition, as_recognition, grants_of, wishes_of

KINDS = (Include.OFFICIAL, Include.PROJECTED)


def sources_of(dossier: Dossier, wanted: WantedRecognition) -> tuple[Attempt, ...]:
    """The attempts that are named and still in the record, in the order of the request."""
    record = {attempt.id: attempt for attempt in dossier.case.record}
    return tuple(record[source] for source in wanted.sources if source in record)


def proposal(dossier: Dossier, wanted: WantedRecognition) -> GradedBlock:
    """The grade that would be granted, as the agreement's method finds it, with its working."""
    if wanted.kind is not RecognitionKind.STUDY:
        return GradedBlock(grade=None, parts=(), steps=(Message("Such work is recognised without grade."),))
    return proposed(
        sources_of(dossier, wanted), dossier.rules.grading, side_of(dossier, wanted.degree).curriculum.institution
    )


def granted(dossier: Dossier, wanted: WantedRecognition, grade: Decimal | None, key: str) -> Dossier:
    """The dossier as if ``wanted`` were granted with this grade, in place of what ``key`` was granted before."""
    bare = without(dossier, key)
    curriculum = side_of(bare, wanted.degree).curriculum
    grants = grants_of(key, wanted.targets, curriculum, wanted.kind, grade)
    sides = curriculum.institution, partner_of(bare, wanted.degree)
    return with_decided(bare, [*bare.decided, as_recognition(key, wanted, grants, sides)])


def stake_of(request: RecognitionRequest, asked: WantedRecognition) -> tuple[WantedRecognition, Decimal | None] | None:
    """What of a request would change both degrees next, with its grade (None: as proposed).

    What was granted once it is decided, ``asked`` before; None once it is entered or refused, and nothing is to come.
    """
    if request.state in {State.GRANTED, State.PARTLY_GRANTED}:
        return asked.only(wishes_of(request.granted)), request.granted_grade
    return None if request.state in {*DECIDED, State.WITHDRAWN} or not asked.targets else (asked, None)


def effects(
    session: orm.Session,
    dossier: Dossier,
    wanted: Sequence[tuple[str, WantedRecognition]],
    at: dt.datetime,
    grade: Decimal | None = None,
) -> Mapping[Include, Effect]:
    """Both degrees before and after all of these (key, request), in the official and the projected audit.

    ``grade`` is given in place of the one that is proposed.
    """
    after = dossier
    for key, asked in wanted:
        proposed_grade = proposal(dossier, asked).grade if grade is None else grade
        after = granted(after, asked, proposed_grade, key)
    return {
        include: compared(answers(session, [dossier], include, at)[dossier.student.id], after.case) for include in KINDS
    }
