"""What do one student's recorded exceptions change in one degree?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.facts import Case, ExceptionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """The exceptions of one degree, by what they touch. A pair is (node id, item id)."""

    waived: frozenset[str]
    reduced: Mapping[str, Decimal]
    substitutes: frozenset[tuple[str, str]]
    kept_out: frozenset[tuple[str, str]]
    excluded: frozenset[str]
    """Items that may not count in this degree at all."""
    pins: Mapping[str, frozenset[str]]
    """Item → leaves; with more than one leaf the item has no place left."""
    touched: frozenset[str]
    """All items that are substituted, pinned, kept out or excluded."""


NOTHING = Relief(
    waived=frozenset(),
    reduced={},
    substitutes=frozenset(),
    kept_out=frozenset(),
    excluded=frozenset(),
    pins={},
    touched=frozenset(),
)


def relief_in(degree: str, case: Case) -> Relief:
    """What the case's exceptions change in that degree. ``ValueError`` where one lacks a key that its kind needs."""
    granted = [exception for exception in case.exceptions if exception.degree == degree]
    if not granted:
        return NOTHING
    pairs: dict[ExceptionKind, set[tuple[str, str]]] = {kind: set() for kind in ExceptionKind}
    waived, excluded, reduced = set(), set(), {}
    for exception in granted:
        match exception.kind, exception.requirement, exception.item:
            case ExceptionKind.WAIVE, str(node), _:
                waived.add(node)
            case ExceptionKind.REDUCE, str(node), _ if exception.at_least is not None:
                reduced[node] = exception.at_least
            case ExceptionKind.EXCLUDE, None, str(item):
                excluded.add(item)
            case kind, str(node), str(item):
                pairs[kind].add((node, item))
            case _:
                raise ValueError(exception)
    pins: dict[str, set[str]] = {}
    for node, item in pairs[ExceptionKind.PIN]:
        pins.setdefault(item, set()).add(node)
    return Relief(
        waived=frozenset(waived),
        reduced=reduced,
        substitutes=frozenset(pairs[ExceptionKind.SUBSTITUTE]),
        kept_out=frozenset(pairs[ExceptionKind.EXCLUDE]),
        excluded=frozenset(excluded),
        pins={item: frozenset(leaves) for item, leaves in pins.items()},
        touched=frozenset(exception.item for exception in granted if exception.item is not None),
    )


def idle(case: Case, existing: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
    """Positions of the exceptions whose item does not exist in their degree; ``existing`` is degree → item ids."""
    return tuple(
        position
        for position, exception in enumerate(case.exceptions)
        if exception.item is not None and exception.item not in existing[exception.degree]
    )
