"""How does a student's dual training stand: which share of the degree, and may they still leave it?"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.records import PASSED
from dualdegree.core.training.dual import DualFacts, DualRule, DualStanding, watched
from dualdegree.programmes.institutions.profile import Profile
from dualdegree.programmes.texts import courses_of
from dualdegree.records.models import Enrolment, RegisteredAttempt, Student
from dualdegree.training.placements.models import Placement, PlacementSide


def dual_standings(
    session: orm.Session, student: Student, placements: Iterable[Placement], profiles: Mapping[str, Profile]
) -> dict[str, tuple[DualRule, DualStanding]]:
    """The dual route of each institution that has one, for a student with a placement on it; by institution."""
    rows = [row for row in placements if row.dual and not row.withdrawn]
    standing = {}
    for enrolment in student.enrolments:
        profile = profiles.get(enrolment.institution_id)
        rule = profile.training.dual if profile and profile.training else None
        sides = [side for row in rows if (side := row.side(enrolment.institution_id))]
        if rule is not None and sides:
            paid = all(row.paid for row in rows if row.side(enrolment.institution_id))
            facts = _facts(session, rule, enrolment, sides, paid=paid)
            standing[enrolment.institution_id] = rule, watched(rule, facts)
    return standing


def _facts(
    session: orm.Session, rule: DualRule, enrolment: Enrolment, sides: list[PlacementSide], *, paid: bool
) -> DualFacts:
    version = enrolment.curriculum_version
    courses = courses_of(version) if version else {}
    theses = {code: course.credits for code, course in courses.items() if rule.thesis in course.tags}
    done = sum((side.credits or Decimal(0) for side in sides if side.is_certified), Decimal(0))
    return DualFacts(
        placements=sum((side.credits or Decimal(0) for side in sides), Decimal(0)),
        thesis=max(theses.values(), default=Decimal(0)),
        passed=done + _passed(session, enrolment, theses),
        paid=paid,
    )


def _passed(session: orm.Session, enrolment: Enrolment, theses: Mapping[str, Decimal]) -> Decimal:
    table = RegisteredAttempt
    query = sa.select(table.course).where(
        table.enrolment_id == enrolment.id, table.status == PASSED, table.course.in_(theses)
    )
    return max((theses[course] for course in session.scalars(query)), default=Decimal(0))
