"""What does each degree see? Its items, which of them every rule selects, and what its exceptions change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.exceptions import Relief, relief_in
from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.items import Item, items_of
from dualdegree.core.audit.rules import Average, Courses, Credits, Degree, Leaf, Limit, Milestone, Requirement, nodes
from dualdegree.core.audit.selection import compiled

Mask = int
"""A set of items of one degree: bit n stands for the n-th item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One degree's side of a case. Leaves are in the order of their ids, all nodes in the order of the tree."""

    degree: Degree
    items: tuple[Item, ...]
    relief: Relief
    claims: Mapping[str, str] | None
    """The claims of a degree that was already conferred."""
    previous: Mapping[str, str]
    nodes: Mapping[str, Requirement]
    exclusive: tuple[Leaf, ...]
    overlays: tuple[Leaf, ...]
    serves: Mapping[str, Mask]
    """By leaf, the items that may serve it: selected or substituted, and not kept out."""
    bound: Mapping[str, Mask]
    """By limit, the items that it selects."""
    settled: Mapping[str, bool]
    """Milestones and averages, which no placing of items touches: whether each is met."""

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits that bind the search: none where the degree was conferred."""
        return () if self.claims is not None else self.degree.limits

    def below(self, node: str) -> frozenset[str]:
        """The exclusive leaves at or below a node."""
        exclusive = {leaf.id for leaf in self.exclusive}
        return frozenset(inner.id for inner in nodes(self.nodes[node]) if inner.id in exclusive)

    def needed(self, node: Requirement) -> Decimal:
        """What a node asks for, after a reduction; 0 for a milestone without a value."""
        asked = getattr(node, "at_least", None)
        return Decimal(self.relief.reduced.get(node.id, asked if asked is not None else 0))

    def open_leaves(self, position: int) -> tuple[int, ...]:
        """The exclusive leaves, by their position, that the item may serve: as selected, substituted, pinned."""
        pinned = self.relief.pins.get(self.items[position].id)
        return tuple(
            rank
            for rank, leaf in enumerate(self.exclusive)
            if self.serves[leaf.id] >> position & 1 and (pinned is None or pinned == {leaf.id})
        )


def sides_of(case: Case) -> tuple[Side, ...]:
    """Both degrees, or the only one, in the order of their ids."""
    return tuple(_side(degree, case) for degree in sorted(case.degrees, key=lambda degree: degree.id))


def _side(degree: Degree, case: Case) -> Side:
    items = items_of(degree, case)
    relief = relief_in(degree.id, case)
    tree = {node.id: node for node in nodes(degree.requirements)}
    leaves = [node for node in tree.values() if isinstance(node, Credits | Courses)]
    by_id = sorted(leaves, key=lambda leaf: leaf.id)
    return Side(
        degree=degree,
        items=items,
        relief=relief,
        claims=case.conferred.get(degree.id),
        previous=case.previous.get(degree.id, {}),
        nodes=tree,
        exclusive=tuple(leaf for leaf in by_id if not leaf.overlay),
        overlays=tuple(leaf for leaf in by_id if leaf.overlay),
        serves={leaf.id: _serving(leaf, items, relief) for leaf in leaves},
        bound={limit.id: mask_of(map(compiled(limit.select), items)) for limit in degree.limits},
        settled={node.id: _is_settled(node, degree, case, items, relief) for node in tree.values() if _is_fixed(node)},
    )


def mask_of(chosen: Iterable[bool]) -> Mask:
    """The mask of the positions that are true."""
    return sum(1 << position for position, is_in in enumerate(chosen) if is_in)


def _serving(leaf: Leaf, items: Sequence[Item], relief: Relief) -> Mask:
    test = compiled(leaf.select)
    return mask_of(
        (test(item) or (leaf.id, item.id) in relief.substitutes) and (leaf.id, item.id) not in relief.kept_out
        for item in items
    )


def _is_fixed(node: Requirement) -> bool:
    return isinstance(node, Milestone | Average)


def _is_settled(node: Requirement, degree: Degree, case: Case, items: Sequence[Item], relief: Relief) -> bool:
    match node:
        case Milestone():
            return _is_achieved(node, degree, case, relief.reduced.get(node.id, node.at_least))
        case Average():
            return _is_reached(node, items, relief.reduced.get(node.id, node.at_least))
        case _:
            return False


def _is_achieved(node: Milestone, degree: Degree, case: Case, at_least: Decimal | None) -> bool:
    return any(
        held.milestone == node.milestone
        and held.institution in (None, degree.institution)
        and (at_least is None or (held.value is not None and held.value >= at_least))
        for held in case.milestones
    )


def _is_reached(node: Average, items: Sequence[Item], at_least: Decimal) -> bool:
    # sum(figure x credits) >= at_least x sum(credits): no division, so nothing is rounded.
    test = compiled(node.select)
    figures = [(_figure(item, node.of), item.credits) for item in items if test(item)]
    having = [(figure, credits_) for figure, credits_ in figures if figure is not None]
    total = sum((credits_ for _, credits_ in having), Decimal(0))
    return total > 0 and sum(figure * credits_ for figure, credits_ in having) >= at_least * total


def _figure(item: Item, of: str) -> Decimal | None:
    return item.points if of == "points" else item.grade
