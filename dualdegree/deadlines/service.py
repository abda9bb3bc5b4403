"""Which deadlines run at an institution, whom do they concern, and who is told that one has passed?"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from dualdegree.core.days import day_in
from dualdegree.core.deadlines import Concerned, DeadlineRule, DeadlineState, Occurrence, due_on, state_on
from dualdegree.core.policy import Role, operator
from dualdegree.core.text import Message
from dualdegree.deadlines.models import DeadlineAlert
from dualdegree.deadlines.sources import AskedPeriods, begun
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.models import Institution
from dualdegree.programmes.service import institution as institution_of
from dualdegree.programmes.texts import profile_of
from dualdegree.records.models import Student

TABLES = ("deadline_alert",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One period of one student at one institution, and how it stands today."""

    institution: str
    rule: DeadlineRule
    occurrence: Occurrence
    due: dt.date
    state: DeadlineState
    student: Student

    @property
    def advisors(self) -> tuple[int, ...]:
        """The student's advisors at that institution."""
        sides = (side for side in self.student.enrolments if side.institution_id == self.institution)
        return tuple(side.advisor_id for side in sides if side.advisor_id is not None)


def deadlines_at(
    session: orm.Session, institution: str, at: dt.datetime, student: int | None = None
) -> tuple[Deadline, ...]:
    """Every deadline that runs at the institution or has passed, of all or of one student, the earliest first."""
    profile = profile_of(institution_of(session, institution))
    rules, today = profile.deadlines.rules, day_in(at, profile.time_zone)
    kinds = sorted({rule.starts for rule in rules})
    asked = AskedPeriods(at=at, student=student)
    occurrences = {kind: begun(session, profile, kind, asked) for kind in kinds}
    known = _students(session, (occurrence for several in occurrences.values() for occurrence in several))
    running = [
        Deadline(
            institution=institution,
            rule=rule,
            occurrence=occurrence,
            due=due,
            state=state_on(rule, due, today),
            student=known[occurrence.student],
        )
        for rule in rules
        for occurrence in occurrences[rule.starts]
        for due in [due_on(rule, occurrence.on, profile.deadlines.calendar)]
    ]
    return tuple(sorted(running, key=lambda deadline: (deadline.due, deadline.rule.key, deadline.occurrence.key)))


def _students(session: orm.Session, occurrences: Iterable[Occurrence]) -> dict[int, Student]:
    ids = sorted({occurrence.student for occurrence in occurrences})
    return {student.id: student for student in session.scalars(sa.select(Student).where(Student.id.in_(ids)))}


def of_advisor(deadlines: Iterable[Deadline], person: int) -> tuple[Deadline, ...]:
    """Those about students whom the person advises, as far as their rules concern advisors."""
    return tuple(
        deadline for deadline in deadlines if person in deadline.advisors and Concerned.ADVISOR in deadline.rule.alerts
    )


def of_student(session: orm.Session, student: Student, at: dt.datetime) -> tuple[Deadline, ...]:
    """The student's own at both institutions, as far as their rules concern the student, the earliest first."""
    every = (
        deadline
        for side in student.enrolments
        for deadline in deadlines_at(session, side.institution_id, at, student.id)
        if Concerned.STUDENT in deadline.rule.alerts
    )
    return tuple(sorted(every, key=lambda deadline: (deadline.due, deadline.institution, deadline.occurrence.key)))


def alert(session: orm.Session, institution: str, at: dt.datetime) -> int:
    """Tell of each deadline that has passed and was not told of; how many there were. Nothing else changes.

    A repeat tells nobody, also at the same moment: whoever writes the row of the alert tells.
    """
    passed = [entry for entry in deadlines_at(session, institution, at) if entry.state is DeadlineState.PASSED]
    new = [deadline for deadline in passed if _is_new(session, deadline, at)]
    for deadline in new:
        _tell(session, deadline, at)
    return len(new)


def _is_new(session: orm.Session, deadline: Deadline, at: dt.datetime) -> bool:
    insert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    row = insert(DeadlineAlert).values(
        institution_id=deadline.institution,
        rule=deadline.rule.key,
        occurrence=deadline.occurrence.key,
        student_id=deadline.student.id,
        due_on=deadline.due,
        told_at=at,
    )
    once = row.on_conflict_do_nothing(index_elements=["institution_id", "rule", "occurrence"])
    return session.scalar(once.returning(DeadlineAlert.id)) is not None


def _tell(session: orm.Session, deadline: Deadline, at: dt.datetime) -> None:
    rule, student = deadline.rule, deadline.student
    words = {
        "rule": rule.name,
        "what": deadline.occurrence.what,
        "student": student.full_name,
        "day": deadline.due,
    }
    news = News(
        about=student.subject,
        act=f"deadline:{deadline.institution}:{rule.key}:{deadline.occurrence.key}",
        subject=Message("A deadline has passed: %(rule)s", {"rule": rule.name}),
        body=Message(
            "%(student)s: %(what)s was due on %(day)s. Nothing is decided by this; whoever is concerned sees to it.",
            words,
        ),
        link=deadline.occurrence.link,
    )
    people = [
        *(deadline.advisors if Concerned.ADVISOR in rule.alerts else ()),
        *([student.person_id] if Concerned.STUDENT in rule.alerts else []),
    ]
    roles = [Role.REGISTRAR] if Concerned.REGISTRAR in rule.alerts else []
    where = deadline.institution
    inform(session, operator(where), news, institution=where, at=at, roles=roles, people=people)


def forget(session: orm.Session, students: Collection[int]) -> None:
    """Delete what was told of the deadlines of these students, who leave the record."""
    own = DeadlineAlert.student_id.in_(list(students))
    session.execute(sa.delete(DeadlineAlert).where(own), execution_options={"synchronize_session": False})


def with_rules(session: orm.Session) -> Sequence[str]:
    """The institutions that set deadlines, in order."""
    query = sa.select(Institution).order_by(Institution.id)
    return [row.id for row in session.scalars(query) if profile_of(row).deadlines.rules]
