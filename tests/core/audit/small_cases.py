"""Which small cases are worth looking at? Random ones with every kind and key of the specification.

One generator serves Hypothesis (which shrinks) and a seeded ``random.Random`` (which is fast in long runs).
"""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from dualdegree.core.audit.facts import (
    Achieved,
    Attempt,
    Case,
    ExceptionKind,
    Grant,
    GrantedException,
    Recognition,
    Status,
)
from dualdegree.core.audit.rules import (
    All,
    AttemptsPolicy,
    Average,
    Ceiling,
    Choose,
    Courses,
    Credits,
    Degree,
    Limit,
    Milestone,
    Origin,
    Select,
    SharedCredits,
    Unit,
    nodes,
)
from tests.core.audit.brute_force import Court, things

TAGS = ("core", "elective", "special", "area:x", "area:y")
KINDS = ("term", "institution", "subject", "area:")
SIZES = ("3", "4.5", "6", "0", "2", "3", "3")
PLACES_AT_MOST = 1500


class Dice:
    """Where chance comes from."""

    def __init__(self, number):
        self.number = number

    def among(self, options):
        return options[self.number(0, len(options) - 1)]

    def chance(self, percent):
        return self.number(1, 100) > 100 - percent

    def some(self, options, most=2):
        return tuple(dict.fromkeys(self.among(options) for _ in range(self.number(1, most))))

    def maybe(self, percent, options):
        return self.among(options) if self.chance(percent) else None


def seeded(seed):
    return small_case(Dice(Random(seed).randint))


@st.composite
def small_cases(draw):
    return small_case(Dice(lambda low, high: draw(st.integers(low, high))))


def small_case(dice):
    """A case of one or two degrees, few enough items to try every allocation."""
    two = dice.chance(70)
    degrees = tuple(_degree(dice, number) for number in range(2 if two else 1))
    record = _record(dice, two)
    include = (Status.PASSED, Status.IN_PROGRESS) if dice.chance(25) else (Status.PASSED,)
    case = Case(
        degrees=degrees if dice.chance(80) else degrees[::-1],
        record=record,
        include=include,
        shared_credits=_shared(dice) if two and dice.chance(70) else None,
        recognitions=_recognitions(dice, degrees, record),
        milestones=_milestones(dice),
    )
    return _with_past(dice, _with_exceptions(dice, _small_enough(case)))


def _degree(dice, number):
    letter = "ab"[number]
    leaves = [0]
    root = _node(dice, letter, leaves, 0)
    every = list(nodes(root))
    root = _within(dice, root, [node.id for node in every])
    return Degree(
        id=f"{letter}_degree",
        institution=f"{letter}.edu",
        requirements=root,
        ects_per_credit=Decimal(dice.among(("1", "1.5", "1", "0.6"))),
        attempts=dice.among((AttemptsPolicy.BEST, AttemptsPolicy.LATEST, AttemptsPolicy.FIRST_PASS)),
        limits=tuple(_limit(dice, f"{letter}_limit{n}", every) for n in range(dice.among((0, 0, 1, 1, 2)))),
    )


def _node(dice, letter, count, depth):
    count[0] += 1
    name = f"{dice.among('zmc')}{letter}{count[0]}"
    waivable = not dice.chance(10)
    if depth < 2 and count[0] < 5 and dice.chance(75 if depth == 0 else 30):
        parts = tuple(_node(dice, letter, count, depth + 1) for _ in range(dice.number(1, 3)))
        if dice.chance(60):
            return All(id=name, parts=parts, waivable=waivable)
        return Choose(id=name, at_least=dice.number(1, len(parts)), parts=parts, waivable=waivable)
    kind = dice.number(1, 100)
    overlay = dice.chance(30)
    if kind <= 50:
        needed = Decimal(dice.among(("3", "6", "4.5", "9", "12", "0")))
        ceilings = _ceilings(dice, "3 4.5 6 0 1") if overlay else ()
        return Credits(
            id=name,
            at_least=needed,
            select=_select(dice),
            overlay=overlay,
            waivable=waivable,
            at_most_from=ceilings,
        )
    if kind <= 86:
        return Courses(
            id=name,
            at_least=dice.number(0, 3),
            select=_select(dice),
            overlay=overlay,
            credits_each=Decimal(dice.among(("3", "3", "4.5", "2"))),
            waivable=waivable,
            **_counted(dice, overlay),
        )
    if kind <= 93:
        at_least = None if dice.chance(50) else Decimal(dice.among(("5", "7")))
        return Milestone(id=name, milestone=dice.among(("defence", "b2")), at_least=at_least, waivable=waivable)
    return Average(
        id=name,
        at_least=Decimal(dice.among(("5", "6.5", "0"))),
        select=_select(dice),
        of=dice.among(("grade", "points")),
        waivable=waivable,
    )


