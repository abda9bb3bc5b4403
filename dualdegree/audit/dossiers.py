"""What does the engine judge for each of these students? Their dossiers, loaded in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import ConferredDegree, ExceptionRequest
from dualdegree.core.approval import State
from dualdegree.core.audit.case.fitting import fitted
from dualdegree.core.audit.facts import Achieved, Attempt, Case, Recognition, Status
from dualdegree.core.audit.rules import Degree
from dualdegree.core.curricula.agreement import Agreement
from dualdegree.core.curricula.conferred import as_conferred
from dualdegree.core.curricula.curriculum import Course, Curriculum
from dualdegree.core.curricula.equivalence import Entry
from dualdegree.core.curricula.individual import IndividualRecognition
from dualdegree.core.grades import Grading, GradingTable, Scale
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.programmes import service as programmes
from dualdegree.programmes.models import AgreementVersion
from dualdegree.programmes.texts import agreed, curriculum_of
from dualdegree.recognition import service as recognition
from dualdegree.recognition.choices.service import chosen_for
from dualdegree.recognition.giving import given
from dualdegree.recognition.grading_tables.service import grading_tables
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.records import models as records
from dualdegree.records.standing.states import left


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSide:
    """One enrolment with the curriculum that binds it and what its register holds."""

    enrolment: records.Enrolment
    curriculum: Curriculum
    attempts: tuple[records.RegisteredAttempt, ...]
    milestones: tuple[records.MilestoneHeld, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for a student: the agreement in force, the equivalences that were given, each institution's scale."""

    agreement: AgreementVersion | None
    equivalences: EquivalenceVersion | None
    scales: Mapping[str, Scale]
    tables: tuple[GradingTable, ...] = ()

    @property
    def grading(self) -> Grading:
        """How grades pass between the two institutions: as the agreement in force chose."""
        chosen = agreed(self.agreement).conversions if self.agreement else ()
        return Grading(scales=self.scales, agreed=chosen, tables=self.tables)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything that the audits of one student read, and the official case that it makes."""

    student: records.Student
    sides: tuple[DossierSide, ...]
    """The degrees that are judged."""
    left: tuple[DossierSide, ...]
    """Those that the student has left. They are judged no more; what was passed there may still be recognised."""
    agreement: AgreementVersion | None
    equivalences: EquivalenceVersion | None
    recognised: recognition.Recognised
    scales: Mapping[str, Scale]
    decided: tuple[IndividualRecognition, ...]
    """The recognitions that were decided for this student one by one, entered and not lifted."""
    chosen: Mapping[str, Entry]
    """The equivalences that the student chose and did not take back, by id, each as it said then."""
    grading_tables: tuple[GradingTable, ...]
    exceptions: tuple[ExceptionRequest, ...]
    """Those that are entered, in the order in which they were asked for."""
    unfit: tuple[tuple[ExceptionRequest, Message], ...]
    """Those among them that the case cannot state, because a node or an item is gone, each with the reason."""
    conferred: tuple[ConferredDegree, ...]
    """The degrees that are conferred, in the order in which they were: each stands in ``case`` as it was then."""
    today: Case
    """The same case as if nothing were conferred: what both registers say today."""
    case: Case

    @property
    def every_side(self) -> tuple[DossierSide, ...]:
        """Both enrolments, left or not, in the order of their institutions."""
        return _Sides(judged=self.sides, left=self.left).all

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The equivalences that hold for the student, in the order of the table."""
        return recognition.entries_for(self.equivalences, admissions_of(self.every_side), self.chosen)

    @property
    def settled(self) -> "SettledForStudent":
        """What was decided for the student alone."""
        return SettledForStudent(
            exceptions=self.exceptions, decided=self.decided, conferred=self.conferred, chosen=self.chosen
        )

    @property
    def rules(self) -> Rules:
        """What holds for the programme."""
        return Rules(
            agreement=self.agreement, equivalences=self.equivalences, scales=self.scales, tables=self.grading_tables
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """A student's enrolments: those that are judged, and those that were left."""

    judged: tuple[DossierSide, ...]
    left: tuple[DossierSide, ...]

    @classmethod
    def parted(
        cls, sides: Sequence[DossierSide], gone: Collection[int], conferred: Sequence[ConferredDegree]
    ) -> "_Sides":
        """The sides, by whether their enrolments are ``gone``. A degree that is conferred is not left any more."""
        kept = {row.institution_id for row in conferred}
        away = [side.enrolment.id in gone and side.enrolment.institution_id not in kept for side in sides]
        return cls(
            judged=tuple(side for side, has_left in zip(sides, away, strict=True) if not has_left),
            left=tuple(side for side, has_left in zip(sides, away, strict=True) if has_left),
        )

    @property
    def all(self) -> tuple[DossierSide, ...]:
        """Both, in the order of their institutions."""
        return tuple(sorted((*self.judged, *self.left), key=lambda side: side.enrolment.institution_id))


UNLISTED = Course(code="", title={}, credits=Decimal(0))
"""What the curriculum says of a course that it does not list: nothing."""
Row = TypeVar("Row", records.RegisteredAttempt, records.MilestoneHeld)


class NothingToAudit(Refusal):
    """The student is bound to no curriculum yet, so that there are no rules to judge by."""


def dossiers(session: orm.Session, student_ids: Iterable[int]) -> dict[int, Dossier]:
    """The dossier of each of these students who is bound to a curriculum, in the order of the ids."""
    ids = sorted(set(student_ids))
    students = _students(session, ids)
    enrolled = [enrolment.id for student in students for enrolment in student.enrolments]
    attempts = _by_enrolment(session, records.RegisteredAttempt, records.RegisteredAttempt.enrolment_id.in_(enrolled))
    milestones = _by_enrolment(session, records.MilestoneHeld, records.MilestoneHeld.enrolment_id.in_(enrolled))
    exceptions, decided = _entered(session, ids), recognition.decided_for(session, ids)
    conferred, chosen = conferred_of(session, ids), chosen_for(session, ids)
    scales, gone = programmes.scales(session), left(session, enrolled)
    programme_of = {student.id: student.programme_id for student in students}
    agreements = {
        programme: programmes.agreement_in_force(session, programme) for programme in sorted(set(programme_of.values()))
    }
    tables, grading = given(session, programme_of), grading_tables(session)
    loaded = {}
    for student in students:
        sides = _Sides.parted(_sides(student, attempts, milestones, conferred[student.id]), gone, conferred[student.id])
        if sides.judged:
            rules = Rules(
                agreement=agreements[student.programme_id],
                equivalences=tables[student.id],
                scales=scales,
                tables=grading,
            )
            settled = SettledForStudent(
                exceptions=exceptions[student.id],
                decided=decided[student.id],
                conferred=conferred[student.id],
                chosen=chosen[student.id],
            )
            loaded[student.id] = _dossier(student, sides, rules, settled)
    return loaded


def dossier(session: orm.Session, student: records.Student) -> Dossier:
    """The dossier of one student; raises ``NothingToAudit``."""
    loaded = dossiers(session, [student.id])
    if student.id not in loaded and left(session, [enrolment.id for enrolment in student.enrolments]):
        raise NothingToAudit("The student has left every degree that a curriculum binds, so nothing is left to judge.")
    if student.id not in loaded:
        raise NothingToAudit(
            "No curriculum binds this student yet; publish one that takes the admission term and route, "
            "then import the roster again."
        )
    return loaded[student.id]


def under(held: Dossier, rules: Rules, curriculum: Curriculum | None = None) -> Dossier:
    """The same student as if these rules held, and ``curriculum`` bound at its institution. Nothing is stored."""
    sides = tuple(
        replace(side, curriculum=curriculum)
        if curriculum is not None and side.curriculum.institution == curriculum.institution
        else side
        for side in held.sides
    )
    return _dossier(held.student, _Sides(judged=sides, left=held.left), rules, held.settled)


def with_decided(held: Dossier, decided: Sequence[IndividualRecognition]) -> Dossier:
    """The same student as if these recognitions had been decided one by one, and no others. Nothing is stored."""
    sides = _Sides(judged=held.sides, left=held.left)
    return _dossier(held.student, sides, held.rules, replace(held.settled, decided=tuple(decided)))


def with_chosen(held: Dossier, chosen: Mapping[str, Entry]) -> Dossier:
    """The same student as if these equivalences had been chosen, and no others. Nothing is stored."""
    sides = _Sides(judged=held.sides, left=held.left)
    return _dossier(held.student, sides, held.rules, replace(held.settled, chosen=chosen))


def with_left(held: Dossier, institutions: Collection[str]) -> Dossier | None:
    """The same student as if the degrees there had been left and no others; None where none is judged then.

    Nothing is stored.
    """
    gone = {side.enrolment.id for side in held.every_side if side.enrolment.institution_id in institutions}
    parted = _Sides.parted(held.every_side, gone, held.conferred)
    return _dossier(held.student, parted, held.rules, held.settled) if parted.judged else None


def conferred_of(session: orm.Session, students: Iterable[int]) -> Mapping[int, tuple[ConferredDegree, ...]]:
    """The degrees of each of these students that are conferred, in the order in which they were."""
    table = ConferredDegree
    query = sa.select(table).where(table.student_id.in_(list(students))).order_by(table.id)
    rows = defaultdict(list)
    for row in session.scalars(query.options(orm.joinedload(table.curriculum_version))):
        rows[row.student_id].append(row)
    return defaultdict(tuple, {student: tuple(held) for student, held in rows.items()})


def barred_from(sides: Sequence[DossierSide]) -> recognition.Barred:
    """Degree → the attempts elsewhere that its curriculum does not recognise, for what their register marks."""
    return {
        side.curriculum.degree.id: frozenset(
            attempt.reference
            for other in sides
            if other is not side
            for attempt in other.attempts
            if set(attempt.marks) & set(side.curriculum.not_again)
        )
        for side in sides
        if side.curriculum.not_again
    }


def admissions_of(sides: Iterable[DossierSide]) -> Mapping[str, str]:
    """Institution → the term in which it admitted the student."""
    return {side.enrolment.institution_id: side.enrolment.admission_term for side in sides}


def _students(session: orm.Session, ids: Sequence[int]) -> Sequence[records.Student]:
    return session.scalars(
        sa.select(records.Student)
        .where(records.Student.id.in_(ids))
        .options(orm.selectinload(records.Student.enrolments).joinedload(records.Enrolment.curriculum_version))
        .order_by(records.Student.id)
    ).all()


def _sides(
    student: records.Student,
    attempts: Mapping[int, tuple[records.RegisteredAttempt, ...]],
    milestones: Mapping[int, tuple[records.MilestoneHeld, ...]],
    conferred: Sequence[ConferredDegree],
) -> tuple[DossierSide, ...]:
    # A degree is judged for ever by the version by which it was conferred.
    kept = {row.institution_id: row.curriculum_version for row in conferred}
    return tuple(
        DossierSide(
            enrolment=enrolment,
            curriculum=curriculum_of(kept.get(enrolment.institution_id, enrolment.curriculum_version)),
            attempts=attempts[enrolment.id],
            milestones=milestones[enrolment.id],
        )
        for enrolment in student.enrolments
        if enrolment.curriculum_version is not None
    )


def record_of(sides: Iterable[DossierSide]) -> tuple[Attempt, ...]:
    """The attempts at both institutions, as a case has them."""
    return tuple(_attempt(side, attempt) for side in sides for attempt in side.attempts)


def _by_enrolment(
    session: orm.Session, table: type[Row], those: sa.ColumnElement[bool]
) -> Mapping[int, tuple[Row, ...]]:
    rows = defaultdict(list)
    query = sa.select(table).where(those).order_by(table.enrolment_id, table.id)
    for row in session.scalars(query):
        rows[row.enrolment_id].append(row)
    return defaultdict(tuple, {enrolment: tuple(held) for enrolment, held in rows.items()})


def _entered(session: orm.Session, students: Sequence[int]) -> Mapping[int, tuple[ExceptionRequest, ...]]:
    table = ExceptionRequest
    query = sa.select(table).where(table.student_id.in_(students), table.state == State.ENTERED).order_by(table.id)
    rows = defaultdict(list)
    for row in session.scalars(query):
        rows[row.student_id].append(row)
    return defaultdict(tuple, {student: tuple(entered) for student, entered in rows.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledForStudent:
    """What was settled for one student alone: exceptions, recognitions, degrees that are conferred, own choices."""

    exceptions: tuple[ExceptionRequest, ...]
    decided: tuple[IndividualRecognition, ...]
    conferred: tuple[ConferredDegree, ...]
    chosen: Mapping[str, Entry]


def _dossier(student: records.Student, sides: _Sides, rules: Rules, settled: SettledForStudent) -> Dossier:
    exceptions, decided, conferred = settled.exceptions, settled.decided, settled.conferred
    record = record_of(sides.judged)
    # Nobody goes on with what is in progress in a degree that was left; what was passed there stays passed.
    record += tuple(attempt for attempt in record_of(sides.left) if attempt.status is Status.PASSED)
    record += tuple(attempt for recognition in decided for attempt in recognition.attempts())
    terms = agreed(rules.agreement) if rules.agreement else None
    curricula = [side.curriculum for side in sides.all]
    recognised = recognition.recognised(
        rules.equivalences,
        curricula,
        record,
        rules.grading,
        admissions=admissions_of(sides.all),
        chosen=settled.chosen,
        decided=decided,
        barred=barred_from(sides.all),
    ).into([side.curriculum.degree.id for side in sides.judged])
    case = _case(sides.judged, record, terms, recognised.recognitions)
    given = [row.as_core() for row in exceptions]
    fitting = fitted(given, case)
    reasons = [(row, fitting.unfit.get(at)) for at, row in enumerate(exceptions)]
    today = replace(case, exceptions=fitting.holding)
    judged = reduce(as_conferred, (row.as_core() for row in conferred), today)
    return Dossier(
        student=student,
        sides=sides.judged,
        left=sides.left,
        agreement=rules.agreement,
        equivalences=rules.equivalences,
        recognised=recognised,
        scales=rules.scales,
        decided=decided,
        chosen=settled.chosen,
        grading_tables=rules.tables,
        exceptions=exceptions,
        unfit=tuple((row, reason) for row, reason in reasons if reason is not None),
        conferred=conferred,
        today=today,
        case=judged,
    )


def _case(
    sides: Sequence[DossierSide],
    record: tuple[Attempt, ...],
    terms: Agreement | None,
    recognitions: tuple[Recognition, ...],
) -> Case:
    return Case(
        degrees=tuple(_limited(side.curriculum.degree, terms) for side in sides),
        record=tuple(sorted(record, key=lambda attempt: attempt.id)),
        shared_credits=terms.shared_credits if terms else None,
        recognitions=recognitions,
        milestones=tuple(achieved for side in sides for achieved in _achieved(side)),
    )


def _limited(degree: Degree, terms: Agreement | None) -> Degree:
    """The degree with what the agreement limits over and above its own curriculum."""
    added = terms.recognition_limits.get(degree.institution, ()) if terms else ()
    return replace(degree, limits=(*degree.limits, *added)) if added else degree


def _achieved(side: DossierSide) -> Iterator[Achieved]:
    """What the register holds, then what follows from having passed a course that brings a milestone with it."""
    held = {row.milestone: row.value for row in sorted(side.milestones, key=lambda row: row.milestone)}
    courses = side.curriculum.courses
    passed = {row.course for row in side.attempts if row.status == Status.PASSED}
    brought = {milestone for code in passed if code in courses and (milestone := courses[code].milestone)}
    for milestone in (*held, *sorted(brought - held.keys())):
        yield Achieved(milestone=milestone, institution=side.enrolment.institution_id, value=held.get(milestone))


def _attempt(side: DossierSide, row: records.RegisteredAttempt) -> Attempt:
    course = side.curriculum.courses.get(row.course) or UNLISTED
    is_passed = row.status == Status.PASSED
    return Attempt(
        id=row.reference,
        institution=row.institution_id,
        course=row.course,
        credits=row.credits,
        status=Status(row.status),
        grade=row.grade,
        term=row.term,
        level=course.level,
        language=course.language,
        tags=course.tags,
        ects=course.ects,
        work=course.work,
        ungraded_pass=is_passed and row.grade is None,
        repeatable=course.repeatable,
        # The curriculum's titles are the approved ones; what the register wrote stands in for what it lacks.
        title={**row.titles, **course.title},
    )
