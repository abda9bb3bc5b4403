"""What does a tree lack, when one demand after the other misses more or less? Only what is above it is added anew."""

from collections.abc import Sequence

from dualdegree.core.audit.problem.whole_numbers import Constant, DemandLack, Lack, Least, Sum

ROOT = 0


class LackTree:
    """The nodes of a tree, each known by its number; a node comes after the one above it."""

    def __init__(self, tree: Lack) -> None:
        self.above: list[int] = []
        self.counts: list[int] = []
        """By node, how many of the nodes below it count: those that lack least."""
        self.below: list[list[int]] = []
        self.constants: list[int] = []
        self.node_of: dict[int, int] = {}
        """By demand, the node that asks for it."""
        self._add(tree, -1)

    def _add(self, tree: Lack, above: int) -> int:
        node = len(self.above)
        self.above.append(above)
        self.counts.append(0)
        self.below.append([])
        self.constants.append(0)
        match tree:
            case Constant(lack):
                self.constants[node] = lack
            case DemandLack(demand):
                self.node_of[demand] = node
            case Sum(parts) | Least(_, parts):
                self.below[node] = [self._add(part, node) for part in parts]
                self.counts[node] = tree.count if isinstance(tree, Least) else len(parts)
        return node

    def lacks(self, missing: Sequence[int]) -> list[int]:
        """By node, what it lacks when each demand lacks what ``missing`` says."""
        lacks = list(self.constants)
        for demand, node in self.node_of.items():
            lacks[node] = missing[demand]
        for node in range(len(lacks) - 1, -1, -1):
            if self.below[node]:
                lacks[node] = self._counted(node, lacks)
        return lacks

    def miss(self, lacks: list[int], demand: int, missing: int) -> None:
        """Write into the ``lacks`` that a demand lacks so much from now on."""
        node = self.node_of[demand]
        lacks[node] = missing
        while (node := self.above[node]) >= 0:
            lack = self._counted(node, lacks)
            if lack == lacks[node]:
                return
            lacks[node] = lack

    def _counted(self, node: int, lacks: Sequence[int]) -> int:
        below, count = self.below[node], self.counts[node]
        own = [lacks[part] for part in below]
        return sum(own) if count >= len(own) else sum(sorted(own)[:count])
