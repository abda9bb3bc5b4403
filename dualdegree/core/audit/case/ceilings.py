"""Does each item belong to one ceiling of a node at most? Else it would not be said what is added of it."""

from dualdegree.core.audit.check.holdings import Held, held, taking
from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.rules import All, Choose, Courses, Credits, Degree, Leaf, Requirement, nodes
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message


def check_ceilings(place: Place, degree: Degree, case: Case) -> None:
    """Raise ``SourceError`` where two selects of ``at_most_from`` take the same item of the degree."""
    leaves = [node for node in nodes(degree.requirements) if isinstance(node, Credits | Courses)]
    if any(len(leaf.at_most_from) > 1 for leaf in leaves):
        _check(place, degree.requirements, held(case, degree))


def _check(place: Place, node: Requirement, items: dict[str, Held]) -> None:
    if isinstance(node, All | Choose):
        for at, part in zip(place.entry("parts").each(), node.parts, strict=True):
            _check(at, part, items)
    elif isinstance(node, Credits | Courses) and len(node.at_most_from) > 1:
        _check_leaf(place.entry("at_most_from"), node, items)


def _check_leaf(place: Place, leaf: Leaf, items: dict[str, Held]) -> None:
    taken: set[str] = set()
    for at, ceiling in zip(place.each(), leaf.at_most_from, strict=True):
        takes = taking(ceiling.select)
        own = {item.id for item in items.values() if takes(item)}
        if twice := sorted(taken & own):
            wrong = Message('an earlier select here takes "%(item)s" too; an item belongs to one', {"item": twice[0]})
            raise at.entry("select").wrong(wrong)
        taken |= own
