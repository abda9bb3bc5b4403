"""What is there to count? The attempts that stand, the grants that exist, and the works behind both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.facts import Attempt, Case, Grant, Recognition, Status
from dualdegree.core.audit.rules import AttemptsPolicy, Degree

WorkKey = tuple[bool, str]
"""Whether the work is named by a ``work`` id (else by its attempt's), and that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One whole that a degree may count: a standing attempt of its own, or an existing grant into it."""

    id: str
    native: bool
    credits: Decimal
    course: str | None
    grade: Decimal | None
    points: Decimal | None
    level: Decimal | None
    language: str | None
    tags: tuple[str, ...]
    ungraded_pass: bool
    institutions: tuple[str, ...]
    """Where it was sat; of a grant, wherever an attempt that it rests on was."""
    works: tuple[WorkKey, ...]
    """The works of the attempts that it is or rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One piece of study, perhaps entered in both registers; ``ects`` is the largest of its attempts'."""

    name: str
    ects: Decimal
    tags: frozenset[str]


def work_of(attempt: Attempt) -> WorkKey:
    """The work that an attempt belongs to."""
    return (False, attempt.id) if attempt.work is None else (True, attempt.work)


def items_of(degree: Degree, case: Case) -> tuple[Item, ...]:
    """The items of one degree in the order of their ids.

    Which of several attempts at a course of another institution stands is decided by the policy of the degree
    there, and by this degree's own policy where no degree of the case is at home.
    """
    policies = {other.institution: other.attempts for other in case.degrees}
    standing = _Standing(case, policies, degree.attempts)
    native = [_native(attempt) for attempt in standing.at(degree.institution)]
    granted = [
        item
        for recognition in case.recognitions
        if recognition.degree == degree.id
        for item in _granted(recognition, standing)
    ]
    return tuple(sorted(native + granted, key=lambda item: item.id))


def works_of(case: Case, keys: Iterable[WorkKey]) -> dict[WorkKey, Work]:
    """The works of those keys. Every attempt of the record that bears the ``work`` id belongs to it, passed or not."""
    ratios = {degree.institution: degree.ects_per_credit for degree in case.degrees}
    attempts: dict[WorkKey, list[Attempt]] = {key: [] for key in keys}
    for attempt in case.record:
        if (key := work_of(attempt)) in attempts:
            attempts[key].append(attempt)
    return {
        key: Work(
            name=key[1],
            ects=max(_ects(attempt, ratios.get(attempt.institution, Decimal(1))) for attempt in own),
            tags=frozenset(tag for attempt in own for tag in attempt.tags),
        )
        for key, own in attempts.items()
    }


def _ects(attempt: Attempt, per_credit: Decimal) -> Decimal:
    return attempt.credits * per_credit if attempt.ects is None else attempt.ects


class _Standing:
    """Which eligible attempt stands for which."""

    def __init__(self, case: Case, policies: dict[str, AttemptsPolicy], otherwise: AttemptsPolicy) -> None:
        self._attempts = {attempt.id: attempt for attempt in case.record}
        self._eligible = set(case.include)
        groups: dict[tuple[str, str], list[Attempt]] = {}
        for attempt in case.record:
            if attempt.status in self._eligible and not attempt.repeatable:
                groups.setdefault((attempt.institution, attempt.course), []).append(attempt)
        self._chosen = {
            key: group[0] if len(group) == 1 else _choice(group, policies.get(key[0], otherwise))
            for key, group in groups.items()
        }

    def at(self, institution: str) -> list[Attempt]:
        """The standing attempts at one institution."""
        chosen = [attempt for (where, _), attempt in self._chosen.items() if where == institution]
        repeatable = [
            attempt
            for attempt in self._attempts.values()
            if attempt.repeatable and attempt.institution == institution and attempt.status in self._eligible
        ]
        return chosen + repeatable

    def for_attempt(self, id_: str) -> Attempt | None:
        """The attempt that stands for the institution and course of this one; ``None`` when none does."""
        attempt = self._attempts[id_]
        if attempt.repeatable:
            return attempt if attempt.status in self._eligible else None
        return self._chosen.get((attempt.institution, attempt.course))


def _choice(group: Sequence[Attempt], policy: AttemptsPolicy) -> Attempt:
    # Passed goes before not yet passed whatever the policy; a tie goes to the later term, then to the smaller id.
    passed = [attempt for attempt in group if attempt.status is Status.PASSED]
    pool = sorted(passed or group, key=lambda attempt: attempt.id)
    match policy:
        case AttemptsPolicy.BEST:
            graded = [attempt for attempt in pool if passed and attempt.grade is not None]
            best = max((attempt.grade for attempt in graded if attempt.grade is not None), default=None)
            ties = [attempt for attempt in graded if attempt.grade == best] or pool
            return max(ties, key=lambda attempt: attempt.term)
        case AttemptsPolicy.LATEST:
            return max(pool, key=lambda attempt: attempt.term)
        case AttemptsPolicy.FIRST_PASS:
            return min(pool, key=lambda attempt: attempt.term)


def _native(attempt: Attempt) -> Item:
    passed = attempt.status is Status.PASSED
    return Item(
        id=attempt.id,
        native=True,
        credits=attempt.credits,
        course=attempt.course,
        grade=attempt.grade if passed else None,
        points=attempt.points,
        level=attempt.level,
        language=attempt.language,
        tags=attempt.tags,
        ungraded_pass=attempt.ungraded_pass or not passed,
        institutions=(attempt.institution,),
        works=(work_of(attempt),),
    )


def _granted(recognition: Recognition, standing: _Standing) -> list[Item]:
    rests_on = [standing.for_attempt(source) for source in recognition.sources]
    attempts = [attempt for attempt in rests_on if attempt is not None]
    if len(attempts) < len(rests_on):
        return []
    institutions = tuple(sorted({attempt.institution for attempt in attempts}))
    works = tuple(sorted({work_of(attempt) for attempt in attempts}))
    return [_grant(grant, institutions, works) for grant in recognition.grants]


def _grant(grant: Grant, institutions: tuple[str, ...], works: tuple[WorkKey, ...]) -> Item:
    return Item(
        id=grant.id,
        native=False,
        credits=grant.credits,
        course=grant.course,
        grade=grant.grade,
        points=grant.points,
        level=grant.level,
        language=grant.language,
        tags=grant.tags,
        ungraded_pass=grant.ungraded_pass,
        institutions=institutions,
        works=works,
    )
