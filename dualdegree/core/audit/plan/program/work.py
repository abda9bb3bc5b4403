"""How much work is what is taken? One work counts once, with what it is more than what is on record."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from math import gcd

from dualdegree.core.audit.plan.program.choice import OfferChoice
from dualdegree.core.audit.plan.program.rows import Row


def work_of_all(choice: OfferChoice) -> tuple[Row, Decimal]:
    """How much work everything that is taken is, and how many ECTS a unit of it is."""
    ects = [group.like.ects for group in choice.groups]
    figures = [*ects, *choice.question.done.values()]
    whole = in_whole(figures)
    done = {work: whole(size) for work, size in choice.question.done.items()}
    size = {at: whole(group.like.ects) for at, group in enumerate(choice.groups)}
    taken = {at: list(columns.values()) for at, columns in enumerate(choice.when)}
    return work_of(choice, taken, size, done), unit_of(figures)


def work_of(
    choice: OfferChoice, taken: Mapping[int, Sequence[int]], size: Mapping[int, int], done: Mapping[str, int]
) -> Row:
    """How much work the groups are, each taken as often as its columns add up to; one work counts once."""
    cost: Row = {}
    works: dict[str, list[int]] = {}
    for at, columns in taken.items():
        if choice.groups[at].like.work:
            works.setdefault(choice.groups[at].like.work, []).append(at)
        else:
            cost |= dict.fromkeys(columns, size[at])
    for work, own in works.items():
        before = done.get(work, 0)
        for step in sorted({size[at] for at in own if size[at] > before}):
            column = choice.rows.column()
            cost[column] = step - before
            for at in own:
                if size[at] >= step:
                    choice.rows.add(None, 0, {**dict.fromkeys(taken[at], 1), column: -1})
            before = step
    return cost


def in_whole(figures: Iterable[Decimal]) -> Callable[[Decimal], int]:
    """How often the largest figure that divides them all goes into each of these figures."""
    unit = unit_of(figures)
    return lambda figure: int(figure / unit)


def unit_of(figures: Iterable[Decimal]) -> Decimal:
    """The largest figure that divides them all; 1 where there is none but 0."""
    known = list(figures)
    places = max((max(0, -int(figure.as_tuple().exponent)) for figure in known), default=0)
    divisor = gcd(*(int(figure.scaleb(places)) for figure in known))
    return Decimal(divisor).scaleb(-places) if divisor else Decimal(1).scaleb(-places)
