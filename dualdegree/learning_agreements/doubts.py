"""What speaks against a course of a learning agreement: not on offer then, passed already, or of no use to the degree?

What is certain refuses the version; what only may be so is said beside it, to everybody who agrees to it.
"""

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier
from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.credit import worth
from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.refusal import Refusal
from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import Message
from dualdegree.learning_agreements.content import Stay, stay_in
from dualdegree.programmes.models import CourseOffer
from dualdegree.programmes.offers import offered_terms
from dualdegree.requests.judging.objections import partner_of, side_of
from dualdegree.requests.models import LearningAgreement


def refuse_certain(session: orm.Session, dossier: Dossier, stay: Stay) -> None:
    """Refuse what cannot be right whatever anybody says. Raises ``Refusal`` that names the course and the remedy."""
    studied = (*_passed_there(dossier, stay), *_not_on_offer(session, dossier, stay))
    for doubt in studied:
        raise Refusal(doubt, about="studied")
    for doubt in _held(dossier, stay):
        raise Refusal(doubt, about="courses")
    for doubt in _more_than_studied(dossier, stay):
        in_group = any(wish.course is None for wish in stay.recognised)
        raise Refusal(doubt, about="group_credits" if in_group else "courses")


def warnings(session: orm.Session, dossier: Dossier, agreement: LearningAgreement) -> tuple[Message, ...]:
    """Everything that speaks against a version today, certain or not: the record and the offers go on changing."""
    stay = stay_in(agreement)
    certain = (*_passed_there(dossier, stay), *_not_on_offer(session, dossier, stay), *_held(dossier, stay))
    return (*certain, *_offer_not_known(session, dossier, stay), *_of_no_use(dossier, stay))


def _away(dossier: Dossier, stay: Stay) -> Curriculum:
    partner = partner_of(dossier, stay.degree)
    return next(side.curriculum for side in dossier.every_side if side.curriculum.institution == partner)


def _passed(dossier: Dossier, institution: str) -> dict[str, Attempt]:
    """The courses passed at an institution, each with its attempt; what may be repeated is left out."""
    return {
        attempt.course: attempt
        for attempt in dossier.case.record
        if attempt.institution == institution and attempt.status is Status.PASSED and not attempt.repeatable
    }


def _passed_there(dossier: Dossier, stay: Stay) -> Iterator[Message]:
    away = _away(dossier, stay)
    passed = _passed(dossier, away.institution)
    for study in stay.studied:
        if study.course in passed:
            words = {"course": away.courses[study.course].title, "term": term_in_words(passed[study.course].term)}
            yield Message("%(course)s was passed in %(term)s already; choose another course to study.", words)


def _held(dossier: Dossier, stay: Stay) -> Iterator[Message]:
    """What is to be recognised is in the degree already, passed there or recognised."""
    home = side_of(dossier, stay.degree).curriculum
    passed = _passed(dossier, home.institution)
    given = {
        grant.course
        for giving in dossier.recognised.given
        if giving.degree == stay.degree
        for grant in giving.recognition.grants
    }
    for wish in stay.recognised:
        course = home.courses.get(wish.course or "")
        if course is not None and not course.repeatable and (course.code in passed or course.code in given):
            words = {"course": course.title}
            yield Message("%(course)s is passed or recognised in this degree already; name another for it.", words)


def _more_than_studied(dossier: Dossier, stay: Stay) -> Iterator[Message]:
    """Nobody earns by a stay more than is studied there; both in the ECTS agreed for each course, else by the ratio."""
    home, away = side_of(dossier, stay.degree).curriculum, _away(dossier, stay)
    courses = [away.courses[study.course] for study in stay.studied if study.course in away.courses]
    studied = sum((worth(course.credits, course.ects, away.degree.ects_per_credit) for course in courses), Decimal(0))
    granted = sum(
        (
            worth(wish.credits, home.agreed_ects(wish.course, wish.credits), home.degree.ects_per_credit)
            for wish in stay.recognised
        ),
        Decimal(0),
    )
    if granted > studied:
        yield Message(
            "%(granted)s ECTS would be recognised for %(studied)s ECTS studied; name more to be studied, or recognise "
            "less.",
            {"granted": granted, "studied": studied},
        )


def _not_on_offer(session: orm.Session, dossier: Dossier, stay: Stay) -> Iterator[Message]:
    """The institution has said what it teaches in that term, and the course is not among it."""
    away = _away(dossier, stay)
    known, terms = _terms_known(session, away.institution), offered_terms(session, [away.institution])
    for study in stay.studied:
        if study.term in known and study.term not in terms.get((away.institution, study.course), ()):
            other = [term for term in terms.get((away.institution, study.course), ()) if term >= stay.begins]
            words = {
                "course": away.courses[study.course].title,
                "term": term_in_words(study.term),
                "terms": tuple(map(term_in_words, other)),
            }
            if other:
                yield Message("%(course)s is not on offer in %(term)s; it is in: %(terms)s.", words)
            else:
                yield Message("%(course)s is not on offer in %(term)s; choose another course.", words)


def _offer_not_known(session: orm.Session, dossier: Dossier, stay: Stay) -> Iterator[Message]:
    away = _away(dossier, stay)
    known = _terms_known(session, away.institution)
    for term in sorted({study.term for study in stay.studied} - known):
        yield Message(
            "The partner has not said yet what it teaches in %(term)s; ask there whether these courses are on offer.",
            {"term": term_in_words(term)},
        )


def _of_no_use(dossier: Dossier, stay: Stay) -> Iterator[Message]:
    """An equivalence makes of the course what the student has passed at home already."""
    home, away = side_of(dossier, stay.degree).curriculum, _away(dossier, stay)
    passed = _passed(dossier, home.institution)
    for entry in dossier.entries:
        into = [course for course in entry.target_courses if course in passed]
        for study in stay.studied:
            if entry.target_institution == home.institution and study.course in entry.source_courses and into:
                words = {
                    "course": away.courses[study.course].title,
                    "into": tuple(home.courses[course].title for course in into if course in home.courses),
                }
                yield Message(
                    "%(course)s is recognised as %(into)s, which is passed already; it would add nothing there.", words
                )


def _terms_known(session: orm.Session, institution: str) -> set[str]:
    """The terms for which the institution has said what it teaches."""
    query = sa.select(CourseOffer.term).where(CourseOffer.institution_id == institution).distinct()
    return set(session.scalars(query))
