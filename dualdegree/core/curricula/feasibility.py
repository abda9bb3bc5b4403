"""Can all requirements of a curriculum be met at once, if whoever studies passes every listed course?

Asked of the engine itself, about rules that are never stricter than the curriculum's: a course serves whatever it could
serve in some way of holding it, and a limit counts what it would count in every way. So a conflict found here is one
for every student. What courses that can be repeated may serve is taken for met.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from dualdegree.core.audit import audit
from dualdegree.core.audit.answer import Blocking
from dualdegree.core.audit.check.holdings import taking
from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.rules import All, Choose, Courses, Credits, Degree, Leaf, Limit, Requirement, Select
from dualdegree.core.curricula.supply import Offering, passed

NOTHING = Select(any=())
GLOB = frozenset("*?[")


def blocked(offering: Offering) -> tuple[Requirement | Limit, ...]:
    """The rules that cannot all hold, in the order of the tree; nothing when they can, or when that is not known."""
    if any(GLOB & set(course.code) for course in offering.courses):
        return ()
    degree = _relaxed(offering)
    record = tuple(passed(course, degree.institution) for course in offering.courses if not course.repeatable)
    answer = audit(Case(degrees=(degree,), record=record))
    if answer.blocking is None or not answer.proven:
        return ()
    return tuple(_named(offering, answer.blocking))


def _named(offering: Offering, blocking: Blocking) -> Iterator[Requirement | Limit]:
    for nodes in blocking.nodes.values():
        yield from (offering.tree[node] for node in nodes)
    yield from (limit for limit in offering.degree.limits if f"{offering.degree.id}/{limit.id}" in blocking.limits)


def _relaxed(offering: Offering) -> Degree:
    degree = offering.degree
    limits = tuple(
        replace(limit, select=_codes(_always_bound(offering, limit))) for limit in degree.limits if limit.per is None
    )
    return replace(degree, requirements=_as_asked(offering, degree.requirements), limits=limits)


def _as_asked(offering: Offering, node: Requirement) -> Requirement:
    match node:
        case All(parts=parts) | Choose(parts=parts):
            return replace(node, parts=tuple([_as_asked(offering, part) for part in parts]))
        case Credits() | Courses():
            return _leaf_as_asked(offering, node)
        case _:
            # Milestones and averages are no matter of which courses there are.
            return Credits(id=node.id, at_least=Decimal(0), select=NOTHING, overlay=True)


def _leaf_as_asked(offering: Offering, leaf: Leaf) -> Leaf:
    courses = offering.serving(leaf)
    select = _codes([course.code for course in courses])
    leaf = _by_sums(leaf)
    if not any(course.repeatable for course in courses):
        return replace(leaf, select=select)
    # How often a course is repeated is not known: as often as is needed.
    if isinstance(leaf, Credits):
        return replace(leaf, select=select, at_least=Decimal(0))
    return replace(leaf, select=select, at_least=0)


def _by_sums(leaf: Leaf) -> Leaf:
    """The same without what counts otherwise than by adding up: one course may bring any number of values."""
    if isinstance(leaf, Credits):
        return replace(leaf, at_most_from=(), at_least_percent=None)
    if leaf.distinct is None:
        return replace(leaf, at_most_from=())
    return replace(leaf, distinct=None, at_least=min(leaf.at_least, 1))


def _always_bound(offering: Offering, limit: Limit) -> list[str]:
    bounds = taking(limit.select)
    return [course.code for course in offering.courses if all(map(bounds, offering.held[course.code]))]


def _codes(codes: list[str]) -> Select:
    return Select(course=tuple(sorted(codes))) if codes else NOTHING
