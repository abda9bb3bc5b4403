"""Which rules stand in each other's way? An irreducible conflict of a case that cannot be met."""

from collections.abc import Callable, Sequence

from dualdegree.core.audit.answer import Blocking
from dualdegree.core.audit.posing import Member, Posed
from dualdegree.core.audit.problem import Problem


def conflict(posed: Posed, feasible: Callable[[Problem], bool]) -> Blocking:
    """Members that cannot all hold, though they do when any one is dropped.

    A member that cannot hold even alone is the whole conflict; the first such in the order of the tree is taken.
    """

    def holds(members: Sequence[Member]) -> bool:
        return feasible(posed.restricted(members))

    members = posed.members()
    for member in members:
        if member.node is not None and not holds([member]):
            return _named(posed, [member])
    kept = list(members)
    for member in members:
        rest = [other for other in kept if other is not member]
        if not holds(rest):
            kept = rest
    return _named(posed, kept)


def _named(posed: Posed, members: Sequence[Member]) -> Blocking:
    nodes: dict[str, tuple[str, ...]] = {}
    limits = []
    for member in members:
        if member.side is None:
            continue
        degree = posed.sides[member.side].degree.id
        if member.node is not None:
            nodes[degree] = (*nodes.get(degree, ()), member.node)
        else:
            limits.append(f"{degree}/{member.limit}")
    return Blocking(nodes=nodes, limits=tuple(limits), shared_credits=any(member.side is None for member in members))
