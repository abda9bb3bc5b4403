"""Can a curriculum do what it says? Findings about its rules before any student meets them, each with its line.

A finding is *refused* when no student could ever meet the degree by the courses that are listed, and a *warning* when
something is probably not meant so. Judged are the listed courses alone, sat here or recognised, with any grade; what a
recognition may grant beyond them (credits of a group of tags) is not known to a curriculum.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from dualdegree.core.audit.explain.words import courses_in_words, credits_in_words, different, name_of
from dualdegree.core.audit.rules import (
    All,
    Average,
    Choose,
    Courses,
    Credits,
    Limit,
    Milestone,
    Requirement,
    Select,
    nodes,
)
from dualdegree.core.curricula.course_order import order_remarks
from dualdegree.core.curricula.curriculum import Curriculum
from dualdegree.core.curricula.feasibility import blocked
from dualdegree.core.curricula.supply import Offering
from dualdegree.core.text import Message


class Severity(StrEnum):
    """How bad a finding is."""

    REFUSED = "refused"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about one rule or course; ``rule`` is its id or code, ``line`` where it stands in the file."""

    line: int
    rule: str
    severity: Severity
    says: Message


def check_curriculum(curriculum: Curriculum) -> tuple[Finding, ...]:
    """All findings in the order of their lines; none when nothing is to be said."""
    offering = Offering(curriculum)
    unmeetable = tuple(_unmeetable(curriculum.degree.requirements, offering, Severity.REFUSED))
    findings = [
        *unmeetable,
        *(() if has_refusals(unmeetable) else _too_few_for_all(offering)),
        *_empty(offering),
        *_twice_held(offering),
        *_same(offering),
        *_unknown(curriculum, offering),
        *_idle_limits(offering),
        *_low_totals(offering),
        *_out_of_order(curriculum),
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.line, finding.rule)))


def _warning(rule: Requirement | Limit, says: Message) -> Finding:
    return Finding(line=rule.line, rule=rule.id, severity=Severity.WARNING, says=says)


def _unmeetable(node: Requirement, offering: Offering, severity: Severity) -> Iterator[Finding]:
    """What no listed course can meet. Below a choice that has other ways it is a warning."""
    match node:
        case All():
            for part in node.parts:
                yield from _unmeetable(part, offering, severity)
        case Choose():
            meetable = sum(offering.can_meet(part) for part in node.parts)
            if meetable < node.at_least:
                words = {"meetable": Decimal(meetable), "wanted": Decimal(node.at_least)}
                says = Message("only %(meetable)s of its parts can be met, and it asks for %(wanted)s", words)
                yield Finding(line=node.line, rule=node.id, severity=severity, says=says)
            for part in node.parts:
                yield from _unmeetable(part, offering, Severity.WARNING)
        case Credits() | Courses() | Average():
            if why := _why_unmeetable(node, offering):
                yield Finding(line=node.line, rule=node.id, severity=severity, says=why)
        case Milestone():
            return


def _why_unmeetable(node: Credits | Courses | Average, offering: Offering) -> Message | None:
    if isinstance(node, Average):
        none = not offering.averaged(node)
        return Message("no listed course counts for this average") if none else None
    if isinstance(node, Credits) and node.at_least_percent:
        return None if offering.serving(node) else Message("no listed course can serve it")
    if isinstance(node, Courses) and node.distinct is not None:
        return _too_few_values(node, offering, node.distinct)
    in_words = credits_in_words if isinstance(node, Credits) else courses_in_words
    needed, most = Decimal(node.at_least), offering.most(node)
    if most is not None and most < needed:
        words = {"needed": in_words(needed), "most": in_words(most)}
        return Message("it asks for %(needed)s, and all listed courses that can serve it come to %(most)s", words)
    for limit in offering.limits_on(node):
        under = offering.most(node, limit)
        if under is not None and under < needed:
            bounded = {"needed": in_words(needed), "most": in_words(under), "limit": name_of(limit)}
            return Message("it asks for %(needed)s, and the limit “%(limit)s” always leaves at most %(most)s", bounded)
    return None


def _too_few_values(node: Courses, offering: Offering, kind: str) -> Message | None:
    most = offering.most(node)
    if most is None or most >= node.at_least:
        return None
    words = {"needed": different(kind, Decimal(node.at_least)), "most": different(kind, most)}
    return Message("it asks for %(needed)s, and all listed courses that can serve it come to %(most)s", words)


def _twice_held(offering: Offering) -> Iterator[Finding]:
    """Of a course that two ceilings of one node take it would not be said to which it belongs."""
    for leaf in offering.overlays:
        taken: dict[str, int] = {}
        for number, ceiling in enumerate(leaf.at_most_from):
            for course in offering.taken(ceiling.select):
                if taken.setdefault(course.code, number) != number:
                    says = Message(
                        'two selects of at_most_from take the course "%(code)s"; one may', {"code": course.code}
                    )
                    yield Finding(line=leaf.line, rule=leaf.id, severity=Severity.REFUSED, says=says)
                    return


