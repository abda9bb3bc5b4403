"""What is missing from a degree? In words, credits apart from what has none.

A shortfall is one figure in ECTS, in which an open milestone or average counts 1 by convention. Nobody can take that
ECTS, so that whoever is told what is missing is told of the milestone instead.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from dualdegree.core.audit.answer import Answer, Outcome
from dualdegree.core.audit.facts import Case, ExceptionKind
from dualdegree.core.audit.rules import All, Average, Choose, Courses, Credits, Degree, Leaf, Milestone, Requirement
from dualdegree.core.text import Message

NOTHING = Decimal(0)


class Lacking(NamedTuple):
    """What a shortfall is made of: the ECTS that courses can give, and what else is open."""

    ects: Decimal = NOTHING
    milestones: int = 0
    averages: int = 0

    @property
    def shortfall(self) -> Decimal:
        """The figure of the specification."""
        return self.ects + self.milestones + self.averages

    def with_(self, other: "Lacking") -> "Lacking":
        """Both together."""
        return Lacking(self.ects + other.ects, self.milestones + other.milestones, self.averages + other.averages)

    def told(self) -> tuple[Message, ...]:
        """In words; nothing when nothing is missing."""
        return tuple(self._told())

    def _told(self) -> Iterator[Message]:
        if self.ects:
            yield Message("%(ects)s ECTS", {"ects": self.ects})
        if self.milestones:
            number = {"number": Decimal(self.milestones)}
            yield Message("1 milestone") if self.milestones == 1 else Message("%(number)s milestones", number)
        if self.averages:
            number = {"number": Decimal(self.averages)}
            yield Message("1 average") if self.averages == 1 else Message("%(number)s averages", number)


def lacking(case: Case, degree: Degree, answer: Answer) -> Lacking:
    """What the answer says is missing from one degree of the case."""
    reduced = {
        exception.requirement: exception.at_least
        for exception in case.exceptions
        if exception.kind is ExceptionKind.REDUCE and exception.degree == degree.id
    }
    return _Count(degree, answer.degrees[degree.id].requirements, reduced).of(degree.requirements)


def lacking_in_all(case: Case, answer: Answer) -> Lacking:
    """What is missing from all degrees of the case together."""
    together = Lacking()
    for degree in case.degrees:
        together = together.with_(lacking(case, degree, answer))
    return together


class _Count:
    """What the nodes of one degree lack, by how the answer says that they stand."""

    def __init__(
        self, degree: Degree, outcomes: Mapping[str, Outcome], reduced: Mapping[str | None, Decimal | None]
    ) -> None:
        self.degree, self.outcomes, self.reduced = degree, outcomes, reduced

    def of(self, node: Requirement) -> Lacking:
        """What is missing at or below a node; of alternatives what lacks least."""
        outcome = self.outcomes[node.id]
        if outcome.met:
            return Lacking()
        match node:
            case Milestone():
                return Lacking(milestones=1)
            case Average():
                return Lacking(averages=1)
            case Credits() | Courses():
                return Lacking(ects=self._leaf(node, outcome))
            case All(parts=parts):
                found = [self.of(part) for part in parts]
            case Choose(parts=parts):
                reduced = self.reduced.get(node.id)
                count = int(node.at_least if reduced is None else reduced)
                found = sorted([self.of(part) for part in parts], key=lambda part: part.shortfall)[:count]
        together = Lacking()
        for part in found:
            together = together.with_(part)
        return together

    def _leaf(self, leaf: Leaf, outcome: Outcome) -> Decimal:
        each = Decimal(1) if isinstance(leaf, Credits) else leaf.credits_each
        return ((outcome.needed or NOTHING) - (outcome.got or NOTHING)) * each * self.degree.ects_per_credit
