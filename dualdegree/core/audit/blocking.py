"""Which rules stand in each other's way? An irreducible conflict of a case that cannot be met."""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from dualdegree.core.audit.answer import Blocking
from dualdegree.core.audit.problem.posing import Member, Posed
from dualdegree.core.audit.problem.whole_numbers import Problem

Choice = Sequence[int]
"""By piece, the index of its option."""


def conflict(posed: Posed, known: Choice, met_by: Callable[[Problem], Choice | None]) -> Blocking:
    """Members that cannot all hold, though they do when any one is dropped.

    A member that cannot hold even alone is the whole conflict; the first such in the order of the tree is taken.
    ``known`` is a choice that keeps all limits; ``met_by`` finds one that meets a problem, if there is any.
    """
    return _Conflict(posed, known, met_by).irreducible()


class _Conflict:
    """Every choice that was seen is a witness: what it keeps holds together, and is not asked again."""

    def __init__(self, posed: Posed, known: Choice, met_by: Callable[[Problem], Choice | None]) -> None:
        self.posed, self.met_by = posed, met_by
        self.members = posed.members()
        self.witnesses = [self._kept_by(known)]

    def irreducible(self) -> Blocking:
        """The conflict."""
        everything = range(len(self.members))
        for number in everything:
            if self.members[number].node is not None and not self._hold([number]):
                return _named(self.posed, [self.members[number]])
        kept: list[int] = []
        left = list(everything)
        # What can be dropped one by one from the front can be dropped at once: the first that cannot is looked for by
        # halving.
        while left and self._hold(kept):
            needed = bisect_left(range(1, len(left) + 1), True, key=lambda dropped: self._hold(kept + left[dropped:]))
            kept, left = [*kept, left[needed]], left[needed + 1 :]
        return _named(self.posed, [self.members[number] for number in kept])

    def _hold(self, numbers: Sequence[int]) -> bool:
        """Whether those members can hold together."""
        if any(witness.issuperset(numbers) for witness in self.witnesses):
            return True
        choice = self.met_by(self.posed.restricted([self.members[number] for number in numbers]))
        if choice is not None:
            self.witnesses.append(self._kept_by(choice))
        return choice is not None

    def _kept_by(self, choice: Choice) -> frozenset[int]:
        kept = self.posed.kept_by(choice)
        return frozenset(number for number, member in enumerate(self.members) if kept(member))


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
