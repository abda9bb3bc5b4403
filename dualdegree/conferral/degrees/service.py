"""How does a student apply for a degree, and how does an institution record that the studies ended?"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.conferral.degrees.notices import tell_applied, tell_graduated
from dualdegree.conferral.models import Award
from dualdegree.conferral.ways import DegreeWay, way_of
from dualdegree.core.acts import Act
from dualdegree.core.conferral.numbers import plain_number, require_number
from dualdegree.core.conferral.steps import DegreeStep, missing_before
from dualdegree.core.policy import Actor, Permission, may, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.institutions.conferring import Conferring, GraduationOutcome
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import day_at, profile_of
from dualdegree.records.models import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class GraduationWanted:
    """How the studies ended, by the profile's word, on which day, and under which number."""

    outcome: str
    on: dt.date
    number: str


def apply(session: orm.Session, actor: Actor, student: Student, institution: str, at: dt.datetime) -> None:
    """The student applies for the degree, or a registrar enters an application on paper. A repeat is harmless.

    Raises ``Refusal`` while the requirements are not met, ``Conflict`` once the degree is conferred.
    """
    _require_hand(actor, student, institution)
    lock(session, student)
    way = way_at(session, student, institution, at)
    if DegreeStep.APPLICATION not in way.order:
        raise Refusal("This institution asks for no application; it decides by itself.")
    if way.progress.applied_on is not None:
        return
    _refuse_conferred(way)
    if missing_before(DegreeStep.APPLICATION, way.order, way.progress) is not None:
        raise Refusal(
            "An application is open once the requirements of this degree are met; your progress says what is missing."
        )
    award = award_at(session, student, institution)
    award.applied_at = at
    _tell(session, actor, award, Act.DEGREE_APPLIED_FOR, at)
    tell_applied(session, actor, student, institution, withdrawn=False, at=at)


def withdraw_application(
    session: orm.Session, actor: Actor, student: Student, institution: str, at: dt.datetime
) -> None:
    """The student takes the application back; a repeat changes nothing. Raises ``Conflict`` once it is conferred."""
    require(actor, Permission.APPLY_DEGREE, student.policy_subject())
    lock(session, student)
    way = way_at(session, student, institution, at)
    _refuse_conferred(way)
    if way.award is None or way.award.applied_at is None:
        return
    way.award.applied_at = None
    _tell(session, actor, way.award, Act.DEGREE_APPLICATION_WITHDRAWN, at)
    tell_applied(session, actor, student, institution, withdrawn=True, at=at)


