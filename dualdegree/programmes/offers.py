"""Which courses does an institution teach, and in which terms can each be taken?"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.programmes.models import CourseOffer, CurriculumVersion
from dualdegree.programmes.texts import courses_of


def courses_taught(session: orm.Session, institution_id: str) -> frozenset[str]:
    """The codes of the courses of every curriculum version that the institution has published."""
    of = CurriculumVersion
    query = sa.select(of).where(of.institution_id == institution_id, of.published_at.is_not(None))
    return frozenset(code for version in session.scalars(query) for code in courses_of(version))


def offered_terms(session: orm.Session, institution_ids: Iterable[str]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Institution and course → the terms in which the course is offered, all in their order; past terms too."""
    of = CourseOffer
    query = (
        sa.select(of.institution_id, of.course, of.term)
        .where(of.institution_id.in_(sorted(institution_ids)))
        .order_by(of.institution_id, of.course, of.term)
    )
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for institution, course, term in session.execute(query):
        found[institution, course] = (*found.get((institution, course), ()), term)
    return found