def _within(dice, node, ids):
    """The same tree, some overlays looking only within a node."""
    match node:
        case All(id=name, parts=parts, waivable=w):
            return All(id=name, parts=tuple(_within(dice, part, ids) for part in parts), waivable=w)
        case Choose(id=name, at_least=n, parts=parts, waivable=w):
            return Choose(id=name, at_least=n, parts=tuple(_within(dice, part, ids) for part in parts), waivable=w)
        case Credits(overlay=True) if dice.chance(60):
            within = replace(node, within=dice.among(ids))
            if dice.chance(50):
                percent = Decimal(dice.among(("50", "33.33", "25", "100", "0.5")))
                return replace(within, at_least=Decimal(0), at_least_percent=percent)
            return within
        case Courses(overlay=True) | Average() if dice.chance(60):
            return replace(node, within=dice.among(ids))
        case _:
            return node


def _counted(dice, overlay):
    """A node counts different values, or adds no more than so much of some, or neither."""
    if dice.chance(40):
        return {"distinct": dice.among(KINDS)}
    return {"at_most_from": _ceilings(dice, "0 1 1 2")} if overlay else {}


def _ceilings(dice, figures):
    selects = (Select(tag=("core",)), Select(tag=("elective",), not_=Select(tag=("core",))))
    return tuple(
        Ceiling(select=select, at_most=Decimal(dice.among(figures.split()))) for select in selects if dice.chance(40)
    )


def _limit(dice, name, every):
    unit = dice.among((Unit.CREDITS, Unit.CREDITS, Unit.COURSES))
    return Limit(
        id=name,
        select=_select(dice),
        at_most=Decimal(dice.among(("3", "4.5", "6", "0", "1", "2") if unit is Unit.CREDITS else ("0", "1", "2"))),
        unit=unit,
        within=dice.among(every).id if dice.chance(35) else None,
        per=dice.among(KINDS) if dice.chance(35) else None,
    )


def _select(dice, depth=0):
    """Mostly one key, so that items compete; now and then anything."""
    kind = dice.number(1, 100)
    if kind <= 30:
        return Select()
    if kind <= 65:
        return Select(tag=dice.some(TAGS))
    if kind <= 72:
        return Select(course=dice.some(("C1", "C2", "C*", "?1", "*", "*3*")))
    if kind <= 78:
        return Select(origin=dice.some((Origin.NATIVE, Origin.RECOGNISED)))
    if kind <= 82:
        return Select(institution=dice.some(("a.edu", "b.edu", "c.edu")))
    if kind <= 84:
        return Select(min_grade=Decimal(dice.among(("5", "7.5"))))
    if kind <= 86:
        return Select(level_at_least=Decimal(dice.among(("6", "7"))))
    if kind <= 90:
        return _newer_select(dice)
    if kind <= 91:
        return Select(language=dice.some(("en", "zh")))
    if depth:
        return Select(tag=dice.some(TAGS))
    if kind <= 94:
        return Select(any=tuple(_select(dice, 1) for _ in range(dice.number(0, 2))))
    if kind <= 96:
        return Select(all=tuple(_select(dice, 1) for _ in range(dice.number(0, 2))), tag=dice.some(TAGS))
    return Select(not_=_select(dice, 1))