def graduate(
    session: orm.Session,
    actor: Actor,
    student: Student,
    institution: str,
    wanted: GraduationWanted,
    *,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """Record how the studies ended at the institution; recorded again it puts right what was recorded before.

    ``seen`` is the award's revision that was read, 0 where there was none. Raises ``Refusal`` that names the day, the
    number or the step that is wrong, ``Conflict`` when somebody else recorded something meanwhile.
    """
    require(actor, Permission.RECORD_GRADUATION, of_institutions(institution))
    lock(session, student)
    way = way_at(session, student, institution, at)
    if seen is not None and seen != (way.award.revision if way.award else 0):
        raise Conflict("Somebody recorded something for this student meanwhile; read the page again.")
    _refuse_conferred(way)
    number = plain_number(wanted.number)
    _require_graduation(session, way, wanted, number, day_at(session, institution, at))
    award = award_at(session, student, institution)
    known = (award.outcome, award.graduated_on, award.graduation_number)
    if known == (wanted.outcome, wanted.on, number or None):
        return
    award.outcome, award.graduated_on, award.graduation_number = wanted.outcome, wanted.on, number or None
    before = {"outcome": known[0], "on": known[1].isoformat() if known[1] else None, "number": known[2]}
    after = {"outcome": wanted.outcome, "on": wanted.on.isoformat(), "number": number}
    _tell(session, actor, award, Act.GRADUATION_RECORDED, at, before=_given(before), after=_given(after))
    tell_graduated(session, actor, student, institution, at=at)


def award_at(session: orm.Session, student: Student, institution: str) -> Award:
    """The row of the student's way to this degree, begun if there is none."""
    query = sa.select(Award).where(Award.student_id == student.id, Award.institution_id == institution)
    award = session.scalar(query)
    if award is None:
        award = Award(student_id=student.id, institution_id=institution)
        session.add(award)
        session.flush()
    return award


def way_at(session: orm.Session, student: Student, institution: str, at: dt.datetime) -> DegreeWay:
    """The student's way to the degree of this institution.

    Raises ``Absent`` where they are bound by none of its curricula, ``Refusal`` where it decides on no degrees here.
    """
    way = way_of(session, student, institution, at)
    if way is None:
        raise Absent("No curriculum of this institution binds this student.")
    if way.conferring is None:
        raise Refusal(
            "The profile of this institution does not say how it confers degrees; a registrar writes it there, under "
            "conferral."
        )
    return way


def conferring_at(session: orm.Session, institution: str) -> Conferring:
    """How the institution confers; raises ``Refusal`` where its profile does not say."""
    row = session.get(Institution, institution)
    conferring = profile_of(row).conferring if row is not None else None
    if conferring is None:
        raise Refusal(
            "The profile of your institution does not say how it confers degrees; write it there, under conferral."
        )
    return conferring


def conferring_of(way: DegreeWay) -> Conferring:
    """How the institution of this way confers; raises ``TypeError`` where it does not."""
    if way.conferring is None:
        raise TypeError("Whoever asks has looked whether the institution confers.")
    return way.conferring


def _require_graduation(
    session: orm.Session, way: DegreeWay, wanted: GraduationWanted, number: str, today: dt.date
) -> None:
    outcome = _outcome(conferring_of(way), wanted.outcome)
    if wanted.on > today:
        raise Refusal("The day of the graduation has not come yet; correct it.", about="on")
    if outcome.leads_to_degree and not way.progress.met:
        raise Refusal(
            Message(
                "The requirements of the degree are not met, so that the studies cannot end as %(outcome)s.",
                {"outcome": outcome.name},
            ),
            about="outcome",
        )
    if outcome.leads_to_degree and way.met_on is not None and not way.met_or_earlier and wanted.on < way.met_on:
        raise Refusal(
            Message("The requirements were met on %(day)s; no graduation lies before that day.", {"day": way.met_on}),
            about="on",
        )
    pattern = conferring_of(way).graduation_number
    if pattern is None and number:
        raise Refusal("This institution numbers no graduations; leave the number out.", about="number")
    if pattern is None:
        return
    if not number:
        raise Refusal(Message("Give the number: %(name)s.", {"name": pattern.name}), about="number")
    require_number(number, pattern, wanted.on.year)
    _refuse_taken(session, way, number)


def _outcome(conferring: Conferring, key: str) -> GraduationOutcome:
    outcome = conferring.outcomes.get(key)
    if outcome is None:
        raise Refusal("Choose how the studies ended.", about="outcome")
    return outcome


def _refuse_taken(session: orm.Session, way: DegreeWay, number: str) -> None:
    query = sa.select(Student).join(Award, Award.student_id == Student.id)
    other = session.scalar(
        query.where(
            Award.institution_id == way.institution.id,
            Award.graduation_number == number,
            Award.student_id != way.student.id,
        )
    )
    if other is not None:
        words = {"number": number, "other": other.full_name}
        raise Refusal(Message("The number %(number)s belongs to %(other)s already.", words), about="number")


def _require_hand(actor: Actor, student: Student, institution: str) -> None:
    if not may(actor, Permission.APPLY_DEGREE, student.policy_subject()):
        require(actor, Permission.RECORD_GRADUATION, of_institutions(institution))


def _refuse_conferred(way: DegreeWay) -> None:
    if way.conferred_on is not None:
        words = {"day": way.conferred_on}
        raise Conflict(
            Message("The degree is conferred already, on %(day)s; nothing before it changes any more.", words)
        )


def _given(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value}


def _tell(session: orm.Session, actor: Actor, award: Award, act: Act, at: dt.datetime, **facts: Any) -> None:
    """Both institutions' histories tell of it, for either waits for the other."""
    session.flush()
    student = session.get_one(Student, award.student_id)
    concerned = [enrolment.institution_id for enrolment in student.enrolments]
    stated = {"institution": award.institution_id, **facts.pop("after", {})}
    tell(session, actor, student.subject, act, concerned=concerned, at=at, after=stated, **facts)
