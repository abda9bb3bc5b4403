"""What counts otherwise than by adding up? Values, and what is added at most, counted plainly from the items."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from dualdegree.core.audit.check.holdings import Held, taking
from dualdegree.core.audit.rules import INSTITUTION, SUBJECT, TERM, Courses, Credits, Leaf

NOTHING = Decimal(0)


def values(item: Held, kind: str) -> set[str]:
    """The different values that an item brings."""
    return {value for value in _every(item, kind) if value}


def _every(item: Held, kind: str) -> Iterator[str]:
    match kind:
        case _ if kind == TERM:
            for attempt in item.rests_on:
                yield attempt.term
        case _ if kind == INSTITUTION:
            for attempt in item.rests_on:
                yield attempt.institution
        case _ if kind == SUBJECT:
            subject, _, _ = (item.course or "").partition(" ")
            while subject and subject[-1] in "0123456789":
                subject = subject[:-1]
            yield subject
        case _:
            for tag in item.tags:
                if tag.startswith(kind):
                    yield tag[len(kind) :]


def got(leaf: Leaf, serving: Iterable[Held]) -> Decimal:
    """What the items that serve a leaf come to: credits, items or different values, and no more than it adds."""
    items = list(serving)
    if isinstance(leaf, Courses) and leaf.distinct is not None:
        return Decimal(len(set().union(*(values(item, leaf.distinct) for item in items))))
    figures = [(item, item.credits if isinstance(leaf, Credits) else Decimal(1)) for item in items]
    total = NOTHING
    for ceiling in leaf.at_most_from:
        takes = taking(ceiling.select)
        held = [(item, figure) for item, figure in figures if takes(item)]
        figures = [(item, figure) for item, figure in figures if not takes(item)]
        total += _largest([figure for _, figure in held], ceiling.at_most)
    return sum([figure for _, figure in figures], total)


def _largest(figures: list[Decimal], most: Decimal) -> Decimal:
    """The largest total of whole items that is no more than so much."""
    totals = {NOTHING}
    for figure in figures:
        totals |= {total + figure for total in totals if total + figure <= most}
    return max(totals)