def _too_few_for_all(offering: Offering) -> Iterator[Finding]:
    """Rules that could each hold by itself, but not all of them together."""
    first, *others = blocked(offering) or (None,)
    if first is not None:
        words = {"others": tuple(name_of(rule) for rule in others)}
        beside = Message("all listed courses together are not enough for it beside: %(others)s", words)
        says = beside if others else Message("all listed courses together are not enough for it")
        yield Finding(line=first.line, rule=first.id, severity=Severity.REFUSED, says=says)


def _empty(offering: Offering) -> Iterator[Finding]:
    for node in offering.tree.values():
        if isinstance(node, All) and not node.parts:
            yield _warning(node, Message("it has no parts and asks for nothing"))
        is_share = isinstance(node, Credits) and bool(node.at_least_percent)
        if isinstance(node, Credits | Courses) and not node.at_least and not is_share:
            yield _warning(node, Message("it asks for nothing: at_least is 0"))


def _same(offering: Offering) -> Iterator[Finding]:
    """Exclusive leaves that select alike compete for the same courses, which is rarely meant.

    Alternatives do not compete: parts of a choice of which not all are needed.
    """
    seen: dict[tuple[object, ...], list[Requirement]] = {}
    for leaf in offering.exclusive:
        alike = seen.setdefault(_key(leaf.select), [])
        rival = next(
            (other for other in alike if not _are_alternatives(offering.degree.requirements, leaf, other)), None
        )
        if rival is not None:
            words = {"node": name_of(rival), "line": str(rival.line)}
            says = Message(
                "it selects the same courses as “%(node)s” on line %(line)s; a course serves only one", words
            )
            yield _warning(leaf, says)
        alike.append(leaf)


def _are_alternatives(root: Requirement, leaf: Requirement, other: Requirement) -> bool:
    """Whether the lowest node above both is a choice of which not all parts are needed."""
    if not isinstance(root, All | Choose):
        return False
    for part in root.parts:
        inside = {node.id for node in nodes(part)}
        if leaf.id in inside and other.id in inside:
            return _are_alternatives(part, leaf, other)
    return isinstance(root, Choose) and root.at_least < len(root.parts)


def _key(select: Select) -> tuple[object, ...]:
    """Equal for selections that differ in the order of their values only."""
    return (
        *(
            frozenset(values)
            for values in (select.course, select.tag, select.language, select.institution, select.origin)
        ),
        select.level_at_least,
        select.min_grade,
        select.graded,
        select.term_from,
        select.term_to,
        select.credits_at_least,
        None if select.any is None else frozenset(map(_key, select.any)),
        None if select.all is None else frozenset(map(_key, select.all)),
        None if select.not_ is None else _key(select.not_),
    )


def _unknown(curriculum: Curriculum, offering: Offering) -> Iterator[Finding]:
    """Tags and courses that no listed course has."""
    tags = {tag for course in curriculum.courses.values() for tag in course.tags}
    for rule in (*offering.tree.values(), *curriculum.degree.limits):
        if isinstance(rule, All | Choose | Milestone):
            continue
        ceilings = rule.at_most_from if isinstance(rule, Credits | Courses) else ()
        for select in [inner for outer in (rule, *ceilings) for inner in _selects(outer.select)]:
            for tag in select.tag:
                if tag not in tags:
                    yield _warning(rule, Message('no listed course has the tag "%(tag)s"', {"tag": tag}))
            for code in select.course:
                if not offering.taken(Select(course=(code,))):
                    yield _warning(rule, Message('no listed course has the code "%(code)s"', {"code": code}))


def _selects(select: Select) -> Iterator[Select]:
    yield select
    for part in (*(select.any or ()), *(select.all or ()), *((select.not_,) if select.not_ else ())):
        yield from _selects(part)


def _idle_limits(offering: Offering) -> Iterator[Finding]:
    for limit in offering.degree.limits:
        # Of a limit for each value apart it is not known how much of one value a student could have.
        most = None if limit.per is not None else offering.most_bound(limit)
        if most is not None and most <= limit.at_most:
            words = {"most": most, "at_most": limit.at_most}
            says = Message("no listed course makes it bind: all that it selects come to %(most)s of %(at_most)s", words)
            yield _warning(limit, says)


def _low_totals(offering: Offering) -> Iterator[Finding]:
    """A total that is below what those parts ask for which it counts in any case says nothing."""
    for leaf in offering.overlays:
        if not isinstance(leaf, Credits) or not leaf.at_least or leaf.at_most_from:
            continue
        scope = offering.degree.requirements if leaf.within is None else offering.tree[leaf.within]
        least = offering.least(scope, leaf.select)
        if leaf.at_least < least:
            words = {"total": credits_in_words(leaf.at_least), "parts": credits_in_words(least)}
            yield _warning(leaf, Message("the total of %(total)s is below its parts, which ask for %(parts)s", words))


def _out_of_order(curriculum: Curriculum) -> Iterator[Finding]:
    for course, says in order_remarks(curriculum.courses):
        yield Finding(line=course.line, rule=course.code, severity=Severity.WARNING, says=says)


def has_refusals(findings: tuple[Finding, ...]) -> bool:
    """Whether the curriculum must not be published as it is."""
    return any(finding.severity is Severity.REFUSED for finding in findings)
