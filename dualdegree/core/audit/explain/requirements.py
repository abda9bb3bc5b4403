"""What does each rule ask, what serves it and what is missing? In words without a language yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.check.recount import Recount
from dualdegree.core.audit.explain.words import (
    Names,
    Words,
    called,
    ceiling_in_words,
    courses_in_words,
    credits_in_words,
    decision,
    different,
    limit_in_words,
    name_of,
    selected,
)
from dualdegree.core.audit.facts import FREE, ExceptionKind
from dualdegree.core.audit.rules import (
    All,
    Average,
    Choose,
    Courses,
    Credits,
    Leaf,
    Limit,
    Milestone,
    Requirement,
    Unit,
)
from dualdegree.core.credit import rounded
from dualdegree.core.text import Message, Text

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementLine:
    """One requirement in words; ``depth`` is how many stand above it. ``got`` and ``needed`` are of leaves only."""

    id: str
    depth: int
    title: Text
    clause: Text
    met: bool
    needless: bool
    """Whether it is not met and need not be, because what it is a part of is met without it."""
    asks: Message
    also: tuple[Message, ...]
    """The rules besides the number: what else must hold among these courses, limits, decisions."""
    got: Decimal | None
    needed: Decimal | None
    items: tuple[str, ...]
    serves: tuple[Message, ...]
    """The courses that serve it, by name, in the order of ``items``, with the credits that are added up of each."""
    stands: Message | None
    """How much of how much, with the unit; None where nothing is counted."""
    sum: tuple[Message, ...]
    """What the courses come to, where that is not simply what is counted, and why a total has more than its groups."""
    missing: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitLine:
    """One limit in words."""

    id: str
    title: Text
    clause: Text
    says: Message
    used: Decimal
    at_most: Decimal
    unit: Unit
    by: Mapping[str, Decimal] | None = None
    """Of a limit that holds for each value apart, what is used by value; ``used`` is the largest."""


def requirement_lines(count: Recount, names: Names) -> Iterator[RequirementLine]:
    """Every requirement of a degree, in the order of the tree."""
    yield from _lines(count, names, count.degree.requirements, 0, is_met=False)


def _lines(count: Recount, names: Names, node: Requirement, depth: int, *, is_met: bool) -> Iterator[RequirementLine]:
    """A node and those below it; ``is_met``: whether something above is."""
    outcome = count.outcomes[node.id]
    yield RequirementLine(
        id=node.id,
        depth=depth,
        title=name_of(node),
        clause=node.clause,
        met=outcome.met,
        needless=is_met and not outcome.met,
        asks=asks(count, node),
        also=tuple(_also(count, names, node)),
        got=outcome.got,
        needed=outcome.needed,
        items=outcome.items,
        serves=tuple(_serving(count, names, node, item) for item in outcome.items),
        stands=stands(node, outcome.got, outcome.needed),
        sum=tuple(_sum(count, names, node)),
        missing=None if outcome.met else missing(count, node),
    )
    for part in node.parts if isinstance(node, All | Choose) else ():
        yield from _lines(count, names, part, depth + 1, is_met=is_met or outcome.met)


def stands(node: Requirement, got: Decimal | None, needed: Decimal | None) -> Message | None:
    """How much a leaf has of how much it asks for; what is more than that is said as more, never as 4 of 3."""
    if got is None or needed is None:
        return None
    words = {"got": got, "needed": needed}
    enough = got > needed
    match node:
        case Credits(at_least_percent=None):
            more = Message("%(got)s credits; %(needed)s are asked for", words)
            return more if enough else Message("%(got)s of %(needed)s credits", words)
        case Courses(distinct=None):
            more = Message("%(got)s courses; %(needed)s are asked for", words)
            return more if enough else Message("%(got)s of %(needed)s courses", words)
        case _:
            return Message("%(got)s; at least %(needed)s", words) if enough else Message("%(got)s of %(needed)s", words)


def _adds_credits(node: Requirement) -> bool:
    return isinstance(node, Credits) and node.at_least_percent is None


def _serving(count: Recount, names: Names, node: Requirement, item: str) -> Message:
    if not _adds_credits(node):
        return names[item]
    credits_ = credits_in_words(count.items[item].credits)
    return Message("%(course)s: %(credits)s", {"course": names[item], "credits": credits_})


def _sum(count: Recount, names: Names, node: Requirement) -> Iterator[Message]:
    outcome = count.outcomes[node.id]
    if not _adds_credits(node) or not outcome.items:
        return
    together = sum((count.items[item].credits for item in outcome.items), NOTHING)
    if outcome.got is not None and together > outcome.got:
        yield Message(
            "Together these courses have %(sum)s; by the rule above %(got)s of them are added.",
            {"sum": credits_in_words(together), "got": credits_in_words(outcome.got)},
        )
    if isinstance(node, Credits) and node.overlay and node.within is None:
        alone = tuple(names[item] for item in outcome.items if count.claims[item] == FREE)
        if alone:
            yield Message("Counted in totals alone, in no group of its own: %(courses)s.", {"courses": alone})


def asks(count: Recount, node: Requirement) -> Message:
    """What a requirement asks for, after a reduction."""
    words = count.degree.words
    match node:
        case All():
            return Message("All of these parts.")
        case Choose():
            parts = {"number": count.needed(node), "parts": Decimal(len(node.parts))}
            return Message("At least %(number)s of these %(parts)s parts.", parts)
        case Credits(at_least_percent=None):
            return _asks_for(node, credits_in_words(count.needed(node)), words)
        case Credits():
            share = {
                "percent": count.asked(node),
                "node": name_of(count.tree[node.within or ""]),
                "courses": selected(node.select, words),
            }
            return Message("At least %(percent)s %% of the credits that serve “%(node)s”, from: %(courses)s.", share)
        case Courses(distinct=None):
            return _asks_for(node, courses_in_words(count.needed(node)), words)
        case Courses():
            values = {
                "values": different(node.distinct or "", count.needed(node)),
                "courses": selected(node.select, words),
            }
            return Message("At least %(values)s among: %(courses)s.", values)
        case Milestone():
            milestone = {"milestone": called([node.milestone], words)[0], "least": count.needed(node)}
            if node.at_least is None:
                return Message("The milestone “%(milestone)s”.", milestone)
            return Message("The milestone “%(milestone)s” with at least %(least)s.", milestone)
        case Average():
            over = {"least": count.needed(node), "courses": selected(node.select, words)}
            if node.of == "points":
                return Message("Mean grade points, weighted by credits, of at least %(least)s over: %(courses)s.", over)
            return Message("A mean grade, weighted by credits, of at least %(least)s over: %(courses)s.", over)


def _asks_for(leaf: Leaf, least: Message, words: Words) -> Message:
    return Message("At least %(amount)s of: %(courses)s.", {"amount": least, "courses": selected(leaf.select, words)})


def _also(count: Recount, names: Names, node: Requirement) -> Iterator[Message]:
    if isinstance(node, Credits | Courses):
        yield from _about_overlay(count, node)
        for ceiling in node.at_most_from:
            yield ceiling_in_words(node, ceiling, count.degree.words)
    if isinstance(node, Average) and node.within is not None:
        yield Message("Only what serves “%(node)s” is looked at.", {"node": name_of(count.tree[node.within])})
    for leaf in count.leaves:
        if leaf.within == node.id:
            yield Message("Of these: “%(part)s” – %(asks)s", {"part": name_of(leaf), "asks": asks(count, leaf)})
    for limit in count.degree.limits:
        if _touches(count, limit, node):
            yield limit_in_words(limit, count.tree.get(limit.within or ""), count.degree.words)
    yield from _decisions(count, names, node)


def _about_overlay(count: Recount, leaf: Leaf) -> Iterator[Message]:
    if leaf.overlay and leaf.within is not None:
        words = {"node": name_of(count.tree[leaf.within])}
        yield Message("Only what serves “%(node)s” is looked at.", words)
    elif leaf.overlay:
        yield Message("Every counted course of this kind serves it, whatever else the course serves.")


def _touches(count: Recount, limit: Limit, node: Requirement) -> bool:
    """A limit within this node; or one within none, on courses that could serve this leaf."""
    if limit.within is not None:
        return limit.within == node.id
    if not isinstance(node, Credits | Courses):
        return False
    bound = count.bounds[limit.id]
    return any(bound(item) and count.may_serve(node.id, item) for item in count.items.values())


def _decisions(count: Recount, names: Names, node: Requirement) -> Iterator[Message]:
    for exception in count.exceptions:
        if exception.requirement != node.id:
            continue
        item = names.get(exception.item or "", "")
        words = {"decision": decision(exception), "item": item, "least": exception.at_least or NOTHING}
        match exception.kind:
            case ExceptionKind.WAIVE:
                yield Message("Waived (%(decision)s).", words)
            case ExceptionKind.REDUCE:
                yield Message("Reduced to %(least)s (%(decision)s).", words)
            case ExceptionKind.SUBSTITUTE:
                yield Message("%(item)s may serve it as well (%(decision)s).", words)
            case ExceptionKind.PIN:
                yield Message("%(item)s serves this or is not counted (%(decision)s).", words)
            case ExceptionKind.EXCLUDE:
                yield Message("%(item)s may not serve it (%(decision)s).", words)


def missing(count: Recount, node: Requirement) -> Message:
    """What an unmet requirement is short of."""
    match node:
        case Credits():
            lack = count.needed(node) - (count.outcomes[node.id].got or NOTHING)
            return Message("Missing: %(amount)s.", {"amount": credits_in_words(lack)})
        case Courses(distinct=str(kind)):
            lack = count.needed(node) - (count.outcomes[node.id].got or NOTHING)
            return Message("Missing: %(amount)s.", {"amount": different(kind, lack)})
        case Courses():
            lack = count.needed(node) - (count.outcomes[node.id].got or NOTHING)
            return Message("Missing: %(amount)s.", {"amount": courses_in_words(lack)})
        case Milestone():
            return Message("Not reached yet.")
        case Average():
            return _mean(count, node)
        case All() | Choose():
            open_ = tuple(name_of(part) for part in node.parts if not count.outcomes[part.id].met)
            return Message("Open: %(parts)s.", {"parts": open_})


def _mean(count: Recount, node: Average) -> Message:
    weight, weighed = count.weighed(node)
    if not weight:
        return Message("No course with a figure and credits is there yet.")
    return Message("The mean is %(mean)s.", {"mean": rounded(weighed / weight, 2)})


def limit_lines(count: Recount) -> Iterator[LimitLine]:
    """Every limit of a degree, in the order of the file."""
    for limit in count.degree.limits:
        yield LimitLine(
            id=limit.id,
            title=name_of(limit),
            clause=limit.clause,
            says=limit_in_words(limit, count.tree.get(limit.within or ""), count.degree.words),
            used=count.used[limit.id],
            at_most=limit.at_most,
            unit=limit.unit,
            by=count.used_by.get(limit.id),
        )