def _newer_select(dice):
    return dice.among(
        (
            Select(graded=True),
            Select(graded=False),
            Select(term_from="2025-2"),
            Select(term_to="2025-2"),
            Select(credits_at_least=Decimal("3.5")),
        )
    )


def _record(dice, two):
    where = ("a.edu", "a.edu", "b.edu", "b.edu", "c.edu") if two else ("a.edu", "a.edu", "a.edu", "c.edu")
    return tuple(_attempt(dice, number, dice.among(where)) for number in range(dice.number(1, 6)))


def _attempt(dice, number, institution):
    statuses = (Status.PASSED,) * 8 + (Status.IN_PROGRESS, Status.IN_PROGRESS, Status.FAILED)
    grade = dice.maybe(80, ("5", "6", "8", "9"))
    return Attempt(
        id=f"{dice.among('xnb')}{number}",
        institution=institution,
        course=dice.among(("C1", "C2", "C3", "C 4", "D1", "D2", "D 3")),
        credits=Decimal(dice.among(SIZES)),
        status=dice.among(statuses),
        grade=None if grade is None else Decimal(grade),
        points=None if dice.chance(50) else Decimal(dice.among(("4", "5.5", "7"))),
        term=dice.among(("2025-1", "2025-2", "2026-1", "")),
        level=None if dice.chance(50) else Decimal(dice.among(("6", "7"))),
        language=dice.maybe(50, ("en", "zh")),
        tags=dice.some(TAGS) if dice.chance(85) else (),
        ects=None if dice.chance(80) else Decimal(dice.among(("1", "5", "0"))),
        work=dice.maybe(30, ("w1", "w2")),
        ungraded_pass=dice.chance(30),
        repeatable=dice.chance(15),
    )


def _shared(dice):
    exempt = dice.some(TAGS) if dice.chance(30) else ()
    return SharedCredits(at_most=Decimal(dice.among(("0", "3", "4.5", "6", "9"))), exempt_tags=exempt)


def _recognitions(dice, degrees, record):
    """No attempt in two recognitions into the same degree, none from the degree's own institution."""
    recognitions = []
    grants = [0]
    for degree in degrees:
        sources = [attempt.id for attempt in record if attempt.institution != degree.institution]
        while sources and len(recognitions) < 4 and dice.chance(75):
            rests_on = tuple(sources.pop() for _ in range(min(len(sources), dice.among((1, 1, 1, 2)))))
            given = tuple(_grant(dice, grants) for _ in range(dice.among((1, 1, 2))))
            recognitions.append(
                Recognition(id=f"r{len(recognitions)}", degree=degree.id, sources=rests_on, grants=given)
            )
    return tuple(recognitions)


def _grant(dice, count):
    count[0] += 1
    return Grant(
        id=f"{dice.among('gya')}{count[0]}g",
        credits=Decimal(dice.among(SIZES)),
        course=dice.maybe(70, ("C1", "C3", "E1")),
        grade=None if dice.chance(40) else Decimal(dice.among(("5", "8"))),
        points=None if dice.chance(50) else Decimal(5),
        level=None if dice.chance(50) else Decimal(7),
        language=dice.maybe(50, ("en", "zh")),
        tags=dice.some(TAGS) if dice.chance(85) else (),
        ungraded_pass=dice.chance(40),
    )


def _milestones(dice):
    return tuple(
        Achieved(
            milestone=dice.among(("defence", "b2")),
            institution=dice.maybe(50, ("a.edu", "b.edu")),
            value=None if dice.chance(50) else Decimal(dice.among(("5", "6", "8"))),
        )
        for _ in range(dice.number(0, 2))
    )


def _combinations(case):
    most = 1
    for degree in case.degrees:
        court = Court(case, degree)
        ways = 1
        for thing in court.things:
            ways *= len(court.places(thing))
        most = max(most, ways)
    return most


