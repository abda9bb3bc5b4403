"""In which ways may be settled what is to be chosen? What a part asks for, once for each of them."""

from itertools import combinations, product
from math import comb

from dualdegree.core.audit.allocate.parts.part import Goal, ProblemPart
from dualdegree.core.audit.problem.whole_numbers import Constant, DemandLack, Lack, Least, Sum

VARIANTS = 12
"""In how many ways what is to be chosen may be settled one by one; beyond, only the tree's own bound is used."""


def variants(part: ProblemPart) -> list[Goal]:
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
