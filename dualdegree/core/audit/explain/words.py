"""How are the parts of a rule said? Selections, amounts and names as messages without a language yet."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from dualdegree.core.audit.facts import Attempt, Case, Grant, GrantedException
from dualdegree.core.audit.rules import (
    INSTITUTION,
    SUBJECT,
    TERM,
    Ceiling,
    Courses,
    Credits,
    Limit,
    Origin,
    Requirement,
    Select,
    Unit,
)
from dualdegree.core.terms import in_words
from dualdegree.core.text import InstitutionName, Language, Message, Text

NO_LANGUAGE = "und"

Names = Mapping[str, Message]
"""What every attempt and grant of a case is called, by its id."""

Words = Mapping[str, Text]
"""What a curriculum calls its tags and milestones, by tag and milestone."""


def names_in(case: Case) -> Names:
    """The names of all attempts and grants of a case."""
    grants = (grant for recognition in case.recognitions for grant in recognition.grants)
    return {attempt.id: item_name(attempt) for attempt in case.record} | {
        grant.id: item_name(grant) for grant in grants
    }


def name_of(rule: Requirement | Limit) -> Text:
    """The rule's own title, else its id."""
    return rule.title or {NO_LANGUAGE: rule.id}


def item_name(item: Attempt | Grant) -> Message:
    """A course as a student knows it: title and code, or what there is of them; credits of a group by its title."""
    code = item.course or item.id
    if not item.title:
        return Message("%(code)s", {"code": code})
    if not item.course:
        return Message("%(title)s", {"title": item.title})
    return Message("%(title)s (%(code)s)", {"title": item.title, "code": code})


def credits_in_words(number: Decimal) -> Message:
    """Credits of the degree's own unit."""
    return Message("1 credit") if number == 1 else Message("%(number)s credits", {"number": number})


def courses_in_words(number: Decimal | int) -> Message:
    """A number of courses."""
    return Message("1 course") if number == 1 else Message("%(number)s courses", {"number": Decimal(number)})


def amount(number: Decimal, unit: Unit) -> Message:
    """A number of whatever a limit counts."""
    return credits_in_words(number) if unit is Unit.CREDITS else courses_in_words(number)


def called(names: Iterable[str], words: Words) -> tuple[str | Text, ...]:
    """Tags or milestones as their curriculum calls them, else as they are written."""
    return tuple(words.get(name) or name for name in names)


def selected(select: Select, words: Words) -> Message:
    """The courses that a selection means: ``any course``, or ``courses (marked core, at level 7 or above)``."""
    if select.tag and select == Select(tag=select.tag):
        # By far the usual case, and one that reads as a kind of course in every language.
        return Message("courses (marked %(tags)s)", {"tags": _or(called(select.tag, words))})
    conditions = tuple(_conditions(select, words))
    return Message("courses (%(conditions)s)", {"conditions": conditions}) if conditions else Message("any course")


def _conditions(select: Select, words: Words) -> Iterator[Message]:
    if select.course:
        yield Message("with the code %(codes)s", {"codes": _or(select.course)})
    if select.tag:
        yield Message("marked %(tags)s", {"tags": _or(called(select.tag, words))})
    if select.level_at_least is not None:
        yield Message("at level %(level)s or above", {"level": select.level_at_least})
    if select.language:
        yield Message("taught in %(languages)s", {"languages": _or(tuple(map(Language, select.language)))})
    if select.institution:
        yield Message("sat at %(institutions)s", {"institutions": _or(tuple(map(InstitutionName, select.institution)))})
    if set(select.origin) == {Origin.NATIVE}:
        yield Message("sat at this university")
    if set(select.origin) == {Origin.RECOGNISED}:
        yield Message("recognised from elsewhere")
    if select.min_grade is not None:
        yield Message("with a grade of at least %(grade)s", {"grade": select.min_grade})
    if select.graded is not None:
        yield Message("with a grade") if select.graded else Message("without a grade")
    if select.term_from is not None:
        yield Message("from %(term)s on", {"term": in_words(select.term_from)})
    if select.term_to is not None:
        yield Message("up to %(term)s", {"term": in_words(select.term_to)})
    if select.credits_at_least is not None:
        yield Message("of at least %(credits)s each", {"credits": credits_in_words(select.credits_at_least)})
    yield from _nested(select, words)


