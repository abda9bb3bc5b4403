"""How are a degree's rules read by whoever counts plainly? Read once, and kept while the same degree is used again."""

from decimal import Decimal

from dualdegree.core.audit.check.holdings import taking
from dualdegree.core.audit.rules import All, Courses, Credits, Degree, Leaf, Requirement, nodes
from dualdegree.core.kept import Kept


class Reading:
    """One degree's rules; nothing in it depends on a student."""

    def __init__(self, degree: Degree) -> None:
        self.tree: dict[str, Requirement] = {node.id: node for node in nodes(degree.requirements)}
        self.leaves: list[Leaf] = [node for node in self.tree.values() if isinstance(node, Credits | Courses)]
        self.exclusive = [leaf for leaf in self.leaves if not leaf.overlay]
        self.takes = {leaf.id: taking(leaf.select) for leaf in self.leaves}
        self.bounds = {limit.id: taking(limit.select) for limit in degree.limits}
        self.below = {node.id: [inner.id for inner in nodes(node)] for node in self.tree.values()}
        """By node, what stands at or below it."""
        self.needed = {
            node.id: Decimal((None if isinstance(node, All) else node.at_least) or 0) for node in self.tree.values()
        }
        for leaf in self.leaves:
            if isinstance(leaf, Credits) and leaf.at_least_percent is not None:
                self.needed[leaf.id] = leaf.at_least_percent
        """What each node asks for, a share in percent; 0 where it has no figure."""


_READ: Kept[Degree, Reading] = Kept(lambda degrees: Reading(*degrees))


def read(degree: Degree) -> Reading:
    """The rules of this very degree."""
    return _READ.value(degree)
