"""What keeps a recognition from being granted? Excluded kinds, more credits than earned, limits of all groups above.

A limit is held against everything that is recognised into the degree with the new grants among it. Where it is a limit
of a group (``within``), a grant weighs on it when it can serve leaves of that group and no others, whichever leaf that
is: so each group that the grant could serve is asked, and every group above it. The audit holds its own allocation
against the same limits again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from dualdegree.core.audit.explain.words import name_of
from dualdegree.core.audit.facts import Attempt, Case, Recognition
from dualdegree.core.audit.problem.items import Item, StandingAttempts
from dualdegree.core.audit.problem.selection import Index
from dualdegree.core.audit.rules import Courses, Credits, Degree, Limit, Requirement, Unit, nodes
from dualdegree.core.credit import rounded_down, worth
from dualdegree.core.text import Message

AgreedEcts = Callable[[str | None, Decimal], Decimal | None]
"""What was agreed in ECTS for these credits of a course of the recognising degree; None where nothing was."""


def objections(
    case: Case, new: Recognition, excluded: Sequence[str], agreed: AgreedEcts = lambda _course, _credits: None
) -> tuple[Message, ...]:
    """Why ``new`` cannot be granted into its degree, each with what to do; none where it can.

    ``case`` holds everything that is recognised already and not ``new``; ``excluded`` are the tags that the agreement
    never recognises into this degree; ``agreed`` is what its courses are worth.
    """
    degree = next(candidate for candidate in case.degrees if candidate.id == new.degree)
    record = {attempt.id: attempt for attempt in case.record}
    sources = [record[source] for source in new.sources]
    return (
        *_of_excluded(new, sources, excluded),
        *_beyond_earned(new, sources, case, agreed),
        *_over_limits(case, new, degree),
    )


def earned_ects(attempt: Attempt, degrees: Sequence[Degree]) -> Decimal:
    """What an attempt is worth: as agreed for the course, else by the ratio of the degree where it was sat."""
    ratio = next(
        (degree.ects_per_credit for degree in degrees if degree.institution == attempt.institution), Decimal(1)
    )
    return worth(attempt.credits, attempt.ects, ratio)


def granted_ects(recognition: Recognition, degrees: Sequence[Degree], agreed: AgreedEcts) -> Decimal:
    """What a recognition grants in all: as agreed for each course, else by the ratio of the recognising degree."""
    ratio = next(degree.ects_per_credit for degree in degrees if degree.id == recognition.degree)
    parts = (worth(grant.credits, agreed(grant.course, grant.credits), ratio) for grant in recognition.grants)
    return sum(parts, Decimal(0))


def _of_excluded(new: Recognition, sources: Sequence[Attempt], excluded: Sequence[str]) -> Iterator[Message]:
    tagged = [*((item.title, item.tags) for item in sources), *((item.title, item.tags) for item in new.grants)]
    for title, tags in tagged:
        for tag in tags:
            if tag in excluded:
                words = {"title": title, "tag": tag}
                yield Message(
                    "%(title)s: the agreement never recognises what is marked “%(tag)s”; leave it out.", words
                )


def _beyond_earned(new: Recognition, sources: Sequence[Attempt], case: Case, agreed: AgreedEcts) -> Iterator[Message]:
    degree = next(candidate for candidate in case.degrees if candidate.id == new.degree)
    earned = sum((earned_ects(attempt, case.degrees) for attempt in sources), Decimal(0))
    granted = granted_ects(new, case.degrees, agreed)
    if granted <= earned:
        return
    words = {"granted": granted, "earned": earned, "most": rounded_down(earned / degree.ects_per_credit)}
    if any(agreed(grant.course, grant.credits) is not None for grant in new.grants):
        # Less of a course that has its own ECTS is worth what the ratio says: no figure would be right for all.
        yield Message(
            "%(granted)s ECTS would be granted for %(earned)s ECTS earned; name more of what was studied, or another "
            "course.",
            words,
        )
        return
    yield Message(
        "%(granted)s ECTS would be granted for %(earned)s ECTS earned; grant at most %(most)s credits.",
        words,
    )


def _over_limits(case: Case, new: Recognition, degree: Degree) -> Iterator[Message]:
    after = Case(degrees=case.degrees, record=case.record, recognitions=(*case.recognitions, new))
    recognised = [item for item in StandingAttempts(after).items(degree) if not item.native]
    ids = {grant.id for grant in new.grants}
    leaves = _leaves(degree.requirements)
    reach = {item.id: frozenset(leaf for leaf, index in leaves.items() if index.select(item)) for item in recognised}
    for limit in degree.limits:
        weighing = [item for item in recognised if _weighs(item, limit, degree, reach)]
        total = _total(weighing, limit.unit)
        if total > limit.at_most and any(item.id in ids for item in weighing):
            before = _total([item for item in weighing if item.id not in ids], limit.unit)
            yield _too_much(limit, total, before)


def _leaves(root: Requirement) -> Mapping[str, Index]:
    """The leaves that an item serves at most one of."""
    return {
        node.id: Index([node.select])
        for node in nodes(root)
        if isinstance(node, Credits | Courses) and not node.overlay
    }


def _weighs(item: Item, limit: Limit, degree: Degree, reach: Mapping[str, frozenset[str]]) -> bool:
    if not Index([limit.select]).select(item):
        return False
    if limit.within is None:
        return True
    group = next(node for node in nodes(degree.requirements) if node.id == limit.within)
    return bool(reach[item.id]) and reach[item.id] <= {node.id for node in nodes(group)}


def _total(items: Sequence[Item], unit: Unit) -> Decimal:
    return Decimal(len(items)) if unit is Unit.COURSES else sum((item.credits for item in items), Decimal(0))


def _too_much(limit: Limit, total: Decimal, before: Decimal) -> Message:
    words = {
        "limit": name_of(limit),
        "clause": limit.clause or limit.id,
        "most": limit.at_most,
        "total": total,
        "left": max(limit.at_most - before, Decimal(0)),
    }
    if limit.unit is Unit.COURSES:
        return Message(
            "“%(limit)s” allows %(most)s courses and these would make %(total)s; grant at most %(left)s more "
            "(%(clause)s).",
            words,
        )
    return Message(
        "“%(limit)s” allows %(most)s credits and these would make %(total)s; grant at most %(left)s more (%(clause)s).",
        words,
    )
