"""How does it read when a course may be taken, and what was agreed on the terms of study?"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from dualdegree.core.audit.plan.question import TermLimit
from dualdegree.core.curricula.agreement import AgreedTerms
from dualdegree.core.curricula.curriculum import Course
from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import Message, Text


def order_in_words(course: Course, courses: Mapping[str, Course]) -> tuple[Message, ...]:
    """What goes before the course and how long it runs, a sentence each; none where nothing is said.

    ``courses`` are those of its curriculum; one of the partner's is said by its code.
    """
    return tuple(_order(course, courses))


def _called(codes: Iterable[str], courses: Mapping[str, Course]) -> tuple[Message, ...]:
    return tuple(
        Message("%(title)s (%(code)s)", {"title": courses[code].title, "code": code})
        if code in courses
        else Message("%(code)s", {"code": code})
        for code in codes
    )


def _order(course: Course, courses: Mapping[str, Course]) -> Iterator[Message]:
    if single := _called((group[0] for group in course.requires if len(group) == 1), courses):
        yield Message("requires %(courses)s", {"courses": single})
    for group in course.requires:
        if len(group) > 1:
            yield Message("requires one of %(courses)s", {"courses": _called(group, courses)})
    if course.together:
        yield Message("with or after %(courses)s", {"courses": _called(course.together, courses)})
    if course.after_ects is not None:
        yield Message("after %(ects)s ECTS of work", {"ects": course.after_ects})
    if course.spans > 1:
        yield Message("runs over %(terms)s terms", {"terms": Decimal(course.spans)})
    if course.remote:
        yield Message("can be taken from elsewhere")


def terms_in_words(terms: AgreedTerms, names: Mapping[str, Text]) -> tuple[Message, ...]:
    """What was agreed on the terms, a sentence each; ``names`` are those of the institutions."""
    return tuple(_terms(terms, names))


def _terms(terms: AgreedTerms, names: Mapping[str, Text]) -> Iterator[Message]:
    for group in terms.same_terms:
        yield Message("One time in both calendars: %(terms)s.", {"terms": tuple(map(term_in_words, group))})
    if terms.one_place:
        yield Message("In one term courses of one institution only, apart from those taken from elsewhere.")
    for key, most in _limits(terms.term_limit_ects):
        words = {"place": names.get(key, key), "most": most}
        everywhere = Message("At most %(most)s ECTS in one term.", words)
        yield Message("%(place)s: at most %(most)s ECTS in one term.", words) if key else everywhere
    for key, most in _limits(terms.term_limit_courses):
        words = {"place": names.get(key, key), "most": most}
        everywhere = Message("At most %(most)s courses in one term.", words)
        yield Message("%(place)s: at most %(most)s courses in one term.", words) if key else everywhere
    for stay in terms.stays:
        where: Text | str = names.get(stay.institution, stay.institution)
        yield Message(
            "A stay to choose: %(institution)s, %(terms)s.",
            {"institution": where, "terms": tuple(map(term_in_words, stay.terms))},
        )


def _limits(limit: TermLimit) -> Iterator[tuple[str, Decimal]]:
    """By institution or term, in their order; one figure for every term has no key."""
    match limit:
        case None:
            return
        case Decimal():
            yield "", limit
        case _:
            yield from sorted(limit.items())
