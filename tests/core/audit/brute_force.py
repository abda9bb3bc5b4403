"""What is the right answer to a small case? Every allocation is looked at: slow, plain, and sharing nothing with the engine.

Only the shapes of rules and facts are imported. Figures are fractions. Allocations of one degree are grouped by the works
that they count, which is all that the other degree can see of them.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from dualdegree.core.audit.facts import Attempt, Case, Grant, Status
from dualdegree.core.audit.rules import All, Average, Choose, Courses, Credits, Milestone, Origin, Select, Unit, nodes


@dataclass(frozen=True)
class Thing:
    """An item: the attempt or grant, and the attempts that it is or rests on."""

    what: Attempt | Grant
    rests_on: tuple[Attempt, ...]
    native: bool

    @property
    def id(self):
        return self.what.id


@dataclass(frozen=True)
class Allocation:
    """One way to place one degree's items, and all that follows from it alone."""

    places: tuple[str, ...]
    ranks: tuple
    lack: Fraction
    moved: int
    ects: Fraction
    broken: frozenset
    native_works: frozenset
    works: frozenset

    @property
    def key(self):
        return (self.lack, self.moved, -self.ects, self.ranks)


def standing(case, degree, attempt):
    """The attempt that stands for an attempt's institution and course, or None."""
    if attempt.repeatable:
        return attempt if attempt.status in case.include else None
    policy = {d.institution: d.attempts for d in case.degrees}.get(attempt.institution, degree.attempts)
    rivals = [
        a
        for a in case.record
        if a.status in case.include
        and not a.repeatable
        and (a.institution, a.course) == (attempt.institution, attempt.course)
    ]
    if any(a.status is Status.PASSED for a in rivals):
        rivals = [a for a in rivals if a.status is Status.PASSED]
    rivals.sort(key=lambda a: a.id)
    rivals.sort(key=lambda a: a.term, reverse=policy != "first_pass")
    if policy == "best":

        def badness(a):
            grade = a.grade if a.status is Status.PASSED else None
            return (grade is None, -grade if grade is not None else 0)

        rivals.sort(key=badness)
    return rivals[0] if rivals else None


def things(case, degree):
    """The items of a degree by id."""
    by_id = {a.id: a for a in case.record}
    items = [
        Thing(a, (a,), True)
        for a in case.record
        if a.institution == degree.institution and standing(case, degree, a) is a
    ]
    for recognition in case.recognitions:
        if recognition.degree == degree.id:
            rests_on = tuple(standing(case, degree, by_id[source]) for source in recognition.sources)
            if None not in rests_on:
                items += [Thing(grant, rests_on, False) for grant in recognition.grants]
    return sorted(items, key=lambda thing: thing.id)


