"""Which rules stand in each other's way? An irreducible conflict of a case that cannot be met."""

from collections.abc import Callable, Sequence

from dualdegree.core.audit.allocate.effort import Untrusted
from dualdegree.core.audit.answer import Blocking
from dualdegree.core.audit.problem.posing import Member, Posed
from dualdegree.core.audit.problem.whole_numbers import Problem

Choice = Sequence[int]
"""By piece, the index of its option."""


def conflict(posed: Posed, known: Choice, met_by: Callable[[Problem], Choice | None]) -> Blocking:
    """Members that cannot all hold, though they do when any one is dropped.

    A member that cannot hold even alone is the whole conflict; the first such in the order of the tree is taken.
    ``known`` is a choice that keeps all limits; ``met_by`` finds one that meets a problem, if there is any. Where it
    raises ``Untrusted``, because an audit's work is used up, the member that was asked about stays in the conflict.
    """
    return _Conflict(posed, known, met_by).irreducible()


class _Conflict:
    """Whatever was answered is known of more than was asked.

    Every choice that was seen is a witness: what it keeps holds together. And what cannot hold together cannot with
    more beside it.
    """

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
        while (needed := self._needed(kept, left)) is not None:
            kept, left = [*kept, left[needed]], left[needed + 1 :]
        return _named(self.posed, [self.members[number] for number in kept])

    def _needed(self, kept: list[int], left: list[int]) -> int | None:
        """The first of those left without which the kept and all after it hold; ``None`` when the kept cannot hold.

        Most are needed, and one question says so. Where one is not, those behind it mostly are not either: at each
        question twice as many are dropped, and then the first that is needed is looked for by halving.
        """
        # So many dropped: with the first figure the rest cannot hold, with the second it does.
        conflicting, holding = 0, len(left) + 1
        step = 1
        while holding - conflicting > 1:
            dropped = (conflicting + holding) // 2 if holding <= len(left) else min(conflicting + step, len(left))
            if self._hold(kept + left[dropped:]):
                holding = dropped
            else:
                conflicting, step = dropped, 2 * step
        return holding - 1 if holding <= len(left) else None

    def _hold(self, numbers: Sequence[int]) -> bool:
        """Whether those members can hold together, as far as that could be settled."""
        if any(witness.issuperset(numbers) for witness in self.witnesses):
            return True
        try:
            choice = self.met_by(self.posed.restricted([self.members[number] for number in numbers]))
        except Untrusted:
            return True
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
