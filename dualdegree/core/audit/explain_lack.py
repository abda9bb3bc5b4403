"""What is missing from a degree? In words, credits apart from what has none.

A shortfall is one figure in ECTS, in which an open milestone or average counts 1 by convention. Nobody can take that
ECTS, so that whoever is told what is missing is told of the milestone instead.
"""

from collections.abc import Iterator
from decimal import Decimal

from dualdegree.core.audit.recount import Recount
from dualdegree.core.audit.rules import All, Average, Choose, Milestone, Requirement
from dualdegree.core.text import Message


def lack_told(count: Recount) -> tuple[Message, ...]:
    """What the shortfall of a degree is made of."""
    open_ = tuple(_open(count, count.degree.requirements))
    averages = sum(isinstance(node, Average) for node in open_)
    return tuple(_parts(count.shortfall - len(open_), len(open_) - averages, averages))


def _parts(ects: Decimal, milestones: int, averages: int) -> Iterator[Message]:
    if ects:
        yield Message("%(ects)s ECTS", {"ects": ects})
    if milestones:
        number = {"number": Decimal(milestones)}
        yield Message("1 milestone") if milestones == 1 else Message("%(number)s milestones", number)
    if averages:
        number = {"number": Decimal(averages)}
        yield Message("1 average") if averages == 1 else Message("%(number)s averages", number)


def _open(count: Recount, node: Requirement) -> Iterator[Requirement]:
    """The milestones and averages that the shortfall counts: of alternatives those that lack least."""
    if not count.lacks[node.id]:
        return
    match node:
        case Milestone() | Average():
            yield node
        case All():
            for part in node.parts:
                yield from _open(count, part)
        case Choose():
            for part in sorted(node.parts, key=lambda part: count.lacks[part.id])[: int(count.needed(node))]:
                yield from _open(count, part)
        case _:
            pass