def _small_enough(case):
    """The case without its last attempts and recognitions, until every allocation can be tried."""
    while _combinations(case) > PLACES_AT_MOST:
        if case.recognitions:
            case = replace(case, recognitions=case.recognitions[:-1])
        else:
            case = replace(case, record=case.record[:-1])
    return case


def _with_exceptions(dice, case):
    given, reduced = [], set()
    items = [a.id for a in case.record] + [g.id for r in case.recognitions for g in r.grants]
    for _ in range(dice.among((0, 0, 0, 1, 1, 2, 3))):
        degree = dice.among(case.degrees)
        exception = _exception(dice, replace(case, exceptions=tuple(given)), degree, items, reduced)
        trial = replace(case, exceptions=(*given, exception)) if exception else None
        if trial is not None and _combinations(trial) <= PLACES_AT_MOST and _pins_make_sense(trial):
            given.append(exception)
    return replace(case, exceptions=tuple(given))


def _exception(dice, case, degree, items, reduced):
    tree = list(nodes(degree.requirements))
    waivable = [node for node in tree if node.waivable]
    leaves = [node for node in tree if isinstance(node, Credits | Courses)]
    about = {"degree": degree.id, "by": "registrar", "reason": "as decided", "on": "2026-09-01"}
    kind = dice.among(tuple(ExceptionKind))
    item = dice.among(items) if items else None
    match kind:
        case ExceptionKind.WAIVE if waivable:
            return GrantedException(kind=kind, requirement=dice.among(waivable).id, **about)
        case ExceptionKind.REDUCE:
            able = [node for node in waivable if _figure(node) and (degree.id, node.id) not in reduced]
            if able:
                node = dice.among(able)
                reduced.add((degree.id, node.id))
                lower = dice.number(0, int(_figure(node)) - 1) if _figure(node) > 1 else 0
                return GrantedException(kind=kind, requirement=node.id, at_least=Decimal(lower), **about)
        case ExceptionKind.SUBSTITUTE if item and [leaf for leaf in leaves if leaf.waivable]:
            leaf = dice.among([leaf for leaf in leaves if leaf.waivable])
            return GrantedException(kind=kind, requirement=leaf.id, item=item, **about)
        case ExceptionKind.PIN if item and [leaf for leaf in leaves if not leaf.overlay]:
            leaf = dice.among([leaf for leaf in leaves if not leaf.overlay])
            return GrantedException(kind=kind, requirement=leaf.id, item=item, **about)
        case ExceptionKind.EXCLUDE if item:
            leaf = dice.among([None, *(leaf.id for leaf in leaves)])
            return GrantedException(kind=kind, requirement=leaf, item=item, **about)
    return None


def _figure(node):
    return getattr(node, "at_least_percent", None) or getattr(node, "at_least", None)


def _pins_make_sense(case):
    """A pin's leaf selects the item, or has a substitute for it."""
    for degree in case.degrees:
        court = Court(case, degree)
        by_id = {thing.id: thing for thing in things(case, degree)}
        for exception in case.exceptions:
            if exception.kind == "pin" and exception.degree == degree.id and exception.item in by_id:
                leaf = next(node for node in court.leaves if node.id == exception.requirement)
                without = [e for e in case.exceptions if e.kind != "exclude"]
                if not Court(replace(case, exceptions=tuple(without)), degree).may_serve(leaf, by_id[exception.item]):
                    return False
    return True


def _with_past(dice, case):
    previous = {d.id: _places(dice, case, d, past=True) for d in case.degrees if dice.chance(45)}
    conferred = {d.id: _places(dice, case, d, past=False) for d in case.degrees if dice.chance(8)}
    return replace(case, previous=previous, conferred=conferred)


def _places(dice, case, degree, *, past):
    leaves = [
        node.id for node in nodes(degree.requirements) if isinstance(node, Credits | Courses) and not node.overlay
    ]
    words = ["free", "free", *leaves, *leaves] + (["uncounted"] if past else [])
    items = [thing.id for thing in things(case, degree)]
    return {item: dice.among(words) for item in items if dice.chance(75)}
