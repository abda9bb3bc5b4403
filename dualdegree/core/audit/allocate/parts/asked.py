"""What does a part ask for? Its trees, taken apart into what simply adds up and what is to be chosen."""

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations, product
from math import comb, gcd
from typing import TYPE_CHECKING

from dualdegree.core.audit.allocate.effort import NEVER
from dualdegree.core.audit.allocate.parts.lacks import LackTree
from dualdegree.core.audit.problem.whole_numbers import Constant, DemandLack, Lack, Least, Sum, demands_of

if TYPE_CHECKING:
    from dualdegree.core.audit.allocate.parts.part import ProblemPart

VARIANTS = 12
"""In how many ways what is to be chosen may be settled one by one; beyond, only the tree's own bound is used."""


class Goal:
    """What a part asks for: its trees, in which the plain sums are taken apart.

    A demand is owned by the degree to whose lack it simply adds; what stands below a ``Least`` is in a group.
    """

    def __init__(self, part: "ProblemPart", trees: Sequence[Lack]) -> None:
        self.part, self.trees = part, trees
        self.owner = [-1] * len(part.demands)
        self.group_of = [-1] * len(part.demands)
        self.groups: list[tuple[int, Lack]] = []
        self.constant = [0] * len(trees)
        for degree, tree in enumerate(trees):
            self._take_apart(degree, tree)

    @cached_property
    def step(self) -> int:
        """Every lack of a choice is a multiple of it, beyond the constant; 0 where something is to be chosen."""
        if self.groups:
            return 0
        part = self.part
        amounts = [a * part.weights[demand] for ways in part.ways for move in ways.moves for demand, a in move.gives]
        return gcd(*amounts, *(need * weight for need, weight in zip(part.needs, part.weights, strict=True))) or 1

    @cached_property
    def group_trees(self) -> list[LackTree]:
        """By group, its tree, in which what is lacking changes demand by demand."""
        return [LackTree(tree) for _, tree in self.groups]

    def whole(self, lack: int) -> int:
        """The least lack from ``lack`` up that any choice could have."""
        if not self.step or lack >= NEVER:
            return lack
        constant = sum(self.constant)
        return constant - -(lack - constant) // self.step * self.step

    def _take_apart(self, degree: int, tree: Lack) -> None:
        match tree:
            case Constant(lack):
                self.constant[degree] += lack
            case DemandLack(demand):
                self.owner[demand] = degree
            case Sum(parts):
                for part in parts:
                    self._take_apart(degree, part)
            case Least():
                for demand in demands_of(tree):
                    self.group_of[demand] = len(self.groups)
                self.groups.append((degree, tree))


def variants(part: "ProblemPart") -> list[Goal]:
    """What a part asks for, once for every way to settle what is to be chosen, where these are few."""
    ways = [_ways(tree, VARIANTS) for tree in part.lacks]
    while len(combined := list(product(*ways))) > VARIANTS:
        widest = max(range(len(ways)), key=lambda number: len(ways[number]))
        ways[widest] = [part.lacks[widest]]
    return [Goal(part, trees) for trees in combined]


def _ways(tree: Lack, most: int) -> list[Lack]:
    match tree:
        case Least(count, parts):
            if comb(len(parts), count) > most:
                return [tree]
            chosen = [Sum(some) for some in combinations(parts, count)]
            return [way for some in chosen for way in _ways(some, most // len(chosen))]
        case Sum(parts):
            together: list[tuple[Lack, ...]] = [()]
            for part in parts:
                ways = _ways(part, most // len(together))
                together = [(*before, way) for before in together for way in ways]
            return [Sum(some) for some in together]
        case Constant() | DemandLack():
            return [tree]
