"""What becomes of requests and learning agreements when a student's two registers turn out to be two persons'?

What rests on the other person's work ends: an open request and an agreement are withdrawn, a recognition that audits
apply is lifted, a choice of an equivalence is taken back. What was refused or closed stays as it was decided.
"""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.approval import State
from dualdegree.core.text import InstitutionName, Message
from dualdegree.history import tell
from dualdegree.programmes.curricula.vocabulary import Vocabulary, vocabulary_of
from dualdegree.programmes.service import versions_with
from dualdegree.recognition.choices.models import StudentChoice
from dualdegree.requests.models import LearningAgreement, RecognitionRequest
from dualdegree.separation import Consequence, Separation

SETTLED = (State.REFUSED, State.CLOSED, State.WITHDRAWN)
WITHDRAWN = Message("It is withdrawn")
LIFTED = Message("It is lifted: its credits are the other person's")
ENDS = Message("It ends")
TAKEN_BACK = Message("It is taken back")


def between(session: orm.Session, student_id: int) -> Iterator[Consequence]:
    """The student's requests and agreements that rest on the partner's courses, and what becomes of each."""
    for choice in _choices(session, student_id):
        what = Message("Choice of the equivalence %(name)s", {"name": choice.entry})
        yield Consequence(key=f"choice:{choice.id}", what=what, becomes=TAKEN_BACK)
    requests, stays = _requests(session, student_id), _stays(session, student_id)
    if not requests and not stays:
        return
    vocabulary = vocabulary_of(versions_with(session, (requests or stays)[0].institution_id))
    for request in requests:
        works = tuple(_course(reference, vocabulary) for reference in request.sources)
        words = {"works": works, "institution": InstitutionName(request.institution_id)}
        applied = request.recognition_id is not None and State(request.state) in {State.ENTERED, State.APPEALED}
        yield Consequence(
            key=request.subject,
            what=Message("Recognition asked of %(institution)s: %(works)s", words),
            becomes=LIFTED if applied else WITHDRAWN,
        )
    for stay in stays:
        words = {"number": str(stay.number), "institution": InstitutionName(stay.partner_id)}
        what = Message("Learning agreement for a stay at %(institution)s, version %(number)s", words)
        yield Consequence(key=stay.subject, what=what, becomes=ENDS)


def settle(session: orm.Session, separation: Separation) -> None:
    """Withdraw and lift all of these, each told in both histories with the reason of the separation."""
    concerned = (separation.institution, separation.partner)
    for request in _requests(session, separation.student):
        lifted = request.recognition is not None and request.recognition.lifted_at is None
        if request.recognition is not None and lifted:
            request.recognition.lifted_at = separation.at
        act = Act.RECOGNITION_LIFTED if lifted else Act.REQUEST_WITHDRAWN
        request.state, request.since, request.due_on = State.WITHDRAWN, separation.at, None
        for course in request.courses:
            course.follow(request)
        tell(
            session, separation.actor, request.subject, act,
            concerned=concerned, at=separation.at, reason=separation.reason,
        )  # fmt: skip
    _take_back(session, separation)
    for stay in _stays(session, separation.student):
        stay.state, stay.since = State.WITHDRAWN, separation.at
        tell(
            session, separation.actor, stay.subject, Act.STAY_WITHDRAWN,
            concerned=concerned, at=separation.at, reason=separation.reason,
        )  # fmt: skip


def _take_back(session: orm.Session, separation: Separation) -> None:
    """End the choices of equivalences: whoever made them spoke for the work of one person only."""
    for choice in _choices(session, separation.student):
        choice.taken_back_at = separation.at
        tell(
            session, separation.actor, f"student:{separation.student}", Act.EQUIVALENCE_CHOICE_TAKEN_BACK,
            concerned=(separation.institution, separation.partner), at=separation.at, reason=separation.reason,
            after={"equivalence": choice.entry},
        )  # fmt: skip


def _choices(session: orm.Session, student_id: int) -> Sequence[StudentChoice]:
    query = sa.select(StudentChoice).where(
        StudentChoice.student_id == student_id, StudentChoice.taken_back_at.is_(None)
    )
    return session.scalars(query.order_by(StudentChoice.id)).all()


def _requests(session: orm.Session, student_id: int) -> Sequence[RecognitionRequest]:
    """The open and applied requests that name courses of the partner's as sources."""
    query = sa.select(RecognitionRequest).where(
        RecognitionRequest.student_id == student_id, RecognitionRequest.state.not_in(SETTLED)
    )
    every = session.scalars(query.order_by(RecognitionRequest.id)).all()
    return [request for request in every if any(not _is_own(source, request) for source in request.sources)]


def _is_own(reference: str, request: RecognitionRequest) -> bool:
    return reference.startswith(f"{request.institution_id}/")


def _stays(session: orm.Session, student_id: int) -> Sequence[LearningAgreement]:
    ended = (State.WITHDRAWN, State.REPLACED)
    query = sa.select(LearningAgreement).where(
        LearningAgreement.student_id == student_id, LearningAgreement.state.not_in(ended)
    )
    return session.scalars(query.order_by(LearningAgreement.id)).all()


def _course(reference: str, vocabulary: Vocabulary) -> object:
    where, code = reference.split("/")[:2]
    return vocabulary.courses.get((where, code)) or code
