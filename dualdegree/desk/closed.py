"""Which papers that somebody was told of may they open no longer? An advisor's turn passes; the message stays."""

from collections.abc import Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.policy import Actor, Permission, may
from dualdegree.messages.models import Notice
from dualdegree.programmes.models import Institution
from dualdegree.records.models import Student
from dualdegree.requests.models import LearningAgreement, RecognitionRequest
from dualdegree.requests.workflow.steps import reading_subject

Paper = TypeVar("Paper", RecognitionRequest, LearningAgreement)


def closed(session: orm.Session, actor: Actor, notices: Sequence[Notice]) -> frozenset[str]:
    """What these messages are about and the reader may not open. A fixed number of statements."""
    about = [notice.about for notice in notices]
    requests = _rows(session, RecognitionRequest, _numbers(about, "request:"))
    agreements = _rows(session, LearningAgreement, _numbers(about, "learning-agreement:"))
    if requests:
        # Who decides stands in the profiles; all at once, so that no request asks for its own.
        session.scalars(sa.select(Institution)).all()
    subjects = {request.subject: reading_subject(session, request) for request in requests}
    subjects |= {agreement.subject: agreement.policy_subject() for agreement in agreements}
    return frozenset(
        about for about, subject in subjects.items() if not may(actor, Permission.SEE_RECOGNITION, subject)
    )


def _numbers(about: Sequence[str], kind: str) -> list[int]:
    return sorted({int(subject.removeprefix(kind)) for subject in about if subject.startswith(kind)})


def _rows(session: orm.Session, kind: type[Paper], numbers: Sequence[int]) -> Sequence[Paper]:
    if not numbers:
        return ()
    loaded = orm.selectinload(kind.student).selectinload(Student.enrolments)
    return session.scalars(sa.select(kind).where(kind.id.in_(numbers)).order_by(kind.id).options(loaded)).all()
