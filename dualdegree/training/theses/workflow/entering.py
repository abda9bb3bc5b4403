"""How does a passed defence come to count: its milestone, its course with the grade, and what documents say of it?"""

import datetime as dt
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.records import TERM
from dualdegree.core.refusal import Conflict, Refusal, Repeated
from dualdegree.core.training.defences import DefenceOutcome
from dualdegree.core.training.progress import DefendedThesis
from dualdegree.core.training.theses import ThesisRules
from dualdegree.programmes.texts import courses_of
from dualdegree.records.entered.service import CoursePassed, MilestoneReached, Result, enter, withdraw
from dualdegree.records.models import Enrolment, Student
from dualdegree.training.theses.models import Thesis, ThesisDefence
from dualdegree.training.theses.reading import kind_title, rules_at, rules_for
from dualdegree.training.theses.workflow.defending import read
from dualdegree.training.theses.workflow.stepping import begin, finish

AUTUMN, SPRING = 9, 2
"""The months in which the terms of an academic year begin, as far as nobody says otherwise."""


def term_of(day: dt.date) -> str:
    """The term in which a day usually lies, as a first guess: ``2026-1`` from September 2026 to January 2027."""
    if day.month >= AUTUMN:
        return f"{day.year}-1"
    return f"{day.year - 1}-1" if day.month < SPRING else f"{day.year - 1}-2"


def count(
    session: orm.Session,
    actor: Actor,
    defence: ThesisDefence,
    institution: str,
    *,
    term: str,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Enter a passed defence in the record of one institution, as its data say: a milestone, a course with its grade.

    Raises ``Refusal`` where it yields nothing there, ``Conflict`` where it is not passed, ``NotAllowed``.
    """
    thesis = defence.thesis
    require(actor, Permission.RECORD_DEFENCE, thesis.subject_at(institution))
    begin(session, actor, thesis, seen=seen)
    if institution not in defence.institutions or defence.outcome_at(institution) is not DefenceOutcome.PASSED:
        raise Conflict("Only a defence that is passed for this degree can be entered.")
    if institution in defence.entered:
        raise Repeated("It is entered already.")
    side, rules = _enrolment(thesis, institution), rules_for(session, institution)
    for result in results(session, side, rules, defence, term):
        enter(session, actor, side, defence.source, result, at=at)
    defence.entered = {**defence.entered, institution: {"by": actor.person_id, "at": at.isoformat()}}
    finish(session, actor, thesis, Act.THESIS_ENTERED, at, after={"institution": institution})


def results(
    session: orm.Session, side: Enrolment, rules: ThesisRules, defence: ThesisDefence, term: str
) -> tuple[Result, ...]:
    """What a passed defence yields at one institution. Raises ``Refusal`` where that is nothing, or cannot be."""
    yielded: list[Result] = []
    if rules.milestone is not None:
        yielded.append(MilestoneReached(milestone=rules.milestone, achieved_on=defence.on))
    if rules.course is not None:
        yielded.append(_course(session, side, rules.course, defence, term))
    if not yielded:
        raise Refusal("The profile of your institution does not say what a passed defence yields; add it there first.")
    return tuple(yielded)


def _course(session: orm.Session, side: Enrolment, code: str, defence: ThesisDefence, term: str) -> CoursePassed:
    version = side.curriculum_version
    course = courses_of(version).get(code) if version else None
    if course is None:
        words = {"course": code}
        raise Refusal("The student's curriculum has no course %(course)s; correct the institution's profile.", words)
    if not TERM.fullmatch(term):
        raise Refusal('"%(term)s" is not a term; write it like 2026-1.', {"term": term}, about="term")
    given = defence.grades.get(side.institution_id, "")
    grade = read(session, side.institution_id, given)
    return CoursePassed(
        course=code, term=term, credits=course.credits, grade_as_given=given, grade=grade.value, mention=grade.mention,
        titles=dict(course.title),
    )  # fmt: skip


def discount(
    session: orm.Session,
    actor: Actor,
    defence: ThesisDefence,
    institution: str,
    *,
    reason: str,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Take a defence out of the record of one institution again. Raises ``Refusal``, ``Conflict``, ``NotAllowed``."""
    thesis = defence.thesis
    require(actor, Permission.RECORD_DEFENCE, thesis.subject_at(institution))
    begin(session, actor, thesis, seen=seen)
    if not reason.strip():
        raise Refusal("Say why; the reason stays in the history.", about="reason")
    if institution not in defence.entered:
        raise Conflict("It does not stand in the record of this institution.")
    withdraw(session, actor, _enrolment(thesis, institution), defence.source, at=at, reason=reason.strip())
    defence.entered = {where: facts for where, facts in defence.entered.items() if where != institution}
    finish(session, actor, thesis, Act.THESIS_TAKEN_OUT, at, reason=reason.strip(), after={"institution": institution})


def defended(session: orm.Session, students: Collection[int]) -> Mapping[int, Mapping[str, DefendedThesis]]:
    """What documents may say of the theses of these students, by institution: only what is passed and entered there.

    A fixed number of statements.
    """
    query = sa.select(Thesis).where(Thesis.student_id.in_(sorted(students)), Thesis.withdrawn_at.is_(None))
    theses = session.scalars(query.order_by(Thesis.student_id)).all()
    rules = rules_at(session, {institution for thesis in theses for institution in thesis.institutions})
    return {
        thesis.student_id: {
            institution: DefendedThesis(
                institution=institution,
                kind=kind_title(thesis, rules),
                title=thesis.title,
                supervisors=tuple(row.name for row in thesis.supervisors),
                defended_on=defence.on,
                grade=defence.grades.get(institution),
                embargo_until=thesis.embargo_until,
            )
            for defence in thesis.defences
            for institution in sorted(defence.entered)
        }
        for thesis in theses
    }


def defended_by(session: orm.Session, student: Student) -> Mapping[str, DefendedThesis]:
    """The same of one student."""
    return defended(session, [student.id]).get(student.id, {})


def _enrolment(thesis: Thesis, institution: str) -> Enrolment:
    side = next((side for side in thesis.student.enrolments if side.institution_id == institution), None)
    if side is None:
        raise Conflict("The student is not enrolled at the institution any more; import its roster again.")
    return side
