"""Where do limits bind? Students who use what may be shared to the last credit; always the same.

In most double degrees nearly everybody reaches the shared limit. A *shared* student has a few groups to fill on each
side, a speciality to choose, totals, and a limit on recognised credits. A *tight* one has courses that fit several
groups, of uneven credits. An *exact* one can fill every requirement to the credit in a way that is hidden; from every
other one a course is taken away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from dualdegree.core.audit.facts import Attempt, Case, Grant, Recognition, Status
from dualdegree.core.audit.rules import (
    All,
    Choose,
    Courses,
    Credits,
    Degree,
    Limit,
    Origin,
    Requirement,
    Select,
    SharedCredits,
)

FAMILIES = ("shared", "tight", "exact")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundPlace:
    """One of the two institutions: what its courses and requirements are made of, in its own credits."""

    degree: str
    institution: str
    ratio: str
    even: tuple[str, ...]
    uneven: tuple[str, ...]
    granted: tuple[str, ...]
    needs: tuple[str, ...]
    way: str
    total: str
    here: str
    partner: tuple[str, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The tags of what is taught in groups."""
        return tuple(f"{self.degree}{number}" for number in range(8))


HOME = BoundPlace(
    degree="cn",
    institution="cn.example",
    ratio="1.5",
    even=("1", "2", "2", "3", "3"),
    uneven=("2", "2.5", "3", "4"),
    granted=("1", "2", "3"),
    needs=("2", "3", "4", "6", "8"),
    way="4",
    total="32",
    here="12",
    partner=("6", "10", "16"),
)
AWAY = BoundPlace(
    degree="es",
    institution="es.example",
    ratio="1",
    even=("3", "4.5", "4.5", "6", "6"),
    uneven=("3", "4", "4.5", "5", "6"),
    granted=("3", "4.5", "6"),
    needs=("6", "9", "10.5", "12", "15"),
    way="6",
    total="90",
    here="30",
    partner=("20", "30", "45"),
)
PLACES = (HOME, AWAY)
STAGES = (1.0, 0.95, 0.85, 0.7, 0.5)
"""Which part of the courses is passed."""


def binding_cases(family: str, count: int, seed: int) -> Iterator[Case]:
    """That many cases of a family."""
    for number in range(count):
        chance = Random(f"{family}-{seed}-{number}")  # noqa: S311 - a seeded workload
        yield _exact(chance) if family == "exact" else _bound(chance, is_tight=family == "tight")


def _other(place: BoundPlace) -> BoundPlace:
    return AWAY if place is HOME else HOME


class _Writer:
    """A record on its way: attempts, and what of them is recognised."""

    def __init__(self) -> None:
        self.record: list[Attempt] = []
        self.recognitions: list[Recognition] = []

    def passed(self, place: BoundPlace, credit: str, tags: Sequence[str], chance: Random) -> Attempt:
        """One more course that was passed there."""
        number = len(self.record)
        grade = Decimal(chance.randint(60, 99)) if place is HOME else Decimal(chance.randint(50, 100)) / 10
        attempt = Attempt(
            id=f"a{number}",
            institution=place.institution,
            course=f"C{number}",
            credits=Decimal(credit),
            status=Status.PASSED,
            grade=grade,
            term=f"{2025 + chance.randint(0, 2)}-{chance.randint(1, 2)}",
            level=Decimal(chance.choice((6, 7))),
            language="en",
            tags=tuple(tags),
        )
        self.record.append(attempt)
        return attempt

    def recognised(self, attempt: Attempt, place: BoundPlace, credit: str, tags: Sequence[str]) -> None:
        """The attempt is recognised into the degree of that place."""
        number = attempt.id.removeprefix("a")
        grade = Decimal(80 if place is HOME else 8)
        grant = Grant(
            id=f"g{number}",
            course=f"G{number}",
            credits=Decimal(credit),
            grade=grade,
            level=Decimal(7),
            tags=tuple(tags),
        )
        self.recognitions.append(
            Recognition(id=f"r{number}", degree=place.degree, sources=(attempt.id,), grants=(grant,))
        )


