"""How does an institution certify a placement, and what enters the record then: months, and a course with its grade?"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.credit import figure
from dualdegree.core.days import day_in
from dualdegree.core.grades import SCALES, ImpossibleGrade, read_grade
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.terms import term_on
from dualdegree.core.training.evaluation import Evaluation
from dualdegree.core.training.periods import counted
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.texts import courses_of
from dualdegree.records.entered import service as entered
from dualdegree.records.entered.service import CoursePassed, MilestoneReached, Result
from dualdegree.records.models import Enrolment
from dualdegree.stakes import Stake
from dualdegree.training.placements.models import Placement, PlacementSide
from dualdegree.training.placements.notices import tell_concerned
from dualdegree.training.placements.standing import SideStanding, profiles, side_standing

Unread = stakes.Unconfirmed
"""Nobody has said yes to these very consequences."""


def verdicts_touched(session: orm.Session, row: Placement) -> tuple[Stake, ...]:
    """The verdicts that a certificate puts in question."""
    return stakes.verdicts_at_stake(session, [row.student_id])


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What an institution would certify: months as counted, the lawful evaluation, and what enters the record."""

    months: Decimal
    evaluation: Evaluation
    results: tuple[Result, ...]
    at_stake: tuple[Stake, ...]
    digest: str
    """What a tick under these consequences is bound to; "" where nothing is signed or issued."""


def certificate_of(session: orm.Session, row: Placement, institution: str, *, at: dt.datetime) -> Certificate:
    """What would be certified now. Raises ``Refusal`` while the institution's checklist has not come to its end."""
    profile = profiles(session, [institution])[institution]
    side = _side(row, institution)
    standing = side_standing(row, side, profile, at)
    if day_in(at, profile.time_zone) <= row.ends_on:
        raise Refusal("The placement lasts until %(day)s; it is certified from the day after.", {"day": row.ends_on})
    if not standing.is_complete:
        missing = tuple(line.title for line in standing.open)
        raise Refusal("The checklist has not come to its end. Still open: %(items)s.", {"items": missing})
    given = standing.evaluation.counts
    if given is None:
        raise Refusal("Whoever grades by law has not evaluated the placement yet.")
    if not standing.training.forms[given.by].passes(given.overall):
        raise Refusal("The placement is not passed: the value that counts does not pass. Nothing enters the record.")
    months = counted(standing.months)
    at_stake = stakes.at_stake(session, [row.student_id])
    return Certificate(
        months=months,
        evaluation=given,
        results=tuple(_results(row, standing, profile.grade_scale, months)),
        at_stake=at_stake,
        digest=stakes.digest_of(at_stake),
    )


def _results(row: Placement, standing: SideStanding, scale: str, months: Decimal) -> list[Result]:
    results: list[Result] = []
    training, side, given = standing.training, standing.side, standing.evaluation.counts
    if training.milestone:
        results.append(MilestoneReached(milestone=training.milestone, value=months, achieved_on=row.ends_on, adds=True))
    if side.course and side.credits is not None and given is not None:
        written = training.forms[given.by].grade(given.overall)
        results.append(_course(row, side, side.credits, written, scale))
    return results


def _course(row: Placement, side: PlacementSide, credits_: Decimal, written: str, scale: str) -> CoursePassed:
    try:
        grade = read_grade(SCALES[scale], written)
    except ImpossibleGrade as impossible:
        raise Refusal(
            "The value %(value)s is no grade of the institution's scale: %(reason)s",
            {"value": written, "reason": impossible.reason},
        ) from None
    enrolment = _enrolment(row, side.institution_id)
    version = enrolment.curriculum_version
    title = courses_of(version)[side.course].title if version and side.course in courses_of(version) else {}
    return CoursePassed(
        course=side.course,
        term=term_on(row.ends_on),
        titles=title,
        credits=credits_,
        grade_as_given=written,
        grade=grade.value,
        mention=grade.mention,
    )


def certify(
    session: orm.Session, actor: Actor, row: Placement, institution: str, *, confirmed: str, at: dt.datetime
) -> Certificate:
    """Certify the placement for one institution, and let what it yields enter the student's record there.

    ``confirmed`` is the digest of the consequences that were read. Raises ``NotAllowed``; ``Refusal`` as
    ``certificate_of`` does, ``Unconfirmed`` where the consequences are others, ``Conflict`` where it is done already.
    """
    require(actor, Permission.CERTIFY_PLACEMENT, row.policy_subject().at(institution))
    lock(session, row)
    side = _side(row, institution)
    if side.is_certified:
        raise Conflict("This placement is certified already; its certificate is on this page.")
    wanted = certificate_of(session, row, institution, at=at)
    if wanted.digest != confirmed:
        raise Unread(
            "Read what was signed or issued on the present state, and tick that you have; the list may have changed "
            "since you opened the page."
        )
    enrolment = _enrolment(row, institution)
    for result in wanted.results:
        entered.enter(session, actor, enrolment, row.subject, result, at=at)
    side.certified_by, side.certified_at = actor.person_id or None, at
    side.result = _in_json(wanted)
    row.revision += 1
    _tell(session, actor, row, Act.PLACEMENT_CERTIFIED, institution, at=at)
    return wanted


def withdraw_certificate(
    session: orm.Session, actor: Actor, row: Placement, institution: str, reason: str, *, at: dt.datetime
) -> None:
    """Take a certificate back, and with it what it let into the record; the evaluations stay.

    Raises ``NotAllowed``, ``Refusal`` without a reason, ``Conflict`` where nothing is certified.
    """
    require(actor, Permission.CERTIFY_PLACEMENT, row.policy_subject().at(institution))
    if not reason.strip():
        raise Refusal("Say why the certificate is withdrawn; the reason stays in the history.", about="reason")
    lock(session, row)
    side = _side(row, institution)
    if not side.is_certified:
        raise Conflict("Nothing is certified here; there is nothing to withdraw.")
    entered.withdraw(session, actor, _enrolment(row, institution), row.subject, at=at, reason=reason.strip())
    side.certified_by, side.certified_at, side.result = None, None, None
    row.revision += 1
    _tell(session, actor, row, Act.PLACEMENT_CERTIFICATE_WITHDRAWN, institution, at=at, reason=reason.strip())


def _in_json(wanted: Certificate) -> Mapping[str, Any]:
    passed = next((result for result in wanted.results if isinstance(result, CoursePassed)), None)
    return {
        "months": figure(wanted.months),
        "by": wanted.evaluation.by.value,
        "overall": wanted.evaluation.overall,
        "course": passed.course if passed else "",
        "term": passed.term if passed else "",
        "credits": figure(passed.credits) if passed else "",
        "grade": passed.grade_as_given if passed else "",
    }


def _side(row: Placement, institution: str) -> PlacementSide:
    side = row.side(institution)
    if side is None:
        raise Refusal("The placement does not count at this institution.")
    return side


def _enrolment(row: Placement, institution: str) -> Enrolment:
    for enrolment in row.student.enrolments:
        if enrolment.institution_id == institution:
            return enrolment
    raise Refusal("The student is not enrolled there any more; the placement cannot count there.")


def _tell(
    session: orm.Session,
    actor: Actor,
    row: Placement,
    act: Act,
    institution: str,
    *,
    at: dt.datetime,
    reason: str = "",
) -> None:
    session.flush()
    after = {"student": str(row.student_id), "institution": institution}
    tell(session, actor, row.subject, act, concerned=row.institutions, at=at, reason=reason, after=after)
    tell_concerned(session, actor, row, act, at)
