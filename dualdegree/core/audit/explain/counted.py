"""How much of a degree is counted, of how much that is required? A figure in which no credit stands twice.

The shortfall of the specification is what the search makes least: a course that is missing counts there at its group
and again at every total, so that 420 ECTS may be missing of 120. A person is told another figure, of the degree's own
unit: its own total where the rules have one, else the sum of the requirements that cannot share an item.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from dualdegree.core.audit.answer import Answer, Outcome
from dualdegree.core.audit.explain.words import name_of
from dualdegree.core.audit.facts import Case, ExceptionKind
from dualdegree.core.audit.rules import (
    All,
    Average,
    Choose,
    Courses,
    Credits,
    Degree,
    Leaf,
    Milestone,
    Requirement,
    Select,
)
from dualdegree.core.text import Message, Text

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How far one degree is: ``counted`` of ``required`` credits of its own unit, and what is open by name.

    ``counted`` never exceeds ``required``. ``coming`` is what would be counted on top if all that is in progress were
    passed, never more than is still required. Parts that ask for no credits, such as a milestone, are ``open`` only.
    """

    degree: str
    institution: str
    in_ects: bool
    met: bool
    counted: Decimal
    required: Decimal
    coming: Decimal = NOTHING
    open: tuple[Text, ...] = ()

    @property
    def figure(self) -> Message | None:
        """The figure in words; None for rules that ask for no credits at all."""
        if not self.required:
            return None
        words = {"counted": self.counted, "required": self.required, "coming": self.coming}
        if self.coming:
            in_ects = Message("%(counted)s of %(required)s ECTS counted, %(coming)s more in progress", words)
            in_credits = Message("%(counted)s of %(required)s credits counted, %(coming)s more in progress", words)
        else:
            in_ects = Message("%(counted)s of %(required)s ECTS counted", words)
            in_credits = Message("%(counted)s of %(required)s credits counted", words)
        return in_ects if self.in_ects else in_credits

    @property
    def words(self) -> Message:
        """The figure and the open parts in one line."""
        figure, parts = self.figure, {"figure": self.figure, "parts": self.open}
        if figure is None:
            return Message("open: %(parts)s", parts) if self.open else Message("nothing is open")
        return Message("%(figure)s; open: %(parts)s", parts) if self.open else figure


def counted(case: Case, degree: Degree, answer: Answer, projected: Answer | None = None) -> Counted:
    """How far the answer says that one degree of the case is; ``projected`` tells what is in progress."""
    reduced = {
        exception.requirement: exception.at_least
        for exception in case.exceptions
        if exception.kind is ExceptionKind.REDUCE and exception.degree == degree.id
    }
    now = _Tree(degree, answer.degrees[degree.id].requirements, reduced)
    basis = now.basis()
    later = projected.degrees[degree.id].requirements if projected else now.outcomes
    present, future = _sum(basis, now.outcomes), _sum(basis, later)
    return Counted(
        degree=degree.id,
        institution=degree.institution,
        in_ects=degree.ects_per_credit == 1,
        met=answer.degrees[degree.id].met,
        counted=present,
        required=sum((piece.needed for piece in basis), NOTHING),
        coming=max(future - present, NOTHING),
        open=tuple(_open(degree.requirements, now.outcomes, {piece.leaf.id for piece in basis if piece.is_total})),
    )


class _Piece(NamedTuple):
    """A leaf of which the figure consists, and how many credits of it are required."""

    leaf: Leaf
    needed: Decimal
    is_total: bool = False


def _sum(basis: tuple[_Piece, ...], outcomes: Mapping[str, Outcome]) -> Decimal:
    return sum((min(_got(piece.leaf, outcomes[piece.leaf.id]), piece.needed) for piece in basis), NOTHING)


def _each(leaf: Leaf) -> Decimal:
    return leaf.credits_each if isinstance(leaf, Courses) else Decimal(1)


def _got(leaf: Leaf, outcome: Outcome) -> Decimal:
    return (outcome.got or NOTHING) * _each(leaf)


def _needed(leaf: Leaf, outcome: Outcome, *, waived: bool) -> Decimal:
    """What is required of a leaf; of one that is waived, or that is part of what is, no more than it has."""
    needed = (outcome.needed or NOTHING) * _each(leaf)
    return min(needed, _got(leaf, outcome)) if waived or outcome.met else needed


