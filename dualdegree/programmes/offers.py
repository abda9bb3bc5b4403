"""Which courses does an institution teach, and in which terms can each be taken?"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.programmes.models import CourseOffer, CurriculumVersion
from dualdegree.programmes.texts import courses_of


def courses_taught(session: orm.Session, institution_id: str) -> frozenset[str]:
    """The codes of the courses of every curriculum version that the institution has published."""
    query = sa.select(CurriculumVersion).where(
        CurriculumVersion.institution_id == institution_id, CurriculumVersion.published_at.is_not(None)
    )
    return frozenset(code for version in session.scalars(query) for code in courses_of(version))


def offered_terms(session: orm.Session, institution_ids: Iterable[str]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Institution and course → the terms in which the course is offered, all in their order; past terms too."""
    query = (
        sa.select(CourseOffer.institution_id, CourseOffer.course, CourseOffer.term)
        .where(CourseOffer.institution_id.in_(sorted(institution_ids)))
        .order_by(CourseOffer.institution_id, CourseOffer.course, CourseOffer.term)
    )
    terms: dict[tuple[str, str], tuple[str, ...]] = {}
    for institution, course, term in session.execute(query):
        terms[institution, course] = (*terms.get((institution, course), ()), term)
    return terms
