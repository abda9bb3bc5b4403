"""Which cases are hard? Interchangeable electives, overlays, binding limits, and knife-edges; always the same.

A knife-edge hides an assignment that fills every leaf to the credit; in every other one a course is taken away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from dualdegree.core.audit.facts import Attempt, Case, Grant, Recognition, Status
from dualdegree.core.audit.rules import All, Credits, Degree, Limit, Origin, Requirement, Select, SharedCredits

SIZES = ("3", "4", "4.5", "5", "6")
HOME, AWAY = "a.edu", "b.edu"
KINDS = ("loose", "tight", "knife-edge", "one-short")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hard:
    """A case and how it was made."""

    kind: str
    case: Case


@dataclass(frozen=True, slots=True)
class _Elective:
    id: str
    credits: Decimal
    tags: tuple[str, ...]
    hidden: str
    """The leaf that the hidden assignment gives it to."""


def hard_cases(count: int, seed: int) -> Iterator[Hard]:
    """That many hard cases of all kinds in turn."""
    chance = Random(seed)  # noqa: S311 - a seeded workload
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        yield Hard(kind=kind, case=_case(kind, chance))


def _case(kind: str, chance: Random) -> Case:
    home, away = (_electives(letter, chance.randint(20, 32), chance.randint(4, 7), chance) for letter in "ab")
    degrees = tuple(
        _degree(letter, place, own, kind, chance) for letter, place, own in (("a", HOME, home), ("b", AWAY, away))
    )
    if kind == "one-short":
        home.pop(chance.randrange(len(home)))
    shared = home[: len(home) // 3]
    return Case(
        degrees=degrees,
        record=(
            *(_attempt(elective, HOME) for elective in home),
            *(_attempt(elective, AWAY) for elective in away[len(shared) :]),
        ),
        recognitions=tuple(
            Recognition(id=f"r{number}", degree="b", sources=(source.id,), grants=(_grant(target),))
            for number, (source, target) in enumerate(zip(shared, away, strict=False))
        ),
        # A tenth of what could be shared has to stay apart, but not on a knife-edge, where nothing can be spared.
        shared_credits=SharedCredits(at_most=_part(shared, "1" if kind in KINDS[2:] else "0.9")),
    )


def _electives(letter: str, count: int, leaves: int, chance: Random) -> list[_Elective]:
    """Each may serve two to four leaves, one of which is its own in the hidden assignment."""
    electives = []
    for number in range(count):
        tags = chance.sample([f"{letter}{leaf}" for leaf in range(leaves)], chance.choice((2, 2, 3, 4)))
        electives.append(_Elective(f"{letter}{number:02}", Decimal(chance.choice(SIZES)), tuple(sorted(tags)), tags[0]))
    return electives


def _degree(letter: str, place: str, own: list[_Elective], kind: str, chance: Random) -> Degree:
    share = {"loose": "0.8", "tight": "0.95"}.get(kind, "1")
    leaves = sorted({elective.hidden for elective in own})
    exclusive: list[Requirement] = [
        Credits(
            id=f"leaf_{leaf}", at_least=_part([e for e in own if e.hidden == leaf], share), select=Select(tag=(leaf,))
        )
        for leaf in leaves
    ]
    overlay = Credits(id="total", at_least=_part(own, share), select=Select(), overlay=True)
    inside = chance.choice(leaves)
    within = Credits(
        id="of_which",
        at_least=_part([e for e in own if e.hidden == inside and leaves[0] in e.tags], share),
        select=Select(tag=(leaves[0],)),
        overlay=True,
        within=f"leaf_{inside}",
    )
    most = _part(own, "1" if kind in KINDS[2:] else "0.9")
    return Degree(
        id=letter,
        institution=place,
        requirements=All(id="root", parts=(*exclusive, overlay, within)),
        limits=(
            Limit(id="most", select=Select(), at_most=most),
            Limit(id="recognised", select=Select(origin=(Origin.RECOGNISED,)), at_most=_part(own, "0.4")),
        ),
    )


def _part(electives: list[_Elective], share: str) -> Decimal:
    """That share of their credits, down to a half."""
    total = sum((elective.credits for elective in electives), Decimal(0))
    return Decimal(int(total * Decimal(share) * 2)) / 2


def _attempt(elective: _Elective, place: str) -> Attempt:
    return Attempt(
        id=elective.id,
        institution=place,
        course=elective.id.upper(),
        credits=elective.credits,
        status=Status.PASSED,
        grade=Decimal(7),
        term="2026-1",
        tags=elective.tags,
    )


def _grant(elective: _Elective) -> Grant:
    return Grant(id=f"g{elective.id}", credits=elective.credits, course=elective.id.upper(), tags=elective.tags)
