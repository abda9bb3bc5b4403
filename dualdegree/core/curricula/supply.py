"""What could the listed courses of a curriculum give to each of its rules, at the most and at the least?"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import product

from dualdegree.core.audit.check.apart import values
from dualdegree.core.audit.check.holdings import Held, taking
from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.audit.rules import (
    INSTITUTION,
    TERM,
    All,
    Average,
    Choose,
    Courses,
    Credits,
    Leaf,
    Limit,
    Milestone,
    Origin,
    Requirement,
    Select,
    Unit,
    nodes,
    selects,
)
from dualdegree.core.curricula.curriculum import Course, Curriculum

NOTHING = Decimal(0)
LOW, HIGH = Decimal(0), Decimal(999_999_999)
ELSEWHERE = "elsewhere"


class Offering:
    """A curriculum's courses, each as it could be held: sat here or recognised, with a low, a high or no grade."""

    def __init__(self, curriculum: Curriculum) -> None:
        self.degree, self.courses = curriculum.degree, tuple(curriculum.courses.values())
        self.tree = {node.id: node for node in nodes(self.degree.requirements)}
        leaves = [node for node in self.tree.values() if isinstance(node, Credits | Courses)]
        self.exclusive = [leaf for leaf in leaves if not leaf.overlay]
        self.overlays = [leaf for leaf in leaves if leaf.overlay]
        every = list(selects(self.degree))
        self._named = {name for select in every for name in select.institution}
        self._terms = sorted({"", *(term for select in every for term in (select.term_from, select.term_to) if term)})
        self.held = {course.code: tuple(self._held(course)) for course in self.courses}

    def _held(self, course: Course) -> Iterable[Held]:
        for institution in sorted({self.degree.institution, ELSEWHERE, *self._named}):
            for grade, term in product((LOW, HIGH, None), self._terms):
                is_native = institution == self.degree.institution
                yield _as_held(course, institution, grade, term, native=is_native)

    def taken(self, select: Select) -> list[Course]:
        """The courses that the selection takes in some way of holding them."""
        takes = taking(select)
        return [course for course in self.courses if any(map(takes, self.held[course.code]))]

    def serving(self, leaf: Leaf) -> list[Course]:
        """The courses that could serve a leaf; those of an overlay within a node must be able to serve below it."""
        courses = self.taken(leaf.select)
        return [course for course in courses if self._reaches(course, leaf.within)] if leaf.within else courses

    def averaged(self, node: Average) -> list[Course]:
        """The courses that could count for an average."""
        courses = self.taken(node.select)
        return [course for course in courses if self._reaches(course, node.within)] if node.within else courses

    def _reaches(self, course: Course, within: str) -> bool:
        inside = {node.id for node in nodes(self.tree[within])}
        return any(course in self.taken(leaf.select) for leaf in self.exclusive if leaf.id in inside)

    def most(self, leaf: Leaf, limit: Limit | None = None) -> Decimal | None:
        """The most that a leaf could get, under one limit; ``None`` where nothing bounds it (repeatable courses)."""
        unit = Unit.CREDITS if isinstance(leaf, Credits) else Unit.COURSES
        courses = self.serving(leaf)
        if isinstance(leaf, Courses) and leaf.distinct is not None:
            return _different(courses, leaf.distinct)
        if limit is None:
            return _sum(courses, unit)
        bound = [course for course in courses if self._is_always_bound(course, leaf, limit)]
        rest = _sum([course for course in courses if course not in bound], unit)
        return None if rest is None else rest + _most_under(bound, limit, unit)

    def _is_always_bound(self, course: Course, leaf: Leaf, limit: Limit) -> bool:
        takes, bounds = taking(leaf.select), taking(limit.select)
        return all(bounds(held) for held in self.held[course.code] if takes(held))

    def limits_on(self, leaf: Leaf) -> list[Limit]:
        """The limits that every course serving this leaf is under, if they select it."""
        bounding = [limit for limit in self.degree.limits if limit.per is None]
        return [limit for limit in bounding if limit.within is None or self._is_inside(leaf, limit.within)]

    def _is_inside(self, leaf: Leaf, within: str) -> bool:
        node = leaf.within if leaf.overlay else leaf.id
        return node in {inner.id for inner in nodes(self.tree[within])}

    def most_bound(self, limit: Limit) -> Decimal | None:
        """The most that a limit could have to count; ``None`` where nothing bounds it."""
        courses = self.taken(limit.select)
        if limit.within is not None:
            courses = [course for course in courses if self._reaches(course, limit.within)]
        return _sum(courses, limit.unit)

    def can_meet(self, node: Requirement) -> bool:
        """Whether the listed courses could meet a requirement, taken by itself."""
        match node:
            case All():
                return all(map(self.can_meet, node.parts))
            case Choose():
                return sum(map(self.can_meet, node.parts)) >= node.at_least
            case Credits() | Courses():
                bounds = [self.most(node), *(self.most(node, limit) for limit in self.limits_on(node))]
                return all(most is None or most >= node.at_least for most in bounds)
            case Average():
                return bool(self.averaged(node))
            case Milestone():
                return True

    def least(self, node: Requirement, counted: Select) -> Decimal:
        """The fewest credits with which the exclusive leaves at or below a node can be met.

        Only those leaves are summed of which every course is among the ``counted`` ones, however it is held.
        """
        match node:
            case All():
                return sum([self.least(part, counted) for part in node.parts], NOTHING)
            case Choose():
                return sum(sorted([self.least(part, counted) for part in node.parts])[: node.at_least], NOTHING)
            case Courses(overlay=False) if node.distinct is not None:
                return NOTHING
            case Credits(overlay=False) if self._are_among(node, counted):
                return node.at_least
            case Courses(overlay=False) if self._are_among(node, counted):
                return sum(sorted(course.credits for course in self.serving(node))[: node.at_least], NOTHING)
            case _:
                return NOTHING

    def _are_among(self, leaf: Leaf, counted: Select) -> bool:
        serves, counts = taking(leaf.select), taking(counted)
        return all(counts(held) for course in self.serving(leaf) for held in self.held[course.code] if serves(held))