class _Tree:
    """The requirements of one degree, by how the answer says that they stand."""

    def __init__(
        self, degree: Degree, outcomes: Mapping[str, Outcome], reduced: Mapping[str | None, Decimal | None]
    ) -> None:
        self.degree, self.outcomes, self.reduced = degree, outcomes, reduced

    def basis(self) -> tuple[_Piece, ...]:
        """The leaves that cannot share an item; with a total in place of those it looks across, where that is no less.

        Of several that ask for as much the simplest is taken, so that a total over everything goes first.
        """
        apart = tuple(self._exclusive(self.degree.requirements, waived=False))
        candidates = [apart]
        for total in _totals(self.degree.requirements):
            outcome = self.outcomes[total.id]
            whole = _Piece(total, _needed(total, outcome, waived=False), is_total=True)
            rest = (piece for piece in apart if _never_both(total.select, piece.leaf.select))
            candidates.insert(-1, (whole, *rest))
        return max(candidates, key=lambda pieces: (sum((piece.needed for piece in pieces), NOTHING), -len(pieces)))

    def _exclusive(self, node: Requirement, *, waived: bool) -> Iterator[_Piece]:
        match node:
            case Credits() | Courses():
                if not node.overlay:
                    yield _Piece(node, _needed(node, self.outcomes[node.id], waived=waived))
            case All() | Choose():
                parts = self._parts(node)
                # What is met although its parts are not was waived: nothing more is required of them.
                below = waived or (self.outcomes[node.id].met and not all(self.outcomes[part.id].met for part in parts))
                for part in parts:
                    yield from self._exclusive(part, waived=below)
            case Milestone() | Average():
                return

    def _parts(self, node: All | Choose) -> tuple[Requirement, ...]:
        """The parts that are to be met: of alternatives those that lack least, in the order of the file."""
        if isinstance(node, All):
            return node.parts
        reduced = self.reduced.get(node.id)
        number = int(node.at_least if reduced is None else reduced)
        nearest = {part.id for part in sorted(node.parts, key=self._lack)[:number]}
        return tuple(part for part in node.parts if part.id in nearest)

    def _lack(self, node: Requirement) -> Decimal:
        """What the node lacks in ECTS, as the specification counts it; only to tell which alternative is nearest."""
        outcome = self.outcomes[node.id]
        if outcome.met:
            return NOTHING
        match node:
            case Milestone() | Average():
                return Decimal(1)
            case Credits() | Courses():
                short = (outcome.needed or NOTHING) * _each(node) - _got(node, outcome)
                return short * self.degree.ects_per_credit
            case All() | Choose():
                return sum((self._lack(part) for part in self._parts(node)), NOTHING)


def _totals(node: Requirement) -> Iterator[Credits]:
    """The overlays in credits that always hold and look at the whole degree."""
    if isinstance(node, Credits) and node.overlay and node.within is None:
        yield node
    if isinstance(node, All):
        for part in node.parts:
            yield from _totals(part)


def _open(node: Requirement, outcomes: Mapping[str, Outcome], totals: set[str]) -> Iterator[Text]:
    """The names of what is not met: the nearest parts that have a title, save a total, which the figure tells."""
    if outcomes[node.id].met or node.id in totals:
        return
    if isinstance(node, All):
        yield from _below(node, outcomes, totals)
    else:
        yield name_of(node)


def _below(node: All, outcomes: Mapping[str, Outcome], totals: set[str]) -> Iterator[Text]:
    for part in node.parts:
        if outcomes[part.id].met or part.id in totals:
            continue
        if isinstance(part, All) and not part.title:
            yield from _below(part, outcomes, totals)
        else:
            yield name_of(part)


def _never_both(selection: Select, other: Select) -> bool:
    """Whether no item can be selected by both, as far as that can be read off the rules without any item."""
    return _apart(selection, other) or _apart(other, selection)


def _apart(selection: Select, other: Select) -> bool:
    if selection.origin and other.origin and not set(selection.origin) & set(other.origin):
        return True
    return any(_refuses(part, other) for part in (selection, *(selection.all or ())))


def _refuses(selection: Select, other: Select) -> bool:
    """Whether ``not`` of the one refuses whatever the other takes: it names one key, with all the other's values."""
    refused = selection.not_
    if refused is None:
        return False
    if refused == Select(tag=refused.tag):
        # An item of the other has at least one of its tags; each of them is refused.
        return bool(other.tag) and set(other.tag) <= set(refused.tag)
    if refused == Select(origin=refused.origin):
        return bool(other.origin) and set(other.origin) <= set(refused.origin)
    return False
