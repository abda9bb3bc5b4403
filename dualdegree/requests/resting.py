"""Which requests, recognitions, papers and agreements rest on a student or on attempts, and which are in work?"""

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.approval import State
from dualdegree.core.terms import in_words
from dualdegree.core.text import Message
from dualdegree.programmes.models import Institution
from dualdegree.recognition.choices.models import StudentChoice
from dualdegree.recognition.models import DecidedRecognition, EvidenceFile, GivenEquivalences
from dualdegree.records.models import Student
from dualdegree.requests.models import WAITING, LearningAgreement, RecognitionRequest
from dualdegree.stakes import Ground, Stake, stake_of

OVER = (State.DRAFT, State.WITHDRAWN, State.REFUSED, State.CLOSED)
"""The states in which a request asks for nothing, or has come to nothing."""
OPEN = (State.DRAFT, State.RETURNED, *WAITING)
"""The states of a request that somebody is working on."""
STAYS = (State.DRAFT, State.RETURNED, State.ACCEPTED, State.ENDORSED, State.IN_FORCE)
TABLES = ("recognition_request", "decided_recognition", "learning_agreement", "evidence_file", "student_choice")
GIVEN = ("given_equivalences",)


def resting(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """What asks for, or gives, credits for these attempts; of students who would leave, all that there is."""
    yield from _requests(session, ground)
    yield from _recognitions(session, ground)
    yield from _agreements(session, ground)
    yield from _papers(session, ground)
    yield from _moved(session, ground)
    yield from _choices(session, ground)


def _requests(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    row = RecognitionRequest
    query = sa.select(row.id, row.state, row.sources, row.since, Student).join(row.student)
    for number, state, sources, since, student in session.execute(
        query.where(row.student_id.in_(sorted(ground.students))).order_by(row.id)
    ):
        over = state in OVER and student.id not in ground.leaving
        if not over and ground.carries(student.id, sources, since):
            yield stake_of(student, f"request:{number}", Message("request no. %(number)s", {"number": str(number)}))


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
            yield stake_of(student, recognition.key, Message("the recognition of %(decision)s", words))


def _agreements(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    row = LearningAgreement
    query = sa.select(row.id, Student).join(row.student).where(row.student_id.in_(sorted(ground.leaving)))
    for number, student in session.execute(query.order_by(row.id)):
        words = {"number": str(number)}
        yield stake_of(student, f"learning-agreement:{number}", Message("learning agreement no. %(number)s", words))


def _papers(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    query = sa.select(EvidenceFile.id, EvidenceFile.name, Student).join(Student, Student.id == EvidenceFile.student_id)
    leaving = Student.id.in_(sorted(ground.leaving))
    for number, name, student in session.execute(query.where(leaving).order_by(EvidenceFile.id)):
        yield stake_of(student, f"evidence:{number}", Message("the evidence %(name)s", {"name": name}))


def _moved(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """The decisions that moved a student to another version of the equivalences."""
    given = GivenEquivalences
    query = sa.select(given.minute, Student).join(Student, Student.id == given.student_id).order_by(Student.id)
    for minute, student in session.execute(query.where(Student.id.in_(sorted(ground.leaving)), given.minute != "")):
        what = Message("the decision %(minute)s on the version of the equivalences", {"minute": minute})
        yield stake_of(student, f"given:{student.id}", what)


def _choices(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """What students chose, also what they took back."""
    row = StudentChoice
    query = sa.select(row.id, row.entry, Student).join(Student, Student.id == row.student_id).order_by(row.id)
    for number, entry, student in session.execute(query.where(Student.id.in_(sorted(ground.leaving)))):
        yield stake_of(student, f"choice:{number}", Message("the choice of the equivalence %(name)s", {"name": entry}))


def in_work(session: orm.Session, students: Collection[int]) -> Iterator[Stake]:
    """The requests that are not settled, and the learning agreements in force or on the way to it."""
    row, stay = RecognitionRequest, LearningAgreement
    query = sa.select(row.id, Student, Institution.names).join(row.student)
    query = query.join(Institution, Institution.id == row.institution_id).order_by(row.id)
    for number, student, names in session.execute(query.where(row.student_id.in_(list(students)), row.state.in_(OPEN))):
        words = {"number": str(number), "institution": names}
        what = Message("request no. %(number)s for recognition in the degree of %(institution)s", words)
        yield stake_of(student, f"request:{number}", what)
    begun = sa.select(stay.id, Student, Institution.names, stay.stay).join(stay.student)
    begun = begun.join(Institution, Institution.id == stay.partner_id).order_by(stay.id)
    for number, student, names, begins in session.execute(
        begun.where(stay.student_id.in_(list(students)), stay.state.in_(STAYS))
    ):
        which: dict[str, object] = {"term": in_words(begins), "institution": names}
        what = Message("the learning agreement for a stay at %(institution)s from %(term)s on", which)
        yield stake_of(student, f"learning-agreement:{number}", what)


def forget(session: orm.Session, students: Collection[int]) -> None:
    """Delete which version these students, who leave the record, kept when another came into force."""
    session.execute(
        sa.delete(GivenEquivalences).where(GivenEquivalences.student_id.in_(list(students))),
        execution_options={"synchronize_session": False},
    )