def _bound(chance: Random, *, is_tight: bool) -> Case:
    degrees = tuple(_degree(place, chance) for place in PLACES)
    stage, size = chance.choice(STAGES), chance.randint(20, 30)
    writer = _Writer()
    for place in PLACES:
        for _ in range(int(size * stage)):
            tags = chance.sample(place.groups, chance.choice((2, 3, 4) if is_tight else (1, 1, 1, 2)))
            if chance.random() < 0.3:
                tags.append(f"{place.degree}-way{chance.randint(0, 2)}")
            attempt = writer.passed(place, chance.choice(place.uneven if is_tight else place.even), tags, chance)
            if chance.random() < (0.7 if is_tight else 0.45):
                there = _other(place)
                groups = chance.sample(there.groups, chance.choice((2, 3) if is_tight else (1, 1, 2)))
                writer.recognised(attempt, there, chance.choice(there.granted), groups)
    most = chance.choice(("6", "10.5", "15") if is_tight else ("12", "24", "30"))
    return Case(
        degrees=degrees,
        record=tuple(writer.record),
        recognitions=tuple(writer.recognitions),
        shared_credits=SharedCredits(at_most=Decimal(most)),
    )


def _degree(place: BoundPlace, chance: Random) -> Degree:
    parts: list[Requirement] = [
        Credits(id=f"{group}-all", at_least=Decimal(chance.choice(place.needs)), select=Select(tag=(group,)))
        for group in place.groups[:6] + place.groups[7:]
    ]
    ways = tuple(
        Credits(id=f"way{way}", at_least=Decimal(place.way), select=Select(tag=(f"{place.degree}-way{way}",)))
        for way in range(3)
    )
    native = Select(origin=(Origin.NATIVE,))
    parts += [
        Choose(id="speciality", at_least=1, parts=ways),
        Credits(id="total", at_least=Decimal(place.total), select=Select(), overlay=True),
        Credits(id="here", at_least=Decimal(place.here), select=native, overlay=True),
    ]
    most = Decimal(chance.choice(place.partner))
    return Degree(
        id=place.degree,
        institution=place.institution,
        ects_per_credit=Decimal(place.ratio),
        requirements=All(id="root", parts=tuple(parts)),
        limits=(Limit(id="partner", select=Select(origin=(Origin.RECOGNISED,)), at_most=most),),
    )


def _exact(chance: Random) -> Case:
    writer, degrees, shared = _Writer(), [], Decimal(0)
    for place in PLACES:
        tags = [f"{place.degree}{number}" for number in range(chance.randint(4, 7))]
        parts = []
        for tag in tags:
            filled = [chance.choice(place.granted) for _ in range(chance.randint(1, 5))]
            parts.append(_filled_leaf(tag, filled, chance))
            for credit in filled:
                others = [other for other in tags if other != tag]
                shared += _hidden(
                    writer, place, credit, [tag, *chance.sample(others, chance.choice((0, 1, 1, 2, 3)))], chance
                )
        root = All(id="root", parts=tuple(parts))
        ratio = Decimal(place.ratio)
        degrees.append(Degree(id=place.degree, institution=place.institution, ects_per_credit=ratio, requirements=root))
    record = writer.record
    gone = record.pop(chance.randrange(len(record))).id if chance.random() < 0.5 else None
    return Case(
        degrees=tuple(degrees),
        record=tuple(record),
        recognitions=tuple(each for each in writer.recognitions if gone not in each.sources),
        shared_credits=SharedCredits(at_most=shared),
    )


def _filled_leaf(tag: str, filled: Sequence[str], chance: Random) -> Requirement:
    """What those courses fill to the last credit, or in number."""
    if chance.random() < 0.3:
        return Courses(id=f"{tag}-all", at_least=len(filled), select=Select(tag=(tag,)))
    return Credits(id=f"{tag}-all", at_least=sum(map(Decimal, filled), Decimal(0)), select=Select(tag=(tag,)))


def _hidden(writer: _Writer, place: BoundPlace, credit: str, tags: Sequence[str], chance: Random) -> Decimal:
    """One more course of the hidden assignment, sat there or recognised; how much may be shared for it."""
    if chance.random() >= 0.25:
        writer.passed(place, credit, tags, chance)
        return Decimal(0)
    there = _other(place)
    source = writer.passed(there, chance.choice(there.granted), (), chance)
    writer.recognised(source, place, credit, tags)
    return source.credits * Decimal(there.ratio) if chance.random() < 0.5 else Decimal(0)
