"""What is asked when the cheapest way is looked for? Courses on offer, agreed terms, and what somebody wishes."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier, DossierSide
from dualdegree.audit.planning.cheapest_way.recognitions import possible
from dualdegree.audit.planning.cheapest_way.wishes import Wishes
from dualdegree.audit.service import STATUSES, Include
from dualdegree.core.audit.plan.question import TermLimit
from dualdegree.core.audit.plan.search import OfferedCourse, PlanCase
from dualdegree.core.curricula.agreement import AgreedTerms
from dualdegree.core.terms import is_open
from dualdegree.programmes.offers import offered_terms
from dualdegree.programmes.texts import agreed

BEGINNING = STATUSES[Include.PLANNED]
"""What a plan goes on from."""
FULL_TERM = Decimal(30)
"""ECTS of half an academic year of full-time study."""


def agreed_terms(dossier: Dossier) -> AgreedTerms:
    """What the agreement in force says of the terms of study."""
    return agreed(dossier.rules.agreement).terms if dossier.rules.agreement else AgreedTerms()


def usual_limit(dossier: Dossier) -> TermLimit:
    """How many ECTS fit into a term where nobody wishes otherwise: what was agreed, else a full term."""
    limit = agreed_terms(dossier).term_limit_ects
    return FULL_TERM if limit is None else limit


def plan_case(
    dossier: Dossier,
    offers: Sequence[OfferedCourse],
    wishes: Wishes,
    *,
    refused: Collection[str] = (),
    away: Mapping[str, str] | None = None,
) -> PlanCase:
    """What is asked of the search. It goes on from what is passed, in progress or planned.

    ``refused`` names entries of the equivalence table that give nothing; ``away`` says which terms are spent at which
    institution: where any is, no other stay is chosen.
    """
    useful = [offer for offer in offers if not _stands(dossier, offer)]
    terms = agreed_terms(dossier)
    return PlanCase(
        case=replace(dossier.case, include=BEGINNING, recognitions=()),
        offers=tuple(useful),
        possible=tuple(possible(dossier, useful, refused)),
        term_limit_ects=wishes.limit,
        term_limit_courses=terms.term_limit_courses,
        same_terms=terms.same_terms,
        one_place=terms.one_place,
        away=away or {},
        stays=() if away else terms.stays,
        end_by=wishes.end_by or None,
        prefer=wishes.prefer,
        assume_grade=wishes.grades,
    )


def offers_of(session: orm.Session, dossier: Dossier, at: dt.datetime) -> tuple[OfferedCourse, ...]:
    """What the student could still take in a term to come, by institution and course."""
    terms = offered_terms(session, [side.curriculum.institution for side in dossier.sides])
    return tuple(_offer(side, code, ahead) for side in dossier.sides for code, ahead in _ahead(side, terms, at))


def _ahead(
    side: DossierSide, terms: Mapping[tuple[str, str], tuple[str, ...]], at: dt.datetime
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for code in side.curriculum.courses:
        ahead = tuple(term for term in terms.get((side.curriculum.institution, code), ()) if is_open(term, at.date()))
        if ahead:
            yield code, ahead


def _offer(side: DossierSide, code: str, terms: tuple[str, ...]) -> OfferedCourse:
    course = side.curriculum.courses[code]
    return OfferedCourse(
        id=f"{side.curriculum.institution}/{code}/offer",
        institution=side.curriculum.institution,
        course=code,
        credits=course.credits,
        terms=terms,
        tags=course.tags,
        level=course.level,
        language=course.language,
        ects=course.ects,
        work=course.work,
        repeatable=course.repeatable,
        milestone=course.milestone,
        title=course.title,
        requires=course.requires,
        together=course.together,
        after_ects=course.after_ects,
        spans=course.spans,
        remote=course.remote,
    )


def _stands(dossier: Dossier, offer: OfferedCourse) -> bool:
    return not offer.repeatable and any(
        (row.institution, row.course) == (offer.institution, offer.course) and row.status in BEGINNING
        for row in dossier.case.record
    )
