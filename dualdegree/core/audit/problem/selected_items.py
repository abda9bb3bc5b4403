"""Which rules of a degree select each of a student's items, with the exceptions that touch them?"""

from collections.abc import Mapping
from decimal import Decimal

from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.problem.items import Item, StandingAttempts
from dualdegree.core.audit.problem.relief import Relief, relief_in
from dualdegree.core.audit.problem.rulebook import Statute
from dualdegree.core.audit.problem.selection import Bits
from dualdegree.core.audit.rules import Average, Credits, Milestone, Requirement


class SelectedItems:
    """The items of one degree, and which of its rules select each."""

    def __init__(self, statute: Statute, case: Case, standing: StandingAttempts) -> None:
        self.statute, self.case = statute, case
        degree = self.degree = statute.degree
        self.relief: Relief = relief_in(degree.id, case)
        self.claims: Mapping[str, str] | None = case.conferred.get(degree.id)
        """The claims of a degree that was already conferred."""
        self.items: tuple[Item, ...] = standing.items(degree)
        selecting = statute.index.selecting
        self.selected: list[Bits] = [selecting(item) for item in self.items]
        if self.relief.touched:
            self.selected = [self._excepted(item, bits) for item, bits in zip(self.items, self.selected, strict=True)]
        self.settled = {node.id: self._is_settled(node) for node in statute.settled}
        """Whether milestones and averages, which no placing of items touches, are met."""

    def _excepted(self, item: Item, bits: Bits) -> Bits:
        if item.id in self.relief.touched:
            for leaf, other in self.relief.substitutes:
                if other == item.id:
                    bits |= self.statute.bit_of[leaf]
            for leaf, other in self.relief.kept_out:
                if other == item.id:
                    bits &= ~self.statute.bit_of[leaf]
        return bits

    def needed(self, node: Requirement) -> Decimal:
        """What a node asks for, after a reduction; 0 for a milestone without a value."""
        reduced = self.relief.reduced.get(node.id)
        return self.statute.asked[node.id] if reduced is None else reduced

    def share(self, leaf: Credits) -> Decimal:
        """What percentage a leaf asks for, after a reduction."""
        reduced = self.relief.reduced.get(leaf.id)
        return (leaf.at_least_percent or Decimal(0)) if reduced is None else reduced

    def _is_settled(self, node: Milestone | Average) -> bool:
        if isinstance(node, Milestone):
            return self._is_achieved(node)
        return self._is_reached(node)

    def _is_achieved(self, node: Milestone) -> bool:
        at_least = self.relief.reduced.get(node.id, node.at_least)
        return any(
            held.milestone == node.milestone
            and held.institution in (None, self.degree.institution)
            and (at_least is None or (held.value is not None and held.value >= at_least))
            for held in self.case.milestones
        )

    def _is_reached(self, node: Average) -> bool:
        # sum(figure x credits) >= at_least x sum(credits): no division, so nothing is rounded.
        bit = self.statute.average_bit_of[node.id]
        total = weighed = Decimal(0)
        for item, bits in zip(self.items, self.selected, strict=True):
            if bits & bit and (figure := item.points if node.of == "points" else item.grade) is not None:
                total += item.credits
                weighed += figure * item.credits
        return total > 0 and weighed >= self.needed(node) * total
