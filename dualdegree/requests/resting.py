"""Which requests and recognitions rest on a student's attempts, and which papers and agreements on the student?"""

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.approval import State
from dualdegree.core.text import Message
from dualdegree.recognition.models import DecidedRecognition, EvidenceFile, GivenEquivalences
from dualdegree.records.models import Student
from dualdegree.requests.models import LearningAgreement, RecognitionRequest
from dualdegree.stakes import Ground, Stake

OVER = (State.DRAFT, State.WITHDRAWN, State.REFUSED, State.CLOSED)
"""The states in which a request asks for nothing, or has come to nothing."""
TABLES = ("recognition_request", "decided_recognition", "learning_agreement", "evidence_file")
GIVEN = ("given_equivalences",)


def resting(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """What asks for, or gives, credits for these attempts; of students who would leave, all that there is."""
    yield from _requests(session, ground)
    yield from _recognitions(session, ground)
    yield from _agreements(session, ground)
    yield from _papers(session, ground)
    yield from _moved(session, ground)


def _requests(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    row = RecognitionRequest
    query = sa.select(row.id, row.state, row.sources, row.since, Student).join(row.student)
    for number, state, sources, since, student in session.execute(
        query.where(row.student_id.in_(sorted(ground.students))).order_by(row.id)
    ):
        over = state in OVER and student.id not in ground.leaving
        if not over and ground.carries(student.id, sources, since):
            yield _stake(student, f"request:{number}", Message("request no. %(number)s", {"number": str(number)}))


def _recognitions(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """Those that were entered without a request; the others are named as such."""
    row = DecidedRecognition
    asked = sa.select(RecognitionRequest.recognition_id).where(RecognitionRequest.recognition_id.is_not(None))
    query = sa.select(row, Student).join(Student, Student.id == row.student_id)
    for recognition, student in session.execute(
        query.where(row.student_id.in_(sorted(ground.students)), row.id.not_in(asked)).order_by(row.id)
    ):
        lifted = recognition.lifted_at is not None and student.id not in ground.leaving
        if not lifted and ground.carries(student.id, recognition.sources, recognition.entered_at):
            words = {"decision": recognition.decision}
            yield _stake(student, recognition.key, Message("the recognition of %(decision)s", words))


def _agreements(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    row = LearningAgreement
    query = sa.select(row.id, Student).join(row.student).where(row.student_id.in_(sorted(ground.leaving)))
    for number, student in session.execute(query.order_by(row.id)):
        words = {"number": str(number)}
        yield _stake(student, f"learning-agreement:{number}", Message("learning agreement no. %(number)s", words))


def _papers(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    query = sa.select(EvidenceFile.id, EvidenceFile.name, Student).join(Student, Student.id == EvidenceFile.student_id)
    leaving = Student.id.in_(sorted(ground.leaving))
    for number, name, student in session.execute(query.where(leaving).order_by(EvidenceFile.id)):
        yield _stake(student, f"evidence:{number}", Message("the evidence %(name)s", {"name": name}))


def _moved(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """The decisions that moved a student to another version of the equivalences."""
    given = GivenEquivalences
    query = sa.select(given.minute, Student).join(Student, Student.id == given.student_id).order_by(Student.id)
    for minute, student in session.execute(query.where(Student.id.in_(sorted(ground.leaving)), given.minute != "")):
        what = Message("the decision %(minute)s on the version of the equivalences", {"minute": minute})
        yield _stake(student, f"given:{student.id}", what)


def _stake(student: Student, key: str, what: Message) -> Stake:
    return Stake(student=student.id, name=student.full_name, key=key, what=what, in_force=False)


def forget(session: orm.Session, students: Collection[int]) -> None:
    """Delete which version these students, who leave the record, kept when another came into force."""
    session.execute(
        sa.delete(GivenEquivalences).where(GivenEquivalences.student_id.in_(list(students))),
        execution_options={"synchronize_session": False},
    )
