"""How does a curriculum read? Its rules as a tree of sentences without a language yet, each with its regulation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.explain.words import (
    Words,
    called,
    ceiling_in_words,
    courses_in_words,
    credits_in_words,
    different,
    limit_in_words,
    name_of,
    selected,
)
from dualdegree.core.audit.rules import All, Average, Choose, Courses, Credits, Degree, Milestone, Requirement, nodes
from dualdegree.core.text import Message, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSentence:
    """One requirement or limit: what it is called, what it asks for, where that is written."""

    id: str
    title: Text
    words: Message
    clause: Text
    waivable: bool
    parts: tuple["RuleSentence", ...] = ()


ROUTES: Mapping[str, Message] = {
    "chinese": Message("Chinese route"),
    "spanish": Message("Spanish route"),
    "international": Message("international route"),
}
"""How the usual routes of admission are called; any other is called as its curriculum calls it."""


def routes_in_words(routes: Iterable[str]) -> Message:
    """The routes by which a version admits; none named means all."""
    known = tuple(ROUTES.get(route, Message("%(route)s", {"route": route})) for route in routes)
    return Message("%(routes)s", {"routes": known}) if known else Message("every route")


def rules_of(degree: Degree) -> RuleSentence:
    """The degree's requirements, as a tree."""
    return _rule(degree.requirements, {node.id: node for node in nodes(degree.requirements)}, degree.words)


def limits_of(degree: Degree) -> tuple[RuleSentence, ...]:
    """The degree's limits, in the order of the file."""
    known = {node.id: node for node in nodes(degree.requirements)}
    return tuple(
        RuleSentence(
            id=limit.id,
            title=name_of(limit),
            words=limit_in_words(limit, known[limit.within] if limit.within else None, degree.words),
            clause=limit.clause,
            waivable=limit.waivable,
        )
        for limit in degree.limits
    )


def _rule(node: Requirement, known: Mapping[str, Requirement], words: Words) -> RuleSentence:
    parts = node.parts if isinstance(node, All | Choose) else ()
    return RuleSentence(
        id=node.id,
        title=name_of(node),
        words=_words(node, known, words),
        clause=node.clause,
        waivable=node.waivable,
        parts=tuple(_rule(part, known, words) for part in parts),
    )


def _words(node: Requirement, known: Mapping[str, Requirement], words: Words) -> Message:
    match node:
        case All():
            return Message("All of these:")
        case Choose():
            return Message("At least %(number)s of these:", {"number": Decimal(node.at_least)})
        case Credits(at_least_percent=Decimal() as percent):
            share = {"percent": percent, "node": name_of(known[node.within or ""])}
            asked = {**share, "courses": selected(node.select, words)}
            says = Message("At least %(percent)s %% of the credits that serve “%(node)s”, from: %(courses)s.", asked)
            return _with_ceilings(node, says, words)
        case Credits():
            return _leaf(node, credits_in_words(node.at_least), known, words)
        case Courses(distinct=str(kind)):
            return _leaf(node, different(kind, Decimal(node.at_least)), known, words)
        case Courses():
            return _leaf(node, courses_in_words(node.at_least), known, words)
        case Milestone(at_least=None):
            return Message(
                "The record holds the milestone “%(milestone)s”.", {"milestone": called([node.milestone], words)[0]}
            )
        case Milestone():
            least = {"milestone": called([node.milestone], words)[0], "value": node.at_least}
            return Message("The record holds the milestone “%(milestone)s” with at least %(value)s.", least)
        case Average(within=str(within)):
            mean = {"value": node.at_least, "courses": selected(node.select, words), "node": name_of(known[within])}
            if node.of == "points":
                return Message(
                    "A credit-weighted mean of at least %(value)s points over %(courses)s, among what serves "
                    "“%(node)s”.",
                    mean,
                )
            return Message(
                "A credit-weighted mean of at least %(value)s over %(courses)s, among what serves “%(node)s”.", mean
            )
        case Average():
            mean = {"value": node.at_least, "courses": selected(node.select, words)}
            if node.of == "points":
                return Message("A credit-weighted mean of at least %(value)s points over %(courses)s.", mean)
            return Message("A credit-weighted mean of at least %(value)s over %(courses)s.", mean)


def _leaf(node: Credits | Courses, amount: Message, known: Mapping[str, Requirement], words: Words) -> Message:
    return _with_ceilings(node, _asks_for(node, amount, known, words), words)


def _with_ceilings(node: Credits | Courses, says: Message, words: Words) -> Message:
    for ceiling in node.at_most_from:
        says = Message("%(asks)s %(also)s", {"asks": says, "also": ceiling_in_words(node, ceiling, words)})
    return says


def _asks_for(node: Credits | Courses, amount: Message, known: Mapping[str, Requirement], words: Words) -> Message:
    asked = {"amount": amount, "courses": selected(node.select, words)}
    if node.within is not None:
        within = {**asked, "node": name_of(known[node.within])}
        return Message("At least %(amount)s of %(courses)s, among what serves “%(node)s”.", within)
    if node.overlay:
        return Message("At least %(amount)s of %(courses)s, whatever else they serve.", asked)
    return Message("At least %(amount)s of %(courses)s.", asked)