def _different(courses: Iterable[Course], kind: str) -> Decimal | None:
    """How many different values courses could bring; ``None`` where that is not said by the courses themselves."""
    if kind in {TERM, INSTITUTION}:
        return None
    held = [_as_held(course, ELSEWHERE, None, "", native=False) for course in courses]
    return Decimal(len(set().union(*(values(item, kind) for item in held))))


def _as_held(course: Course, institution: str, grade: Decimal | None, term: str, *, native: bool) -> Held:
    return Held(
        id=course.code,
        credits=course.credits,
        origin=Origin.NATIVE if native else Origin.RECOGNISED,
        course=course.code,
        tags=course.tags,
        level=course.level,
        language=course.language,
        grade=grade,
        points=None,
        ungraded_pass=True,
        rests_on=(replace(passed(course, institution), term=term),),
    )


def passed(course: Course, institution: str) -> Attempt:
    """The course as it is passed there, without a grade."""
    return Attempt(
        id=course.code,
        institution=institution,
        course=course.code,
        credits=course.credits,
        status=Status.PASSED,
        ungraded_pass=True,
    )


def _sum(courses: Iterable[Course], unit: Unit) -> Decimal | None:
    chosen = list(courses)
    if any(course.repeatable for course in chosen):
        return None
    return Decimal(len(chosen)) if unit is Unit.COURSES else sum((course.credits for course in chosen), NOTHING)


def _most_under(courses: list[Course], limit: Limit, unit: Unit) -> Decimal:
    """The most, in ``unit``, that courses can come to while they keep to the limit."""
    if unit is limit.unit:
        total = _sum(courses, unit)
        return limit.at_most if total is None else min(total, limit.at_most)
    return _most_credits(courses, int(limit.at_most)) if unit is Unit.CREDITS else _most_courses(courses, limit.at_most)


def _most_credits(courses: list[Course], number: int) -> Decimal:
    """The most credits of so many courses: the largest, a repeatable one as often as needed."""
    again = max((course.credits for course in courses if course.repeatable), default=None)
    once = sorted((course.credits for course in courses if again is None or course.credits > again), reverse=True)
    rest = NOTHING if again is None else again * max(0, number - len(once))
    return sum(once[:number], NOTHING) + rest


def _most_courses(courses: list[Course], room: Decimal) -> Decimal:
    """How many courses fit into so many credits: the smallest first, a repeatable one as often as it fits."""
    again = min((course.credits for course in courses if course.repeatable), default=None)
    if again == 0:
        return HIGH
    number = NOTHING
    for size in sorted(course.credits for course in courses if again is None or course.credits < again):
        if size > room:
            return number
        room, number = room - size, number + 1
    return number if again is None else number + room // again