def _nested(select: Select, words: Words) -> Iterator[Message]:
    if select.any is not None:
        alternatives = [_alternative(part, words) for part in select.any]
        yield _or(alternatives) if alternatives else Message("none whatever")
    for part in select.all or ():
        yield from _conditions(part, words)
    if select.not_ is not None:
        yield Message("without %(others)s", {"others": selected(select.not_, words)})


def _alternative(select: Select, words: Words) -> Message:
    return Message("(%(conditions)s)", {"conditions": tuple(_conditions(select, words)) or Message("any course")})


def _or(words: Sequence[object]) -> Message:
    if len(words) == 1:
        return Message("%(word)s", {"word": words[0]})
    return Message("%(words)s or %(last)s", {"words": tuple(words[:-1]), "last": words[-1]})


def limit_in_words(limit: Limit, within: Requirement | None, words: Words) -> Message:
    """What a limit forbids."""
    says = _limit_in_words(limit, within, words)
    if limit.per is None:
        return says
    return Message("%(limit)s %(each)s", {"limit": says, "each": _each_apart(limit.per)})


def _each_apart(kind: str) -> Message:
    match kind:
        case _ if kind == TERM:
            return Message("This holds for each term apart.")
        case _ if kind == INSTITUTION:
            return Message("This holds for each university apart.")
        case _ if kind == SUBJECT:
            return Message("This holds for each subject apart, as course codes begin.")
        case _:
            return Message("This holds for each mark apart that begins with “%(prefix)s”.", {"prefix": kind})


def different(kind: str, number: Decimal) -> Message:
    """So many different values of a kind."""
    words = {"number": number, "prefix": kind}
    match kind:
        case _ if kind == TERM:
            return Message("1 term") if number == 1 else Message("%(number)s different terms", words)
        case _ if kind == INSTITUTION:
            return Message("1 university") if number == 1 else Message("%(number)s different universities", words)
        case _ if kind == SUBJECT:
            return Message("1 subject") if number == 1 else Message("%(number)s different subjects", words)
        case _:
            if number == 1:
                return Message("1 mark that begins with “%(prefix)s”", words)
            return Message("%(number)s different marks that begin with “%(prefix)s”", words)


def ceiling_in_words(leaf: Credits | Courses, ceiling: Ceiling, words: Words) -> Message:
    """Of what an overlay adds no more than so much."""
    unit = Unit.CREDITS if isinstance(leaf, Credits) else Unit.COURSES
    most = {"amount": amount(ceiling.at_most, unit), "courses": selected(ceiling.select, words)}
    return Message("Of these, no more than %(amount)s are added from: %(courses)s.", most)


def _limit_in_words(limit: Limit, within: Requirement | None, words: Words) -> Message:
    most: dict[str, object] = {"amount": amount(limit.at_most, limit.unit), "courses": selected(limit.select, words)}
    if within is None:
        return Message("At most %(amount)s may be counted of: %(courses)s.", most)
    most["node"] = name_of(within)
    return Message("At most %(amount)s may serve “%(node)s” of: %(courses)s.", most)


def decision(exception: GrantedException) -> Message:
    """Who decided an exception, when and why."""
    words = {"by": exception.decider or exception.by, "on": _day(exception.on), "reason": exception.reason}
    return Message("decided by %(by)s on %(on)s: %(reason)s", words)


def _day(written: str) -> dt.date | str:
    """The day that a file states, for each reader to say; whatever is no day as it is written."""
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        return written
