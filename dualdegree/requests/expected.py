"""What may a plan count on besides the record? The requests that are granted and not entered, and those that wait."""

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier
from dualdegree.audit.planning.expected import Expected
from dualdegree.core.approval import State
from dualdegree.recognition.models import grants_in
from dualdegree.requests.judging.effects import proposal
from dualdegree.requests.judging.objections import side_of
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.wanted import as_recognition, grants_of, wanted_by

GRANTED = (State.GRANTED, State.PARTLY_GRANTED)
PENDING = (State.SUBMITTED, State.ENDORSED, State.CONFIRMED, State.APPEALED)


def expected(session: orm.Session, dossier: Dossier) -> Expected:
    """The student's requests in one query."""
    query = (
        sa.select(RecognitionRequest)
        .where(RecognitionRequest.student_id == dossier.student.id, RecognitionRequest.state.in_((*GRANTED, *PENDING)))
        .order_by(RecognitionRequest.id)
    )
    granted, pending = [], []
    for request in session.scalars(query):
        wanted, sides = wanted_by(request), (request.institution_id, request.partner_id)
        if request.state in GRANTED:
            granted.append(as_recognition(request.subject, wanted, grants_in(request.subject, request.granted), sides))
        else:
            curriculum = side_of(dossier, request.degree).curriculum
            grants = grants_of(
                request.subject, wanted.targets, curriculum, wanted.kind, proposal(dossier, wanted).grade
            )
            pending.append(as_recognition(request.subject, wanted, grants, sides))
    return Expected(granted=tuple(granted), pending=tuple(pending))