def glob_matches(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(glob_matches(pattern[1:], text[n:]) for n in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and glob_matches(pattern[1:], text[1:])


def grade_of(thing):
    return thing.what.grade if not thing.native or thing.what.status is Status.PASSED else None


def selects(select: Select, thing: Thing) -> bool:
    what = thing.what
    if select.course and not (what.course is not None and any(glob_matches(p, what.course) for p in select.course)):
        return False
    if select.tag and not set(select.tag) & set(what.tags):
        return False
    if select.language and what.language not in select.language:
        return False
    if select.level_at_least is not None and (what.level is None or what.level < select.level_at_least):
        return False
    if select.institution and not {a.institution for a in thing.rests_on} & set(select.institution):
        return False
    if select.origin and (Origin.NATIVE if thing.native else Origin.RECOGNISED) not in select.origin:
        return False
    if select.min_grade is not None:
        grade = grade_of(thing)
        ungraded = what.ungraded_pass or (thing.native and what.status is not Status.PASSED)
        if not ungraded if grade is None else grade < select.min_grade:
            return False
    if select.graded is not None and (grade_of(thing) is not None) != select.graded:
        return False
    term = max(a.term for a in thing.rests_on)
    if select.term_from is not None and not (term and term >= select.term_from):
        return False
    if select.term_to is not None and not (term and term <= select.term_to):
        return False
    if select.credits_at_least is not None and what.credits < select.credits_at_least:
        return False
    if select.any is not None and not any(selects(part, thing) for part in select.any):
        return False
    if select.all is not None and not all(selects(part, thing) for part in select.all):
        return False
    return select.not_ is None or not selects(select.not_, thing)


def values(thing, kind):
    """The different values that a thing brings."""
    if kind == "term":
        brought = {a.term for a in thing.rests_on}
    elif kind == "institution":
        brought = {a.institution for a in thing.rests_on}
    elif kind == "subject":
        brought = {re.sub("[0-9]+$", "", (thing.what.course or "").split(" ")[0])}
    else:
        brought = {tag[len(kind) :] for tag in thing.what.tags if tag.startswith(kind)}
    return brought - {""}


def largest(figures, at_most):
    """The largest total of a subset that keeps to a ceiling: all subsets are tried."""
    totals = [sum(some, Fraction(0)) for n in range(len(figures) + 1) for some in combinations(figures, n)]
    return max(total for total in totals if total <= at_most)


class Court:
    """One degree's rules for one student, and every allocation under them."""

    def __init__(self, case, degree):
        self.case, self.degree = case, degree
        self.things = things(case, degree)
        self.tree = list(nodes(degree.requirements))
        self.leaves = [n for n in self.tree if isinstance(n, Credits | Courses)]
        self.exclusive = sorted(leaf.id for leaf in self.leaves if not leaf.overlay)
        self.exceptions = [e for e in case.exceptions if e.degree == degree.id]
        self.reduced = {e.requirement: e.at_least for e in self.exceptions if e.kind == "reduce"}
        self.waived = {e.requirement for e in self.exceptions if e.kind == "waive"}
        self.conferred = case.conferred.get(degree.id)
        self.previous = case.previous.get(degree.id, {})

    def has(self, kind, requirement, item):
        return any((e.kind, e.requirement, e.item) == (kind, requirement, item) for e in self.exceptions)

    def may_serve(self, leaf, thing):
        if self.has("exclude", leaf.id, thing.id):
            return False
        return selects(leaf.select, thing) or self.has("substitute", leaf.id, thing.id)

    def needed(self, node, places=()):
        percent = getattr(node, "at_least_percent", None)
        if percent is None:
            return Fraction(self.reduced.get(node.id, node.at_least))
        there = self.inside(node.within, places)
        return (
            sum((Fraction(t.what.credits) for t in there), Fraction(0))
            * Fraction(self.reduced.get(node.id, percent))
            / 100
        )

    def inside(self, node_id, places):
        reach = self.below(node_id)
        return [t for t, place in zip(self.things, places, strict=True) if place in reach]

    def places(self, thing):
        if self.conferred is not None:
            return [self.conferred.get(thing.id, "uncounted")]
        if self.has("exclude", None, thing.id):
            return ["uncounted"]
        pins = {e.requirement for e in self.exceptions if e.kind == "pin" and e.item == thing.id}
        leaves = [leaf.id for leaf in self.leaves if not leaf.overlay and self.may_serve(leaf, thing)]
        if pins:
            return [leaf for leaf in leaves if pins == {leaf}] + ["uncounted"]
        return [*leaves, "free", "uncounted"]

    def below(self, node_id):
        node = next(n for n in self.tree if n.id == node_id)
        return {inner.id for inner in nodes(node)} & set(self.exclusive)

    def serving(self, leaf, places):
        if not leaf.overlay:
            return [t for t, place in zip(self.things, places, strict=True) if place == leaf.id]
        reach = None if leaf.within is None else self.below(leaf.within)
        return [
            t
            for t, place in zip(self.things, places, strict=True)
            if (place != "uncounted" if reach is None else place in reach) and self.may_serve(leaf, t)
        ]

    def got(self, leaf, places):
        serving = self.serving(leaf, places)
        if isinstance(leaf, Courses) and leaf.distinct is not None:
            return Fraction(len(set().union(*(values(t, leaf.distinct) for t in serving))))
        total, rest = Fraction(0), serving
        for ceiling in leaf.at_most_from:
            held = [t for t in rest if selects(ceiling.select, t)]
            rest = [t for t in rest if t not in held]
            total += largest([self.size(leaf, t) for t in held], Fraction(ceiling.at_most))
        return total + sum((self.size(leaf, t) for t in rest), Fraction(0))

    @staticmethod
    def brings(leaf, thing):
        """What step 5 takes an item to bring a leaf: of values all that it has, for whom comes after it."""
        if isinstance(leaf, Courses):
            return 1 if leaf.distinct is None else len(values(thing, leaf.distinct))
        return Fraction(thing.what.credits)

    @staticmethod
    def size(leaf, thing):
        return Fraction(1) if isinstance(leaf, Courses) else Fraction(thing.what.credits)

    def lack(self, node, places):
        if node.id in self.waived:
            return Fraction(0)
        ratio = Fraction(self.degree.ects_per_credit)
        match node:
            case All(parts=parts):
                return sum((self.lack(part, places) for part in parts), Fraction(0))
            case Choose(parts=parts):
                return sum(sorted(self.lack(part, places) for part in parts)[: int(self.needed(node))], Fraction(0))
            case Credits():
                return max(Fraction(0), self.needed(node, places) - self.got(node, places)) * ratio
            case Courses():
                missing = max(Fraction(0), self.needed(node) - self.got(node, places))
                return missing * Fraction(node.credits_each) * ratio
            case Milestone():
                return Fraction(0) if self.has_milestone(node) else Fraction(1)
            case Average():
                return Fraction(0) if self.reaches(node, places) else Fraction(1)

    def has_milestone(self, node):
        at_least = self.reduced.get(node.id, node.at_least)
        return any(
            m.milestone == node.milestone
            and m.institution in (None, self.degree.institution)
            and (at_least is None or (m.value is not None and m.value >= at_least))
            for m in self.case.milestones
        )

    def reaches(self, node, places):
        def figure(t):
            return grade_of(t) if node.of == "grade" else t.what.points

        looked_at = self.things if node.within is None else self.inside(node.within, places)
        chosen = [t for t in looked_at if selects(node.select, t) and figure(t) is not None]
        total = sum(Fraction(t.what.credits) for t in chosen)
        if not total:
            return False
        return sum(Fraction(figure(t)) * Fraction(t.what.credits) for t in chosen) / total >= self.needed(node)

    def used(self, limit, places):
        reach = None if limit.within is None else self.below(limit.within)
        chosen = [
            t
            for t, place in zip(self.things, places, strict=True)
            if (place != "uncounted" if reach is None else place in reach) and selects(limit.select, t)
        ]
        if limit.per is not None:
            return max(self.used_by(limit, chosen).values(), default=Fraction(0))
        return self.measure(limit, chosen)

    def used_by(self, limit, chosen):
        every = set().union(*(values(t, limit.per) for t in chosen))
        return {value: self.measure(limit, [t for t in chosen if value in values(t, limit.per)]) for value in every}

    @staticmethod
    def measure(limit, chosen):
        if limit.unit is Unit.COURSES:
            return Fraction(len(chosen))
        return sum((Fraction(t.what.credits) for t in chosen), Fraction(0))

    def members(self):
        """The maximal nodes other than ``all`` that are not waived."""

        def walk(node):
            if node.id in self.waived:
                return []
            return [m for part in node.parts for m in walk(part)] if isinstance(node, All) else [node]

        return walk(self.degree.requirements)

    def is_moved(self, thing, place):
        return thing.id in self.previous and self.previous[thing.id] != place

    def allocations(self):
        for places in product(*(self.places(t) for t in self.things)):
            broken = {m.id for m in self.members() if self.lack(m, places)}
            if self.conferred is None:
                broken |= {("limit", m.id) for m in self.degree.limits if self.used(m, places) > Fraction(m.at_most)}
            counted = [t for t, place in zip(self.things, places, strict=True) if place != "uncounted"]
            yield Allocation(
                places=places,
                ranks=self.wishes(places),
                lack=self.lack(self.degree.requirements, places),
                moved=sum(self.is_moved(t, place) for t, place in zip(self.things, places, strict=True)),
                ects=sum((Fraction(t.what.credits) for t in counted), Fraction(0))
                * Fraction(self.degree.ects_per_credit),
                broken=frozenset(broken),
                native_works=frozenset(work_key(a) for t in counted if t.native for a in t.rests_on),
                works=frozenset(work_key(a) for t in counted for a in t.rests_on),
            )

    def turn(self, thing):
        """When an item takes its place: that which the fewest leaves take goes first, then the largest, then by id."""
        leaves = set(self.places(thing)) & set(self.exclusive)
        return len(leaves), -Fraction(thing.what.credits), thing.id

    def wishes(self, places):
        """For each item in its turn how its place ranks, given what was given to the leaves before; less is better."""
        have = dict.fromkeys(self.exclusive, 0)
        ranks = []
        for thing, place in sorted(zip(self.things, places, strict=True), key=lambda pair: self.turn(pair[0])):
            if place in have:
                leaf = next(leaf for leaf in self.leaves if leaf.id == place)
                ranks.append((2 if have[place] >= self.needed(leaf) else 0, place))
                have[place] += self.brings(leaf, thing)
            else:
                ranks.append((1 if place == "free" else 3, ""))
        return tuple(ranks)


def work_key(attempt):
    return ("attempt", attempt.id) if attempt.work is None else ("work", attempt.work)


class BruteForce:
    """Everything that an answer must agree with."""

    def __init__(self, case: Case):
        self.case = case
        self.courts = [Court(case, degree) for degree in sorted(case.degrees, key=lambda d: d.id)]
        self.ways = [list(court.allocations()) for court in self.courts]

    def works(self):
        ratios = {d.institution: Fraction(d.ects_per_credit) for d in self.case.degrees}
        sizes, tags = {}, {}
        for a in self.case.record:
            key = work_key(a)
            own = (
                Fraction(a.ects) if a.ects is not None else Fraction(a.credits) * ratios.get(a.institution, Fraction(1))
            )
            sizes[key] = max(own, sizes.get(key, own))
            tags.setdefault(key, set()).update(a.tags)
        return sizes, tags

    def shared_ects(self, first, other):
        sizes, tags = self.works()
        exempt = set(self.case.shared_credits.exempt_tags)
        shared = (first.native_works & other.works) | (other.native_works & first.works)
        return sum((sizes[key] for key in shared if not tags[key] & exempt), Fraction(0))

    @property
    def is_shared_limited(self):
        some_open = any(court.conferred is None for court in self.courts)
        return len(self.courts) == 2 and self.case.shared_credits is not None and some_open

    def pairs(self, ways, limited):
        """Combinations of one allocation by degree that keep the shared limit."""
        if len(ways) == 1:
            return [(way,) for way in ways[0]]
        at_most = Fraction(self.case.shared_credits.at_most) if limited else None
        return [(a, b) for a in ways[0] for b in ways[1] if at_most is None or self.shared_ects(a, b) <= at_most]

    def best(self):
        """The allocations, one by degree, that the order puts first."""
        grouped = []
        for ways in self.ways:
            groups = {}
            for way in ways:
                if any(isinstance(name, tuple) for name in way.broken):
                    continue
                key = (way.native_works, way.works)
                if key not in groups or way.key < groups[key].key:
                    groups[key] = way
            grouped.append(list(groups.values()))
        return min(
            self.pairs(grouped, self.is_shared_limited),
            key=lambda pair: (
                -sum(way.lack == 0 for way in pair),
                sum(way.lack for way in pair),
                sum(way.moved for way in pair),
                -sum(way.ects for way in pair),
                tuple(way.ranks for way in pair),
            ),
        )

    def claims(self, pair):
        return {
            court.degree.id: dict(zip((thing.id for thing in court.things), way.places, strict=True))
            for court, way in zip(self.courts, pair, strict=True)
        }

    def met_alone(self):
        return {
            court.degree.id: any(
                way.lack == 0 and not any(isinstance(name, tuple) for name in way.broken) for way in ways
            )
            for court, ways in zip(self.courts, self.ways, strict=True)
        }

    def members(self):
        """All that could block, in the order of the tree: (degree number or None, name)."""
        members = []
        for number, court in enumerate(self.courts):
            members += [(number, node.id) for node in court.members()]
            if court.conferred is None:
                members += [(number, ("limit", limit.id)) for limit in court.degree.limits]
        return [*members, (None, "shared")] if self.is_shared_limited else members

    def can_hold(self, members):
        members = set(members)
        kept = []
        for number, ways in enumerate(self.ways):
            asked = {name for side, name in members if side == number}
            groups = {(w.native_works, w.works): w for w in ways if not w.broken & asked}
            kept.append(list(groups.values()))
        return bool(self.pairs(kept, (None, "shared") in members))
